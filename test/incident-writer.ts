/**
 * A child process that says things in an incident until it is killed: `node test/incident-writer.ts DIRECTORY INCIDENT FROM`.
 * Prints a number once what it said with that number has been acknowledged.
 */
import { openInstallation } from '../src/api/installation.ts'
import { systemClock } from '../src/base/clock.ts'

const [directory, incident, from] = process.argv.slice(2)
const installation = await openInstallation({
  directory,
  example: false,
  clock: systemClock,
  version: '0.0.0-test',
  env: {},
  exclusive: true,
})
const { incidents } = await installation.response()
for (let at = Number(from); at < 10_000; at++) {
  // A tick and its taking back between the notes: entries of more than one kind, some with verdicts that follow.
  const words =
    at % 3 === 1
      ? { do: 'check', item: 'T1', undo: at % 2 === 0, reason: `again ${at}`, note: `tick ${at}` }
      : { do: 'note', text: `said ${at}` }
  await incidents.say(incident, words, { actor: 'writer', command: `command-${at}` })
  process.stdout.write(`${at}\n`)
}
await installation.close()
