import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { AllclearError } from '../../base/errors.ts'
import { limit } from '../../base/limits.ts'

/**
 * Passwords as scrypt hashes (RFC 7914) in the form `$scrypt$ln=17,r=8,p=1$SALT$HASH`, so that each carries what it was
 * made with and stronger parameters can come without a migration.
 */
export interface Passwords {
  /** Throws `usage` when the password is not one to keep. */
  hash(password: string, name: string): Promise<string>
  /** With the parameters of today, of a password that has just been right. */
  rehash(password: string): Promise<string>
  /**
   * Whether it is the password of this hash. Without a hash (nobody has that name, or nobody may sign in under it with a
   * password) the same work is done, so that the time of the answer does not tell.
   */
  verify(password: string, kept: string | null): Promise<{ matches: boolean; outdated: boolean }>
}

/** NIST SP 800-63B-4, 3.1.1.2: at least 15 where the password stands alone; 12 with the limits on guessing that we have. */
const charactersMin = 12
/** Beyond any passphrase; every character more is work for us and none for a guesser. */
export const passwordCharactersMax = 1_024
const saltBytes = 16
const hashBytes = 32
/** r and p as RFC 7914 and OWASP ("Password Storage") have them; the cost is a limit. */
const blockSize = 8
const parallelization = 1

export function openPasswords(): Passwords {
  /** What an unknown name is held against: made with the parameters of today, once. */
  let nobody: Promise<string> | null = null

  async function make(password: string): Promise<string> {
    const salt = randomBytes(saltBytes)
    const cost = costNow()
    const hash = await derive(password, salt, cost, blockSize, parallelization)
    return `$scrypt$ln=${cost},r=${blockSize},p=${parallelization}$${plain(salt)}$${plain(hash)}`
  }

  return {
    async hash(password, name) {
      checkPassword(password, name)
      return make(password)
    },
    rehash: make,
    async verify(password, kept) {
      if (password.length > passwordCharactersMax) password = ''
      nobody ??= make(randomBytes(16).toString('hex'))
      const { cost, r, p, salt, hash } = partsOf(kept ?? (await nobody))
      const derived = await derive(password, salt, cost, r, p)
      const same = derived.length === hash.length && timingSafeEqual(derived, hash)
      return {
        matches: same && kept !== null,
        outdated: cost !== costNow() || r !== blockSize || p !== parallelization,
      }
    },
  }
}

/** NIST SP 800-63B-4: length and a look at the obvious; no rules on kinds of characters. */
function checkPassword(password: string, name: string): void {
  const characters = [...normal(password)]
  const weak = (why: string) =>
    new AllclearError('usage', {
      message: `This password cannot be taken: ${why}.`,
      next: `Take one of ${charactersMin} characters or more that nobody guesses: four unrelated words do.`,
    })
  if (password.length > passwordCharactersMax)
    throw weak(`it has more than ${passwordCharactersMax} characters`)
  if (characters.length < charactersMin) throw weak(`it has ${characters.length} characters`)
  if (new Set(characters).size < 5) throw weak('it repeats a few characters')
  const text = normal(password).toLowerCase()
  const rest = [name, 'allclear', 'password', 'passwort', 'qwerty', '12345678', '123456', '123'].reduce(
    (left, word) => left.replaceAll(word, ''),
    text,
  )
  if ([...rest].length < charactersMin / 2)
    throw weak('it is made of a name or of what everybody tries first')
}

/** The same text typed on different keyboards is one password (NIST SP 800-63B-4, 3.1.1.2). */
function normal(password: string): string {
  return password.normalize('NFKC')
}

/** log2 of N; 2^17 with r = 8 takes 128 MiB and a third of a second. */
function costNow(): number {
  return Math.round(Math.log2(limit('passwordCost')))
}

let working = 0
const waiting: (() => void)[] = []

/** Each takes its memory, so that only a few run at a time; those who wait are bounded too. */
async function derive(password: string, salt: Buffer, cost: number, r: number, p: number): Promise<Buffer> {
  if (working >= limit('passwordsAtOnce')) {
    if (waiting.length >= limit('passwordsWaiting'))
      throw new AllclearError('server.busy', {
        message: 'More people sign in than can be checked at once.',
        next: 'Try again in a few seconds.',
        retryAfterMs: 5_000,
      })
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  }
  working++
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const options = { N: 2 ** cost, r, p, maxmem: 256 * 2 ** cost * r }
      scrypt(normal(password), salt, hashBytes, options, (error, key) =>
        error ? reject(error) : resolve(key),
      )
    })
  } finally {
    working--
    waiting.shift()?.()
  }
}

function partsOf(kept: string): { cost: number; r: number; p: number; salt: Buffer; hash: Buffer } {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([\w+/]+)\$([\w+/]+)$/.exec(kept)
  if (match === null)
    throw new AllclearError('data.damaged', {
      message: 'The kept hash of a password is not in its form.',
      next: 'Give the account a new password with `allclear user password NAME`.',
    })
  const [, cost, r, p, salt, hash] = match
  return {
    cost: Number(cost),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

/** Base64 without padding, as the PHC string format has it. */
function plain(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
