import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { queries } from '../api/queries.ts'
import type { Finding, ImageAnswer } from '../api/schema.generated.ts'
import { grouped, percent, plural } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { Chips } from '../parts/chip.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Disclose } from '../parts/disclose.tsx'
import { Empty } from '../parts/empty.tsx'
import { Filter } from '../parts/filter.tsx'
import { Id } from '../parts/id.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Severity } from '../parts/severity.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { Time } from '../parts/time.tsx'
import { Claim, FindingVerdict, Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'
import { imageTabs, severities } from '../routes.ts'
import { workloadColumns } from './affected-columns.tsx'
import { Explanation } from './explanation.tsx'
import { ImageCompareTab } from './image-compare.tsx'
import { ImageLayersTab } from './image-layers.tsx'
import { PackageName } from './names.tsx'

const route = getRouteApi('/images/$imageId')
type Tab = (typeof imageTabs)[number]

export function ImageScreen() {
  const { imageId } = route.useParams()
  const result = useQuery(queries.image(imageId))
  return (
    <Asked result={result} what="the image">
      {(image) => <Image image={image} />}
    </Asked>
  )
}

function Image({ image }: { image: ImageAnswer }) {
  const { imageId } = route.useParams()
  const { tab = 'findings' } = route.useSearch()
  const counts: Partial<Record<Tab, number>> = {
    findings: image.findings.total,
    packages: image.packageList.total,
    runs: image.runs.total,
    documents: image.documents.length,
  }
  const name = image.reference.split('@', 1)[0]
  return (
    <>
      <PageHead
        title={name}
        heading={<code>{<Inert text={name} max={240} />}</code>}
        aside={<CopyButton text={image.digest ?? image.reference} name="Copy the digest" />}
        facts={[
          <Id key="digest" value={image.digest} />,
          image.distro === null ? (
            'no distribution is named'
          ) : (
            <Inert key="distro" text={image.distro} max={80} />
          ),
          plural(image.packages, 'package'),
          sourcesOf(image),
        ]}
        actions={
          <CopyButton
            text={`allclear scan ${shellWord(image.digest ?? image.reference)}`.replace('scan', 'image show')}
            label="Copy as a command"
            name="Copy as a command"
          />
        }
      />
      <AnswerLine word={wordOf(image)} sentence={image.sentence}>
        <p className="soft">
          {image.running
            ? `Runs in ${plural(image.workloads, 'workload')} (${plural(image.pods, 'pod')}), ${plural(image.clusters, 'cluster')}.`
            : 'Not seen running now.'}
        </p>
      </AnswerLine>
      <Ledger>
        {image.unknownPackages.length > 0 && (
          <Section title="Not judged" note="never clean">
            <ul>
              {image.unknownPackages.map(({ reason, ecosystem, packages, examples }) => (
                <li key={`${reason} ${ecosystem}`}>
                  <Verdict kind="unknown">{plural(packages, 'package')}</Verdict> of{' '}
                  <Inert text={ecosystem} max={60} />: <Inert text={reason} max={200} />{' '}
                  <span className="meta">
                    <Inert text={examples.slice(0, 3).join(', ')} max={200} />
                  </span>
                </li>
              ))}
            </ul>
          </Section>
        )}
      </Ledger>
      <Tabs
        label="Parts of the image"
        tabs={imageTabs.map((part) => ({
          title: `${part[0].toUpperCase()}${part.slice(1)}`,
          to: pb.image(imageId, { tab: part }),
          count: counts[part],
          current: part === tab,
        }))}
      />
      {tab === 'findings' && <Findings image={image} />}
      {tab === 'packages' && <Packages image={image} />}
      {tab === 'runs' && (
        <Figure title="Runs" note="running and largest first">
          {image.runs.total === 0 ? (
            <Empty kind="matches" title="No workload is known to run it" />
          ) : (
            <DataTable
              caption="Workloads, running and largest first"
              keyOf={({ id }) => id}
              columns={workloadColumns}
              windows={{
                total: image.runs.total,
                question: (offset) => ({ ...queries.image(imageId, offset), select: ({ runs }) => runs }),
              }}
            />
          )}
        </Figure>
      )}
      {tab === 'layers' && <ImageLayersTab image={image} />}
      {tab === 'compare' && <ImageCompareTab image={image} />}
      {tab === 'documents' && (
        <Figure title="Documents" note="what the answer is made from">
          {image.documents.length === 0 ? (
            <NoSbom image={image} />
          ) : (
            <DataTable
              caption="Documents"
              rows={image.documents}
              keyOf={({ sha256 }) => sha256}
              columns={documentColumns}
            />
          )}
        </Figure>
      )}
    </>
  )
}

/** Who says what is in it: SBOMs of others, our own reading of its layers, or nobody. */
function sourcesOf({ documents }: ImageAnswer): string {
  const sboms = documents.filter(({ format }) => format !== layersFormat)
  return (
    [
      sboms.length === 0
        ? []
        : [`${plural(sboms.length, 'SBOM')} by ${sboms[0].tools[0] ?? 'an unnamed tool'}`],
      sboms.length === documents.length ? [] : ['read from its layers'],
    ]
      .flat()
      .join(', ') || 'no SBOM, and its layers were not read'
  )
}

/** What the API calls our own reading among the documents. */
const layersFormat = 'image-layers'

function wordOf({ known, affected, fixable, unknown }: ImageAnswer): string {
  if (!known) return 'Cannot tell.'
  if (affected > 0) return fixable > 0 ? 'Fixable.' : 'Affected.'
  return unknown > 0 ? 'Cannot tell.' : 'Nothing.'
}

function NoSbom({ image }: { image: ImageAnswer }) {
  return (
    <Empty kind="yet" title="Cannot be judged: there is no SBOM for it, and its layers were not read">
      <Cli line={`allclear import sbom FILE --image ${shellWord(image.digest ?? image.reference)}`} />
      <p>Or read it from its layers, in its registry:</p>
      <Cli line={`allclear image add ${shellWord(image.reference)}`} />
    </Empty>
  )
}

const keyOfFinding = ({ vulnerability, purl, advisories }: Finding): string =>
  `${vulnerability} ${purl} ${advisories[0] ?? ''}`

function Findings({ image }: { image: ImageAnswer }) {
  const { imageId } = route.useParams()
  const { q, severity, sort, why } = route.useSearch()
  const navigate = route.useNavigate()
  const query = { q, severity, sort }
  const result = useQuery(queries.findings(imageId, query))
  const set = (changes: Partial<Parameters<typeof pb.image>[1]>): void =>
    void navigate({
      search: (before) => ({ ...before, row: undefined, ...changes }),
      replace: true,
      resetScroll: false,
    })
  const columns = useMemo(
    () =>
      findingColumns(
        why,
        (key) =>
          void navigate({
            search: (before) => ({ ...before, why: before.why === key ? undefined : key }),
            replace: true,
            resetScroll: false,
          }),
      ),
    [why, navigate],
  )
  if (!image.known)
    return (
      <Figure title="Findings">
        <NoSbom image={image} />
      </Figure>
    )
  if (image.findings.total === 0)
    return (
      <Figure title="Findings">
        <Empty
          kind={image.unknown === 0 ? 'proven' : 'matches'}
          title={
            image.unknown === 0
              ? 'No record names a package of this image'
              : `Nothing found in the ${grouped(image.packages - image.unknown)} packages that can be judged`
          }
        />
      </Figure>
    )
  return (
    <Figure title="Findings" note="Claim: what people say. Verdict: what the versions say.">
      <Filter
        label="Vulnerability, package or words of the summary"
        value={q ?? ''}
        onFilter={(text) => set({ q: text || undefined })}
      >
        <Chips
          label="Severity"
          value={severity}
          onChange={(value) => set({ severity: value })}
          chips={[
            { value: undefined, title: 'All' },
            ...severities
              .slice(0, 4)
              .map((value) => ({ value, title: `${value[0].toUpperCase()}${value.slice(1)}` })),
          ]}
        />
      </Filter>
      <Asked result={result} what="the findings">
        {({ total }) =>
          total === 0 ? (
            <Empty kind="matches" title="Nothing matches">
              <Button onClick={() => set({ q: undefined, severity: undefined })}>Clear the filters</Button>
            </Empty>
          ) : (
            <DataTable
              key={JSON.stringify(query)}
              caption={sort === undefined ? 'Findings, worst first' : 'Findings'}
              keyOf={keyOfFinding}
              columns={columns}
              sort={{ by: sort, onSort: (by) => set({ sort: by }) }}
              detail={{
                openKey: why,
                render: ({ vulnerability, purl }) => (
                  <Explanation imageId={imageId} vulnerability={vulnerability} purl={purl} />
                ),
              }}
              windows={{ total, question: (offset) => queries.findings(imageId, query, offset) }}
            />
          )
        }
      </Asked>
    </Figure>
  )
}

function findingColumns(
  open: string | undefined,
  onToggle: (key: string) => void,
): readonly Column<Finding>[] {
  return [
    {
      title: 'Vulnerability',
      sort: 'vulnerability',
      phone: 'line',
      cell: (finding) => {
        const key = keyOfFinding(finding)
        return (
          <>
            <Disclose
              open={open === key}
              onToggle={() => onToggle(key)}
              name={`Why ${finding.vulnerability}`}
            >
              <Inert text={finding.vulnerability} max={80} />
            </Disclose>
            <Second>
              <Inert text={finding.summary} max={160} />
            </Second>
          </>
        )
      },
    },
    {
      title: 'Severity',
      sort: 'severity',
      width: '106px',
      cell: ({ severity }) => <Severity value={severity} />,
    },
    {
      title: 'Package',
      sort: 'package',
      width: '20%',
      cell: (finding) => (
        <>
          <b>
            <Inert text={finding.package.replace(/^.*:/, '')} max={100} />
          </b>{' '}
          <code>
            <Inert text={finding.version} max={80} />
          </code>
        </>
      ),
    },
    {
      title: 'Fix',
      sort: 'fix',
      width: '132px',
      cell: ({ fixedIn, fixState }) =>
        fixedIn === '' ? (
          <span className="soft">
            {fixState === 'unknown' ? 'no fix named' : fixState.replaceAll('-', ' ')}
          </span>
        ) : (
          <>
            fixed in{' '}
            <code>
              <Inert text={fixedIn} max={80} />
            </code>
          </>
        ),
    },
    {
      title: 'Exploited',
      sort: 'exploited',
      width: '100px',
      cell: ({ kev, epss }) =>
        kev ? (
          'in the wild'
        ) : (
          <span className="soft">{epss === null ? 'not known' : `${percent(epss)} likely`}</span>
        ),
    },
    {
      title: 'Claim',
      width: '124px',
      cell: ({ vex }) =>
        vex === null ? (
          <Claim text={null} />
        ) : (
          <Claim text={vex.status.replaceAll('_', ' ')} by={vex.author} />
        ),
    },
    { title: 'Verdict', width: '124px', seam: true, cell: ({ state }) => <FindingVerdict state={state} /> },
  ]
}

const packageColumns: readonly Column<ImageAnswer['packageList']['rows'][number]>[] = [
  {
    title: 'Package',
    phone: 'line',
    cell: (row) => <PackageName {...row} />,
  },
  { title: 'Ecosystem', width: '120px', cell: ({ ecosystem }) => <Inert text={ecosystem} max={60} /> },
  { title: 'Source', width: '18%', cell: ({ source }) => <Inert text={source} max={100} /> },
  {
    title: 'Evidence',
    width: '20%',
    phone: 'line',
    cell: ({ locator }) => (
      <code>
        <Inert text={locator} max={160} />
      </code>
    ),
  },
  {
    title: 'Verdict',
    width: '190px',
    seam: true,
    cell: ({ state, why }) =>
      state === 'clean' ? (
        <span className="soft">no record</span>
      ) : state === 'affected' ? (
        <FindingVerdict state="affected" />
      ) : (
        <>
          <FindingVerdict state="unknown" />
          <Second>
            <Inert text={why} max={160} />
          </Second>
        </>
      ),
  },
]

function Packages({ image }: { image: ImageAnswer }) {
  const { imageId } = route.useParams()
  const { q } = route.useSearch()
  const navigate = route.useNavigate()
  const result = useQuery(queries.packages(imageId, { q }))
  const filter = (text: string): void =>
    void navigate(pb.image(imageId, { tab: 'packages', q: text || undefined }))
  if (image.packageList.total === 0)
    return (
      <Figure title="Packages">
        <NoSbom image={image} />
      </Figure>
    )
  return (
    <Figure title="Packages" note="by name, each with how we know it">
      <Filter label="Name or purl" value={q ?? ''} onFilter={filter} />
      <Asked result={result} what="the packages">
        {({ total }) =>
          total === 0 ? (
            <Empty kind="matches" title="Nothing matches">
              <Button onClick={() => filter('')}>Clear the filter</Button>
            </Empty>
          ) : (
            <DataTable
              key={q}
              caption="Packages"
              keyOf={({ purl, locator, version }) => `${purl} ${version} ${locator}`}
              columns={packageColumns}
              windows={{ total, question: (offset) => queries.packages(imageId, { q }, offset) }}
            />
          )
        }
      </Asked>
    </Figure>
  )
}

const documentColumns: readonly Column<ImageAnswer['documents'][number]>[] = [
  {
    title: 'Format',
    cell: ({ format, specVersion }) =>
      format === layersFormat ? 'our reading of its layers' : `${format} ${specVersion}`,
  },
  { title: 'Made by', cell: ({ tools }) => <Inert text={tools.join(', ') || 'not said'} max={160} /> },
  { title: 'Made', cell: ({ createdAtMs }) => <Time atMs={createdAtMs} absent="not said" /> },
  { title: 'Imported', cell: ({ importedAtMs }) => <Time atMs={importedAtMs} /> },
  { title: 'Packages', number: true, cell: ({ packages }) => grouped(packages) },
  {
    title: 'Left out',
    phone: 'line',
    cell: ({ leftOut }) => (
      <Inert
        text={leftOut.map(({ count, reason }) => `${grouped(count)}: ${reason}`).join('; ') || 'nothing'}
        max={300}
      />
    ),
  },
]
