import { ownExample } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

/** An example fleet of its own with one incident: declared, two stages in, four of thirteen workloads fixed. */
export interface IncidentFleet {
  server: RunningServer
  incident: string
  stop(): Promise<void>
}

export async function startIncidentFleet(): Promise<IncidentFleet> {
  const fleet = await ownExample()
  const server = await startServer({ data: fleet.data })
  const post = async (path: string, body: object): Promise<{ id: string }> => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return (await response.json()) as { id: string }
  }
  const vulnerability = 'CVE-2021-44228'
  const { id } = await post('/incidents', { advisory: vulnerability, source: 'a colleague' })
  for (const words of [
    { do: 'check', item: 'T1' },
    { do: 'check', item: 'T4', note: 'recorded by hand' },
    { do: 'skip', item: 'T5', reason: 'no setting of ours matters' },
    { do: 'decide', statement: 'We treat it as an incident.', reason: 'It runs everywhere.', declare: true },
    { do: 'pass', reason: 'No sandbox tonight.' },
    { do: 'check', item: 'O1' },
    { do: 'clock-start', regime: 'nis2', owner: 'lena' },
  ])
    await post(`/incidents/${id}/commands`, words)
  await post('/example/fixes', { vulnerability, steps: 4 })
  return {
    server,
    incident: id,
    async stop() {
      await server.stop()
      fleet.remove()
    },
  }
}

/** The screens of that incident, each with its address. */
export function incidentScreensOf({ incident }: IncidentFleet): Record<string, string> {
  const address = `/incidents/${incident}`
  return {
    incident: address,
    'incident-item': `${address}?stage=triage&item=T7`,
    'incident-decisions': `${address}?tab=decisions`,
    'incident-hypotheses': `${address}?tab=hypotheses`,
    'incident-work': `${address}?tab=work`,
    'incident-proof': `${address}?tab=proof`,
    'incident-why': `/why/rollout.digest-coverage?incident=${incident}`,
    'incident-list': '/incidents',
    'incident-home': '/',
  }
}
