export { explainFinding } from './explain.ts'
export { listImages } from './list.ts'
export {
  addImageAt,
  addRunningImages,
  diffImages,
  imageContents,
  imageLayers,
  listUnreadImages,
} from './layers.ts'
export { ReadingJobs } from './reading-jobs.ts'
export { answerImage, listImageFindings, listImagePackages } from './page.ts'
export { writeImageSbom } from './sbom.ts'
export { imageStatistics } from './statistics.ts'
