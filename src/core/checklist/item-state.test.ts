import { expect, it } from 'vitest'
import { itemStanding } from './item-state.ts'

it.each([
  ['ticked', 'confirmed', 'required', 'done', false],
  ['ticked', 'contradicted', 'required', 'disputed', true],
  ['ticked', 'unknown', 'required', 'claimed', true],
  ['ticked', 'stale', 'required', 'claimed', true],
  ['open', 'confirmed', 'required', 'offered', true],
  ['open', 'confirmed', 'auto', 'done', false],
  ['open', 'confirmed', 'none', 'done', false],
  ['open', 'contradicted', 'auto', 'open', true],
  ['open', 'unknown', 'required', 'open', true],
  ['open', 'stale', 'none', 'open', true],
  ['skipped', 'confirmed', 'required', 'done', false],
  ['skipped', 'contradicted', 'required', 'disputed', true],
  ['skipped', 'unknown', 'required', 'waived', false],
  ['skipped', 'stale', 'required', 'waived', false],
  ['ticked', null, 'required', 'done', false],
  ['open', null, 'required', 'open', true],
  ['open', null, 'none', 'done', false],
  ['skipped', null, 'required', 'waived', false],
] as const)('%s beside %s, claim %s: %s', (claim, verdict, rule, state, holds) => {
  expect(itemStanding(claim, verdict, rule)).toMatchObject({
    state,
    holds,
    fixOffered: verdict === 'contradicted',
  })
})
