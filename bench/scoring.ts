/** A million CVSS vectors, half of them as long as they get, parsed and scored on one core. Budget: 5 s of that core. */
import { parseVector, scoreVector } from '../src/know/scoring/index.ts'

const budgetSeconds = 5
const count = 1_000_000

/** A fixed linear congruence: the same vectors in every run. */
let state = 20_231_101
function pick(values: string): string {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
  const words = values.split(' ')
  return words[Math.floor((state / 2_147_483_648) * words.length)]
}

const base3 = 'AV:N A L P/AC:L H/PR:N L H/UI:N R/S:U C/C:H L N/I:H L N/A:H L N'
const rest3 =
  'E:X H F P U/RL:X U W T O/RC:X C R U/CR:X H M L/IR:X H M L/AR:X H M L/MAV:X N A L P/MS:X U C/MC:X H L N'
const base4 =
  'AV:N A L P/AC:L H/AT:N P/PR:N L H/UI:N P A/VC:H L N/VI:H L N/VA:H L N/SC:H L N/SI:H L N/SA:H L N'
const rest4 =
  'E:X A P U/CR:X H M L/IR:X H M L/AR:X H M L/MAV:X N A L P/MAC:X L H/MAT:X N P/MPR:X N L H/MUI:X N P A/' +
  'MVC:X H L N/MVI:X H L N/MVA:X H L N/MSC:X H L N/MSI:X S H L N/MSA:X S H L N/S:X N P/AU:X N Y/R:X A U I/V:X D C/RE:X L M H/' +
  'U:X Clear Green Amber Red'
const base2 = 'AV:L A N/AC:H M L/Au:M S N/C:N P C/I:N P C/A:N P C'
const rest2 = 'E:U POC F H ND/RL:OF TF W U ND/RC:UC UR C ND/CDP:N L LM MH H ND/TD:N L M H ND/CR:L M H ND'

function vectorOf(form: string): string {
  return form
    .split('/')
    .map((metric) => {
      const [name, values] = metric.split(':')
      return `${name}:${pick(values)}`
    })
    .join('/')
}

const forms = [
  `CVSS:4.0/|${base4}`,
  `CVSS:4.0/|${base4}/${rest4}`,
  `CVSS:3.1/|${base3}`,
  `CVSS:3.1/|${base3}/${rest3}`,
  `CVSS:3.0/|${base3}/${rest3}`,
  `|${base2}`,
  `|${base2}/${rest2}`,
]
const vectors = Array.from({ length: count }, (_, at) => {
  const [prefix, form] = forms[at % forms.length].split('|')
  return prefix + vectorOf(form)
})

const started = performance.now()
const cpu = process.cpuUsage()
let refused = 0
let sum = 0
for (const vector of vectors) {
  const parsed = parseVector(vector)
  if (parsed.ok) sum += scoreVector(parsed.value).score
  else refused++
}
const { user, system } = process.cpuUsage(cpu)
const cpuSeconds = (user + system) / 1e6
const seconds = (performance.now() - started) / 1000
if (refused > 0) throw new Error(`${refused} of the benchmark's vectors were refused`)
console.log(
  `${cpuSeconds <= budgetSeconds ? 'ok    ' : 'MISSED'}  ${count.toLocaleString('en-US')} CVSS vectors: ` +
    `${cpuSeconds.toFixed(2)} s of CPU, ${seconds.toFixed(2)} s on the clock, mean score ${(sum / count).toFixed(3)} ` +
    `(budget ${budgetSeconds} s of CPU)`,
)
process.exitCode = cpuSeconds <= budgetSeconds ? 0 : 1
