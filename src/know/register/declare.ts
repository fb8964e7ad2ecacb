import { AllclearError } from '../../base/errors.ts'
import type { Context } from '../context.ts'
import { recordChanges } from '../overview.store.ts'
import type { DeclaredSoftware } from './answers.ts'
import { removeDeclared, saveDeclared } from './register.store.ts'

export type SoftwareDeclaration = Omit<DeclaredSoftware, 'declaredAtMs' | 'declaredBy'>

/** Declares software outside Kubernetes; what was said of the same name before is replaced. */
export async function declareSoftware(
  context: Context,
  declaration: SoftwareDeclaration,
  by: string,
): Promise<DeclaredSoftware> {
  const nowMs = context.clock.nowMs()
  const declared = { ...declaration, declaredAtMs: nowMs, declaredBy: by }
  await saveDeclared(context.store, declared)
  await note(context, declaration.name, `${declaration.name} of ${declaration.supplier}: declared by ${by}`)
  return declared
}

/** Takes a declaration back. Throws `not-found`; what is seen in clusters is not declared. */
export async function withdrawSoftware(context: Context, name: string, by: string): Promise<void> {
  if (!(await removeDeclared(context.store, name))) {
    throw new AllclearError('not-found', {
      message: `Nobody declared ${name}.`,
      next: 'Only what was declared by hand is taken back; the rest goes with its workloads.',
    })
  }
  await note(context, name, `${name}: declaration taken back by ${by}`)
}

async function note(context: Context, subject: string, text: string): Promise<void> {
  await context.store.transaction((transaction) =>
    recordChanges(transaction, context.clock.nowMs(), [{ kind: 'software.declared', subject, text }]),
  )
  await context.announce()
}
