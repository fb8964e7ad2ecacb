import { Kysely } from 'kysely'
export const y = Kysely
