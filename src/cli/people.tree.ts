import { roles } from '../core/people.ts'
import { answerForms } from './spec.ts'
import type { CommandSpec } from './spec.ts'

const person = { name: 'name', text: 'name of the account', required: true, completes: 'users' } as const
const scopes = ['read', 'respond', 'command', 'admin']

function userCommand(spec: Omit<CommandSpec, 'outputs' | 'needs' | 'load'>): CommandSpec {
  return { outputs: answerForms, needs: 'write', load: () => import('./commands/user.ts'), ...spec }
}

/** Who may sign in, who is, and what they did. */
export const peopleCommands: readonly CommandSpec[] = [
  {
    name: 'login',
    summary: 'sign in to a server; its token is kept for later commands',
    text: 'Asks for the password; without a terminal it is the first line of stdin. The token lies in a file that only you may read. Whoever signs in through a provider makes a token in the console (Settings, API tokens) and gives it with --with-token.',
    arguments: [{ name: 'name', text: 'name of the account (the user name)', required: false }],
    options: [
      { flags: '--with-token', text: 'give a token instead of a password' },
      { flags: '--days <days>', text: 'days until one has to sign in again (7)' },
    ],
    outputs: answerForms,
    json: 'Me',
    examples: [
      { line: 'allclear login alice --server http://allclear.example:2990', does: 'then without --token' },
    ],
    needs: 'nothing',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'logout',
    summary: 'sign out of a server; the kept token is revoked',
    outputs: answerForms,
    json: '{ server, signedOut: boolean }',
    examples: [
      { line: 'allclear logout --server http://allclear.example:2990', does: 'its token works no more' },
    ],
    needs: 'nothing',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'whoami',
    summary: 'who am I here, and what may I do?',
    outputs: answerForms,
    json: 'Me',
    examples: [{ line: 'allclear whoami', does: 'name and role' }],
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'user',
    aliases: ['users'],
    summary: 'who may sign in, and with which role',
    children: [
      userCommand({
        name: 'add',
        summary: 'add an account; its password is shown only now',
        text: 'The first account has to be an administrator. From then on everybody signs in, on loopback too.',
        arguments: [{ name: 'name', text: 'like alice or alice@shop.example', required: true }],
        options: [
          { flags: '--role <role>', text: 'what it may do (viewer)', choices: roles },
          { flags: '--display <text>', text: 'how the person is called' },
          { flags: '--ask', text: 'ask for a password instead of making one' },
        ],
        json: '{ account: Account, password: string | null }',
        examples: [
          { line: 'allclear user add alice --role administrator', does: 'the first' },
          { line: "allclear user add bob --role responder --display 'Bob B.'", does: 'works in incidents' },
        ],
      }),
      userCommand({
        name: 'list',
        summary: 'list accounts',
        json: '{ rows: Account[] }',
        examples: [{ line: 'allclear user list', does: 'who may sign in, and who did when' }],
      }),
      userCommand({
        name: 'role',
        summary: 'change what somebody may do',
        text: 'viewer asks and reads; responder also works in incidents, declares facts and describes vulnerabilities; commander also leads incidents and decides on embargoes; administrator also imports, connects clusters, and says who may do what.',
        arguments: [person, { name: 'role', text: 'the role', required: true, choices: roles }],
        json: 'Account',
        examples: [{ line: 'allclear user role bob commander', does: 'may lead incidents' }],
      }),
      userCommand({
        name: 'password',
        summary: 'give somebody a new password; it is shown only now',
        text: 'All sessions of the account end. What it was trusted with in embargoed incidents waits until another member confirms it.',
        arguments: [person],
        options: [{ flags: '--ask', text: 'ask for a password instead of making one' }],
        json: '{ account: Account, password: string | null }',
        examples: [{ line: 'allclear user password bob', does: 'who has lost theirs' }],
      }),
      userCommand({
        name: 'disable',
        summary: 'let somebody in no more; sessions and tokens end at once',
        arguments: [person],
        json: 'Account',
        examples: [{ line: 'allclear user disable bob', does: 'who has left' }],
      }),
      userCommand({
        name: 'enable',
        summary: 'let somebody in again',
        arguments: [person],
        json: 'Account',
        examples: [{ line: 'allclear user enable bob', does: 'who is back' }],
      }),
    ],
  },
  {
    name: 'token',
    aliases: ['tokens'],
    summary: 'tokens for the API',
    children: [
      {
        name: 'create',
        summary: 'make a token; its secret is shown only now',
        text: 'It acts for you and can do no more than you may.',
        options: [
          { flags: '--name <name>', text: 'who or what it is for (the user name)' },
          { flags: '--scope <scope>', text: 'what it may do (all that you may)', choices: scopes },
          { flags: '--days <days>', text: 'days until it expires (90)' },
        ],
        outputs: answerForms,
        json: 'Token',
        examples: [{ line: 'allclear token create --name ci --scope read --days 30', does: 'for a build' }],
        needs: 'write',
        load: () => import('./commands/token.ts'),
      },
      {
        name: 'list',
        summary: 'list tokens',
        outputs: answerForms,
        json: '{ rows: Token[] }',
        examples: [{ line: 'allclear token list', does: 'who has one, and when it was last used' }],
        needs: 'write',
        load: () => import('./commands/token.ts'),
      },
      {
        name: 'revoke',
        summary: 'revoke a token at once',
        arguments: [{ name: 'id', text: 'token id', required: true, completes: 'tokens' }],
        outputs: answerForms,
        json: '{ id, revoked: true }',
        examples: [{ line: 'allclear token revoke tok-3f9a1c22d0', does: 'it works no more' }],
        needs: 'write',
        load: () => import('./commands/token.ts'),
      },
    ],
  },
  {
    name: 'key',
    aliases: ['keys'],
    summary: 'the keys that protect what is under embargo',
    children: [
      {
        name: 'list',
        summary: 'which keys something is encrypted by',
        outputs: answerForms,
        json: 'Keys',
        examples: [{ line: 'allclear key list', does: 'what has to be kept' }],
        needs: 'write',
        load: () => import('./commands/key.ts'),
      },
      {
        name: 'rotate',
        summary: 'protect what is under embargo by a new key',
        text: 'Contents stay as they are; the keys that encrypt them are encrypted anew. The old key stays in the file, for backups need it.',
        outputs: answerForms,
        json: 'KeyRotation',
        examples: [
          { line: 'allclear key rotate', does: 'once in a while, and when somebody has seen the file' },
        ],
        needs: 'write',
        load: () => import('./commands/key.ts'),
      },
    ],
  },
  {
    name: 'audit',
    summary: 'what people and tokens did, the newest first',
    text: 'Each entry carries the hash of the one before, so that nothing can be altered or taken out without being found. The head that --check prints, kept elsewhere, shows later that nothing was cut off at the end. What is done in an incident stands in its own timeline.',
    options: [
      { flags: '--actor <name>', text: 'only what this account or token did', completes: 'users' },
      { flags: '--action <action>', text: 'only this: user.add, sign-in.failed …' },
      { flags: '--before <number>', text: 'entries before this one' },
      { flags: '--limit <rows>', text: 'rows to show (50)' },
      { flags: '--check', text: 'check the whole trail instead; exit 1 when it does not hold' },
      { flags: '--head <head>', text: 'with --check: a head that was kept, NUMBER:HASH' },
    ],
    outputs: answerForms,
    json: '{ rows: AuditEntry[] }',
    examples: [
      { line: 'allclear audit --limit 20', does: 'the last twenty' },
      { line: 'allclear audit --check', does: 'is it whole?' },
    ],
    needs: 'write',
    load: () => import('./commands/audit.ts'),
  },
]
