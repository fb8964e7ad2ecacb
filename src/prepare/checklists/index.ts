export { checklistForms, readPlaybook } from './forms.ts'
export { ChecklistLibrary } from './library.ts'
export type {
  ChecklistAnswer,
  ChecklistDiffAnswer,
  ChecklistDraft,
  ChecklistImport,
  ChecklistList,
  ChecklistRow,
  ChecklistVersionRow,
} from './answers.ts'
