import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { openPage, problems, settled, startBrowser } from './browser.ts'
import { ownExample } from './fleets.ts'
import { startServer, type RunningServer } from './server.ts'

/** One incident on an example fleet of its own, from the question to all clear and back, by two people. */
let fleet: Awaited<ReturnType<typeof ownExample>>
let server: RunningServer
let browser: Browser
let anna: Page
let ben: Page
let address = ''

beforeAll(async () => {
  fleet = await ownExample()
  server = await startServer({ data: fleet.data })
  browser = await startBrowser()
  anna = await openPage(browser, server.url, '/')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  fleet?.remove()
})

const item = (page: Page, id: string) => page.getByRole('checkbox', { name: new RegExp(`^${id}:`) })
const practice = (page: Page) => page.getByRole('group', { name: /^Step \d of 6$/ })

async function speakAs(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'change who you speak as' }).click()
  await page.getByRole('textbox', { name: 'Your name' }).fill(name)
  await page.getByRole('button', { name: 'Speak', exact: true }).click()
  await page.getByText(`you speak as @${name}`).waitFor()
}

describe('from the question to the incident', () => {
  it('an answer leads to an incident in two presses', async () => {
    await anna.keyboard.press('/')
    await anna.keyboard.type('CVE-2021-44228')
    await anna
      .getByRole('status')
      .getByText(/13.workloads/)
      .waitFor()
    await anna.keyboard.press('Enter')
    await anna.getByRole('link', { name: 'Declare incident' }).click()
    await anna.getByRole('heading', { name: 'Declare incident', level: 1 }).waitFor()
    expect(await anna.getByLabel('What is it about?').inputValue()).toBe('CVE-2021-44228')
    await anna.getByRole('button', { name: 'Open the incident' }).click()
    await anna.getByRole('navigation', { name: 'Stages' }).waitFor()
    await settled(anna)
    address = new URL(anna.url()).pathname
    expect(address).toMatch(/^\/incidents\/inc-/)
    await anna.getByText('0 of 13 affected workloads run the fix by digest').first().waitFor()
  })

  it('says who leads, what is next, and what the fleet says beside what nobody has said yet', async () => {
    await anna.getByText('you speak as @local').waitFor()
    await anna.getByRole('button', { name: 'Tick T1' }).waitFor()
    const first = anna.getByRole('listitem').filter({ has: item(anna, 'T1') })
    await first.getByText('confirmed').waitFor()
    expect(await item(anna, 'T1').getAttribute('aria-checked')).toBe('false')
    await anna.keyboard.press('n')
    await anna.keyboard.press('Enter')
    await anna.getByRole('button', { name: 'Tick T2' }).waitFor()
    expect(await item(anna, 'T1').getAttribute('aria-checked')).toBe('true')
  })
})

describe('two people at once', () => {
  it('each sees the ticks of the other, and nobody is interrupted while typing', async () => {
    ben = await openPage(browser, server.url, address)
    await speakAs(ben, 'ben')
    await ben.keyboard.press('t')
    const note = ben.getByRole('textbox', { name: 'What happened' })
    await note.fill('The vendor says: patch at')
    await item(anna, 'T2').click()
    await ben.getByRole('checkbox', { name: /^T2:/, checked: true }).waitFor()
    expect(await note.inputValue()).toBe('The vendor says: patch at')
    expect(await note.evaluate((field) => field === document.activeElement)).toBe(true)
    await note.pressSequentially(' noon')
    await ben.getByRole('button', { name: 'Write it down' }).click()
    await anna.getByRole('list', { name: 'Timeline' }).getByText('The vendor says: patch at noon').waitFor()
  })

  it('a tick against the fleet stays ticked and is contradicted', async () => {
    await anna.keyboard.press('2')
    await anna.getByRole('checkbox', { name: /^O1:/ }).click()
    const line = ben.getByRole('listitem').filter({ has: item(ben, 'O1') })
    await ben.keyboard.press('2')
    await ben.getByRole('checkbox', { name: /^O1:/, checked: true }).waitFor()
    await line.getByText('contradicted', { exact: true }).waitFor()
    await anna.keyboard.press('1')
    await item(anna, 'T3').waitFor()
  })

  it('what is left out has a reason, and a pause point that holds asks for one, which becomes a decision', async () => {
    await anna.getByRole('button', { name: 'T4: more' }).click()
    await anna.getByRole('button', { name: 'Leave it out, for a reason' }).click()
    await anna.getByLabel('Why it is left out').fill('A public reproduction exists')
    await anna.getByRole('button', { name: 'Skip T4' }).click()
    await ben.keyboard.press('1')
    await ben.getByText('A public reproduction exists').first().waitFor()
    await anna.getByRole('button', { name: 'Pass it anyway, with a reason' }).click()
    await anna.getByLabel(/^Why it may be passed/).fill('No sandbox tonight')
    await anna.getByRole('button', { name: 'Pass it with this reason' }).click()
    await anna.getByRole('link', { name: /^Decisions 1/ }).click()
    await anna.getByRole('list', { name: 'Decisions' }).getByText('No sandbox tonight').waitFor()
  })

  it('a role is handed over and stays until the other accepts', async () => {
    await practice(anna).getByRole('button', { name: 'Declare it' }).click()
    await anna.getByRole('button', { name: 'Hand commander over' }).click()
    await anna.getByRole('form', { name: 'Hand commander over' }).getByLabel('To whom').fill('@ben')
    await anna.getByRole('button', { name: 'Offer it' }).click()
    await anna.getByText('offered to @ben, not accepted yet').waitFor()
    await ben.getByRole('button', { name: 'Accept commander' }).click()
    await anna.getByText('commander @ben').waitFor()
  })

  it('a refusal says what to do, and what was typed stays', async () => {
    await anna.keyboard.press('h')
    await anna.getByLabel('What else could explain it').fill('A test image, never in use')
    await anna.getByLabel(/^Probe that can refute it/).fill('no.such.probe')
    await anna.getByRole('button', { name: 'Add the hypothesis' }).click()
    const form = anna.getByRole('form', { name: 'Add a hypothesis' })
    await form.getByRole('alert').getByText('There is no probe `no.such.probe`.').waitFor()
    expect(await anna.getByLabel('What else could explain it').inputValue()).toBe(
      'A test image, never in use',
    )
    await anna.getByLabel(/^Probe that can refute it/).fill('know.dormant')
    await anna.getByRole('button', { name: 'Add the hypothesis' }).click()
    await ben.keyboard.press('h')
    await ben
      .getByRole('list', { name: /^Hypotheses/ })
      .getByText('A test image, never in use')
      .waitFor()
    await ben.getByRole('button', { name: 'Cancel' }).click()
  })
})

describe('all clear', () => {
  it('is reached by following the page, and both see it', async () => {
    await practice(anna).getByRole('button', { name: 'Fix one workload' }).click()
    await ben.getByText('1 of 13 affected workloads runs the fix by digest').first().waitFor()
    await practice(anna).getByRole('button', { name: 'Fix all of them' }).click()
    await ben.getByText('13 of 13 affected workloads run the fix by digest').first().waitFor()
    await practice(ben).getByRole('button', { name: 'Go to the conditions' }).click()
    await ben.getByRole('button', { name: /^Live with \d+.unanswered conditions$/ }).click()
    await ben.getByLabel('Why we can live with it').fill('Nothing measures it here')
    await ben.getByRole('button', { name: /^Propose to live with/ }).click()
    await ben.getByText(/A second person has to agree to/).waitFor()
    await anna.getByRole('button', { name: /^Agree to live with/ }).click()
    await ben.getByText('It can be called.').waitFor()
    await ben
      .getByRole('region', { name: 'Next step' })
      .getByRole('button', { name: 'Call the all clear' })
      .click()
    await anna.getByText(/^All clear: Clear except/).waitFor()
  })

  it('is opened again by itself when a vulnerable image comes back', async () => {
    await practice(anna).getByRole('button', { name: 'Bring a vulnerable image back' }).click()
    await ben.getByRole('status').getByText('Opened again').waitFor()
    await anna.getByText(/^Lap 2, reopened\./).waitFor()
    await anna.getByRole('status').getByRole('link', { name: 'Why' }).click()
    await anna
      .getByRole('heading', { name: 'Does no vulnerable digest run any more, anywhere?', level: 1 })
      .waitFor()
    await anna.getByRole('table', { name: 'What speaks against it' }).getByRole('link').first().waitFor()
    await anna
      .getByRole('table', { name: 'Earlier verdicts, newest first' })
      .getByText('confirmed')
      .first()
      .waitFor()
  })

  it('its timeline is proven, and the first screen says what is open', async () => {
    await ben.getByRole('link', { name: 'Proof' }).click()
    await ben.getByText('whole', { exact: true }).waitFor()
    await ben.goto(server.url)
    await ben.getByRole('table', { name: 'Open incidents' }).getByText('12 of 13').waitFor()
  })
})

describe.each([
  { width: 1280, scheme: 'light' as const },
  { width: 1280, scheme: 'dark' as const },
  { width: 390, scheme: 'light' as const },
  { width: 390, scheme: 'dark' as const },
])(
  '$width px, $scheme: no violation, no sideways scroll, one heading, at most one filled button',
  ({ width, scheme }) => {
    let page: Page
    beforeAll(async () => {
      page = await openPage(browser, server.url, '/incidents', { width, scheme })
    })
    afterAll(() => page.context().close())

    it.each([
      ['the incident', () => address],
      ['a stage with an open item', () => `${address}?stage=triage&item=T7`],
      ['decisions', () => `${address}?tab=decisions`],
      ['hypotheses', () => `${address}?tab=hypotheses`],
      ['later work', () => `${address}?tab=work`],
      ['proof', () => `${address}?tab=proof`],
      ['why', () => `/why/rollout.digest-coverage?incident=${address.split('/')[2]}`],
      ['the list', () => '/incidents'],
      ['the first screen', () => '/'],
    ])('%s', async (_, path) => {
      await page.goto(server.url + path())
      await settled(page)
      const facts = await page.evaluate(() => ({
        over: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
        headings: document.querySelectorAll('h1').length,
        filled: document.querySelectorAll('main [data-next]').length,
      }))
      expect(facts).toMatchObject({ over: 0, headings: 1 })
      expect(facts.filled).toBeLessThanOrEqual(1)
      expect(await violations(page)).toEqual([])
    })
  },
)

describe('every page of it', () => {
  it('no script failed and no policy was broken', () => {
    expect(problems).toEqual([])
  })
})
