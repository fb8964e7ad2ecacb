import { type Browser, chromium, type Page } from 'playwright-core'

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
    ],
  })
}

export interface PageOptions {
  width?: number
  height?: number
  scheme?: 'light' | 'dark'
  forcedColors?: 'active' | 'none'
}

/** Errors of scripts and refusals of the content security policy, each with the page it was on. */
export const problems: string[] = []

/** A page in a browser profile of its own, settled on its address. Close its context. */
export async function openPage(
  browser: Browser,
  url: string,
  path: string,
  { width = 1280, height = 800, scheme = 'light', forcedColors = 'none' }: PageOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    forcedColors,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => problems.push(`${path}: ${error.message}`))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) problems.push(`${path}: ${message.text()}`)
  })
  await page.goto(url + path)
  await settled(page)
  return page
}

/** Waits until the page shows what its address asks for: code loaded, questions answered, painted. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.documentElement.dataset.settled === location.pathname + location.search,
  )
}

export const screenNames = [
  'home',
  'start',
  'cve',
  'cve-table',
  'cve-cell',
  'cve-workloads',
  'cve-images',
  'cve-fixes',
  'cve-advisory',
  'cve-history',
  'cve-unknown',
  'where',
  'where-answer',
  'where-nothing',
  'where-file',
  'exposure',
  'exposure-why',
  'exposure-teams',
  'exposure-nothing',
  'software',
  'software-nothing',
  'software-entry',
  'software-new',
  'identities',
  'identities-nothing',
  'identity',
  'images',
  'images-nothing',
  'image',
  'image-why',
  'image-packages',
  'image-runs',
  'image-layers',
  'image-compare',
  'image-documents',
  'advisories',
  'advisory',
  'advisory-new',
  'checklists',
  'checklist',
  'checklist-version',
  'checklist-diff',
  'checklist-edit',
  'checklist-new',
  'clusters',
  'cluster',
  'cluster-nodes',
  'cluster-sight',
  'cluster-unknown',
  'workload',
  'settings-me',
  'settings-people',
  'settings-tokens',
  'settings-audit',
  'incidents',
  'incident-new',
  'incident-unknown',
  'probes',
  'why',
  'missing',
] as const

/** Every screen of the example fleet with its address. */
export async function screensOf(url: string): Promise<Record<(typeof screenNames)[number], string>> {
  const engine = await imageIdOf(url, 'search/engine:4.2')
  const image = `/images/${encodeURIComponent(engine)}`
  return {
    home: '/',
    start: '/start',
    cve: '/cve/CVE-2021-44228',
    'cve-table': '/cve/CVE-2021-44228?view=table',
    'cve-cell': '/cve/CVE-2021-44228?reach=internet&privilege=elevated',
    'cve-workloads': '/cve/CVE-2021-44228?tab=workloads',
    'cve-images': '/cve/CVE-2021-44228?tab=images',
    'cve-fixes': '/cve/CVE-2021-44228?tab=fixes',
    'cve-advisory': '/cve/CVE-2021-44228?tab=advisory',
    'cve-history': '/cve/CVE-2021-44228?tab=history',
    'cve-unknown': '/cve/CVE-2030-31337',
    where: '/where',
    'where-answer': '/where?q=log4j-core',
    'where-nothing': `/where?q=${encodeURIComponent('log4j-core@<1.0')}`,
    'where-file': `/where?q=${encodeURIComponent('file:/usr/lib/libssl.so.3')}`,
    exposure: '/exposure',
    'exposure-why': `/exposure?why=${encodeURIComponent('shop-us/search/Deployment/query-api')}`,
    'exposure-teams': '/exposure?group=team',
    'exposure-nothing': '/exposure?q=nothing-is-called-so',
    software: '/software',
    'software-nothing': '/software?q=nothing-is-called-so',
    'software-entry': '/software/cilium',
    'software-new': '/software/new',
    identities: '/identities',
    'identities-nothing': '/identities?q=nothing-is-called-so',
    identity: `/identities/${encodeURIComponent('shop-us/ServiceAccount cert-manager/cert-manager')}`,
    images: '/images',
    'images-nothing': '/images?q=nothing-is-called-so',
    image,
    'image-why': `${image}?why=${encodeURIComponent(await whyOf(url, engine))}`,
    'image-packages': `${image}?tab=packages`,
    'image-runs': `${image}?tab=runs`,
    'image-layers': `${image}?tab=layers`,
    'image-compare': `${image}?tab=compare`,
    'image-documents': `${image}?tab=documents`,
    advisories: '/advisories',
    advisory: '/advisories/CVE-2021-44228',
    'advisory-new': '/advisories/new',
    checklists: '/checklists',
    checklist: '/checklists/triage',
    'checklist-version': '/checklists/network/v/1.0.0',
    'checklist-diff': '/checklists/triage/diff/1.0.0/1.0.0',
    'checklist-edit': '/checklists/fix/edit',
    'checklist-new': '/checklists/new',
    clusters: '/clusters',
    cluster: '/clusters/shop-eu',
    'cluster-nodes': '/clusters/shop-eu?tab=nodes',
    'cluster-sight': '/clusters/shop-eu?tab=sight',
    'cluster-unknown': '/clusters/shop-mars',
    workload: '/clusters/shop-eu/workloads/search/StatefulSet/indexer',
    'settings-me': '/settings/me',
    'settings-people': '/settings/people',
    'settings-tokens': '/settings/tokens',
    'settings-audit': '/settings/audit',
    incidents: '/incidents',
    'incident-new': '/incidents/new?advisory=CVE-2021-44228',
    'incident-unknown': '/incidents/inc-00000000',
    probes: '/probes?here=connected',
    why: '/why/know.library-query',
    missing: '/nothing/is/here',
  }
}

export async function imageIdOf(url: string, name: string): Promise<string> {
  const { rows } = (await (await fetch(`${url}/api/v1/images?q=${encodeURIComponent(name)}`)).json()) as {
    rows: { id: string }[]
  }
  return rows[0].id
}

/** The key of an image's worst finding, as the URL keeps it. */
async function whyOf(url: string, image: string): Promise<string> {
  const { rows } = (await (
    await fetch(`${url}/api/v1/images/${encodeURIComponent(image)}/findings?limit=1`)
  ).json()) as { rows: { vulnerability: string; purl: string; advisories: string[] }[] }
  return `${rows[0].vulnerability} ${rows[0].purl} ${rows[0].advisories[0]}`
}
