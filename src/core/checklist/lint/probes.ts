import type { z } from 'zod'
import { canonicalJson, type Json } from '../../canonical-json.ts'
import type { ProbeCost, ProbeDescription } from '../../probe/index.ts'
import { durationText } from '../duration-text.ts'
import type { Check, Say } from './context.ts'

/**
 * How often a new answer can be had. What follows changes needs a moment; what is asked on a schedule is asked hourly;
 * a drill acts in the fleet, and daily is often.
 */
const leastFreshnessMs: Readonly<Record<ProbeCost, number>> = {
  continuous: 10_000,
  demand: 60_000,
  periodic: 3_600_000,
  drill: 86_400_000,
}

/** Questions are ones that the fleet can be asked, and signals are named where a list is about signals. */
export const checkProbes: Check = ({ items, phase }, context, say) => {
  const asked = new Map<string, string>()
  for (const [at, { id, tier, probe, noProbe, signal, noSignal, proof, fix, tailoring }] of items.entries()) {
    const path = ['items', at]
    if (probe === null) {
      if (tier === 'killer' && noProbe === null)
        say('probe-none', path, `${id} is a killer item that nothing checks, and does not say why.`)
    } else {
      const description = context.probe(probe.id)
      if (description === undefined)
        say(
          'probe-unknown',
          [...path, 'probe', 'id'],
          `The probe ${probe.id} of ${id} is not in the catalogue.`,
        )
      else {
        checkParameters(description, probe.params, [...path, 'probe', 'params'], id, say)
        const least = leastFreshnessMs[description.cost]
        if (probe.freshnessMs < least)
          say(
            'probe-freshness',
            [...path, 'probe', 'freshness'],
            `${id} wants answers of ${durationText(probe.freshnessMs)}; ${probe.id} (${description.cost}) gives one in ${durationText(least)} at best.`,
          )
        for (const [nth, { set }] of tailoring.params.entries())
          checkParameters(description, set, [...path, 'tailoring', 'params', nth, 'set'], id, say)
      }
      const question = `${probe.id} ${canonicalJson(probe.params as Json)}`
      const twin = asked.get(question)
      if (twin !== undefined) say('probe-twice', [...path, 'probe'], `${id} asks the same as ${twin}.`)
      else asked.set(question, id)
    }
    if (phase === 'pre-incident') {
      if (signal === null && noSignal === null)
        say('signal-missing', path, `${id} names neither the trace that it forces nor why there is none.`)
      if (signal !== null && proof === null)
        say('drill-missing', path, `${id} promises the signal ${signal.id}, but no drill proves it.`)
    }
    for (const [nth, offer] of fix.entries())
      if (offer.kind === 'action' && offer.undo === null)
        say(
          'action-undo',
          [...path, 'fix', nth],
          `The action ${offer.id} of ${id} does not say how it is undone.`,
        )
  }
}

function checkParameters(
  { id: probe, parameters }: ProbeDescription,
  given: object,
  path: (string | number)[],
  item: string,
  say: Say,
): void {
  const parsed = parameters.partial().safeParse(given)
  if (parsed.success) return
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(parameters.shape).join(', ') || 'none'
      for (const key of issue.keys)
        say(
          'probe-parameters',
          [...path, key],
          `${probe} has no parameter ${key.slice(0, 60)} (${item}); it takes: ${known}.`,
        )
    } else
      say(
        'probe-parameters',
        [...path, ...plain(issue)],
        `${item}: ${plain(issue).join('.')} of ${probe}: ${issue.message}.`,
      )
  }
}

function plain({ path }: z.core.$ZodIssue): (string | number)[] {
  return path.map((part) => (typeof part === 'number' ? part : String(part)))
}
