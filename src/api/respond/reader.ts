import type { Reader } from '../../respond/embargo/gate.ts'
import type { ApiContext, Principal } from '../context.ts'

/**
 * Who reads, for the gate. Where nobody signs in, whoever asks has the data and its keys and sees all. From the first
 * account on the same process is an outsider too: members sign in to a server.
 */
export async function readerOf({ auth }: ApiContext, { via, account }: Principal): Promise<Reader> {
  const isEverybody = via === 'local' && !(await (await auth.people()).accounts.any())
  return { person: isEverybody ? 'local' : (account ?? null), isEverybody }
}
