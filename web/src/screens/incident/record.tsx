import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Tabs } from '../../parts/tabs.tsx'
import { pb } from '../../paths.ts'
import type { incidentTabs } from '../../routes.ts'
import { Decisions } from './decisions.tsx'
import { Hypotheses } from './hypotheses.tsx'
import { LaterWork } from './later-work.tsx'
import { Proof } from './proof.tsx'
import { useTalk } from './talk.ts'
import { Timeline } from './timeline.tsx'

type Tab = (typeof incidentTabs)[number]
type Shown = NonNullable<Parameters<typeof pb.incident>[1]>
/** Parts that one key opens to write in. */
type Written = 'timeline' | 'decisions' | 'hypotheses'
const keyOf: Readonly<Record<Written, string>> = { timeline: 't', decisions: 'd', hypotheses: 'h' }

/** What is written down, in parts, each with its address. `t`, `d` and `h` open a form wherever one is. */
export function Record({ tab, shown }: { tab: Tab; shown: Shown }) {
  const { incident } = useTalk()
  const navigate = useNavigate()
  const [writing, setWriting] = useState<Written | null>(null)
  const write = (what: Written): void => {
    setWriting(what)
    void navigate({ ...pb.incident(incident.id, { ...shown, tab: what }), resetScroll: false })
  }
  const writes = (part: Written) => ({
    writing: writing === part,
    onWriting: (open: boolean) => setWriting(open ? part : null),
  })
  const to = (name: Tab) => pb.incident(incident.id, { ...shown, tab: name })
  return (
    <section aria-label="Record">
      {/* Reached by their keys from every tab. */}
      {Object.entries(keyOf).map(([part, key]) => (
        <button key={key} type="button" hidden data-key={key} onClick={() => write(part as Written)} />
      ))}
      <Tabs
        label="Parts of the record"
        tabs={[
          { title: 'Timeline', to: to('timeline'), count: incident.head.seq, current: tab === 'timeline' },
          {
            title: 'Decisions',
            to: to('decisions'),
            count: incident.decisions.length,
            current: tab === 'decisions',
          },
          {
            title: 'Hypotheses',
            to: to('hypotheses'),
            count: incident.hypotheses.length,
            current: tab === 'hypotheses',
          },
          { title: 'Later work', to: to('work'), count: incident.followUps.length, current: tab === 'work' },
          { title: 'Proof', to: to('proof'), current: tab === 'proof' },
        ]}
      />
      {tab === 'timeline' && <Timeline {...writes('timeline')} />}
      {tab === 'decisions' && <Decisions {...writes('decisions')} />}
      {tab === 'hypotheses' && <Hypotheses {...writes('hypotheses')} />}
      {tab === 'work' && <LaterWork />}
      {tab === 'proof' && <Proof />}
    </section>
  )
}
