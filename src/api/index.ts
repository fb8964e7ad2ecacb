export type { ApiAuth, ApiConfig, ApiContext, Local, Principal, Refusal } from './context.ts'
export type { TokenBook, TokenRow, TokenScope } from './base/tokens.store.ts'
