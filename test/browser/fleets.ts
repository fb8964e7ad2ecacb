import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')

/** A data directory of a test's own, with a folder for what is imported into it. */
export interface OwnFleet {
  data: string
  run(...args: readonly string[]): Promise<void>
  write(name: string, content: unknown): string
  /** A command that runs until it is ended. */
  start(...args: readonly string[]): ChildProcess
  remove(): void
}

export function ownFleet(): OwnFleet {
  const folder = mkdtempSync(join(tmpdir(), 'allclear-browser-'))
  const data = join(folder, 'data')
  return {
    data,
    async run(...args) {
      await promisify(execFile)(process.execPath, [join(root, 'src/main.ts'), ...args, '--data', data], {
        cwd: root,
        maxBuffer: 1 << 26,
      })
    },
    start: (...args) =>
      spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { cwd: root, stdio: 'ignore' }),
    write(name, content) {
      const path = join(folder, 'input', name)
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(
        path,
        typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
      )
      return path
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** An image of `packages` npm packages, each hit by each of `advisories` records. */
export async function importLongList(
  fleet: OwnFleet,
  { packages, advisories }: { packages: number; advisories: number },
): Promise<void> {
  const names = Array.from({ length: packages }, (_, at) => `part-${String(at).padStart(4, '0')}`)
  const sbom = fleet.write('long.cdx.json', {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      component: { type: 'container', name: 'registry.example.org/long/list:1', 'bom-ref': 'image' },
    },
    components: names.map((name) => ({
      type: 'library',
      name,
      version: '1.0.0',
      purl: `pkg:npm/${name}@1.0.0`,
      'bom-ref': name,
    })),
  })
  for (let at = 0; at < advisories; at++) {
    const id = `CVE-2026-${String(10_000 + at)}`
    fleet.write(`advisories/${id}.json`, {
      schema_version: '1.7.0',
      id,
      modified: '2026-01-01T00:00:00Z',
      summary: `Fault ${at} of many parts`,
      severity: [
        {
          type: 'CVSS_V3',
          score:
            at % 4 === 0
              ? 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'
              : 'CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N',
        },
      ],
      affected: names.map((name) => ({
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: `2.0.${at}` }] }],
      })),
    })
  }
  await fleet.run('import', 'sbom', sbom)
  await fleet.run('import', 'advisories', join(sbom, '../advisories'))
}

/**
 * An example fleet of a test's own, which can be fixed, broken and have incidents: made of the same files as the one of
 * this checkout, where somebody may have left theirs.
 */
export async function ownExample(): Promise<OwnFleet> {
  const fleet = ownFleet()
  const place = (name: string): string => join(root, 'examples', name)
  await fleet.run('import', 'advisories', place('advisories'))
  await fleet.run('import', 'kev', place('kev'))
  await fleet.run('import', 'sbom', place('sboms'))
  for (const cluster of ['shop-eu', 'shop-us', 'shop-ap'])
    await fleet.run('import', 'manifests', place(`clusters/${cluster}.json`), '--cluster', cluster)
  // What makes a data directory the example's, see base/data-directory.ts.
  writeFileSync(join(fleet.data, 'example'), 'made by a test\n')
  return fleet
}
