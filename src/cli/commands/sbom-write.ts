import type { CommandContext } from '../context.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear sbom write IMAGE`: the document as bytes on stdout. */
export async function run(
  context: CommandContext,
  [image]: string[],
  options: OptionValues,
): Promise<number> {
  const client = await context.client()
  const bytes = await client.bytes(`/images/${encodeURIComponent(image)}/sbom`, { format: options.format })
  await context.io.write(bytes)
  return 0
}
