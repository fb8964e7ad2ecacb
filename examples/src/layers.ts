import { buildImage, layoutTar, type BuiltImage } from '../../test/image-files.ts'
import type { TarItem } from '../../test/layer-tar.ts'

/** What an image of the shop is built of, as far as a reader of layers has to find it. */
export interface ExampleContents {
  name: string
  distro: { name: string; id: string; versionId: string }
  debian: readonly { name: string; version: string; source?: { name: string; version: string } }[]
  npm: readonly { name: string; version: string }[]
}

/**
 * An image of three layers: a distribution, the packages of a service, the service itself, which removes what only its
 * build needed. Nothing is compressed, so that every machine makes the same bytes.
 */
export function exampleLayers({ name, distro, debian, npm }: ExampleContents): BuiltImage {
  const home = `srv/${name}`
  const base: TarItem[] = [
    {
      name: 'etc/os-release',
      content: `PRETTY_NAME="${distro.name}"\nID=${distro.id}\nVERSION_ID="${distro.versionId}"\n`,
    },
    { name: 'var/lib/dpkg/status', content: debian.map(stanzaOf).join('\n') },
  ]
  const dependencies: TarItem[] = [
    { name: `${home}/.npmrc`, content: 'registry=https://npm.shop.example/\n' },
    ...npm.map((found) => ({
      name: `${home}/node_modules/${found.name}/package.json`,
      content: `${JSON.stringify({ name: found.name, version: found.version }, null, 1)}\n`,
    })),
  ]
  const service: TarItem[] = [
    { name: `${home}/.wh..npmrc` },
    { name: `${home}/server.js`, content: "require('express')().listen(8080)\n" },
  ]
  return buildImage([base, dependencies, service], {
    packing: 'plain',
    createdBy: [
      `FROM ${distro.id}:${distro.versionId}`,
      'RUN npm ci --omit=dev',
      'COPY server.js . # and rm .npmrc',
    ],
  })
}

export { layoutTar }

/** As dpkg writes it; the source is left out where it is the same. */
function stanzaOf({ name, version, source }: ExampleContents['debian'][number]): string {
  const lines = [
    `Package: ${name}`,
    'Status: install ok installed',
    'Architecture: amd64',
    `Version: ${version}`,
  ]
  if (source) lines.push(`Source: ${source.name}${source.version === version ? '' : ` (${source.version})`}`)
  return `${lines.join('\n')}\n`
}
