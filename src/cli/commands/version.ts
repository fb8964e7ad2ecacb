import type { CommandContext } from '../context.ts'

/** `allclear version` */
export async function run({ io, version }: CommandContext): Promise<number> {
  await io.write(`allclear ${version}\n`)
  return 0
}
