import { AllclearError } from '../../base/errors.ts'
import type { DeclaredSoftware } from '../../know/register/index.ts'
import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'
import { inert } from '../output/terminal.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear software add NAME --supplier …` declares; `software remove NAME` takes it back. */
export async function run(context: CommandContext, [name]: string[], options: OptionValues): Promise<number> {
  const client = await context.client()
  if (context.path === 'software remove') {
    await client.send('DELETE', `/software/${encodeURIComponent(name)}`)
    await print(context, {
      value: { name, removed: true },
      names: () => [name],
      table: () => `Took back what was declared of ${inert(name)}.\n`,
    })
    return 0
  }
  const { supplier, release, hosts, access, channel, pushedBy, note } = options
  if (typeof supplier !== 'string') {
    throw new AllclearError('usage', {
      message: `Whose is ${name}?`,
      next: 'Name its supplier: `--supplier vendor.example`.',
    })
  }
  if (hosts !== undefined && !/^\d{1,8}$/.test(String(hosts))) {
    throw new AllclearError('usage', {
      message: `\`${String(hosts)}\` is no number of hosts.`,
      next: 'Write a whole number: `--hosts 1200`.',
    })
  }
  const declared = await client.send<DeclaredSoftware>('POST', '/software', {
    name,
    supplier,
    version: release ?? null,
    hosts: hosts === undefined ? null : Number(hosts),
    places: (options.place ?? []) as string[],
    access: access ?? 'root',
    channel: channel ?? 'unknown',
    pushedBy: pushedBy ?? null,
    note: note ?? null,
  })
  await print(context, {
    value: declared,
    names: () => [declared.name],
    table: () =>
      `Declared ${inert(declared.name)} of ${inert(declared.supplier)}; see it with \`allclear software show '${inert(declared.name)}'\`.\n`,
  })
  return 0
}
