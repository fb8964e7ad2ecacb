export type { ApiAuth, ApiConfig, ApiContext, Local, Principal, Refusal } from './context.ts'
export type { Account } from './sign-in/accounts.store.ts'
export type { AuditCheck, AuditEntry } from './sign-in/audit.store.ts'
export type { TokenRow, TokenScope } from './sign-in/tokens.store.ts'
