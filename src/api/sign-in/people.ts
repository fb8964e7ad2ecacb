import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../base/store/index.ts'
import { type AccountBook, openAccountBook } from './accounts.store.ts'
import { type Attempts, openAttempts } from './attempts.ts'
import { type AuditTrail, openAuditTrail } from './audit.store.ts'
import { openPasswords, type Passwords } from './passwords.ts'
import { openSessionBook, type SessionBook } from './sessions.store.ts'
import { openTokenBook, type TokenBook } from './tokens.store.ts'

/** Who may sign in to an installation, who is, and what they did. */
export interface People {
  accounts: AccountBook
  sessions: SessionBook
  tokens: TokenBook
  passwords: Passwords
  attempts: Attempts
  audit: AuditTrail
}

export function openPeople(store: Store, clock: Clock): People {
  return {
    accounts: openAccountBook(store, clock),
    sessions: openSessionBook(store, clock),
    tokens: openTokenBook(store, clock),
    passwords: openPasswords(),
    attempts: openAttempts(clock),
    audit: openAuditTrail(store, clock),
  }
}
