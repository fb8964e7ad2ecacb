import type { Check } from './context.ts'
import { daysBetween } from './days.ts'

/** A list that nobody looked at since is about another fleet. */
export const checkAge: Check = ({ status, reviewEveryMs, lastReviewed, lastDrilled }, { today }, say) => {
  if (status !== 'active' || reviewEveryMs === null) return
  const every = reviewEveryMs / 86_400_000
  if (lastReviewed === null) say('review-late', ['metadata'], 'Nobody ever reviewed it.')
  else if (daysBetween(lastReviewed, today) > every)
    say(
      'review-late',
      ['metadata', 'lastReviewed'],
      `It was reviewed ${daysBetween(lastReviewed, today)} days ago; it asks for every ${every}.`,
    )
  if (lastDrilled !== null && daysBetween(lastDrilled, today) > every)
    say(
      'drill-late',
      ['metadata', 'lastDrilled'],
      `It was drilled ${daysBetween(lastDrilled, today)} days ago.`,
    )
}
