import type { CvssVersion, MetricGroup } from './types.ts'

export interface Metric {
  name: string
  /** Written as in the specification; scorers know them by their place in this list. */
  values: readonly string[]
  group: MetricGroup
  /** The value that means "not defined"; `null` for base metrics, which must be written. */
  undefinedValue: string | null
}

export interface VectorForm {
  version: CvssVersion
  /** Before the first metric. Version 2.0 has none. */
  prefix: string
  /** In the order of the specification's table. */
  metrics: readonly Metric[]
  /** Versions 2.0 (section 2.4) and 4.0 (section 7) fix the order of metrics; 3.x (section 6) leaves it free. */
  ordered: boolean
  /** Index of each metric by its name. */
  indexOf: ReadonlyMap<string, number>
}

function group(name: MetricGroup, undefinedValue: string | null, table: Record<string, string>): Metric[] {
  return Object.entries(table).map(([metric, values]) => ({
    name: metric,
    values: values.split(' '),
    group: name,
    undefinedValue,
  }))
}

function form(
  version: CvssVersion,
  prefix: string,
  ordered: boolean,
  metrics: readonly Metric[],
): VectorForm {
  return {
    version,
    prefix,
    ordered,
    metrics,
    indexOf: new Map(metrics.map(({ name }, index) => [name, index])),
  }
}

const v3Metrics = [
  ...group('base', null, {
    AV: 'N A L P',
    AC: 'L H',
    PR: 'N L H',
    UI: 'N R',
    S: 'U C',
    C: 'H L N',
    I: 'H L N',
    A: 'H L N',
  }),
  ...group('temporal', 'X', { E: 'X H F P U', RL: 'X U W T O', RC: 'X C R U' }),
  ...group('environmental', 'X', {
    CR: 'X H M L',
    IR: 'X H M L',
    AR: 'X H M L',
    MAV: 'X N A L P',
    MAC: 'X L H',
    MPR: 'X N L H',
    MUI: 'X N R',
    MS: 'X U C',
    MC: 'X H L N',
    MI: 'X H L N',
    MA: 'X H L N',
  }),
]

/**
 * What each version may write. 2.0: guide, section 2.4 and table 13. 3.0 and 3.1: specification, section 6 and table 15.
 * 4.0: specification, section 7 and table 23.
 */
export const vectorForms: Readonly<Record<CvssVersion, VectorForm>> = {
  '2.0': form('2.0', '', true, [
    ...group('base', null, { AV: 'L A N', AC: 'H M L', Au: 'M S N', C: 'N P C', I: 'N P C', A: 'N P C' }),
    ...group('temporal', 'ND', { E: 'U POC F H ND', RL: 'OF TF W U ND', RC: 'UC UR C ND' }),
    ...group('environmental', 'ND', {
      CDP: 'N L LM MH H ND',
      TD: 'N L M H ND',
      CR: 'L M H ND',
      IR: 'L M H ND',
      AR: 'L M H ND',
    }),
  ]),
  '3.0': form('3.0', 'CVSS:3.0/', false, v3Metrics),
  '3.1': form('3.1', 'CVSS:3.1/', false, v3Metrics),
  '4.0': form('4.0', 'CVSS:4.0/', true, [
    ...group('base', null, {
      AV: 'N A L P',
      AC: 'L H',
      AT: 'N P',
      PR: 'N L H',
      UI: 'N P A',
      VC: 'H L N',
      VI: 'H L N',
      VA: 'H L N',
      SC: 'H L N',
      SI: 'H L N',
      SA: 'H L N',
    }),
    ...group('temporal', 'X', { E: 'X A P U' }),
    ...group('environmental', 'X', {
      CR: 'X H M L',
      IR: 'X H M L',
      AR: 'X H M L',
      MAV: 'X N A L P',
      MAC: 'X L H',
      MAT: 'X N P',
      MPR: 'X N L H',
      MUI: 'X N P A',
      MVC: 'X H L N',
      MVI: 'X H L N',
      MVA: 'X H L N',
      MSC: 'X H L N',
      MSI: 'X S H L N',
      MSA: 'X S H L N',
    }),
    ...group('supplemental', 'X', {
      S: 'X N P',
      AU: 'X N Y',
      R: 'X A U I',
      V: 'X D C',
      RE: 'X L M H',
      U: 'X Clear Green Amber Red',
    }),
  ]),
}
