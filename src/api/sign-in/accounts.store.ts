import { isRole, type Role } from '../../core/people.ts'
import type { Clock } from '../../base/clock.ts'
import { AllclearError } from '../../base/errors.ts'
import type { Store, Transaction } from '../../base/store/index.ts'

export interface Account {
  name: string
  /** How the person is called. */
  display: string
  role: Role
  /** How it signs in: with a password kept here, or through the OpenID Connect provider. */
  signsIn: 'password' | 'oidc' | 'neither'
  createdAtMs: number
  createdBy: string
  disabledAtMs: number | null
  /** When somebody else last gave it a way to sign in; what it was trusted with before waits for a member's word. */
  resetAtMs: number | null
  lastSignInAtMs: number | null
}

/** Who vouches for somebody, and under which name there (OpenID Connect Core, 2: `iss` and `sub` together). */
export interface Subject {
  issuer: string
  subject: string
}

export interface AccountBook {
  /** Throws `conflict` when the name is taken, and `usage` when the very first is no administrator. */
  add(input: {
    name: string
    display: string
    role: Role
    password: string | null
    subject: Subject | null
    by: string
  }): Promise<Account>
  list(): Promise<Account[]>
  find(name: string): Promise<Account | null>
  findSubject(subject: Subject): Promise<Account | null>
  /** The kept hash; null where there is no such account, or none that signs in with a password. */
  passwordOf(name: string): Promise<string | null>
  /** Each throws `not-found`; none takes the last administrator away (`conflict`). */
  setRole(name: string, role: Role): Promise<void>
  setDisabled(name: string, disabled: boolean): Promise<void>
  /** `by` somebody else: see `resetAtMs`. */
  setPassword(name: string, hash: string, by: string): Promise<void>
  signedIn(name: string): Promise<void>
  /** Whether anybody signs in here at all: from the first account on, loopback asks too. */
  any(): Promise<boolean>
  hasAdministrator(): Promise<boolean>
}

type Db = Pick<Store, 'db'>

export function openAccountBook(store: Store, clock: Clock): AccountBook {
  /** Accounts are never deleted, so that a yes holds; see `setDisabled`. */
  let known = false

  const rowOf = (db: Db['db'], name: string) =>
    db.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst()

  async function change(
    name: string,
    values: { role?: Role; disabled_at?: number | null; password?: string; reset_at?: number },
  ): Promise<void> {
    await store.transaction(
      async (transaction) => {
        const row = await rowOf(transaction.db, name)
        if (row === undefined) throw noSuchAccount(name)
        await transaction.db.updateTable('account').set(values).where('name', '=', name).execute()
        if (await administratorIn(transaction)) return
        throw new AllclearError('conflict', {
          message: `${name} is the last administrator.`,
          next: 'Make somebody else one first: `allclear user role NAME administrator`.',
        })
      },
      { mode: 'full' },
    )
  }

  return {
    async add({ name, display, role, password, subject, by }) {
      const row = {
        name,
        display,
        role,
        password,
        issuer: subject?.issuer ?? null,
        subject: subject?.subject ?? null,
        created_at: clock.nowMs(),
        created_by: by,
        disabled_at: null,
        reset_at: null,
        last_sign_in_at: null,
      }
      await store.transaction(
        async (transaction: Transaction) => {
          if ((await rowOf(transaction.db, name)) !== undefined)
            throw new AllclearError('conflict', {
              message: `There is an account \`${name}\` already.`,
              next: 'Choose another name; `allclear user list` shows those that are taken.',
            })
          await transaction.db.insertInto('account').values(row).execute()
          // Whoever is not one could let nobody else in, and loopback would ask everybody to sign in.
          if (await administratorIn(transaction)) return
          throw new AllclearError('usage', {
            message: 'The first account has to be an administrator.',
            next: 'Add it with `--role administrator`.',
          })
        },
        { mode: 'full' },
      )
      known = true
      return accountOf(row)
    },
    async list() {
      return (await store.db.selectFrom('account').selectAll().orderBy('name').execute()).map(accountOf)
    },
    async find(name) {
      const row = await rowOf(store.db, name)
      return row === undefined ? null : accountOf(row)
    },
    async findSubject({ issuer, subject }) {
      const row = await store.db
        .selectFrom('account')
        .selectAll()
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst()
      return row === undefined ? null : accountOf(row)
    },
    async passwordOf(name) {
      const row = await rowOf(store.db, name)
      return row === undefined || row.disabled_at !== null ? null : row.password
    },
    setRole: (name, role) => change(name, { role }),
    setDisabled: (name, disabled) => change(name, { disabled_at: disabled ? clock.nowMs() : null }),
    setPassword: (name, hash, by) =>
      change(name, { password: hash, ...(by === name ? {} : { reset_at: clock.nowMs() }) }),
    async signedIn(name) {
      await store.db
        .updateTable('account')
        .set({ last_sign_in_at: clock.nowMs() })
        .where('name', '=', name)
        .execute()
    },
    async any() {
      known ||=
        (await store.db.selectFrom('account').select('name').limit(1).executeTakeFirst()) !== undefined
      return known
    },
    hasAdministrator: () => administratorIn(store),
  }
}

async function administratorIn({ db }: Db): Promise<boolean> {
  const found = await db
    .selectFrom('account')
    .select('name')
    .where('role', '=', 'administrator')
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

export function noSuchAccount(name: string): AllclearError {
  return new AllclearError('not-found', {
    message: `There is no account \`${name.slice(0, 100)}\`.`,
    next: 'List them with `allclear user list`.',
  })
}

function accountOf(row: {
  name: string
  display: string
  role: string
  password: string | null
  issuer: string | null
  created_at: number
  created_by: string
  disabled_at: number | null
  reset_at: number | null
  last_sign_in_at: number | null
}): Account {
  return {
    name: row.name,
    display: row.display,
    // A role that this version does not know gives nothing.
    role: isRole(row.role) ? row.role : 'viewer',
    signsIn: row.issuer !== null ? 'oidc' : row.password !== null ? 'password' : 'neither',
    createdAtMs: Number(row.created_at),
    createdBy: row.created_by,
    disabledAtMs: row.disabled_at === null ? null : Number(row.disabled_at),
    resetAtMs: row.reset_at === null ? null : Number(row.reset_at),
    lastSignInAtMs: row.last_sign_in_at === null ? null : Number(row.last_sign_in_at),
  }
}
