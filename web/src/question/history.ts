import { followed } from '../followed.ts'

/** Questions asked before, newest first; they stay in this browser. */
const key = 'questions'
const keptMax = 6

export const history = followed<readonly string[]>(read())

export function remember(question: string): void {
  const asked = question.trim().slice(0, 300)
  if (asked === '') return
  write([asked, ...history.get().filter((other) => other !== asked)].slice(0, keptMax))
}

export function forgetHistory(): void {
  write([])
}

function write(questions: readonly string[]): void {
  localStorage.setItem(key, JSON.stringify(questions))
  history.set(questions)
}

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter((item) => typeof item === 'string').slice(0, keptMax) : []
  } catch {
    return []
  }
}
