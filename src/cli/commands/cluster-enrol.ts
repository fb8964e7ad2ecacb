import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'
import { formatDate } from '../output/format.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear cluster enrol NAME`: a one-time token for the agent of a cluster. */
export async function run(context: CommandContext, [name]: string[], options: OptionValues): Promise<number> {
  const hours = options.hours === undefined ? undefined : Number(options.hours)
  if (hours !== undefined && !(hours > 0)) {
    throw new AllclearError('usage', {
      message: `\`${String(options.hours)}\` is no number of hours.`,
      next: 'Write `--hours 24`.',
    })
  }
  const client = await context.client()
  const made = await client.send<{ cluster: string; token: string; expiresAtMs: number }>(
    'POST',
    `/clusters/${encodeURIComponent(name)}/enrolment`,
    hours === undefined ? {} : { hours },
  )
  await print(context, {
    value: made,
    names: () => [made.cluster],
    // The token alone on stdout, so that it can go straight into a file or a secret.
    table() {
      context.io.writeError(
        `Token for the agent of ${made.cluster}, good once until ${formatDate(made.expiresAtMs)}; it is shown only now.\n`,
      )
      return `${made.token}\n`
    },
  })
  return 0
}
