import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { queries } from '../api/queries.ts'
import type { IncidentVerdict, Probe, ProbeResult } from '../api/schema.generated.ts'
import { duration, grouped, percent, plural, utc } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { buttonClass } from '../parts/button.tsx'
import { Cli } from '../parts/cli.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Facts } from '../parts/facts.tsx'
import { Inert } from '../parts/inert.tsx'
import { Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Time } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'

const route = getRouteApi('/why/$question')

/** Why a verdict is what it is: what was asked, what was seen, how much of it, what would change it, what it was before. */
export function WhyScreen() {
  const { question } = route.useParams()
  const { incident, at } = route.useSearch()
  return incident === undefined ? (
    <AskedAlone question={question} />
  ) : (
    <AskedByIncident question={question} incident={incident} at={at} />
  )
}

function AskedByIncident({
  question,
  incident,
  at,
}: {
  question: string
  incident: string
  at: string | undefined
}) {
  const atMs = at === undefined ? undefined : Number(at)
  const result = useQuery(queries.verdict(incident, question, Number.isSafeInteger(atMs) ? atMs : undefined))
  return (
    <>
      {result.data === undefined && <PageHead title={question} />}
      <Asked result={result} what={`the verdict on ${question}`}>
        {({ result: found, history }: IncidentVerdict) => (
          <Explained
            found={found}
            asOf={at === undefined ? null : found.atMs}
            back={<Link {...pb.incident(incident)}>{incident}</Link>}
            line={`allclear incident why ${question} --incident ${incident}`}
            now={at === undefined ? null : pb.why(question, { incident })}
          >
            <Section title="Before" note="newest first">
              {history.length <= 1 ? (
                <Empty kind="yet" title="It has not turned">
                  <p>Since the incident asked first, the answer was this one.</p>
                </Empty>
              ) : (
                <DataTable
                  caption="Earlier verdicts, newest first"
                  rows={withEnds(history, found.atMs)}
                  keyOf={({ fromMs, verdict }) => `${fromMs} ${verdict}`}
                  columns={historyColumns}
                />
              )}
            </Section>
          </Explained>
        )}
      </Asked>
    </>
  )
}

/** A probe asked now, for no incident: what it needs is said when it is missing. */
function AskedAlone({ question }: { question: string }) {
  const result = useQuery(queries.probeRun(question))
  return (
    <>
      {result.data === undefined && <PageHead title={question} />}
      <Asked result={result} what={`the answer of ${question}`}>
        {(found: ProbeResult) => (
          <Explained
            found={found}
            asOf={null}
            back={<Link {...pb.probes()}>All probes</Link>}
            line={`allclear probe run ${question}`}
            now={null}
          />
        )}
      </Asked>
    </>
  )
}

function Explained({
  found,
  asOf,
  back,
  line,
  now,
  children,
}: {
  found: ProbeResult
  /** The time the answer is of, when it is not now. */
  asOf: number | null
  back: ReactNode
  line: string
  /** The page of the same verdict as it is now. */
  now: ReturnType<typeof pb.why> | null
  children?: ReactNode
}) {
  const probe = useQuery(queries.probe(found.probe)).data
  const { evidence } = found
  return (
    <>
      <PageHead
        title={`${found.probe}: ${found.verdict}`}
        heading={<Inert text={probe?.title ?? found.probe} max={200} />}
        facts={[<code key="probe">{found.probe}</code>, back, <Time key="at" atMs={found.atMs} />]}
        actions={
          now === null ? undefined : (
            <Link {...now} className={buttonClass()}>
              As it is now
            </Link>
          )
        }
      />
      {asOf !== null && <p className="soft">As of {utc(asOf)}.</p>}
      <AnswerLine word={<Verdict kind={found.verdict} />} sentence={found.reason}>
        {probe !== undefined && (
          <p className="soft">
            <Inert text={probe.rule} max={400} />
          </p>
        )}
      </AnswerLine>
      <Ledger>
        {evidence === null ? (
          <Section title="Evidence">
            <Empty kind="yet" title="Nothing was looked at">
              <p>
                {probe?.needs == null ? (
                  'What is needed to look was missing.'
                ) : (
                  <Inert text={probe.needs} max={400} />
                )}
              </p>
            </Empty>
          </Section>
        ) : (
          <>
            <Section title="Numbers">
              <Facts
                facts={[
                  { term: 'Looked at', value: grouped(evidence.examined), note: 'instances' },
                  {
                    term: 'Speak against it',
                    value: grouped(evidence.counterexamples.total),
                    note:
                      evidence.excepted > 0 ? `${grouped(evidence.excepted)} more are excepted` : undefined,
                  },
                  {
                    term: 'Cannot be told',
                    value: grouped(evidence.unknownTargets.total),
                    note: 'never counted as good',
                  },
                  {
                    term: 'Took',
                    value: `${grouped(evidence.tookMs)} ms`,
                    note: `fresh until ${utc(found.freshUntilMs)}`,
                  },
                ]}
              />
              {evidence.withheld !== undefined && <p className="meta">Held back: {evidence.withheld}</p>}
            </Section>
            {evidence.counterexamples.total > 0 && (
              <Section title="Against it" note={plural(evidence.counterexamples.total, 'instance')}>
                <DataTable
                  caption="What speaks against it"
                  rows={evidence.counterexamples.sample}
                  keyOf={({ target, because }) => `${target} ${because}`}
                  columns={againstColumns}
                />
                <Drawn
                  shown={evidence.counterexamples.sample.length}
                  total={evidence.counterexamples.total}
                />
              </Section>
            )}
            {evidence.unknownTargets.total > 0 && (
              <Section title="Cannot be told" note={plural(evidence.unknownTargets.total, 'instance')}>
                <ul>
                  {evidence.unknownTargets.sample.map((target) => (
                    <li key={target}>
                      <Target name={target} />
                    </li>
                  ))}
                </ul>
                <Drawn shown={evidence.unknownTargets.sample.length} total={evidence.unknownTargets.total} />
              </Section>
            )}
            <Section title="Seen" note="how much, how old">
              {evidence.inputs.length > 0 && (
                <DataTable
                  caption="What it rests on"
                  rows={evidence.inputs}
                  keyOf={({ input }) => input}
                  columns={inputColumns}
                />
              )}
              {evidence.inputs.length === 0 && (
                <p className="soft">It rests on nothing outside of the incident.</p>
              )}
            </Section>
          </>
        )}
        <Section title="Would change it">
          <p>{changeOf(found, probe)}</p>
        </Section>
        {children}
        <Section title="Ask it yourself" note="in a terminal">
          <div style={{ display: 'grid', gap: 8 }}>
            {evidence !== null && evidence.query !== line && <Cli line={evidence.query} />}
            <Cli line={line} />
          </div>
        </Section>
      </Ledger>
    </>
  )
}

type Evidence = NonNullable<ProbeResult['evidence']>

/** What a verdict can rest on, as people call it. */
const inputTitles: Readonly<Record<string, string>> = {
  objects: 'Objects of the clusters',
  contents: 'Contents of images',
  advisories: 'Advisories',
  incident: 'This incident',
  declared: 'Declared facts',
  'image-bytes': 'Layers of images',
  clock: 'Time',
}

const inputColumns: readonly Column<Evidence['inputs'][number]>[] = [
  { title: 'Rests on', phone: 'line', cell: ({ input }) => inputTitles[input] ?? input.replaceAll('-', ' ') },
  { title: 'Seen', number: true, cell: ({ coverage }) => percent(coverage) },
  { title: 'As of', cell: ({ asOfMs }) => <Time atMs={asOfMs} absent="no date" /> },
  {
    title: 'Not seen',
    phone: 'line',
    cell: ({ gaps }) =>
      gaps.length === 0 ? (
        <span className="soft">nothing is missing</span>
      ) : (
        <Inert text={gaps.join('; ')} max={400} />
      ),
  },
]

const againstColumns: readonly Column<Evidence['counterexamples']['sample'][number]>[] = [
  { title: 'Instance', phone: 'line', cell: ({ target }) => <Target name={target} /> },
  { title: 'Because', phone: 'line', cell: ({ because }) => <Inert text={because} max={300} /> },
]

type Earlier = IncidentVerdict['history'][number] & { endMs: number }

/** An answer held until the next one came; the newest until now. */
function withEnds(history: IncidentVerdict['history'], nowMs: number): Earlier[] {
  return history.map((row, at) => ({
    ...row,
    endMs: at === 0 ? Math.max(nowMs, row.untilMs) : history[at - 1].fromMs,
  }))
}

const historyColumns: readonly Column<Earlier>[] = [
  { title: 'Verdict', cell: ({ verdict }) => <Verdict kind={verdict} /> },
  { title: 'From', cell: ({ fromMs }) => utc(fromMs) },
  { title: 'For', cell: ({ fromMs, endMs }) => duration(endMs - fromMs) },
  { title: 'Because', phone: 'line', cell: ({ reason }) => <Inert text={reason} max={300} /> },
]

const workload = /^([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/

/** A workload has a page; everything else is a name. */
function Target({ name }: { name: string }) {
  const [, cluster, namespace, kind, own] = workload.exec(name) ?? []
  if (own === undefined) return <Inert text={name} max={200} />
  return (
    <Link {...pb.workload({ cluster, namespace, kind, name: own })}>
      <Inert text={name} max={200} />
    </Link>
  )
}

function Drawn({ shown, total }: { shown: number; total: number }) {
  return shown < total ? (
    <p className="meta">
      {grouped(shown)} of {grouped(total)} are shown.
    </p>
  ) : null
}

/** What has to happen for another verdict. */
function changeOf({ verdict, evidence, probe: id }: ProbeResult, probe: Probe | undefined): string {
  if (probe !== undefined && !probe.connected)
    return `It is answered once there is ${probe.needs?.replace(/^needs /, '') ?? 'something that looks'}.`
  if (verdict === 'stale') return 'A fresh look: it is asked again when what it rests on changes.'
  if (verdict === 'contradicted')
    return evidence === null || evidence.counterexamples.total === 0
      ? 'It turns when what it says is no longer so.'
      : `It turns when ${evidence.counterexamples.total === 1 ? 'the instance that speaks against it is gone or excepted' : `all ${grouped(evidence.counterexamples.total)} instances that speak against it are gone or excepted`}.`
  if (verdict === 'confirmed') return 'One instance against it, or too little that is seen.'
  return evidence !== null && evidence.unknownTargets.total > 0
    ? `It is answered when the ${grouped(evidence.unknownTargets.total)} that cannot be told can be looked at.`
    : `It is answered when ${id} has what it asks for.`
}
