/**
 * A probe is one typed question to the live fleet that is answered with evidence. Readiness checks, incident steps,
 * rollout gates, conditions of the all clear and relapse guards are all probes. Times are epoch milliseconds.
 */
import type { z } from 'zod'
import type { InputName } from './inputs.ts'

/**
 * `contradicted`: somebody found a counterexample. `confirmed`: nobody did, and enough was looked at. `unknown`: all
 * else. `stale`: the answer was one of these and is too old to act on. Gates read `stale` as `unknown`.
 */
export type Verdict = 'confirmed' | 'contradicted' | 'unknown' | 'stale'
/** What a measurement decides; only time makes it stale. */
export type Decided = Exclude<Verdict, 'stale'>

export const verdicts: readonly Verdict[] = ['confirmed', 'contradicted', 'unknown', 'stale']
export type ProbeWing = 'know' | 'prepare' | 'detect' | 'respond' | 'repair' | 'learn'

/**
 * `continuous`: follows every change of its inputs. `periodic`: asked on a schedule. `demand`: asked when somebody wants
 * it. `drill`: does something in the fleet, and is only asked on purpose.
 */
export type ProbeCost = 'continuous' | 'periodic' | 'demand' | 'drill'

/** Parameters that a run fills in from where it stands: an item of a checklist need not name its incident. */
export type BoundParameter = 'advisory' | 'incident'

export type ProbeParameters = Readonly<Record<string, unknown>>

export interface ProbeDescription {
  /** `know.affected` */
  id: string
  wing: ProbeWing
  /** The question, for people. */
  title: string
  /** What contradicts it, or what alone confirms it, beyond the rules that all share. */
  rule: string
  parameters: z.ZodObject
  binds: readonly BoundParameter[]
  inputs: readonly InputName[]
  cost: ProbeCost
}

/** One thing in the fleet that speaks against it, by a name that can be looked up. */
export interface Counterexample {
  /** `shop-eu/search/StatefulSet/indexer`; for a fact of the incident, its entry: `H2`. */
  target: string
  because: string
}

/** How much of an input was seen, and how old it is. */
export interface InputCoverage {
  input: InputName
  /** Share of the targets and of the time window that the input covers, 0 to 1. */
  coverage: number
  /** When the input was last known to be current; null when it never was. */
  asOfMs: number | null
  /** What is missing, in words; empty when nothing is. */
  gaps: readonly string[]
}

/** A count with examples: lists in evidence are cut, counts never are. */
export interface Sample<T> {
  total: number
  sample: readonly T[]
}

/** What a handler found, before the rules decide. */
export interface Measurement {
  /** What was asked, so that a person can ask it again: a command line where there is one. */
  query: string
  /** The answer in one sentence. */
  sentence: string
  /** Targets that were looked at. */
  examined: number
  counterexamples: Sample<Counterexample>
  /** Counterexamples that a live exception covers; they are not among the counterexamples. */
  excepted: number
  /** Targets that could not be judged. */
  unknownTargets: Sample<string>
  inputs: readonly InputCoverage[]
  /** The number that the question is about, where there is one: `{ affected: 14 }`. */
  values?: Readonly<Record<string, number>>
  /** Set by probes that confirm only under a condition of their own: why it does not hold. */
  withheld?: string
}

/** Evidence of one answer, as it is kept. */
export interface ProbeEvidence extends Measurement {
  tookMs: number
}

export interface ProbeResult {
  probe: string
  /** As asked, with defaults and bound parameters. */
  params: ProbeParameters
  verdict: Verdict
  /** Why this verdict, in one sentence. */
  reason: string
  /** When it was measured. */
  atMs: number
  /** From then on it is stale. */
  freshUntilMs: number
  /** Null where nothing could be looked at: not connected, failed, or ran out of time. */
  evidence: ProbeEvidence | null
}

export interface ProbeRun {
  signal: AbortSignal
  /** "Now" for the whole answer. */
  nowMs: number
}

/** A probe that something answers. */
export interface Probe extends ProbeDescription {
  ask(params: ProbeParameters, run: ProbeRun): Promise<Measurement>
}

/** What decides how a measurement is judged; from the item that asks, else the defaults. */
export interface Tolerance {
  /** Share of the targets that each input must cover, 0 to 1. */
  minCoverage: number
  /** Counterexamples that are tolerated. */
  maxContradicted: number
  /** How long an answer may be acted on. */
  freshnessMs: number
}

export const defaultTolerance: Tolerance = {
  minCoverage: 0.95,
  maxContradicted: 0,
  freshnessMs: 15 * 60 * 1000,
}
