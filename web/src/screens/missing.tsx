import { Link } from '@tanstack/react-router'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { pb } from '../paths.ts'

export function MissingScreen() {
  return (
    <>
      <PageHead title="Nothing is at this address" />
      <Empty kind="visible" title="Nothing here that you can see">
        <p>
          <Link {...pb.home()}>Go home</Link>, or press <kbd>/</kbd> and ask.
        </p>
      </Empty>
    </>
  )
}
