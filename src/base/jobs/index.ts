export { openJobTable, type JobTable, type KindLimit } from './jobs.store.ts'
export {
  JobRefused,
  type Job,
  type JobContext,
  type JobHandler,
  type JobRequest,
  type JobState,
} from './types.ts'
export { openJobWorker, retryDelayMs, type JobWorker, type JobWorkerOptions } from './worker.ts'
