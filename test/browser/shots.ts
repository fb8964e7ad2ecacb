/**
 * Pictures of every screen of the example fleet, of a live one and of an incident, 1280 and 390 px, light and dark, to
 * look at beside each other; of the console as it was built last:
 *
 *     node test/browser/shots.ts FOLDER [part of a name]
 *     node test/browser/shots.ts --readme      # writes docs/images/console.png
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openPage, screensOf, startBrowser } from './browser.ts'
import { incidentScreensOf, startIncidentFleet } from './incident-fleet.ts'
import { liveScreensOf, startLiveFleet } from './live-fleet.ts'
import { startServer } from './server.ts'

const [target = '', part = ''] = process.argv.slice(2)
if (target === '') {
  console.error('usage: node test/browser/shots.ts FOLDER [part of a name] | --readme')
  process.exit(2)
}
const server = await startServer()
const browser = await startBrowser()
try {
  if (target === '--readme') {
    const page = await openPage(browser, server.url, '/cve/CVE-2021-44228', { height: 900 })
    await page.screenshot({ path: join(import.meta.dirname, '../../docs/images/console.png') })
  } else {
    mkdirSync(target, { recursive: true })
    await takeAll(server.url, await screensOf(server.url))
    const live = await startLiveFleet()
    try {
      await takeAll(live.server.url, liveScreensOf(live))
    } finally {
      await live.stop()
    }
    const responding = await startIncidentFleet()
    try {
      await takeAll(responding.server.url, incidentScreensOf(responding))
    } finally {
      await responding.stop()
    }
  }
} finally {
  await browser.close()
  await server.stop()
}

async function takeAll(url: string, screens: Record<string, string>): Promise<void> {
  for (const [name, path] of Object.entries(screens))
    for (const width of [1280, 390])
      for (const scheme of ['light', 'dark'] as const) {
        if (!`${name}-${width}-${scheme}`.includes(part)) continue
        const page = await openPage(browser, url, path, { width, scheme })
        await page.screenshot({ path: join(target, `${name}-${width}-${scheme}.png`), fullPage: true })
        await page.context().close()
      }
}
