import { useState } from 'react'
import type { ExplainAnswer, Finding, ImageAnswer } from '../../../src/know/answers.ts'
import { useAnswer } from '../api.ts'
import { grouped, inert, percent } from '../format.ts'
import { Asked, Cli, Empty, Pager, Section, Severity, State, Table, Time } from '../parts.tsx'
import { pb } from '../paths.ts'
import { WorkloadTable } from './lists.tsx'

const rowsShown = 200
const tabs = ['findings', 'packages', 'runs', 'documents'] as const
type Tab = (typeof tabs)[number]

export function ImageScreen({ id, search }: { id: string; search: URLSearchParams }) {
  const offset = Number(search.get('offset') ?? 0) || 0
  const answer = useAnswer<ImageAnswer>(
    `/images/${encodeURIComponent(id)}?limit=${rowsShown}&offset=${offset}`,
  )
  const asked = search.get('tab') as Tab | null
  const tab = asked && tabs.includes(asked) ? asked : 'findings'
  return (
    <Asked answer={answer}>
      {(image) => {
        const totals: Record<Tab, number> = {
          findings: image.findings.total,
          packages: image.packageList.total,
          runs: image.runs.total,
          documents: image.documents.length,
        }
        return (
          <>
            <header className="title">
              <div>
                <h1>{inert(image.reference)}</h1>
                <p className="meta mono">{image.digest ?? 'no digest'}</p>
              </div>
            </header>
            <div className="answer">
              <p className="answer-word">
                {image.known ? `${grouped(image.affected)} known.` : 'Cannot tell.'}
              </p>
              <div>
                <p className="answer-sentence">{image.sentence}</p>
                <p className="soft">
                  {image.running
                    ? `Runs in ${grouped(image.workloads)} workloads (${grouped(image.pods)} pods), ${grouped(image.clusters)} clusters.`
                    : 'Not seen running now.'}{' '}
                  {image.distro ? `Built on ${inert(image.distro)}.` : 'No distribution is named.'}
                </p>
              </div>
            </div>
            {image.unknownPackages.length > 0 && (
              <Section title="Not judged" note="never clean">
                <ul className="bullets">
                  {image.unknownPackages.map(({ reason, ecosystem, packages, examples }) => (
                    <li key={`${reason} ${ecosystem}`}>
                      {grouped(packages)} packages of {inert(ecosystem)}: {reason}.{' '}
                      <span className="meta">{examples.slice(0, 3).map(inert).join(', ')}</span>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
            <nav className="tabs" aria-label="Parts of the image">
              {tabs.map((name) => (
                <a
                  key={name}
                  href={pb.image(id, { tab: name === 'findings' ? undefined : name })}
                  aria-current={name === tab ? 'page' : undefined}
                >
                  {name[0].toUpperCase() + name.slice(1)}{' '}
                  <span className="number">{grouped(totals[name])}</span>
                </a>
              ))}
            </nav>
            {tab === 'findings' &&
              (image.findings.total === 0 ? (
                <Empty
                  title={
                    image.known ? 'No record names a package of this image' : 'No SBOM describes this image'
                  }
                />
              ) : (
                <Findings imageId={id} findings={image.findings.rows} />
              ))}
            {tab === 'packages' && (
              <Table
                caption="Packages"
                rows={image.packageList.rows}
                keyOf={({ purl, locator }) => `${purl} ${locator}`}
                columns={[
                  {
                    title: 'Package',
                    cell: ({ name, version, purl }) => (
                      <>
                        <a href={pb.where({ q: purl })}>{inert(`${name} ${version}`)}</a>
                        <span className="second mono">{inert(purl)}</span>
                      </>
                    ),
                  },
                  { title: 'Ecosystem', cell: ({ ecosystem }) => inert(ecosystem) },
                  { title: 'Source', cell: ({ source }) => inert(source) },
                  {
                    title: 'Verdict',
                    cell: ({ state, why }) =>
                      state === 'clean' ? (
                        'no record'
                      ) : state === 'affected' ? (
                        <State value="affected" />
                      ) : (
                        <>cannot tell: {inert(why)}</>
                      ),
                  },
                  {
                    title: 'Evidence',
                    cell: ({ locator }) => <span className="mono">{inert(locator)}</span>,
                  },
                ]}
              />
            )}
            {tab === 'runs' && <WorkloadTable page={image.runs} states={false} />}
            {tab === 'documents' &&
              (image.documents.length === 0 ? (
                <Empty title="Nobody has given an SBOM for it">
                  <Cli line={`allclear import sbom FILE --image ${image.digest ?? image.reference}`} />
                </Empty>
              ) : (
                <Table
                  caption="Documents"
                  rows={image.documents}
                  keyOf={({ sha256 }) => sha256}
                  columns={[
                    { title: 'Format', cell: ({ format, specVersion }) => `${format} ${specVersion}` },
                    { title: 'Made by', cell: ({ tools }) => inert(tools.join(', ') || 'not said') },
                    {
                      title: 'Made',
                      cell: ({ createdAtMs }) => <Time atMs={createdAtMs} absent="not said" />,
                    },
                    { title: 'Imported', cell: ({ importedAtMs }) => <Time atMs={importedAtMs} /> },
                    { title: 'Packages', right: true, cell: ({ packages }) => grouped(packages) },
                    {
                      title: 'Left out',
                      cell: ({ leftOut }) =>
                        leftOut
                          .map(({ count, reason }) => `${grouped(count)}: ${inert(reason)}`)
                          .join('; ') || 'nothing',
                    },
                  ]}
                />
              ))}
            {(tab === 'findings' || tab === 'packages') && (
              <Pager
                total={totals[tab]}
                offset={offset}
                size={rowsShown}
                pathOf={(next) => pb.image(id, { tab, offset: next })}
              />
            )}
          </>
        )
      }}
    </Asked>
  )
}

function Findings({ imageId, findings }: { imageId: string; findings: readonly Finding[] }) {
  const [open, setOpen] = useState<string | null>(null)
  return (
    <>
      <Table
        caption="Findings, worst first"
        rows={findings}
        keyOf={({ vulnerability, purl }) => `${vulnerability} ${purl}`}
        columns={[
          { title: 'Severity', cell: ({ severity }) => <Severity value={severity} /> },
          {
            title: 'Vulnerability',
            cell: ({ vulnerability, summary }) => (
              <>
                <a href={pb.cve(vulnerability)}>{inert(vulnerability)}</a>
                <span className="second">{inert(summary)}</span>
              </>
            ),
          },
          { title: 'Package', cell: (finding) => inert(`${finding.package} ${finding.version}`) },
          {
            title: 'Fixed in',
            cell: ({ fixedIn, fixState }) => inert(fixedIn || fixState.replaceAll('-', ' ')),
          },
          {
            title: 'Exploited',
            cell: ({ kev, epss }) => (kev ? 'in the wild' : epss === null ? 'not known' : percent(epss)),
          },
          { title: 'Verdict', cell: ({ state }) => <State value={state} /> },
          {
            title: 'Why',
            cell: ({ vulnerability, purl }) => {
              const key = `${vulnerability} ${purl}`
              return (
                <button
                  type="button"
                  className="button"
                  aria-expanded={open === key}
                  onClick={() => setOpen(open === key ? null : key)}
                >
                  Why
                </button>
              )
            },
          },
        ]}
      />
      {open !== null && (
        <Explanation imageId={imageId} vulnerability={open.split(' ', 1)[0]} onClose={() => setOpen(null)} />
      )}
    </>
  )
}

function Explanation({
  imageId,
  vulnerability,
  onClose,
}: {
  imageId: string
  vulnerability: string
  onClose: () => void
}) {
  const answer = useAnswer<ExplainAnswer>(
    `/images/${encodeURIComponent(imageId)}/explain/${encodeURIComponent(vulnerability)}`,
  )
  return (
    <aside className="peek" aria-label={`Why ${vulnerability}`}>
      <button type="button" className="button" onClick={onClose}>
        Close
      </button>
      <Asked answer={answer}>
        {(explained) => (
          <>
            <h2>{inert(vulnerability)}</h2>
            <p className="answer-sentence">{inert(explained.sentence)}</p>
            {explained.explanations.slice(0, 20).map((explanation) => (
              <div key={`${explanation.advisory} ${explanation.package.purl}`}>
                <h3>
                  <State value={explanation.verdict} /> {inert(explanation.advisory)}
                </h3>
                <ol className="steps steps--small">
                  {explanation.steps.map(({ rule, text }) => (
                    <li key={rule}>
                      <strong>{rule}</strong> {inert(text)}
                    </li>
                  ))}
                </ol>
              </div>
            ))}
            <Cli line={`allclear explain ${imageId} ${vulnerability}`} />
          </>
        )}
      </Asked>
    </aside>
  )
}
