export { findProbe, probeCatalogue } from './catalogue/index.ts'
export { asOf, decide, rollUp, settled } from './decide.ts'
export { applyExceptions, type ProbeException } from './exceptions.ts'
export { type InputName } from './inputs.ts'
export { durationMs } from './parameters.ts'
export { ProbeRegistry, type Ask, type Registered } from './registry.ts'
export {
  defaultTolerance,
  verdicts,
  type Counterexample,
  type InputCoverage,
  type Measurement,
  type Probe,
  type ProbeCost,
  type ProbeDescription,
  type ProbeEvidence,
  type ProbeParameters,
  type ProbeResult,
  type ProbeRun,
  type ProbeWing,
  type Sample,
  type Tolerance,
  type Verdict,
} from './types.ts'
