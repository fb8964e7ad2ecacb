import { type Classified, isClassified, withheld } from './classified.ts'

type Part = string | Classified<string>

/** What drafts are made of, by the drafts. */
const parts = new WeakMap<object, readonly Part[]>()

class DraftText {
  declare private readonly brand: true

  /** As somebody without a clearance sees it. */
  toString(): string {
    return partsOf(this)
      .map((part) => (typeof part === 'string' ? part : withheld))
      .join('')
  }
  toJSON(): string {
    return this.toString()
  }
}

/** Text of which some parts are classified: made by `words`, sent only after `clear`. */
export type Draft = DraftText

/** A template whose classified values stay so: words`${title} was opened`. */
export function words(texts: TemplateStringsArray, ...values: readonly (Part | number)[]): Draft {
  const draft = new DraftText()
  parts.set(
    draft,
    texts.flatMap((text, at) => (at < values.length ? [text, partOf(values[at])] : [text])),
  )
  return draft
}

/** For `clear.ts`. Throws a TypeError for what `words` did not make. */
export function partsOf(draft: Draft): readonly Part[] {
  const found = parts.get(draft)
  if (found === undefined) throw new TypeError('this is not a draft')
  return found
}

function partOf(value: Part | number): Part {
  return isClassified(value) ? value : String(value)
}
