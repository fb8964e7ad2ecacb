export type * from './answers.ts'
export { answersOfWorkload, type PlaceAnswers } from './place.ts'
export { answerExposure, type ExposureQuery } from './exposure.ts'
