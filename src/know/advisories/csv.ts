/**
 * Rows of a CSV text (RFC 4180): fields may be quoted, quotes are doubled, quoted fields may hold line breaks. Yields
 * arrays of fields with the line they begin on; a quote that never closes ends with the text.
 */
export function* csvRows(text: string, separator = ','): Generator<{ fields: string[]; line: number }> {
  let at = 0
  let line = 1
  while (at < text.length) {
    const fields: string[] = []
    const start = line
    for (;;) {
      if (text[at] === '"') {
        let value = ''
        at++
        for (;;) {
          const quote = text.indexOf('"', at)
          const end = quote < 0 ? text.length : quote
          value += text.slice(at, end)
          at = end + 1
          if (text[at] !== '"') break
          value += '"'
          at++
        }
        line += value.split('\n').length - 1
        fields.push(value)
      } else {
        let end = at
        while (end < text.length && text[end] !== separator && text[end] !== '\n') end++
        fields.push(text.slice(at, end).replace(/\r$/, ''))
        at = end
      }
      if (text[at] === separator) {
        at++
        continue
      }
      if (text[at] === '\r') at++
      at++
      line++
      break
    }
    if (fields.length > 1 || fields[0] !== '') yield { fields, line: start }
  }
}
