import type { Checklist } from '../types.ts'
import type { Check } from './context.ts'
import type { LintRule } from './rules.ts'

/**
 * Lists are printed, exported and read by newcomers: what must not travel must not be in them. The patterns find what
 * people paste by accident; they are no search for secrets that somebody hides.
 */
const patterns: readonly { rule: LintRule; pattern: RegExp; what: string }[] = [
  { rule: 'secret', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, what: 'a private key' },
  { rule: 'secret', pattern: /\bA(?:KIA|SIA)[A-Z0-9]{16}\b/, what: 'an access key' },
  { rule: 'secret', pattern: /\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bglpat-[\w-]{20,}/, what: 'a token' },
  { rule: 'secret', pattern: /\bxox[abprs]-[\w-]{10,}/, what: 'a token' },
  { rule: 'secret', pattern: /\beyJ[\w-]{10,}\.[\w-]{10,}\./, what: 'a token' },
  {
    rule: 'secret',
    pattern: /\b(?:password|passwd|secret|token|api[_-]?key)\s*[:=]\s*\S{6,}/i,
    what: 'a credential',
  },
  { rule: 'person', pattern: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/, what: 'an e-mail address' },
  { rule: 'person', pattern: /(?:^|\s)@[a-z][\w-]{1,38}\b/i, what: 'the account of a person' },
  { rule: 'person', pattern: /\+\d[\d ()-]{7,}\d/, what: 'a telephone number' },
  {
    rule: 'address',
    pattern: /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/,
    what: 'an IP address',
  },
  { rule: 'address', pattern: /\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b/i, what: 'an IP address' },
]

export const checkDisclosure: Check = (checklist, { classified }, say) => {
  const words = classified.filter((word) => word.trim() !== '').map((word) => word.toLowerCase())
  for (const { path, text, of } of textsOf(checklist)) {
    for (const { rule, pattern, what } of patterns)
      if (pattern.test(text)) say(rule, path, `${of} has ${what} in it; lists are printed and passed on.`)
    const lower = text.toLowerCase()
    // The word itself is not repeated: the answer of the lint is read by those who may not know it.
    if (words.some((word) => lower.includes(word)))
      say('classified', path, `${of} has a word in it that is under embargo.`)
  }
}

function* textsOf({ title, owner, pausePoints, items }: Checklist) {
  yield { of: 'The title', path: ['metadata', 'title'], text: title }
  yield { of: 'The owner', path: ['metadata', 'owner'], text: owner }
  for (const [at, { id, when }] of pausePoints.entries())
    yield { of: `The pause point ${id}`, path: ['pausePoints', at, 'when'], text: when }
  for (const [at, item] of items.entries()) {
    const path = ['items', at]
    yield { of: item.id, path: [...path, 'text'], text: item.text }
    yield { of: item.id, path: [...path, 'why'], text: item.why }
    for (const field of ['noProbe', 'noSignal', 'applies'] as const)
      if (item[field] !== null) yield { of: item.id, path, text: item[field] }
    for (const [nth, fix] of item.fix.entries())
      if (fix.kind === 'manual') yield { of: item.id, path: [...path, 'fix', nth], text: fix.text }
    for (const [nth, { reason }] of item.tailoring.exceptions.entries())
      if (reason !== null)
        yield { of: item.id, path: [...path, 'tailoring', 'exceptions', nth], text: reason }
  }
}
