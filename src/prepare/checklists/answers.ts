import type { ChecklistChange } from '../../core/checklist/diff/index.ts'
import type { ChecklistProblem } from '../../core/checklist/problem.ts'
import type { Checklist } from '../../core/checklist/types.ts'
import type { VersionStep } from '../../core/checklist/versions.ts'

/** Where a version comes from: with the program, from the configured folder, or from people by way of the API. */
export type VersionSource = 'built-in' | 'folder' | 'edited' | 'imported'
/** `waiting`: it loosens something, and nobody else has looked at it yet. `refused`: somebody did, and said no. */
export type VersionState = 'stored' | 'waiting' | 'refused'

export interface ChecklistVersionRow {
  id: string
  version: string
  source: VersionSource
  state: VersionState
  author: string
  reason: string
  /** Null for what is in no store: built-in lists and those of the folder. */
  storedAtMs: number | null
  decision: { by: string; reason: string; atMs: number } | null
}

/** The version of a list that is in force. */
export interface ChecklistRow {
  id: string
  title: string
  version: string
  source: VersionSource
  status: Checklist['status']
  phase: Checklist['phase']
  stage: Checklist['stage']
  mode: Checklist['mode']
  owner: string
  items: number
  killers: number
  /** Items with a question to the fleet. */
  probes: number
  errors: number
  warnings: number
  /** Versions that wait for a second person. */
  waiting: number
  /** The version that the program brings, when an own one is in force that was made from an older one. */
  builtIn: string | null
  lastReviewed: string | null
  lastDrilled: string | null
}

/** A file of the configured folder that is not in force, and why. */
export interface FolderProblem {
  file: string
  id: string | null
  problem: ChecklistProblem
}

export interface ChecklistList {
  total: number
  rows: ChecklistRow[]
  folder: { path: string; problems: FolderProblem[] } | null
}

export interface ItemProbeFacts {
  id: string
  title: string
  rule: string
  cost: 'continuous' | 'periodic' | 'demand' | 'drill'
}

export interface ChecklistAnswer {
  row: ChecklistRow
  /** Who made this version, and why. */
  made: ChecklistVersionRow
  /** Whether this version is the one in force. */
  inForce: boolean
  checklist: Checklist
  /** The YAML, as it was written. */
  text: string
  problems: ChecklistProblem[]
  /** What the catalogue says of the probes that the items ask. */
  probes: ItemProbeFacts[]
  /** All versions, newest first. */
  versions: ChecklistVersionRow[]
}

export interface ChecklistDiffAnswer {
  id: string
  from: string
  to: string
  changes: ChecklistChange[]
  step: VersionStep | null
}

/** What a text would be as the next version; nothing is kept. */
export interface ChecklistDraft {
  /** Null when the text is none. */
  checklist: Checklist | null
  errors: number
  warnings: number
  problems: ChecklistProblem[]
  /** The version that it would follow; null for a new list. */
  follows: string | null
  changes: ChecklistChange[]
  step: VersionStep | null
  /** The version number that the changes ask for; null when nothing changed. */
  nextVersion: string | null
  /** Something is loosened: a second person has to accept it. */
  needsSecondPerson: boolean
}

/** A playbook of another tool, read as a checklist; nothing is kept. */
export interface ChecklistImport {
  /** The checklist as YAML; null when there are errors. */
  text: string | null
  /** What reads differently now. */
  notes: string[]
  problems: { severity: 'error' | 'warning'; rule: string; step: string | null; message: string }[]
}
