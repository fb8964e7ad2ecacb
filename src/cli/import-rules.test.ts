import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findViolations } from '../../scripts/check/imports.ts'

describe('the import rules', () => {
  it('find each kind of forbidden import, and SQL outside its files', () => {
    const found = findViolations(join(import.meta.dirname, '../../test/forbidden-imports')).map(
      ({ file, rule }) => `${file} ${rule.replace(/^[^:]+: |^node:[^:]+: /, '')}`,
    )
    expect(found).toEqual([
      'api/command.ts only cli/ knows the command line',
      'base/server.ts only api/ knows HTTP servers',
      'core/upwards.ts core must not import know: wings import one way',
      'core/upwards.ts know/versions is entered through its index.ts or types.ts',
      'core/upwards.ts a pure folder does no I/O',
      'know/counts.ts only base/store and *.store.ts know SQL',
      'know/versions/deb.ts know/where is entered through its index.ts or types.ts',
      'know/versions/deb.ts a pure folder does no I/O',
      'know/where/inner.ts only base/store and *.store.ts know SQL',
    ])
  })

  it('hold for the sources', () => {
    expect(findViolations(join(import.meta.dirname, '..'))).toEqual([])
  })
})
