/** A decision point of SSVC: a question about a vulnerability or the place where it is, with its possible answers. */
export interface DecisionPoint {
  /** Key within a vector: `E`, `EXP`. */
  key: string
  /** As people write it: `exploitation`. */
  name: string
  version: string
  /** From the least to the most urgent, as in the tables. */
  values: readonly { key: string; name: string }[]
}

function point(key: string, name: string, version: string, values: string): DecisionPoint {
  return {
    key,
    name,
    version,
    values: values.split(', ').map((value) => {
      const [valueKey, valueName] = value.split('=')
      return { key: valueKey, name: valueName }
    }),
  }
}

/** Decision points of CERT/CC (namespace `ssvc`) and CISA (`cisa`), in the versions that the tables use. */
export const decisionPoints: readonly DecisionPoint[] = [
  point('E', 'exploitation', '1.1.0', 'N=none, P=public poc, A=active'),
  point('EXP', 'system exposure', '1.0.1', 'S=small, C=controlled, O=open'),
  point('A', 'automatable', '2.0.0', 'N=no, Y=yes'),
  point('TI', 'technical impact', '1.0.0', 'P=partial, T=total'),
  point('VD', 'value density', '1.0.0', 'D=diffuse, C=concentrated'),
  point('U', 'utility', '1.0.1', 'L=laborious, E=efficient, S=super effective'),
  point('SI', 'safety impact', '2.0.1', 'N=negligible, M=marginal, R=critical, C=catastrophic'),
  point(
    'MI',
    'mission impact',
    '2.0.0',
    'D=degraded, MSC=mef support crippled, MEF=mef failure, MF=mission failure',
  ),
  point('HI', 'human impact', '2.0.2', 'L=low, M=medium, H=high, VH=very high'),
  point('PSI', 'public safety impact', '2.0.1', 'M=minimal, S=significant'),
  point('MWI', 'mission and well-being impact', '1.0.0', 'L=low, M=medium, H=high'),
  point('KEV', 'in kev', '1.0.0', 'N=no, Y=yes'),
  point('PE', 'publicly exposed', '1.0.0', 'N=no, Y=yes'),
]

export type PointKey =
  | 'E'
  | 'EXP'
  | 'A'
  | 'TI'
  | 'VD'
  | 'U'
  | 'SI'
  | 'MI'
  | 'HI'
  | 'PSI'
  | 'MWI'
  | 'KEV'
  | 'PE'

const byKey = new Map(decisionPoints.map((decision) => [decision.key, decision]))

export function pointByKey(key: PointKey): DecisionPoint {
  return byKey.get(key)!
}
