import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import { grouped } from '../format.ts'
import { AnswerLine } from '../parts/answer-line.tsx'
import { Asked } from '../parts/asked.tsx'
import { Cli } from '../parts/cli.tsx'
import { Facts } from '../parts/facts.tsx'
import { Inert } from '../parts/inert.tsx'
import { Ledger, Section } from '../parts/ledger.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { FirstSteps } from './first-steps.tsx'

export function StartScreen() {
  const result = useQuery(queries.status())
  return (
    <>
      <PageHead title="First steps" facts={['from nothing to an answer in ten minutes']} />
      <Asked result={result} what="the status">
        {(status) => (
          <>
            <AnswerLine
              word={status.example ? 'Example.' : status.next.length > 0 ? 'Begin.' : 'Ready.'}
              sentence={status.sentence}
            >
              {status.example && (
                <p className="soft">
                  Your own data go into a folder of their own: put its path in the place of DIR. Nothing of
                  the example goes with them.
                </p>
              )}
            </AnswerLine>
            <Ledger>
              <Section title="Steps" note="read rights only">
                <FirstSteps status={status} />
              </Section>
              {status.example && (
                <Section title="Then" note="your fleet, this console">
                  <Cli line="allclear up --data DIR" />
                </Section>
              )}
              <Section title="Here now">
                <Facts
                  facts={[
                    {
                      term: 'Clusters',
                      value: grouped(status.counts.clusters),
                      note: `${grouped(status.counts.workloads)} workloads`,
                    },
                    {
                      term: 'Images',
                      value: grouped(status.counts.images),
                      note: `${grouped(status.counts.imagesKnown)} with known content`,
                    },
                    {
                      term: 'Advisory records',
                      value: grouped(status.counts.advisories),
                      note: `${grouped(status.counts.findings)} findings`,
                    },
                    {
                      term: 'Package versions',
                      value: grouped(status.counts.packageVersions),
                      note: `index of ${grouped(Math.ceil(status.index.bytes / 1024))} KiB, built in ${grouped(Math.round(status.index.builtInMs))} ms`,
                    },
                  ]}
                />
              </Section>
              <Section title="Kept in">
                <p>
                  <code>
                    <Inert text={status.dataDirectory} />
                  </code>{' '}
                  on {status.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}{' '}
                  <span className="meta">Allclear {status.version}</span>
                </p>
              </Section>
            </Ledger>
          </>
        )}
      </Asked>
    </>
  )
}
