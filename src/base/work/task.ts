import type { Task } from './types.ts'

/**
 * The task of `NAME.worker.ts`, which lies beside the caller: `taskBeside<In, Out>('osv-records', import.meta.url)`.
 * In the packed program every `*.worker.ts` is an entry of its own beside the chunks (see scripts/build.mjs), so names
 * are unique in the whole tree.
 */
export function taskBeside<Input, Output>(name: string, callerUrl: string): Task<Input, Output> {
  return { href: new URL(`./${name}.worker.${callerUrl.endsWith('.ts') ? 'ts' : 'js'}`, callerUrl).href }
}
