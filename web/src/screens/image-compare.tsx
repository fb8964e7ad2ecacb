import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import type { ImageAnswer, ImageDiff } from '../api/schema.generated.ts'
import { grouped, plural } from '../format.ts'
import { Asked } from '../parts/asked.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { DataTable, Second, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Filter } from '../parts/filter.tsx'
import { Inert } from '../parts/inert.tsx'
import { Figure, Ledger, Section } from '../parts/ledger.tsx'
import { PackageName } from './names.tsx'
import { pb } from '../paths.ts'
import { isUnread } from './image-layers.tsx'

const route = getRouteApi('/images/$imageId')

/** Other images of the repository that are offered. */
const offered = 8

/** What differs from here to another image; both have to be read from their layers. */
export function ImageCompareTab({ image }: { image: ImageAnswer }) {
  const { imageId } = route.useParams()
  const { with: other } = route.useSearch()
  const navigate = route.useNavigate()
  const repository = image.reference.replace(/(?:@.*|:[^:/]*)$/, '')
  const others = useQuery(queries.images({ q: repository })).data?.rows.filter(({ id }) => id !== image.id)
  return (
    <Figure title="Compare" note="from this image to the other one, by what was read of their layers">
      <Filter
        label="Digest or name of the other image"
        value={other ?? ''}
        verb="Compare"
        onFilter={(text) => void navigate(pb.image(imageId, { tab: 'compare', with: text || undefined }))}
      />
      {others !== undefined && others.length > 0 && (
        <p className="soft">
          Of the same repository:{' '}
          {others.slice(0, offered).map(({ id, reference }, at) => (
            <span key={id}>
              {at > 0 && ', '}
              <Link {...pb.image(imageId, { tab: 'compare', with: id })} resetScroll={false}>
                <Inert text={reference.replace(/^.*\//, '')} max={120} />
              </Link>
            </span>
          ))}
        </p>
      )}
      {other === undefined ? (
        <Empty kind="yet" title="No other image is named yet">
          <p>Its version before or after shows what an update brings; its base shows what is its own.</p>
        </Empty>
      ) : (
        <Diff image={image} other={other} />
      )}
    </Figure>
  )
}

function Diff({ image, other }: { image: ImageAnswer; other: string }) {
  const { imageId } = route.useParams()
  const result = useQuery(queries.imageDiff(imageId, other))
  if (isUnread(result.error) && result.error !== null)
    return (
      <>
        <Failure error={result.error} />
        <Empty kind="yet" title="Both images have to be read from their layers">
          <Cli line={`allclear image add ${shellWord(image.reference)}`} />
          <Cli line={`allclear image add ${shellWord(other)}`} />
        </Empty>
      </>
    )
  return (
    <Asked result={result} what="the difference">
      {(diff) => <Found diff={diff} names={[image.reference, other]} />}
    </Asked>
  )
}

interface Row {
  key: string
  change: 'added' | 'removed' | 'changed'
  name: string
  type: string
  before: string
  after: string
  purl: string | null
  layer: number | null
}

function rowsOf({ added, removed, changed }: ImageDiff): Row[] {
  return [
    ...changed.map(({ type, name, from, to }): Row => ({
      key: `changed ${type} ${name}`,
      change: 'changed',
      type,
      name,
      before: from.join(', '),
      after: to.join(', '),
      purl: null,
      layer: null,
    })),
    ...added.map(({ type, name, version, purl, layer }): Row => ({
      key: `added ${type} ${name} ${version} ${purl} ${layer}`,
      change: 'added',
      type,
      name,
      before: '',
      after: version ?? 'without version',
      purl,
      layer,
    })),
    ...removed.map(({ type, name, version, purl }): Row => ({
      key: `removed ${type} ${name} ${version} ${purl}`,
      change: 'removed',
      type,
      name,
      before: version ?? 'without version',
      after: '',
      purl,
      layer: null,
    })),
  ]
}

/** More rows than this would make a page that nobody reads; the command gives all of them. */
const rowsShown = 500

function Found({ diff, names }: { diff: ImageDiff; names: [string, string] }) {
  const rows = rowsOf(diff)
  const { added, removed, changed, unchanged, sharedLayers, distribution, a, b } = diff
  return (
    <>
      <p>
        {grouped(changed.length)} changed, {grouped(added.length)} added, {grouped(removed.length)} removed,{' '}
        {grouped(unchanged)} as before. {plural(sharedLayers, 'layer')} {sharedLayers === 1 ? 'is' : 'are'}{' '}
        the same, of {grouped(a.layers)} here and {grouped(b.layers)} there.{' '}
        {distribution.a !== distribution.b && (
          <>
            The distribution changes from <Inert text={distribution.a ?? 'none'} max={80} /> to{' '}
            <Inert text={distribution.b ?? 'none'} max={80} />.
          </>
        )}
      </p>
      {rows.length === 0 ? (
        <Empty kind="proven" title="The same packages are in both" />
      ) : (
        <DataTable
          caption="Packages that differ"
          rows={rows.slice(0, rowsShown)}
          keyOf={({ key }) => key}
          columns={diffColumns}
        />
      )}
      {rows.length > rowsShown && (
        <p className="meta">
          The first {grouped(rowsShown)} of {grouped(rows.length)}; the command gives all of them.
        </p>
      )}
      <Ledger>
        <Section title="In a terminal">
          <Cli line={`allclear image diff ${names.map(shellWord).join(' ')}`} />
        </Section>
      </Ledger>
    </>
  )
}

const nothing = <span className="soft">not in it</span>

const diffColumns: readonly Column<Row>[] = [
  {
    title: 'Package',
    phone: 'line',
    cell: ({ name, purl, before, after, type }) =>
      purl === null ? (
        <>
          <Inert text={name} max={160} />
          <Second>{type}</Second>
        </>
      ) : (
        <PackageName name={name} version={after || before} purl={purl} />
      ),
  },
  { title: 'Change', cell: ({ change }) => change },
  {
    title: 'Here',
    cell: ({ before }) =>
      before === '' ? (
        nothing
      ) : (
        <code>
          <Inert text={before} max={160} />
        </code>
      ),
  },
  {
    title: 'There',
    cell: ({ after }) =>
      after === '' ? (
        nothing
      ) : (
        <code>
          <Inert text={after} max={160} />
        </code>
      ),
  },
  { title: 'Layer there', number: true, cell: ({ layer }) => (layer === null ? '' : grouped(layer + 1)) },
]
