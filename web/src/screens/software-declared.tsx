import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { refreshAll } from '../api/live.ts'
import type { SoftwareDetail } from '../api/schema.generated.ts'
import { grouped } from '../format.ts'
import { Button } from '../parts/button.tsx'
import { Cli, shellWord } from '../parts/cli.tsx'
import { Failure } from '../parts/failure.tsx'
import { Inert } from '../parts/inert.tsx'
import { Section } from '../parts/ledger.tsx'
import { Time } from '../parts/time.tsx'
import { pb } from '../paths.ts'

type Declaration = NonNullable<SoftwareDetail['declaration']>

/** What a person said of software outside of Kubernetes, and the way to take it back. */
export function SoftwareDeclared({ declaration }: { declaration: Declaration }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [refused, setRefused] = useState<Error | null>(null)
  const { name, declaredBy, declaredAtMs, hosts, places, note } = declaration
  const withdraw = async (): Promise<void> => {
    try {
      await ask('DELETE /api/v1/software/{id}', { path: { id: name } })
      await navigate(pb.software())
      await refreshAll(client)
    } catch (error) {
      setRefused(error as Error)
    }
  }
  return (
    <Section title="Declared" note="by hand">
      <p>
        <Inert text={declaredBy} max={120} />, <Time atMs={declaredAtMs} />
        {hosts !== null && `; on ${grouped(hosts)} hosts`}
        {places.length > 0 && (
          <>
            ; in <Inert text={places.join(', ')} max={300} />
          </>
        )}
        .
      </p>
      {note !== null && (
        <p className="soft prose">
          <Inert text={note} />
        </p>
      )}
      {refused && <Failure error={refused} />}
      <p>
        <Button onClick={() => void withdraw()}>Take the declaration back</Button>
      </p>
      <Cli line={`allclear software remove ${shellWord(name)}`} />
    </Section>
  )
}
