import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Refused } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { CataloguedPackage, ImageAnswer, ImageLayer, ImageLayers } from '../api/schema.generated.ts'
import { bytes, grouped, plural, utc } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { Button } from '../parts/button.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Filter } from '../parts/filter.tsx'
import { Id } from '../parts/id.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { Time } from '../parts/time.tsx'
import { Verdict } from '../parts/verdict.tsx'
import { pb } from '../paths.ts'

const route = getRouteApi('/images/$imageId')

/** How an image is put together, and what was found in which file of which layer. */
export function ImageLayersTab({ image }: { image: ImageAnswer }) {
  const { imageId } = route.useParams()
  const result = useQuery(queries.layers(imageId))
  if (isUnread(result.error)) return <NotRead image={image} />
  return (
    <Asked result={result} what="its layers">
      {(layers) => <Layers layers={layers} />}
    </Asked>
  )
}

/** The API has no layers of an image that nobody read: an answer, not a failure. */
export function isUnread(error: Error | null): boolean {
  return error instanceof Refused && error.status === 404
}

/** Why its layers are not known, and how they get to be. */
function NotRead({ image }: { image: Pick<ImageAnswer, 'id' | 'reference' | 'digest'> }) {
  const unread = useQuery(queries.unread()).data?.rows.find(({ id }) => id === image.id)
  return (
    <Figure title="Layers">
      <Empty kind="yet" title="Its layers were not read">
        {unread === undefined ? (
          <p>
            A server reads the images that run by itself where its configuration says so; nobody has tried
            this one. What an SBOM says of it stands under Packages.
          </p>
        ) : (
          <p>
            <Verdict kind="unknown" age={<Time atMs={unread.triedAtMs} />}>
              tried {plural(unread.attempts, 'time')}
            </Verdict>{' '}
            <Inert text={unread.reason} max={400} />
          </p>
        )}
        <Cli line={`allclear image add ${shellWord(image.reference)}`} />
        <p>
          Or from an archive of <code>docker save</code>, <code>podman save</code> or <code>skopeo copy</code>
          :
        </p>
        <Cli line={`allclear image add docker-archive:FILE --reference ${shellWord(image.reference)}`} />
      </Empty>
    </Figure>
  )
}

function Layers({ layers: read }: { layers: ImageLayers }) {
  const { imageId } = route.useParams()
  const { layer } = route.useSearch()
  const base = read.bases.find(({ layers }) => layers > 0)
  const columns = useMemo(() => layerColumns(imageId, read.bases), [imageId, read.bases])
  return (
    <>
      <Ledger>
        <Section title="Built on" note="known images whose layers are its lowest">
          {base === undefined ? (
            <p className="soft">No known image is its base.</p>
          ) : (
            <ul>
              {read.bases.map(({ id, name, layers }) => (
                <li key={id}>
                  <Link {...pb.image(id)}>
                    <Inert text={name} max={200} />
                  </Link>{' '}
                  <span className="meta">its {plural(layers, 'layer')} are the lowest</span>
                </li>
              ))}
            </ul>
          )}
        </Section>
        <Section title="Read" note="by ourselves, from its layers">
          <p>
            <Time atMs={read.cataloguedAtMs} /> ({utc(read.cataloguedAtMs)})
            {read.platform !== null && (
              <>
                , for <Inert text={read.platform} max={60} />
              </>
            )}
            ; made <Time atMs={read.createdAtMs} absent="at a time that it does not say" />.{' '}
            {read.distribution === null ? (
              'No distribution was found in it.'
            ) : (
              <>
                <Inert
                  text={
                    read.distribution.name ?? `${read.distribution.id} ${read.distribution.versionId ?? ''}`
                  }
                  max={120}
                />
                , as{' '}
                <code>
                  <Inert text={`/${read.distribution.path}`} max={120} />
                </code>{' '}
                says.
              </>
            )}
          </p>
        </Section>
        <Section title="SBOMs beside it" note="what somebody else says is in it">
          {read.documents.length === 0 ? (
            <p className="soft">None was imported; our own reading stands alone.</p>
          ) : (
            read.documents.map((document) => <Compared key={document.sha256} document={document} />)
          )}
        </Section>
      </Ledger>
      <Figure title="Layers" note="the lowest first">
        <DataTable
          caption="Layers, the lowest first"
          rows={read.layers}
          keyOf={({ position }) => String(position)}
          columns={columns}
        />
      </Figure>
      <Evidence key={layer} layers={read.layers.length} />
    </>
  )
}

function Compared({ document }: { document: ImageLayers['documents'][number] }) {
  const { format, tools, both, onlyDocument, onlyDocumentTotal, onlyLayers, onlyLayersTotal } = document
  const same = onlyDocumentTotal + onlyLayersTotal === 0
  return (
    <div>
      <p>
        <Verdict kind={same ? 'confirmed' : 'contradicted'}>
          {same ? 'says the same as our reading' : 'differs from our reading'}
        </Verdict>{' '}
        <Inert text={`${format} by ${tools.join(', ') || 'an unnamed tool'}`} max={200} />,{' '}
        <Time atMs={document.importedAtMs} />: {grouped(both)} in both, {grouped(onlyDocumentTotal)} only
        there, {grouped(onlyLayersTotal)} only here.
      </p>
      <Names title="Only in the SBOM" names={onlyDocument} total={onlyDocumentTotal} />
      <Names title="Only in the layers" names={onlyLayers} total={onlyLayersTotal} />
    </div>
  )
}

function Names({ title, names, total }: { title: string; names: readonly string[]; total: number }) {
  if (total === 0) return null
  return (
    <details>
      <summary>
        {title}: {grouped(total)}
      </summary>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <code>
              <Inert text={name} max={200} />
            </code>
          </li>
        ))}
        {total > names.length && <li className="meta">and {grouped(total - names.length)} more</li>}
      </ul>
    </details>
  )
}

function layerColumns(imageId: string, bases: ImageLayers['bases']): readonly Column<ImageLayer>[] {
  /** The image that has this layer and fewest others: the one that brought it. */
  const baseOf = (position: number) =>
    bases.filter(({ layers }) => position < layers).toSorted((a, b) => a.layers - b.layers)[0]
  return [
    { title: 'Layer', cell: ({ position }) => <b className="nowrap">Layer {grouped(position + 1)}</b> },
    {
      title: 'Made by',
      phone: 'line',
      cell: ({ createdBy, digest, diffId }) => (
        <>
          {createdBy === null ? (
            <span className="soft">the history does not say</span>
          ) : (
            <code>
              <Inert text={createdBy} max={400} />
            </code>
          )}
          <Second>
            <Id value={digest ?? diffId} />
          </Second>
        </>
      ),
    },
    {
      title: 'From',
      phone: 'line',
      cell: ({ position }) => {
        const base = baseOf(position)
        return base === undefined ? (
          <span className="soft">its own</span>
        ) : (
          <Link {...pb.image(base.id)}>
            <Inert text={base.name} max={120} />
          </Link>
        )
      },
    },
    {
      title: 'Size',
      number: true,
      cell: ({ sizeBytes, contentBytes }) => (
        <>
          {sizeBytes === null ? '?' : bytes(sizeBytes)}
          <Second>{bytes(contentBytes)} unpacked</Second>
        </>
      ),
    },
    {
      title: 'Files',
      number: true,
      cell: ({ files, hiddenFiles }) => (
        <>
          {grouped(files)}
          {hiddenFiles > 0 && <Second>{grouped(hiddenFiles)} hidden above</Second>}
        </>
      ),
    },
    {
      title: 'Packages',
      number: true,
      cell: ({ position, packages }) =>
        packages === 0 ? (
          '0'
        ) : (
          <Link {...pb.image(imageId, { tab: 'layers', layer: String(position + 1) })} resetScroll={false}>
            {plural(packages, 'package')}
          </Link>
        ),
    },
  ]
}

/** Every package with the file, the layer and the method that it was found by. */
function Evidence({ layers }: { layers: number }) {
  const { imageId } = route.useParams()
  const { q, layer } = route.useSearch()
  const navigate = route.useNavigate()
  const number = Number(layer)
  const position = Number.isSafeInteger(number) && number >= 1 && number <= layers ? number - 1 : undefined
  const query = { q, layer: position }
  const result = useQuery(queries.evidence(imageId, query))
  const set = (changes: { q?: string; layer?: string }): void =>
    void navigate({ search: (before) => ({ ...before, row: undefined, ...changes }), resetScroll: false })
  return (
    <Figure
      title={position === undefined ? 'Evidence' : `Evidence in layer ${position + 1}`}
      note="each package with the file and the layer that it came from"
    >
      <Filter label="Name, purl or file" value={q ?? ''} onFilter={(text) => set({ q: text || undefined })}>
        {position !== undefined && <Button onClick={() => set({ layer: undefined })}>All layers</Button>}
      </Filter>
      <Asked result={result} what="the evidence">
        {({ total }) =>
          total === 0 ? (
            <Empty kind="matches" title={q === undefined ? 'No package came with it' : 'Nothing matches'} />
          ) : (
            <DataTable
              key={`${q} ${position}`}
              caption="Packages and their evidence"
              keyOf={keyOfPackage}
              columns={evidenceColumns}
              windows={{ total, question: (offset) => queries.evidence(imageId, query, offset) }}
            />
          )
        }
      </Asked>
    </Figure>
  )
}

const keyOfPackage = ({ type, name, version, arch, evidence }: CataloguedPackage): string =>
  `${type} ${name} ${version} ${arch} ${evidence[0].layer} ${evidence[0].path} ${evidence[0].inside}`

/** Files of one package that are named; the rest is counted. */
const filesShown = 3

const evidenceColumns: readonly Column<CataloguedPackage>[] = [
  {
    title: 'Package',
    phone: 'line',
    cell: ({ namespace, name, version, purl, note }) => (
      <>
        <Inert text={`${namespace === null ? '' : `${namespace}/`}${name} ${version ?? ''}`} max={200} />
        {version === null && (
          <>
            {' '}
            <Verdict kind="unknown">without version</Verdict>
          </>
        )}
        <Second>
          <Inert text={note ?? purl ?? 'no purl'} max={200} />
        </Second>
      </>
    ),
  },
  {
    title: 'File',
    phone: 'line',
    cell: ({ evidence }) => (
      <>
        {evidence.slice(0, filesShown).map(({ path, inside, layer }) => (
          <div key={`${path} ${inside} ${layer}`}>
            <Link {...pb.where({ q: `file:/${path}` })}>
              <code>
                <Inert text={`/${path}`} max={200} />
              </code>
            </Link>
            {inside !== null && (
              <Second>
                in it <Inert text={inside} max={200} />
              </Second>
            )}
          </div>
        ))}
        {evidence.length > filesShown && <Second>and {grouped(evidence.length - filesShown)} more</Second>}
      </>
    ),
  },
  { title: 'Layer', number: true, width: '70px', cell: ({ evidence }) => grouped(evidence[0].layer + 1) },
  {
    title: 'Method',
    width: '170px',
    cell: ({ evidence, cataloguer }) => (
      <>
        <Inert text={evidence[0].method} max={80} />
        <Second>
          <Inert text={cataloguer} max={60} />
        </Second>
      </>
    ),
  },
  { title: 'Confidence', width: '100px', cell: ({ evidence }) => evidence[0].confidence },
  {
    title: 'Belongs to',
    width: '150px',
    cell: ({ ownedBy }) =>
      ownedBy === null ? (
        <span className="soft">itself</span>
      ) : (
        <>
          <Inert text={ownedBy} max={100} />
          <Second>its advisories decide</Second>
        </>
      ),
  },
]
