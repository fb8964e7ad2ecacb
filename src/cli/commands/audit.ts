import type { AuditCheck, AuditEntry } from '../../api/index.ts'
import { AllclearError } from '../../base/errors.ts'
import type { CommandContext } from '../context.ts'
import { formatCount, formatTime } from '../output/format.ts'
import { print } from '../output/print.ts'
import { formatTable } from '../output/table.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear audit` */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  if (options.check === true || options.head !== undefined) return check(context, options)
  const client = await context.client()
  const { rows } = await client.get<{ rows: AuditEntry[] }>('/audit', {
    actor: options.actor as string | undefined,
    action: options.action as string | undefined,
    before: options.before as string | undefined,
    limit: options.limit as string | undefined,
  })
  await print(context, {
    value: { rows },
    names: () => rows.map(({ seq }) => String(seq)),
    table: (wide) =>
      rows.length === 0
        ? 'Nobody has done anything yet that is recorded here.\n'
        : formatTable(
            [
              { title: '#', value: (row) => row.seq },
              { title: 'at', value: (row) => formatTime(row.atMs) },
              { title: 'who', value: (row) => row.actor },
              { title: 'did', value: (row) => row.action },
              { title: 'to', value: (row) => row.subject ?? '', flexible: true },
              { title: 'outcome', value: (row) => row.outcome },
              { title: 'from', value: (row) => row.address },
              { title: 'through', value: (row) => row.through ?? row.via, wide: true },
              { title: 'request', value: (row) => row.requestId, wide: true },
            ],
            rows,
            context.terminal,
            wide,
          ),
  })
  return 0
}

async function check(context: CommandContext, { head }: OptionValues): Promise<number> {
  const kept = head === undefined ? null : headOf(String(head))
  const client = await context.client()
  const found = await client.get<AuditCheck>(
    '/audit/check',
    kept === null ? {} : { seq: kept.seq, hash: kept.hash },
  )
  const broken = found.break
  await print(context, {
    value: found,
    names: () => (found.head === null ? [] : [`${found.head.seq}:${found.head.hash}`]),
    table() {
      if (broken !== null) return `The trail does not hold: entry ${broken.seq} is ${broken.kind}.\n`
      if (found.head === null) return 'The trail is empty.\n'
      return `The trail is whole: ${formatCount(found.entries)} entries. Keep its head elsewhere:\n${found.head.seq}:${found.head.hash}\n`
    },
  })
  return broken === null ? 0 : 1
}

function headOf(text: string): { seq: number; hash: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (match !== null) return { seq: Number(match[1]), hash: match[2] }
  throw new AllclearError('usage', {
    message: `\`${text.slice(0, 100)}\` is no head of a trail.`,
    next: 'Give what `allclear audit --check -o name` printed: a number, a colon and 64 digits.',
  })
}
