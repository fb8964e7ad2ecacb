/** Labels and annotations that say who owns a workload, most specific first. */
export const defaultOwnerKeys: readonly string[] = [
  'allclear.dev/owner',
  'a8r.io/owner',
  'backstage.io/owner',
  'owner',
  'team',
  'app.kubernetes.io/team',
  'app.kubernetes.io/part-of',
]

/** The owner of an object: its annotations and labels, then those of its namespace; `null` when nobody is named. */
export function ownerOf(
  own: { labels: Record<string, string>; annotations: Record<string, string> },
  namespace: { labels: Record<string, string>; annotations: Record<string, string> } | undefined,
  keys: readonly string[] = defaultOwnerKeys,
): string | null {
  for (const source of [own, namespace]) {
    if (!source) continue
    for (const key of keys) {
      const owner = source.annotations[key] ?? source.labels[key]
      if (owner) return owner
    }
  }
  return null
}
