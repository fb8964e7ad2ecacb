import type { AdvisoryRange } from './types.ts'

/** The release of a build in an RPM module says so: `1-2.module_el8.7.0+3343+ea2b7901`, `1-2.module+el8.1.0+…`. */
export function isModuleBuild(version: string): boolean {
  return /\.module[_+]el/.test(version)
}

/**
 * The streams of RPM modules that a record is about, `nodejs:18`. No field of an erratum says so, only its title:
 * "Important: nodejs:18 security update". Empty for packages of no module, and where the title names none.
 */
export function moduleStreams(title: string, ranges: readonly AdvisoryRange[]): readonly string[] {
  if (
    !title.includes(':') ||
    !ranges.some(({ events }) => events.some(({ version }) => isModuleBuild(version)))
  )
    return none
  // A word with a colon and nothing behind it ("Important:") is no stream.
  return title.match(/(?<![\w.+-])[a-z0-9][\w.+-]*:[\w.+-]*\w/g) ?? none
}

const none: readonly string[] = []
