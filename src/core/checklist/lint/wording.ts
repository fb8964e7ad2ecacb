import { checklistRoles } from '../roles.ts'
import { wordsOf } from '../words.ts'
import type { Check } from './context.ts'

const textWords = 12
const whyWords = 30
/** An act with its consequence: “Count them; seal the list; share the number.” */
const actsMax = 3
/** Seconds at the pace of somebody who reads to others: 150 words in a minute. */
const secondsPerWord = 60 / 150
const aloudSeconds = 90

/** What is read is short, says what to do, and is understood by those who were not there. */
export const checkWording: Check = ({ items, pausePoints }, _, say) => {
  for (const [at, { id, text, why, role }] of items.entries()) {
    const path = ['items', at]
    const words = wordsOf(text)
    if (words.length > textWords)
      say('text-long', [...path, 'text'], `${id} has ${words.length} words; use at most ${textWords}.`)
    const first = firstWord(text)
    if (first === null || !isImperative(first))
      say('text-imperative', [...path, 'text'], `${id} does not begin with what to do: “${first ?? text}”.`)
    const clauses = text.split(';').length
    if (/[.!?]\s+\S/.test(text.trim()) || clauses > actsMax || /\band then\b/i.test(text))
      say('text-acts', [...path, 'text'], `${id} asks for several acts; give each an item of its own.`)
    if (why === '') say('why-missing', path, `${id} does not say why.`)
    const reasons = wordsOf(why).length
    if (reasons > whyWords)
      say('why-long', [...path, 'why'], `The reason of ${id} has ${reasons} words; use at most ${whyWords}.`)
    for (const short of undefinedAbbreviations(text, why))
      say('abbreviation', [...path, 'text'], `${id} uses ${short}; write it out once in brackets.`)
    if (checklistRoles[role] === undefined)
      say('role-unknown', [...path, 'role'], `Nobody is assigned to the role ${role}.`)
  }
  for (const [at, { id }] of pausePoints.entries()) {
    const words = items.filter(({ pause }) => pause === id).flatMap(({ text }) => wordsOf(text)).length
    const seconds = Math.round(words * secondsPerWord)
    if (seconds > aloudSeconds)
      say(
        'list-slow',
        ['pausePoints', at],
        `${id} takes ${seconds} s to read aloud; ${aloudSeconds} s is what people listen to.`,
      )
  }
}

/** The verb may stand behind a condition: “Under embargo, set …”. */
function firstWord(text: string): string | null {
  const rest = text.replace(
    /^(?:under|before|after|if|when|where|once|while|until|at|in|on|for)\b[^,:]{0,60}[,:]\s*/i,
    '',
  )
  return /^[“"'(]*([\p{L}\p{N}-]+)/u.exec(rest)?.[1] ?? null
}

/** Words that begin a statement, a wish or a title, but no order. Verbs are too many to list; these are not. */
const noOrder = new Set(
  (
    'the a an this that these those we you they it he she i our your their its all any every each some no none ' +
    'is are was were be been being has have had do does did will would shall should must may might can could ' +
    'please there here who what which why how not never always only just maybe nobody somebody everybody ' +
    'documentation verification confirmation security policy policies logs log-in backups'
  ).split(' '),
)

function isImperative(word: string): boolean {
  const lower = word.toLowerCase()
  if (noOrder.has(lower) || /^\d/.test(lower)) return false
  // “Bring”, “ring” and “feed” are orders; “checking” and “checked” are reports.
  return !/(?:[a-z]{3}ing|[a-z]{3}ed|tion|ment|ness|ity)$/.test(lower) || orders.has(lower)
}

const orders = new Set(
  'bring string spring embed exceed proceed succeed mention position condition question implement document supplement instrument experiment'.split(
    ' ',
  ),
)

/** Abbreviations that whoever answers for a fleet knows. */
const common = new Set(
  (
    'AI API BGP BOD CD CDN CI CIS CLI CNI CPU CRA CSF CSI CVE CVSS DNS DR EOL GDPR GPU HA HTTP HTTPS ID IDS IO IP ' +
    'JSON KEV KMS LDAP MFA MTLS NAT NIS2 NIST NSA OIDC OS PDB PID PKI PR PSA PSS PV QA RBAC RAM SBOM SLA SLO SMS SQL SRE ' +
    'SSH SSO SSVC TCP TLP TLS TTL UDP UID URL USB VEX VM VPN WAF XML YAML'
  ).split(' '),
)

function undefinedAbbreviations(text: string, why: string): string[] {
  const found = text.match(/\b[A-Z][A-Z0-9]{1,6}\b/g) ?? []
  return [...new Set(found)].filter(
    (short) => !common.has(short) && !new RegExp(`\\b${short} \\(|\\(${short}\\)`).test(`${text} ${why}`),
  )
}
