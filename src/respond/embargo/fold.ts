import { type EmbargoStep, takeStep } from '../../core/disclosure/index.ts'
import type { EmbargoEntryData } from './entries.ts'
import type { EmbargoRecord } from './record.ts'

interface Fact<Kind extends keyof EmbargoEntryData> {
  data: EmbargoEntryData[Kind]
  by: string
  atMs: number
}
type Fold<Kind extends keyof EmbargoEntryData> = (state: { gate: EmbargoRecord }, fact: Fact<Kind>) => void

/** Entries about the embargo, folded into what is known of it. */
export const embargoFolds: { readonly [Kind in keyof EmbargoEntryData]: Fold<Kind> } = {
  'embargo.proposed': ({ gate }, { data: { endsAtMs, terms, codeWord } }) => {
    // Before anything holds, what is proposed is what one has to promise; a revision counts once it is agreed.
    if (gate.embargo.agreed === null) setTerms(gate, terms)
    gate.codeWord ??= codeWord
    step(gate, { action: 'propose', terms: { endsAtMs, text: terms } })
  },
  'embargo.accepted': ({ gate }) => {
    step(gate, { action: 'accept' })
    if (gate.embargo.agreed !== null) setTerms(gate, gate.embargo.agreed.text)
  },
  'embargo.rejected': ({ gate }) => step(gate, { action: 'reject' }),
  'embargo.terminated': ({ gate }) => step(gate, { action: 'terminate' }),

  'access.asked': ({ gate }, { data: { person, reason }, atMs }) => {
    gate.asks = gate.asks.filter((ask) => ask.person !== person)
    gate.asks.push({ person, reason, atMs })
  },
  'access.granted': ({ gate }, { data: { person, compartments, endsAtMs, why }, by, atMs }) => {
    const before = gate.access[person]
    gate.access[person] = {
      person,
      compartments,
      termsAccepted: before?.termsAccepted ?? null,
      grantedAtMs: atMs,
      endsAtMs,
      grantedBy: by,
      why,
    }
    gate.asks = gate.asks.filter((ask) => ask.person !== person)
    gate.glass = gate.glass.filter((ask) => ask.person !== person)
  },
  'access.revoked': ({ gate }, { data: { person } }) => {
    gate.access[person] = null
  },
  'terms.accepted': ({ gate }, { data: { person, version } }) => {
    const access = gate.access[person]
    if (access != null) access.termsAccepted = version
  },
  'glass.asked': ({ gate }, { data: { person, reason }, atMs }) => {
    gate.glass = gate.glass.filter((ask) => ask.person !== person)
    gate.glass.push({ person, reason, atMs })
  },
  'glass.broken': ({ gate }, { data: { person } }) => {
    gate.glass = gate.glass.filter((ask) => ask.person !== person)
  },
  'compartment.noted': ({ gate }, { data: { id, compartment, sealed }, by, atMs }) => {
    gate.notes.push({ id, compartment, sealed, by, atMs })
  },
}

/** An entry that was not legal when it was written would be a defect of the writer; it changes nothing. */
function step(gate: EmbargoRecord, taken: EmbargoStep): void {
  const next = takeStep(gate.embargo, taken)
  if (next.ok) gate.embargo = next.value
}

function setTerms(gate: EmbargoRecord, text: string): void {
  if (gate.terms.version === 0 || gate.terms.text !== text)
    gate.terms = { version: gate.terms.version + 1, text }
}
