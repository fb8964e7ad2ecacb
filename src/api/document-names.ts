/** Names that lie beside documents in folders and archives; what is asked for by its own name is always read. */
const beside =
  /\.(?:md|html?|css|js|ts|py|go|rs|sh|mod|sum|toml|lock|png|jpe?g|gif|svg|pdf|pem|sig|asc|crt|sha\d+|log)$/i
const tables = /\.(?:csv|tsv)$/i
const objects = /\.(?:ya?ml|json)$/i

/** Whether a file of a folder or archive can be a document of a kind, by its name. What is left out is reported. */
export function isDocumentName(kind: string, name: string): boolean {
  if (kind === 'manifests') return objects.test(name)
  if (beside.test(name)) return false
  return kind === 'kev' || kind === 'epss' || kind === 'ssvc' || !tables.test(name)
}

/** `MANIFEST.tsv, README.md and 3 more` */
export function namesInWords(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}
