import { type Cleared, contentOf } from '../../core/disclosure/index.ts'
import { AllclearError } from '../errors.ts'
import type { Outbound } from './send.ts'

/** Answers are not read; so much is drained so that the connection can be used again. */
const drainedBytesMax = 64 * 1024

/**
 * Sends words about an incident to another system, as `{"text": …}`. It takes only what the disclosure gate cleared for this
 * way: under embargo that is the code word and the link, whatever was to be said. Throws a TypeError for anything else, and
 * `outbound.refused` when the system does not take it.
 */
export async function sendNotice(outbound: Outbound, url: string, notice: Cleared<string>): Promise<void> {
  const { status, body } = await outbound.send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: contentOf(notice, 'webhook') }),
  })
  let drained = 0
  for await (const chunk of body) if ((drained += (chunk as Buffer).length) > drainedBytesMax) break
  if (status >= 200 && status < 300) return
  throw new AllclearError('outbound.refused', {
    // The address may carry a secret of that system; its host does not.
    message: `${new URL(url).host} did not take a notice: ${status}.`,
    next: 'Look at the address of the channel and at what that system says of it.',
  })
}
