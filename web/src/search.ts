/** What may stand after `?` in the console's URLs: plain text, no JSON. Unknown keys and defaults are dropped. */
type Field = (text: string | undefined) => unknown

export const text: (text: string | undefined) => string | undefined = (value) =>
  value === '' ? undefined : value

/** A number above zero; zero is the default and left out. */
export const count: (text: string | undefined) => number | undefined = (value) => {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** One of some words; the first is what is meant when none is there. */
export function oneOf<const Word extends string>(words: readonly Word[]) {
  return (value: string | undefined): Word | undefined => words.find((word) => word === value)
}

/** Reads a search by its fields: `searchOf({ q: text, row: count })`. */
export function searchOf<Fields extends Record<string, Field>>(fields: Fields) {
  return (raw: Record<string, unknown>): { [Key in keyof Fields]?: ReturnType<Fields[Key]> } =>
    Object.fromEntries(
      Object.entries(fields)
        .map(([key, field]) => [key, field(raw[key] === undefined ? undefined : String(raw[key]))])
        .filter(([, value]) => value !== undefined),
    ) as { [Key in keyof Fields]?: ReturnType<Fields[Key]> }
}

export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const query = new URLSearchParams(entries.map(([key, value]) => [key, String(value)]))
  return entries.length === 0 ? '' : `?${query}`
}
