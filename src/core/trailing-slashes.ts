/** `https://example.org/osv//` without the slashes at its end. Looks at each character once, which `/\/+$/` does not. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === '/') end--
  return text.slice(0, end)
}
