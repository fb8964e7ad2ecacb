import type { StatusAnswer } from '../../../src/know/answers.ts'
import { useAnswer } from '../api.ts'
import { grouped } from '../format.ts'
import { Asked, Cli, Section } from '../parts.tsx'

export function StartScreen() {
  const answer = useAnswer<StatusAnswer>('/status')
  return (
    <>
      <h1>First steps</h1>
      <Asked answer={answer}>
        {(status) => (
          <>
            <p className="answer-sentence">{status.sentence}</p>
            <FirstSteps next={status.next} />
            <Section title="Here now">
              <p>
                {grouped(status.counts.packageVersions)} package versions, {grouped(status.counts.findings)}{' '}
                findings, on {status.engine} in <span className="mono">{status.dataDirectory}</span>.
              </p>
              <p className="meta">
                Allclear {status.version}; index of {grouped(Math.round(status.index.bytes / 1024))} KiB built
                in {grouped(status.index.builtInMs)} ms.
              </p>
            </Section>
          </>
        )}
      </Asked>
    </>
  )
}

export function FirstSteps({ next }: { next: StatusAnswer['next'] }) {
  return (
    <ol className="steps">
      {next.map(({ title, command }) => (
        <li key={title}>
          <h2>{title}</h2>
          <Cli line={command} />
        </li>
      ))}
    </ol>
  )
}
