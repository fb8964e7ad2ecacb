import { probeCatalogue } from './catalogue/index.ts'
import { inputs, readInputs } from './inputs.ts'
import type { Measurement, Probe, ProbeDescription, ProbeParameters, ProbeRun } from './types.ts'

export type Ask = (params: ProbeParameters, run: ProbeRun) => Promise<Measurement>

export type Registered =
  | { connected: true; probe: Probe }
  | { connected: false; probe: ProbeDescription; needs: string }

/** The catalogue with what answers it. Wings connect their probes; the rest says what it waits for. */
export class ProbeRegistry {
  readonly #asks = new Map<string, Ask>()
  readonly #catalogue: ReadonlyMap<string, ProbeDescription>

  constructor(catalogue: readonly ProbeDescription[] = probeCatalogue) {
    this.#catalogue = new Map(catalogue.map((probe) => [probe.id, probe]))
  }

  /** Connects handlers to probes of the catalogue. A name that is not in it, or is there already, is a defect. */
  connect(handlers: Readonly<Record<string, Ask>>): this {
    for (const [id, ask] of Object.entries(handlers)) {
      if (!this.#catalogue.has(id)) throw new Error(`no probe of the catalogue is called ${id}`)
      if (this.#asks.has(id)) throw new Error(`${id} is answered twice`)
      this.#asks.set(id, ask)
    }
    return this
  }

  find(id: string): Registered | undefined {
    const probe = this.#catalogue.get(id)
    if (probe === undefined) return undefined
    const ask = this.#asks.get(id)
    return ask === undefined
      ? { connected: false, probe, needs: needsOf(probe) }
      : { connected: true, probe: { ...probe, ask } }
  }

  list(): Registered[] {
    return [...this.#catalogue.keys()].map((id) => this.find(id) as Registered)
  }
}

/** What would connect a probe: the inputs that nobody reads, else the part of the program that would answer it. */
function needsOf({ inputs: wanted }: ProbeDescription): string {
  const missing = wanted.filter((input) => !readInputs.has(input))
  return missing.length > 0
    ? `needs ${missing.map((input) => inputs[input]).join('; ')}`
    : 'needs a part of the program that is not there yet'
}
