import { followed } from '../followed.ts'

/** True once the server has asked who we are. */
export const signInNeeded = followed(false)
