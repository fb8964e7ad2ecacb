/** What is wrong with a checklist, and where. */
export interface ChecklistProblem {
  /** An error refuses the version; a warning does not. */
  severity: 'error' | 'warning'
  /** Stable name of the rule: `item-text-length`. */
  rule: string
  /** Id of the item; null when it is about the list. */
  item: string | null
  message: string
  /** Where in the document: `items`, 3, `text`. */
  path: (string | number)[]
  /** Where in the text, both from 1; null when there is no text. */
  line: number | null
  column: number | null
}
