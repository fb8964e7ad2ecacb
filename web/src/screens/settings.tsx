import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Asked } from '../parts/asked.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { pb } from '../paths.ts'
import type { settingsSections } from '../routes.ts'
import { Audit } from './settings-audit.tsx'
import { Me } from './settings-me.tsx'
import { People } from './settings-people.tsx'
import { Tokens } from './settings-tokens.tsx'

const route = getRouteApi('/settings/$section')

const titles: Record<(typeof settingsSections)[number], string> = {
  me: 'You',
  people: 'People',
  tokens: 'API tokens',
  audit: 'Audit',
}

/** Who may do what here, and what was done. */
export function SettingsScreen() {
  const { section } = route.useParams()
  const me = useQuery(queries.me())
  const current = section in titles ? (section as keyof typeof titles) : 'me'
  return (
    <>
      <PageHead title={titles[current]} facts={['settings']} />
      <Tabs
        label="Settings"
        tabs={(Object.keys(titles) as (keyof typeof titles)[]).map((name) => ({
          title: titles[name],
          to: pb.settings(name),
          current: name === current,
        }))}
      />
      <Asked result={me} what="who you are">
        {(who) => {
          switch (current) {
            case 'people':
              return <People me={who} />
            case 'tokens':
              return <Tokens me={who} />
            case 'audit':
              return <Audit me={who} />
            case 'me':
              return <Me me={who} />
          }
        }}
      </Asked>
    </>
  )
}
