import { shellWord } from '../parts/cli.tsx'
import type { ExposureSearch } from '../paths.ts'

/** The command that gives the same order. */
export function exposureLine({ cve, group, cluster, owner, reach, privilege, q }: ExposureSearch): string {
  const options = { group, cluster, owner, reach, privilege, q }
  return [
    'allclear exposure',
    ...(cve === undefined ? [] : [shellWord(cve)]),
    ...Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} ${shellWord(value)}`],
    ),
  ].join(' ')
}
