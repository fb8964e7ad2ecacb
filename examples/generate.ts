/**
 * Writes the example fleet from `src/`: SBOMs, `kubectl get -o json` lists, advisories, KEV, EPSS, SSVC and a VEX
 * statement. Everything is derived from the texts there; the same input gives the same files.
 * `--check` says whether the files are current (exit 1 when not).
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { clusters, images, workloads, type ClusterName, type ExampleImage } from './src/fleet.ts'
import { exampleLayers, layoutTar } from './src/layers.ts'
import { objects } from './src/objects.ts'
import { bases, stacks } from './src/packages.ts'
import { vulnerabilities } from './src/vulnerabilities.ts'

const root = import.meta.dirname
const folders = ['advisories', 'images', 'sboms', 'clusters', 'kev', 'epss', 'ssvc', 'vex']

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const digestOf = (image: ExampleImage): string =>
  image.layers ? layersOf(image).digest : `sha256:${sha256(image.name)}`
const uid = (text: string): string => {
  const hex = sha256(text)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

interface Package {
  purl: string
  name: string
  version: string
  source?: { name: string; version: string }
}

function packagesOf(image: ExampleImage): Package[] {
  const base = bases[image.base]
  const found: Package[] = base.packages.map((line) => {
    const [name, version, source, sourceVersion] = line.split(' ')
    const distro = base.type === 'apk' ? base.distro.versionId : `${base.distro.id}-${base.distro.versionId}`
    return {
      purl: `pkg:${base.type}/${base.namespace}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?distro=${distro}`,
      name,
      version,
      ...(source ? { source: { name: source, version: sourceVersion ?? version } } : {}),
    }
  })
  for (const stack of image.stacks)
    for (const purl of stacks[stack]) {
      const at = purl.lastIndexOf('@')
      found.push({
        purl: `pkg:${purl}`,
        name: purl.slice(purl.lastIndexOf('/') + 1, at),
        version: purl.slice(at + 1),
      })
    }
  return found
}

/** The image itself, of the packages that its SBOM names. */
function layersOf(image: ExampleImage) {
  const { distro } = bases[image.base]
  const found = packagesOf(image)
  return exampleLayers({
    name: image.name.replace(/^.*\/|:.*$/g, ''),
    distro: { name: 'Debian GNU/Linux 12 (bookworm)', ...distro },
    debian: found.filter(({ purl }) => purl.startsWith('pkg:deb/')),
    npm: found.filter(({ purl }) => purl.startsWith('pkg:npm/')),
  })
}

function cycloneDx(image: ExampleImage): unknown {
  const { distro } = bases[image.base]
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uid(`bom ${image.name}`)}`,
    version: 1,
    metadata: {
      timestamp: '2026-10-01T08:00:00Z',
      tools: { components: [{ type: 'application', name: 'shop-build', version: '4.1' }] },
      component: {
        type: 'container',
        name: image.name,
        version: digestOf(image),
        properties: [{ name: 'shop:RepoTag', value: image.name }],
      },
    },
    components: [
      { type: 'operating-system', name: distro.id, version: distro.versionId },
      ...packagesOf(image).map(({ purl, name, version, source }) => ({
        type: 'library',
        name,
        version,
        purl,
        ...(source
          ? {
              properties: [
                { name: 'syft:metadata:source', value: source.name },
                { name: 'syft:metadata:sourceVersion', value: source.version },
              ],
            }
          : {}),
      })),
    ],
  }
}

function spdx(image: ExampleImage): unknown {
  const { distro } = bases[image.base]
  const unknown = { downloadLocation: 'NOASSERTION', filesAnalyzed: false, copyrightText: 'NOASSERTION' }
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: image.name,
    documentNamespace: `urn:uuid:${uid(`bom ${image.name}`)}`,
    creationInfo: { created: '2026-10-01T08:00:00Z', creators: ['Tool: shop-build-4.1'] },
    packages: [
      {
        SPDXID: 'SPDXRef-Image',
        name: image.name,
        primaryPackagePurpose: 'CONTAINER',
        attributionTexts: [
          `RepoDigest: ${image.name.split(':')[0]}@${digestOf(image)}`,
          `RepoTag: ${image.name}`,
        ],
        ...unknown,
      },
      {
        SPDXID: 'SPDXRef-OperatingSystem',
        name: distro.id,
        versionInfo: distro.versionId,
        primaryPackagePurpose: 'OPERATING-SYSTEM',
        ...unknown,
      },
      ...packagesOf(image).map(({ purl, name, version, source }, at) => ({
        SPDXID: `SPDXRef-Package-${at + 1}`,
        name,
        versionInfo: version,
        ...(source ? { sourceInfo: `built package from: ${source.name} ${source.version}` } : {}),
        externalRefs: [
          { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
        ],
        ...unknown,
      })),
    ],
    relationships: [
      {
        spdxElementId: 'SPDXRef-DOCUMENT',
        relationshipType: 'DESCRIBES',
        relatedSpdxElement: 'SPDXRef-Image',
      },
    ],
  }
}

function syft(image: ExampleImage): unknown {
  const { distro } = bases[image.base]
  return {
    artifacts: packagesOf(image).map(({ purl, name, version, source }) => ({
      name,
      version,
      type: purl.startsWith('pkg:apk') ? 'apk' : 'go-module',
      purl,
      locations: [{ path: purl.startsWith('pkg:apk') ? '/lib/apk/db/installed' : '/usr/bin/log-shipper' }],
      ...(source ? { metadata: { originPackage: source.name } } : {}),
    })),
    source: {
      type: 'image',
      name: image.name,
      metadata: {
        userInput: image.name,
        tags: [image.name],
        repoDigests: [`${image.name.split(':')[0]}@${digestOf(image)}`],
        manifestDigest: digestOf(image),
      },
    },
    distro: { id: distro.id, versionID: distro.versionId },
    descriptor: { name: 'syft', version: '1.42.0' },
    schema: { version: '16.1.0' },
  }
}

function clusterList(cluster: ClusterName): unknown {
  const items: unknown[] = []
  const nodes: { name: string; pool: string }[] = []
  for (const [pool, count] of Object.entries(clusters[cluster].pools))
    for (let at = 1; at <= count; at++) {
      const name = `${cluster}-${pool}-${at}`
      nodes.push({ name, pool })
      items.push({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name, uid: uid(name), labels: { 'kubernetes.io/hostname': name, 'node-pool': pool } },
        status: { nodeInfo: { osImage: 'Debian GNU/Linux 12 (bookworm)', kubeletVersion: 'v1.36.3' } },
      })
    }
  const here = workloads.filter((workload) => (workload.pods[cluster] ?? 0) > 0)
  for (const namespace of [...new Set(here.map((workload) => workload.namespace))].sort())
    items.push({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'kubernetes.io/metadata.name': namespace } },
    })
  for (const { namespace, name } of here)
    items.push({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })
  for (const { in: places, ...object } of objects)
    if (places === undefined || places.includes(cluster)) items.push(object)
  let turn = 0
  for (const workload of here) {
    const { namespace, kind, name, team } = workload
    const image = images[workload.image]
    const labels = { app: name, ...(team === undefined ? {} : { team }), ...workload.labels }
    const reference = image.pinned ? `${image.name.split(':')[0]}@${digestOf(image)}` : image.name
    const serves = kind === 'Deployment' || kind === 'StatefulSet'
    const containers = [
      {
        name,
        image: reference,
        ...(serves ? { ports: [{ name: 'http', containerPort: 8080 }] } : {}),
        ...workload.container,
      },
    ]
    const initContainers = workload.init ? [{ name: 'prepare', image: images[workload.init].name }] : []
    const template = {
      metadata: { labels },
      spec: {
        serviceAccountName: name,
        ...workload.pod,
        containers,
        ...(initContainers.length > 0 ? { initContainers } : {}),
      },
    }
    const owner = {
      apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
      kind,
      name,
      uid: uid(`${cluster} ${namespace} ${kind} ${name}`),
      controller: true,
    }
    const count = workload.pods[cluster] ?? 0
    items.push({
      apiVersion: owner.apiVersion,
      kind,
      metadata: { name, namespace, uid: owner.uid, labels },
      spec:
        kind === 'CronJob'
          ? { schedule: '15 2 * * *', jobTemplate: { spec: { template } } }
          : { ...(kind === 'DaemonSet' ? {} : { replicas: count }), template },
    })
    let direct: Omit<typeof owner, 'kind'> & { kind: string } = owner
    if (kind === 'Deployment') {
      direct = {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: `${name}-${sha256(image.name).slice(0, 9)}`,
        uid: uid(`${cluster} ${namespace} ReplicaSet ${name}`),
        controller: true,
      }
      items.push({
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: { name: direct.name, namespace, uid: direct.uid, ownerReferences: [owner] },
        spec: { replicas: count, template },
      })
    }
    // Data workloads stay on their pool, the edge runs everywhere.
    const pool = namespace === 'data' ? 'data' : kind === 'DaemonSet' ? '' : 'general'
    const places = nodes.filter(
      (node) => pool === '' || node.pool === pool || !nodes.some((other) => other.pool === pool),
    )
    for (let at = 0; at < count; at++) {
      const pod =
        kind === 'StatefulSet'
          ? `${name}-${at}`
          : `${direct.name}-${sha256(`${cluster} ${name} ${at}`).slice(0, 5)}`
      const status = (container: { name: string; image: string }, from: ExampleImage) => ({
        name: container.name,
        image: container.image,
        imageID: `${from.name.split(':')[0]}@${digestOf(from)}`,
        ready: true,
      })
      items.push({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: pod,
          namespace,
          uid: uid(`${cluster} ${namespace} ${pod}`),
          labels,
          ownerReferences: [direct],
        },
        spec: {
          ...template.spec,
          nodeName: places[(kind === 'DaemonSet' ? at : turn++) % places.length].name,
        },
        status: {
          phase: 'Running',
          containerStatuses: [status(containers[0], image)],
          ...(workload.init
            ? { initContainerStatuses: [status(initContainers[0], images[workload.init])] }
            : {}),
        },
      })
    }
  }
  return { apiVersion: 'v1', kind: 'List', items }
}

const ecosystems: Record<string, string> = {
  maven: 'Maven',
  npm: 'npm',
  pypi: 'PyPI',
  gem: 'RubyGems',
  composer: 'Packagist',
  golang: 'Go',
  'deb:debian-11': 'Debian:11',
  'deb:debian-12': 'Debian:12',
  'apk:alpine-3.18': 'Alpine:v3.18',
  'apk:alpine-3.19': 'Alpine:v3.19',
}

function advisory(entry: (typeof vulnerabilities)[number]): unknown {
  const affected = entry.affected.map((line) => {
    const [type, name, introduced, fixed] = line.split(' ')
    const ecosystem = ecosystems[type]
    if (!ecosystem) throw new Error(`${entry.id}: no ecosystem for ${type}`)
    return {
      package: { ecosystem, name },
      ranges: [
        {
          type: ecosystem === 'Go' ? 'SEMVER' : 'ECOSYSTEM',
          events: [{ introduced }, ...(fixed === '-' ? [] : [{ fixed }])],
        },
      ],
    }
  })
  return {
    schema_version: '1.7.0',
    id: entry.id,
    aliases: [entry.alias],
    published: `${entry.published}T00:00:00Z`,
    modified: `${entry.published}T00:00:00Z`,
    summary: entry.summary,
    severity: [{ type: 'CVSS_V3', score: entry.vector }],
    affected,
  }
}

function files(): Map<string, string | Uint8Array> {
  const made = new Map<string, string | Uint8Array>()
  const json = (path: string, value: unknown): void =>
    void made.set(path, `${JSON.stringify(value, null, 1)}\n`)
  for (const [key, image] of Object.entries(images)) {
    if (image.layers) made.set(`images/${key}.tar`, layoutTar(layersOf(image), image.name))
    if (image.sbom === 'none') continue
    const [format, extension] =
      image.sbom === 'cyclonedx'
        ? [cycloneDx, 'cdx']
        : image.sbom === 'spdx'
          ? [spdx, 'spdx']
          : [syft, 'syft']
    json(`sboms/${key}.${extension}.json`, format(image))
  }
  for (const cluster of Object.keys(clusters) as ClusterName[])
    made.set(`clusters/${cluster}.json`, `${JSON.stringify(clusterList(cluster))}\n`)
  for (const entry of vulnerabilities) json(`advisories/${entry.id}.json`, advisory(entry))
  json('kev/kev.json', {
    title: 'Known exploited vulnerabilities of the example fleet',
    vulnerabilities: vulnerabilities.flatMap(({ id, summary, kev }) =>
      kev
        ? [
            {
              cveID: id,
              vulnerabilityName: summary,
              dateAdded: kev[0],
              dueDate: kev[1],
              knownRansomwareCampaignUse: kev[2] ? 'Known' : 'Unknown',
              requiredAction: 'Update, or take it off the network.',
            },
          ]
        : [],
    ),
  })
  made.set(
    'epss/epss.csv',
    `#model_version:example,score_date:2026-10-01T00:00:00Z\ncve,epss,percentile\n${vulnerabilities.flatMap(({ id, epss }) => (epss ? [`${id},${epss[0]},${epss[1]}\n`] : [])).join('')}`,
  )
  made.set(
    'ssvc/ssvc.tsv',
    `cve\texploitation\tautomatable\ttechnical_impact\ttimestamp\n${vulnerabilities.flatMap(({ id, ssvc }) => (ssvc ? [`${id}\t${ssvc.join('\t')}\t2026-10-01T00:00:00Z\n`] : [])).join('')}`,
  )
  json('vex/storefront-reviews.openvex.json', {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://shop.example/vex/reviews-2.4.1',
    author: 'team-storefront',
    timestamp: '2026-10-02T09:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2022-1471' },
        products: [
          {
            '@id': `pkg:oci/reviews@${digestOf(images.reviews)}?repository_url=registry.shop.example/storefront/reviews`,
          },
        ],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
        impact_statement: 'The service reads no YAML at run time.',
      },
    ],
  })
  return made
}

const made = files()
if (process.argv.includes('--check')) {
  const wrong = [...made]
    .filter(
      ([path, content]) =>
        !existsSync(join(root, path)) || !readFileSync(join(root, path)).equals(Buffer.from(content)),
    )
    .map(([path]) => path)
  const extra = folders
    .flatMap((folder) =>
      existsSync(join(root, folder))
        ? readdirSync(join(root, folder)).map((file) => `${folder}/${file}`)
        : [],
    )
    .filter((path) => !made.has(path))
  for (const path of [...wrong, ...extra])
    console.error(`examples/${path} is not what generate.ts makes: run \`npm run generate\``)
  process.exitCode = wrong.length + extra.length > 0 ? 1 : 0
} else {
  for (const folder of folders) rmSync(join(root, folder), { recursive: true, force: true })
  for (const [path, content] of made) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}
