import { expect, it } from 'vitest'
import { routeGroups } from './groups.ts'
import { powerFor, powers } from './powers.ts'

it('every first segment of the API says what it needs, and nothing else does', () => {
  const segments = routeGroups.flatMap((group) => group.segments)
  expect(Object.keys(powers).toSorted()).toEqual(segments.toSorted())
})

it.each(['nothing', 'constructor', '__proto__', 'toString', ''])(
  'what says nothing (%j) needs an administrator',
  (segment) => {
    expect([powerFor('GET', segment), powerFor('POST', segment)]).toEqual(['administrator', 'administrator'])
  },
)
