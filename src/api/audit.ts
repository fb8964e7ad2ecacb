import { AllclearError } from '../base/errors.ts'
import type { ApiBindings, ApiContext } from './context.ts'
import { keepsNothing } from './powers.ts'

/** Have a trail of their own, which only those see who may see what it is about. */
const haveOwnTrail = new Set(['incidents'])
/** Say of themselves what happened, where it is worth a word; agents are told of by the state of their cluster. */
const silent = new Set(['sign-in', 'agent', 'health', 'probes'])
const subjectCharactersMax = 200

/** Answers a request and, when it is a write, puts into the trail who did it and how it ended, before the answer leaves. */
export async function auditWrite(
  { auth }: ApiContext,
  request: Request,
  bindings: ApiBindings,
  answer: () => Promise<Response>,
): Promise<Response> {
  const [segment, ...rest] = new URL(request.url).pathname.split('/').slice(3)
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (reads || keepsNothing(segment) || silent.has(segment) || haveOwnTrail.has(segment)) return answer()
  const { principal, address, requestId } = bindings
  const write = async (outcome: 'done' | 'refused' | 'failed') => {
    const { audit } = await auth.people()
    await audit.add({
      actor: principal.name,
      via: principal.via,
      through: principal.through,
      action: bindings.audited?.action ?? `${request.method} /${segment}`,
      subject: bindings.audited?.subject ?? (decoded(rest.join('/')).slice(0, subjectCharactersMax) || null),
      outcome,
      address,
      requestId,
    })
  }
  try {
    const response = await answer()
    await write(response.ok ? 'done' : response.status === 403 ? 'refused' : 'failed')
    return response
  } catch (error) {
    await write(error instanceof AllclearError && error.code === 'auth.refused' ? 'refused' : 'failed')
    throw error
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).toWellFormed()
  } catch {
    return text
  }
}
