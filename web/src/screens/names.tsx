import { Link } from '@tanstack/react-router'
import { Second } from '../parts/data-table.tsx'
import { Id } from '../parts/id.tsx'
import { Inert } from '../parts/inert.tsx'
import { pb } from '../paths.ts'

/** An image in a list: its name leads to its page, its digest below. */
export function ImageName({
  id,
  reference,
  digest,
}: {
  id: string
  reference: string
  digest: string | null
}) {
  return (
    <>
      <Link {...pb.image(id)}>
        <Inert text={reference} max={200} />
      </Link>
      <Second>
        <Id value={digest} />
      </Second>
    </>
  )
}

/** A package in a list: its name leads to where else it runs, its purl below. */
export function PackageName({ name, version, purl }: { name: string; version: string; purl: string }) {
  return (
    <>
      <Link {...pb.where({ q: purl })}>
        <Inert text={`${name} ${version}`} max={160} />
      </Link>
      <Second>
        <code>
          <Inert text={purl} max={200} />
        </code>
      </Second>
    </>
  )
}
