/**
 * Paragraphs of `Field: value` lines with continuations (deb822; RFC 822 as Python and R use it): one record for each
 * paragraph with the wanted fields, in lower case. Long texts that nobody asked for are passed over.
 */
export function* stanzasOf(text: string, wanted: ReadonlySet<string>): Generator<Map<string, string>> {
  let fields = new Map<string, string>()
  let open: string | null = null
  for (let at = 0; at <= text.length;) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    const first = text.charCodeAt(at)
    if (end === at || (end === at + 1 && first === 0x0d)) {
      if (fields.size > 0) yield fields
      fields = new Map()
      open = null
    } else if (first === 0x20 || first === 0x09) {
      if (open !== null) fields.set(open, `${fields.get(open)}\n${text.slice(at, end).trim()}`)
    } else {
      const colon = text.indexOf(':', at)
      open = null
      if (colon > at && colon < end) {
        const name = text.slice(at, colon).toLowerCase()
        if (wanted.has(name) && !fields.has(name)) {
          fields.set(name, text.slice(colon + 1, end).trim())
          open = name
        }
      }
    }
    at = end + 1
  }
  if (fields.size > 0) yield fields
}
