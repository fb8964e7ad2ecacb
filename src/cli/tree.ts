import { incidentCommandsTree } from './incident.tree.ts'
import { peopleCommands } from './people.tree.ts'
import { answerForms } from './spec.ts'
import { checklistCommands } from './tree-checklists.ts'
import type { CommandSpec, OptionSpec } from './spec.ts'

const listOptions: readonly OptionSpec[] = [
  { flags: '--limit <rows>', text: 'rows to show (50)' },
  { flags: '--offset <rows>', text: 'rows to leave out at the start' },
  { flags: '--sort <column>', text: 'column to sort by; a leading - sorts downwards' },
]

const placeOptions: readonly OptionSpec[] = [
  { flags: '--cluster <name>', text: 'only this cluster', completes: 'clusters' },
  { flags: '--owner <name>', text: 'only workloads of this owner' },
]

const files = {
  name: 'path',
  text: 'files, folders, archives (zip, tar, gz, zst), or - for stdin',
  completes: 'files',
} as const

function factsOf(name: string, what: string, example: string): CommandSpec {
  return {
    name,
    summary: `import ${what}`,
    arguments: [{ ...files, required: true, many: true }],
    outputs: answerForms,
    json: 'ImportReport',
    examples: [{ line: `allclear import ${name} ${example}`, does: `read ${what}` }],
    needs: 'write',
    load: () => import('./commands/import.ts'),
  }
}

const manifestsOption: OptionSpec = {
  flags: '--manifests <path>',
  text: 'files, folders or archives of Kubernetes objects, or - for stdin',
  many: true,
  completes: 'files',
}

const reachOptions: readonly OptionSpec[] = [
  manifestsOption,
  {
    flags: '--host-network <rule>',
    text: 'what policies mean for pods on the network of their node (nodes: nothing)',
    choices: ['nodes', 'pods'],
  },
]

/** Options that every command takes. */
export const commonOptions: readonly OptionSpec[] = [
  {
    flags: '--data <dir>',
    text: 'data directory (ALLCLEAR_DATA, else the XDG data folder)',
    completes: 'files',
  },
  { flags: '--example', text: 'the data directory of the example fleet (ALLCLEAR_EXAMPLE_DATA)' },
  { flags: '--server <url>', text: 'use this server (ALLCLEAR_SERVER)' },
  { flags: '--token <token>', text: 'token for the server (ALLCLEAR_TOKEN)' },
  { flags: '--quiet', text: 'no progress on stderr' },
]

export const commandTree: readonly CommandSpec[] = [
  {
    name: 'where',
    summary: 'where does or did a package, vulnerability or image run?',
    text: 'Asks for a package with range, a purl, a CVE or GHSA id, a digest, an image reference, a workload or a file.',
    arguments: [
      { name: 'query', text: 'what to look for', required: true, many: true, completes: 'vulnerabilities' },
    ],
    options: [
      ...placeOptions,
      { flags: '--since <age>', text: 'also what ran within this time and no longer does: 30d, 12h (30d)' },
      ...listOptions,
    ],
    outputs: answerForms,
    json: 'WhereAnswer',
    examples: [
      {
        line: "allclear where 'log4j-core@<2.17.1'",
        does: 'every image and workload with an older log4j-core',
      },
      { line: 'allclear where pkg:deb/debian/openssl -o wide', does: 'every OpenSSL of Debian' },
      { line: 'allclear where CVE-2022-0778 --cluster shop-eu', does: 'one vulnerability in one cluster' },
      {
        line: 'allclear where file:/usr/lib/x86_64-linux-gnu/libssl.so.3',
        does: 'images that have this file',
      },
      {
        line: 'allclear where registry.shop.example/checkout/cart:1.31.0 -o json',
        does: 'one image, for scripts',
      },
    ],
    load: () => import('./commands/where.ts'),
  },
  {
    name: 'cve',
    summary: 'are we affected by a vulnerability, how badly, how sure, what fixes it?',
    arguments: [
      { name: 'id', text: 'CVE, GHSA or other advisory id', required: true, completes: 'vulnerabilities' },
    ],
    options: [...placeOptions, ...listOptions],
    outputs: answerForms,
    json: 'CveAnswer | UnknownVulnerability',
    examples: [
      { line: 'allclear cve CVE-2021-44228', does: 'the answer page' },
      { line: 'allclear cve CVE-2021-44228 -o json | jq .verdict', does: 'yes, no or unknown' },
    ],
    load: () => import('./commands/cve.ts'),
  },
  ...incidentCommandsTree,
  {
    name: 'explain',
    summary: 'why is a vulnerability in an image judged so, or why not?',
    arguments: [
      { name: 'image', text: 'digest or reference', required: true, completes: 'images' },
      {
        name: 'vulnerability',
        text: 'CVE, GHSA or other advisory id',
        required: true,
        completes: 'vulnerabilities',
      },
    ],
    outputs: answerForms,
    json: 'ExplainAnswer',
    examples: [
      {
        line: 'allclear explain registry.shop.example/search/engine:4.2.0 CVE-2021-44228',
        does: 'every step of the verdict',
      },
    ],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'scan',
    summary: 'match SBOMs against the advisories without keeping anything',
    text: 'Exit code 1 when a finding reaches --fail-on; 3 when it does not but some packages could not be judged, or a document was refused.',
    arguments: [{ ...files, required: true, many: true }],
    options: [
      {
        flags: '--fail-on <severity>',
        text: 'exit 1 when a finding is this severe or worse',
        choices: ['critical', 'high', 'medium', 'low'],
      },
    ],
    outputs: ['table', 'wide', 'json', 'yaml', 'name', 'sarif', 'cyclonedx', 'openvex', 'markdown'],
    json: '(ScanReport | { source, error })[]',
    examples: [
      { line: 'allclear scan app.cdx.json --fail-on high', does: 'for a build: exit 1 on high and critical' },
      { line: 'allclear scan sboms/ -o json', does: 'one array with one element for each document' },
      { line: 'allclear scan app.spdx.json -o sarif > findings.sarif', does: 'for code scanning views' },
    ],
    load: () => import('./commands/scan.ts'),
  },
  {
    name: 'import',
    summary: 'bring in advisories, SBOMs, manifests and facts',
    children: [
      {
        name: 'advisories',
        summary: 'import OSV records: exports, folders, archives, single records',
        arguments: [{ ...files, required: true, many: true }],
        options: [{ flags: '--feed <name>', text: 'the feed they count as' }],
        outputs: answerForms,
        json: 'ImportReport',
        examples: [
          {
            line: 'allclear import advisories osv/Maven/all.zip',
            does: 'one ecosystem of the public export',
          },
          { line: 'allclear import advisories CVE-2021-44228.json', does: 'one record' },
        ],
        needs: 'write',
        load: () => import('./commands/import.ts'),
      },
      {
        name: 'sbom',
        aliases: ['sboms'],
        summary: 'import SBOMs: CycloneDX, SPDX, Syft',
        arguments: [{ ...files, required: true, many: true }],
        options: [
          {
            flags: '--image <reference>',
            text: 'the image they describe, when they do not say',
            completes: 'images',
          },
        ],
        outputs: answerForms,
        json: 'ImportReport',
        examples: [
          { line: 'allclear import sbom sboms/', does: 'every document of a folder' },
          {
            line: 'syft IMAGE -o cyclonedx-json | allclear import sbom - --image IMAGE',
            does: 'straight from a tool',
          },
        ],
        needs: 'write',
        load: () => import('./commands/import.ts'),
      },
      {
        name: 'manifests',
        summary: 'import Kubernetes manifests or dumps of a cluster',
        arguments: [{ ...files, required: true, many: true }],
        options: [{ flags: '--cluster <name>', text: 'the cluster they are of', completes: 'clusters' }],
        outputs: answerForms,
        json: 'ImportReport',
        examples: [
          {
            line: 'kubectl get nodes,namespaces,pods,deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs,serviceaccounts,services,ingresses,networkpolicies,roles,rolebindings,clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations,priorityclasses -A -o json | allclear import manifests - --cluster shop-eu',
            does: 'what runs in a cluster now',
          },
          { line: 'allclear import manifests deploy/ --cluster shop-eu', does: 'what is declared' },
        ],
        needs: 'write',
        load: () => import('./commands/import.ts'),
      },
      factsOf(
        'kev',
        'the catalogue of known exploited vulnerabilities (CISA)',
        'known_exploited_vulnerabilities.json',
      ),
      factsOf('epss', 'exploit prediction scores (FIRST)', 'epss_scores-current.csv.gz'),
      factsOf('ssvc', 'SSVC decisions (CISA Vulnrichment)', 'vulnrichment/'),
      factsOf('vex', 'VEX statements: OpenVEX, CSAF, CycloneDX', 'vex/'),
    ],
  },
  {
    name: 'advisory',
    aliases: ['advisories'],
    summary: 'advisory records, and provisional ones typed by hand',
    children: [
      {
        name: 'add',
        summary: 'describe a vulnerability before any feed knows it',
        options: [
          { flags: '--package <purl>', text: 'package URL without version: pkg:maven/org.example/lib' },
          { flags: '--range <range>', text: "range in the ecosystem's own language: '>=1.0 <1.4.2'" },
          { flags: '--title <text>', text: 'what is wrong, in a sentence' },
          { flags: '--id <id>', text: 'the id, when one is known already' },
          {
            flags: '--severity <severity>',
            text: 'how severe',
            choices: ['critical', 'high', 'medium', 'low'],
          },
          { flags: '--vector <cvss>', text: 'CVSS vector' },
        ],
        outputs: answerForms,
        json: 'ProvisionalAnswer',
        examples: [
          {
            line: "allclear advisory add --package pkg:maven/org.example/lib --range '>=1.0 <1.4.2' --title 'Remote code execution in lib'",
            does: 'answers at once where it runs',
          },
        ],
        needs: 'write',
        load: () => import('./commands/advisory-add.ts'),
      },
      {
        name: 'list',
        summary: 'list advisory records, newest first',
        options: [
          { flags: '--query <text>', text: 'only records with this text' },
          { flags: '--ecosystem <name>', text: 'only records for it' },
          { flags: '--provisional', text: 'only records typed by hand' },
          ...listOptions,
        ],
        outputs: answerForms,
        json: 'AdvisoryPage',
        examples: [
          {
            line: 'allclear advisory list --ecosystem Maven --query log4j',
            does: 'what the feeds say of log4j',
          },
        ],
        load: () => import('./commands/advisory-list.ts'),
      },
      {
        name: 'show',
        summary: 'show a record as it came',
        arguments: [{ name: 'id', text: 'advisory id', required: true, completes: 'advisories' }],
        outputs: answerForms,
        json: 'AdvisoryRecord',
        examples: [
          { line: 'allclear advisory show CVE-2021-44228', does: 'what it says' },
          { line: 'allclear advisory show CVE-2021-44228 -o json', does: 'the record, unchanged' },
        ],
        load: () => import('./commands/advisory-show.ts'),
      },
      {
        name: 'withdraw',
        summary: 'withdraw a provisional record; its findings go with it',
        arguments: [{ name: 'id', text: 'advisory id', required: true, completes: 'advisories' }],
        outputs: answerForms,
        json: '{ id, withdrawn: true }',
        examples: [{ line: 'allclear advisory withdraw AC-2026-1', does: 'it was a false alarm' }],
        needs: 'write',
        load: () => import('./commands/advisory-withdraw.ts'),
      },
    ],
  },
  {
    name: 'image',
    aliases: ['images'],
    summary: 'images, what is in them and where they run',
    children: [
      {
        name: 'list',
        summary: 'list images, those that run first',
        options: [
          { flags: '--query <text>', text: 'only images with this text in a reference' },
          { flags: '--running', text: 'only what runs now' },
          ...listOptions,
        ],
        outputs: answerForms,
        json: 'ImagePage',
        examples: [
          { line: 'allclear image list --running -o wide', does: 'all that runs, with counts of findings' },
        ],
        load: () => import('./commands/image-list.ts'),
      },
      {
        name: 'show',
        summary: 'show what is in an image, what is wrong with it, where it runs',
        arguments: [{ name: 'image', text: 'digest or reference', required: true, completes: 'images' }],
        options: listOptions,
        outputs: answerForms,
        json: 'ImageAnswer',
        examples: [
          {
            line: 'allclear image show registry.shop.example/checkout/cart:1.31.0',
            does: 'findings and workloads',
          },
        ],
        load: () => import('./commands/image-show.ts'),
      },
      {
        name: 'packages',
        summary: 'list the packages of an image, each with its evidence',
        text: 'Archives and folders are read here and now, without data directory, server or network, and nothing is kept.',
        arguments: [
          {
            name: 'image',
            text: 'docker-archive:FILE, oci-archive:FILE, oci-dir:FOLDER, dir:ROOTFS, or an image that is known',
            required: true,
            completes: 'images',
          },
        ],
        options: [
          { flags: '--platform <platform>', text: 'which image of several: linux/arm64 (linux/amd64)' },
          { flags: '--type <type>', text: 'only packages of this purl type: deb, npm, maven …' },
        ],
        outputs: answerForms,
        json: 'ImageContents',
        examples: [
          { line: 'allclear image packages docker-archive:app.tar', does: 'what is in a saved image' },
          {
            line: "allclear image packages oci-archive:app.tar -o json | jq '.packages[] | {purl, evidence}'",
            does: 'with file, layer, method and confidence',
          },
          { line: 'allclear image packages dir:/mnt/rootfs --type rpm', does: 'a root file system' },
        ],
        load: () => import('./commands/image-packages.ts'),
      },
      {
        name: 'add',
        summary: 'read an image from its layers and keep what it contains',
        text: 'Layers that are known from other images are not read again.',
        arguments: [
          {
            name: 'image',
            text: 'a reference in a registry, or docker-archive:FILE, oci-archive:FILE, oci-dir:FOLDER, dir:ROOTFS',
            required: false,
          },
        ],
        options: [
          { flags: '--running', text: 'every image that runs and that nobody read yet, the most used first' },
          { flags: '--limit <images>', text: 'with --running: at most so many now' },
          { flags: '--platform <platform>', text: 'which image of several: linux/arm64 (linux/amd64)' },
          { flags: '--reference <reference>', text: 'what an archive is called, when it does not say' },
        ],
        outputs: answerForms,
        json: 'ImageAdded | RunningImagesRead',
        examples: [
          { line: 'allclear image add --running', does: 'all that runs, as far as credentials allow' },
          {
            line: 'allclear image add registry.example.org/shop/cart:1.4',
            does: 'read it from its registry',
          },
          {
            line: 'allclear image add docker-archive:cart.tar --reference registry.example.org/shop/cart:1.4',
            does: 'read a saved image, and say what it is called',
          },
        ],
        needs: 'write',
        load: () => import('./commands/image-add.ts'),
      },
      {
        name: 'unread',
        summary: 'list running images that could not be read, and why',
        outputs: answerForms,
        json: 'UnreadImages',
        examples: [
          { line: 'allclear image unread', does: 'what is missing: credentials, network, the image itself' },
        ],
        load: () => import('./commands/image-unread.ts'),
      },
      {
        name: 'layers',
        summary: 'show how an image is put together, and on which image it is built',
        arguments: [
          {
            name: 'image',
            text: 'a known image, or one on this machine',
            required: true,
            completes: 'images',
          },
        ],
        options: [
          { flags: '--platform <platform>', text: 'which image of several: linux/arm64 (linux/amd64)' },
        ],
        outputs: answerForms,
        json: 'ImageLayers',
        examples: [
          {
            line: 'allclear image layers registry.example.org/shop/cart:1.4',
            does: 'size, packages and step of each',
          },
        ],
        load: () => import('./commands/image-layers.ts'),
      },
      {
        name: 'diff',
        summary: 'tell what differs between two images',
        arguments: [
          { name: 'a', text: 'a known image, or one on this machine', required: true, completes: 'images' },
          { name: 'b', text: 'the other', required: true, completes: 'images' },
        ],
        options: [
          { flags: '--platform <platform>', text: 'which image of several: linux/arm64 (linux/amd64)' },
        ],
        outputs: answerForms,
        json: 'ImageDiff',
        examples: [
          {
            line: 'allclear image diff shop/cart:1.4 shop/cart:1.5',
            does: 'packages that came, went and changed',
          },
          {
            line: 'allclear image diff docker-archive:old.tar docker-archive:new.tar',
            does: 'before anything is pushed',
          },
        ],
        load: () => import('./commands/image-diff.ts'),
      },
    ],
  },
  {
    name: 'cluster',
    aliases: ['clusters'],
    summary: 'the clusters of the fleet',
    children: [
      {
        name: 'list',
        summary: 'list clusters and when each was last seen',
        outputs: answerForms,
        json: 'Clusters',
        examples: [{ line: 'allclear cluster list', does: 'all clusters' }],
        load: () => import('./commands/cluster-list.ts'),
      },
      {
        name: 'add',
        summary: 'watch a live cluster through a context of a kubeconfig',
        text: 'Without a server the cluster is read once; a server (`allclear up`) watches it from then on. Exit code 3 when it is not seen as a whole.',
        options: [
          { flags: '--context <name>', text: 'context of the kubeconfig (the current one)' },
          {
            flags: '--kubeconfig <file>',
            text: 'kubeconfig, read again at each connection (KUBECONFIG, else ~/.kube/config)',
            completes: 'files',
          },
          { flags: '--name <name>', text: 'what it is called here (the name of the context)' },
          { flags: '--copy', text: 'keep a copy of the credentials instead of the path of the file' },
          { flags: '--in-cluster', text: 'this process runs in the cluster: use its service account' },
          {
            flags: '--secret-metadata',
            text: 'watch the names of secrets too; needs the right to list them',
          },
        ],
        outputs: answerForms,
        json: 'ClusterDetail',
        examples: [
          { line: 'allclear cluster add --context prod-eu', does: 'the cluster of that context' },
          {
            line: 'allclear cluster add --kubeconfig ops.yaml --context admin@eu --name shop-eu',
            does: 'another file, another name',
          },
        ],
        needs: 'write',
        load: () => import('./commands/cluster-add.ts'),
      },
      {
        name: 'show',
        summary: 'show how a live cluster is reached and how well it is seen',
        arguments: [{ name: 'name', text: 'cluster', required: true, completes: 'clusters' }],
        outputs: answerForms,
        json: 'ClusterDetail',
        examples: [{ line: 'allclear cluster show shop-eu -o wide', does: 'every watched resource' }],
        load: () => import('./commands/cluster-show.ts'),
      },
      {
        name: 'workloads',
        summary: 'what runs in a cluster, the worst first',
        arguments: [{ name: 'name', text: 'cluster', required: true, completes: 'clusters' }],
        options: [
          { flags: '--query <text>', text: 'only those with this text in their name or owner' },
          { flags: '--limit <rows>', text: 'rows to show (50)' },
          { flags: '--offset <rows>', text: 'rows to leave out at the start' },
        ],
        outputs: answerForms,
        json: 'ClusterWorkloads',
        examples: [{ line: 'allclear cluster workloads shop-eu', does: 'every workload with its findings' }],
        load: () => import('./commands/cluster-workloads.ts'),
      },
      {
        name: 'nodes',
        summary: 'the nodes of a cluster',
        arguments: [{ name: 'name', text: 'cluster', required: true, completes: 'clusters' }],
        options: [
          { flags: '--query <text>', text: 'only those with this text in their name' },
          { flags: '--limit <rows>', text: 'rows to show (50)' },
          { flags: '--offset <rows>', text: 'rows to leave out at the start' },
        ],
        outputs: answerForms,
        json: 'ClusterNodes',
        examples: [{ line: 'allclear cluster nodes shop-eu', does: 'systems, versions and pods' }],
        load: () => import('./commands/cluster-nodes.ts'),
      },
      {
        name: 'remove',
        summary: 'stop watching a live cluster; its history stays',
        arguments: [{ name: 'name', text: 'cluster', required: true, completes: 'clusters' }],
        examples: [{ line: 'allclear cluster remove shop-eu', does: 'it is no longer part of the fleet' }],
        needs: 'write',
        load: () => import('./commands/cluster-remove.ts'),
      },
      {
        name: 'enrol',
        summary: 'make a one-time token for the agent of a cluster',
        arguments: [
          { name: 'name', text: 'cluster, which may be new', required: true, completes: 'clusters' },
        ],
        options: [{ flags: '--hours <hours>', text: 'hours until it expires (24)' }],
        outputs: ['table', 'json', 'yaml', 'name'],
        json: 'Enrolment',
        examples: [{ line: 'allclear cluster enrol shop-eu > token', does: 'for the secret of its agent' }],
        needs: 'write',
        load: () => import('./commands/cluster-enrol.ts'),
      },
      {
        name: 'doctor',
        summary: 'which permissions are missing, and what will therefore be unknown',
        text: 'Exit code 3 when something is missing, 4 when the cluster does not answer.',
        arguments: [{ name: 'name', text: 'cluster', required: true, completes: 'clusters' }],
        outputs: answerForms,
        json: 'ClusterDoctor',
        examples: [{ line: 'allclear cluster doctor shop-eu', does: 'what is missing, and what to do' }],
        load: () => import('./commands/cluster-doctor.ts'),
      },
    ],
  },
  {
    name: 'workload',
    aliases: ['workloads'],
    summary: 'workloads of the fleet',
    children: [
      {
        name: 'show',
        summary: 'show a workload: declared facts beside what was observed, and what it ran',
        arguments: [
          {
            name: 'name',
            text: 'CLUSTER/NAMESPACE/KIND/NAME, or a unique end of it',
            required: true,
            completes: 'workloads',
          },
        ],
        outputs: answerForms,
        json: 'Workload',
        examples: [
          { line: 'allclear workload show shop-eu/search/StatefulSet/indexer', does: 'everything about it' },
        ],
        load: () => import('./commands/workload-show.ts'),
      },
    ],
  },
  {
    name: 'pod',
    aliases: ['pods'],
    summary: 'pods, now and in the past',
    children: [
      {
        name: 'find',
        summary: 'who had an address, a UID, a name or a digest, at a moment or ever?',
        text: 'An address that several pods had is answered with all of them.',
        arguments: [
          { name: 'query', text: 'address, UID, NAMESPACE/NAME or sha256:… of an image', required: true },
        ],
        options: [
          { flags: '--at <time>', text: 'the moment: 2026-11-18T03:01:12Z (ever)' },
          { flags: '--cluster <name>', text: 'only this cluster', completes: 'clusters' },
          { flags: '--limit <rows>', text: 'rows to show (50)' },
        ],
        outputs: answerForms,
        json: 'Pods',
        examples: [
          {
            line: 'allclear pod find 10.0.3.17 --at 2026-11-18T03:01:12Z',
            does: 'whose address that was then',
          },
        ],
        load: () => import('./commands/pod-find.ts'),
      },
    ],
  },
  {
    name: 'fact',
    aliases: ['facts'],
    summary: 'what people declare: team, criticality, data, users, tenant',
    children: [
      {
        name: 'set',
        summary: 'declare facts of a workload, a namespace or a cluster',
        text: 'Facts are inherited downwards. `NAME=` takes back what was said by hand. Criticality is low, medium, high or critical.',
        arguments: [
          {
            name: 'of',
            text: 'CLUSTER, CLUSTER/NAMESPACE or CLUSTER/NAMESPACE/KIND/NAME',
            required: true,
            completes: 'workloads',
          },
          { name: 'fact', text: 'NAME=VALUE', required: true, many: true },
        ],
        outputs: answerForms,
        json: 'FactsOfScope',
        examples: [
          {
            line: 'allclear fact set shop-eu/search/StatefulSet/indexer criticality=high data=personal users=120000 team=search',
            does: 'by hand',
          },
        ],
        needs: 'write',
        load: () => import('./commands/fact-set.ts'),
      },
      {
        name: 'import',
        summary: 'declare the facts of a YAML file; it replaces what the file said before',
        arguments: [{ name: 'file', text: 'YAML, or - for stdin', required: true, completes: 'files' }],
        options: [{ flags: '--source <name>', text: 'what the file is called (its path)' }],
        outputs: answerForms,
        json: 'FactsImport',
        examples: [{ line: 'allclear fact import facts.yaml', does: 'as it is kept in Git' }],
        needs: 'write',
        load: () => import('./commands/fact-import.ts'),
      },
      {
        name: 'list',
        summary: 'list what was declared, each with its source',
        options: [
          { flags: '--cluster <name>', text: 'only this cluster', completes: 'clusters' },
          { flags: '--limit <rows>', text: 'rows to show (50)' },
          { flags: '--offset <rows>', text: 'rows to leave out at the start' },
        ],
        outputs: answerForms,
        json: 'Facts',
        examples: [{ line: 'allclear fact list', does: 'all of it' }],
        load: () => import('./commands/fact-list.ts'),
      },
    ],
  },
  checklistCommands,
  {
    name: 'agent',
    summary: 'watch the cluster that this runs in, and tell a hub',
    text: 'Dials out only. The first time it spends a token of `allclear cluster enrol`; from then on it has a key of its own, which it renews every week. Runs until it is ended.',
    options: [
      { flags: '--cluster <name>', text: 'the name of this cluster on the hub', completes: 'clusters' },
      { flags: '--token-file <file>', text: 'file with the one-time token', completes: 'files' },
      {
        flags: '--state <dir>',
        text: 'where it keeps its key (agent/CLUSTER in the data directory)',
        completes: 'files',
      },
      { flags: '--kubeconfig <file>', text: 'outside of a cluster: a kubeconfig', completes: 'files' },
      { flags: '--context <name>', text: 'context of the kubeconfig' },
      { flags: '--secret-metadata', text: 'watch the names of secrets too; needs the right to list them' },
    ],
    examples: [
      {
        line: 'allclear agent --server https://hub.example.org --cluster shop-eu --token-file /run/token/token',
        does: 'in a pod, as deploy/ has it',
      },
    ],
    needs: 'nothing',
    load: () => import('./commands/agent.ts'),
  },
  {
    name: 'sbom',
    summary: 'read SBOMs, and write the one of an image',
    children: [
      {
        name: 'write',
        summary: 'write the contents of an image as an SBOM to stdout',
        arguments: [{ name: 'image', text: 'digest or reference', required: true, completes: 'images' }],
        options: [
          {
            flags: '--format <format>',
            text: 'form of the document (cyclonedx-1.6)',
            choices: ['cyclonedx-1.6', 'spdx-2.3'],
          },
        ],
        examples: [
          {
            line: 'allclear sbom write registry.shop.example/checkout/cart:1.31.0 --format spdx-2.3 > cart.spdx.json',
            does: 'for a customer',
          },
        ],
        load: () => import('./commands/sbom-write.ts'),
      },
      {
        name: 'read',
        summary: 'tell what is understood of SBOMs, what is left out, and why',
        arguments: [{ ...files, required: true, many: true }],
        outputs: answerForms,
        json: '(SbomDocument | { source, error })[]',
        examples: [
          { line: 'allclear sbom read sboms/ -o json', does: 'one array with one element for each document' },
        ],
        needs: 'nothing',
        load: () => import('./commands/sbom-read.ts'),
      },
    ],
  },
  {
    name: 'version',
    summary: 'print the version; compare versions of packages',
    needs: 'nothing',
    load: () => import('./commands/version.ts'),
    children: [
      {
        name: 'compare',
        summary: 'order pairs of versions: < = > or ? when they cannot be ordered',
        arguments: [
          {
            name: 'pair',
            text: "two versions, or - for lines 'A<TAB>B' on stdin",
            required: true,
            many: true,
          },
        ],
        options: [
          { flags: '--scheme <scheme>', text: 'version order: deb, maven, npm …', completes: 'schemes' },
        ],
        examples: [
          { line: 'allclear version compare --scheme deb 1.0~rc1 1.0', does: 'prints <' },
          { line: 'allclear version compare --scheme maven - < pairs.tsv', does: 'one result for each line' },
        ],
        needs: 'nothing',
        load: () => import('./commands/version-compare.ts'),
      },
      {
        name: 'affected',
        summary: 'does an advisory apply to a package version?',
        text: 'Prints yes, no or unknown, a tab, and the event that decided.',
        options: [
          { flags: '--advisory <file>', text: 'OSV record, or - for stdin', completes: 'files' },
          { flags: '--package <purl>', text: 'package URL with version' },
        ],
        examples: [
          {
            line: 'allclear version affected --advisory CVE-2021-44228.json --package pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
            does: 'yes, with the range event',
          },
        ],
        needs: 'nothing',
        load: () => import('./commands/version-affected.ts'),
      },
    ],
  },
  {
    name: 'purl',
    summary: 'package URLs',
    children: [
      {
        name: 'parse',
        summary: "package URLs into their parts: a line of canonical JSON each, or 'error: …'",
        arguments: [
          { name: 'purl', text: 'package URLs, or - for lines on stdin', required: true, many: true },
        ],
        examples: [{ line: "allclear purl parse 'pkg:npm/%40scope/name@1.2.3'", does: 'its parts' }],
        needs: 'nothing',
        load: () => import('./commands/purl.ts'),
      },
      {
        name: 'build',
        summary: "parts into canonical package URLs: one each, or 'error: …'",
        arguments: [
          { name: 'json', text: 'JSON objects, or - for lines on stdin', required: true, many: true },
        ],
        examples: [
          {
            line: `allclear purl build '{"type":"npm","namespace":"@scope","name":"name","version":"1.2.3"}'`,
            does: 'the purl',
          },
        ],
        needs: 'nothing',
        load: () => import('./commands/purl.ts'),
      },
    ],
  },
  {
    name: 'score',
    summary: 'score CVSS vectors of version 2.0, 3.0, 3.1 and 4.0',
    text: 'One line for each: score, severity, version or nomenclature, partial scores; or `error: …` with the place. With -o json one object a line.',
    arguments: [
      { name: 'vector', text: 'CVSS vectors, or - for lines on stdin', required: true, many: true },
    ],
    options: [
      { flags: '--env <metrics>', text: 'metrics laid over every vector: E:P/CR:H/MAV:L' },
      {
        flags: '--workload <name>',
        text: 'metrics that follow from where it is, CLUSTER/NAMESPACE/NAME; --env goes before them',
        completes: 'workloads',
      },
    ],
    outputs: ['txt', 'json'],
    json: 'one element of CvssScores a line',
    examples: [
      {
        line: 'allclear score CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N --env MAV:A/CR:L',
        does: 'the score in an environment',
      },
      {
        line: 'allclear score CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H --workload shop-eu/search/indexer',
        does: 'the score where a workload is, with the reasons',
      },
      { line: 'allclear score - -o json < vectors.txt', does: 'one object for each line' },
    ],
    load: () => import('./commands/score.ts'),
  },
  {
    name: 'ssvc',
    summary: 'decide how soon, by SSVC and CISA BOD 26-04',
    text: 'Of a CVE the answers come from KEV and Vulnrichment; what is not known leaves the outcome open, and is named.',
    arguments: [
      {
        name: 'question',
        text: 'CVE ids or answers (E:A/EXP:O/A:Y/HI:VH), or - for lines on stdin',
        required: true,
        many: true,
        completes: 'vulnerabilities',
      },
    ],
    options: [
      { flags: '--facts <answers>', text: 'answers that count for every line: EXP:O/HI:H' },
      {
        flags: '--workload <name>',
        text: 'answers that follow from where it is, CLUSTER/NAMESPACE/NAME',
        completes: 'workloads',
      },
      {
        flags: '--tree <name>',
        text: 'only this table',
        choices: ['deployer', 'supplier', 'cisa', 'bod-26-04'],
      },
    ],
    outputs: ['txt', 'json'],
    json: 'one element of SsvcDecisions a line',
    examples: [
      {
        line: 'allclear ssvc CVE-2021-44228 --facts EXP:O/HI:VH/PE:Y',
        does: 'with what the feeds know of it, on an open system of very high impact',
      },
      {
        line: 'allclear ssvc CVE-2021-44228 --workload shop-eu/search/query-api',
        does: 'with what is known of the place where it runs',
      },
      { line: "allclear ssvc 'exploitation=active, in kev=yes, automatable=yes'", does: 'what is left open' },
      { line: 'allclear ssvc - -o json < answers.txt', does: 'one object for each line' },
    ],
    load: () => import('./commands/ssvc.ts'),
  },
  {
    name: 'software',
    summary: 'software of others: its privileges, its update channel, and what a bad update could do',
    children: [
      {
        name: 'list',
        summary:
          'operators, agents, webhooks, plug-ins and whatever no team owns; what could do most harm first',
        text: 'What is ours and what is not follows from owners, roles and the rules of `config show` (software). Exit code 3 when something of an entry is not known.',
        options: [
          { flags: '--cluster <name>', text: 'only this cluster', completes: 'clusters' },
          {
            flags: '--role <role>',
            text: 'only this role',
            choices: ['network', 'storage', 'webhook', 'operator', 'agent', 'workload', 'host'],
          },
          { flags: '--q <text>', text: 'only names and suppliers with this text' },
          { flags: '--limit <rows>', text: 'rows to show (50)' },
          { flags: '--offset <rows>', text: 'rows to leave out at the start' },
        ],
        outputs: answerForms,
        json: 'SoftwareAnswer',
        examples: [
          { line: 'allclear software list', does: 'all of it' },
          { line: 'allclear software list --role webhook -o wide', does: 'what decides whether pods start' },
        ],
        load: () => import('./commands/software-list.ts'),
      },
      {
        name: 'show',
        summary: 'one of them: versions, webhooks, workloads, who can push an update',
        arguments: [{ name: 'name', text: 'name or id', required: true }],
        outputs: answerForms,
        json: 'SoftwareDetail',
        examples: [{ line: 'allclear software show cilium', does: 'the network plug-in' }],
        load: () => import('./commands/software-show.ts'),
      },
      {
        name: 'add',
        summary: 'declare software outside Kubernetes, as an agent on hosts',
        text: 'It replaces what was declared of the name before.',
        arguments: [{ name: 'name', text: 'what it is called', required: true }],
        options: [
          { flags: '--supplier <name>', text: 'whose it is' },
          { flags: '--release <version>', text: 'the version that runs' },
          { flags: '--hosts <number>', text: 'on how many hosts' },
          {
            flags: '--place <name>',
            text: 'a cluster whose nodes are its hosts, or another place',
            many: true,
            completes: 'clusters',
          },
          {
            flags: '--access <level>',
            text: 'what it has of its host (root)',
            choices: ['user', 'root', 'kernel'],
          },
          {
            flags: '--channel <kind>',
            text: 'how its next version comes (unknown)',
            choices: ['pinned', 'tag', 'floating', 'unknown'],
          },
          { flags: '--pushed-by <text>', text: 'who can change it without a gate of ours' },
          { flags: '--note <text>', text: 'more, for people' },
        ],
        outputs: answerForms,
        json: 'DeclaredSoftware',
        examples: [
          {
            line: "allclear software add edr-agent --supplier vendor.example --release 7.14 --place shop-eu --access kernel --channel floating --pushed-by 'the vendor, at any time'",
            does: 'an agent that loads code into the kernel of all nodes of a cluster',
          },
        ],
        needs: 'write',
        load: () => import('./commands/software-add.ts'),
      },
      {
        name: 'remove',
        summary: 'take a declaration back',
        arguments: [{ name: 'name', text: 'what it is called', required: true }],
        outputs: answerForms,
        json: '{ name: string, removed: true }',
        examples: [{ line: 'allclear software remove edr-agent', does: 'it is gone from the hosts' }],
        needs: 'write',
        load: () => import('./commands/software-add.ts'),
      },
    ],
  },
  {
    name: 'exposure',
    summary: 'which workloads to fix first, with the reasons',
    text: 'Ordered by the deadline of BOD 26-04, the priority of SSVC, reach, exploitation, privileges, score and declared criticality, in this order; what is not known counts as the worst that it can be, marked (?). Exit code 3 when running images or clusters are not seen.',
    arguments: [
      {
        name: 'vulnerability',
        text: 'CVE or other id; every vulnerability when absent',
        required: false,
        completes: 'vulnerabilities',
      },
    ],
    options: [
      { flags: '--rank', text: 'only the order, without the overview' },
      {
        flags: '--group <by>',
        text: 'rows of the order (workload)',
        choices: ['workload', 'team', 'cluster'],
      },
      ...placeOptions,
      {
        flags: '--reach <level>',
        text: 'only workloads that are reached so',
        choices: ['internet', 'network', 'cluster', 'isolated', 'unknown'],
      },
      {
        flags: '--privilege <level>',
        text: 'only workloads that may become so much',
        choices: ['cluster-admin', 'node', 'elevated', 'normal', 'unknown'],
      },
      { flags: '--q <text>', text: 'only names and owners with this text' },
      { flags: '--limit <rows>', text: 'rows to show (50)' },
      { flags: '--offset <rows>', text: 'rows to leave out at the start' },
    ],
    outputs: answerForms,
    json: 'ExposureAnswer',
    examples: [
      { line: 'allclear exposure', does: 'what to fix first in the whole fleet' },
      { line: 'allclear exposure CVE-2021-44228 --rank', does: 'the order for one vulnerability' },
      { line: 'allclear exposure --rank --group team', does: 'teams, in the order of their first workload' },
      { line: 'allclear exposure --reach internet -o wide', does: 'what is reached from the internet' },
    ],
    load: () => import('./commands/exposure.ts'),
  },
  {
    name: 'reach',
    summary: 'who may connect to whom, by the policies, services and proxies of a cluster',
    text: 'Of a cluster of the fleet as it is now; with --manifests of what these say, and nothing is kept. Exit code 3 when an object was refused, or something of the cluster is not seen.',
    options: [
      { flags: '--cluster <name>', text: 'a cluster of the fleet', completes: 'clusters' },
      ...reachOptions,
      {
        flags: '--from <peer>',
        text: 'only from internet, or from a workload CLUSTER/NAMESPACE/NAME',
        completes: 'workloads',
      },
      {
        flags: '--to <peer>',
        text: 'only to internet, or to a workload CLUSTER/NAMESPACE/NAME',
        completes: 'workloads',
      },
      {
        flags: '--compare <file>',
        text: "explain each difference to another tool's list in the text form",
        completes: 'files',
      },
    ],
    outputs: ['table', 'wide', 'json', 'yaml', 'name', 'txt', 'dot', 'mermaid'],
    json: 'ClusterReach | Reach',
    examples: [
      {
        line: 'allclear reach --from internet --to shop-eu/checkout/cart',
        does: 'how an attacker comes to a workload',
      },
      { line: 'allclear reach --from shop-eu/storefront/web', does: 'where a workload may connect to' },
      { line: 'allclear reach --manifests deploy/', does: 'ways in from outside, and every connection' },
      {
        line: 'allclear reach --manifests deploy/ --from internet --to checkout/cart',
        does: 'the same of manifests',
      },
      { line: 'allclear reach --manifests deploy/ -o mermaid > reach.mmd', does: 'a picture' },
    ],
    load: () => import('./commands/reach.ts'),
    children: [
      {
        name: 'diff',
        summary: 'what changed or added objects open and cut',
        options: [
          { flags: '--cluster <name>', text: 'a cluster of the fleet', completes: 'clusters' },
          ...reachOptions,
          {
            flags: '--with <path>',
            text: 'the changed or added objects',
            many: true,
            completes: 'files',
          },
        ],
        outputs: ['table', 'wide', 'json', 'yaml', 'name', 'txt'],
        json: 'ClusterReachDiff | ReachDiff',
        examples: [
          {
            line: 'allclear reach diff --cluster shop-eu --with deny-all.yaml',
            does: 'what a policy would cut, before it is applied',
          },
          {
            line: 'allclear reach diff --manifests deploy/ --with deny-all.yaml',
            does: 'the same of manifests',
          },
        ],
        load: () => import('./commands/reach.ts'),
      },
    ],
  },
  {
    name: 'privileges',
    summary: 'what identities and workloads may do, and what they can become step by step',
    text: 'Effective RBAC, host access of pods, and the shortest ways to secrets, nodes and cluster-admin. Alone it lists the identities of the fleet; with --manifests it reads these, and nothing is kept. Exit code 3 when roles are not seen, or an object was refused.',
    arguments: [
      {
        name: 'identity',
        text: 'only this service account, CLUSTER/NAMESPACE/NAME, user or group',
        required: false,
      },
    ],
    options: [
      { flags: '--cluster <name>', text: 'a cluster of the fleet', completes: 'clusters' },
      manifestsOption,
      {
        flags: '--workload <name>',
        text: 'only this workload, CLUSTER/NAMESPACE/NAME',
        completes: 'workloads',
      },
      {
        flags: '--to <target>',
        text: 'only what reaches it',
        choices: ['secrets', 'nodes', 'cluster-admin'],
      },
      { flags: '--q <text>', text: 'of the list: names with this text' },
      { flags: '--limit <rows>', text: 'of the list: rows to show (50)' },
      { flags: '--offset <rows>', text: 'of the list: rows to leave out at the start' },
    ],
    outputs: ['table', 'wide', 'json', 'yaml', 'name', 'dot', 'mermaid'],
    json: 'IdentityPage | ClusterPrivileges | Privileges',
    examples: [
      { line: 'allclear privileges --to cluster-admin', does: 'who in the fleet can become cluster-admin' },
      {
        line: 'allclear privileges shop-eu/checkout/cart',
        does: 'what a service account may do, and its ways',
      },
      { line: 'allclear privileges --workload shop-eu/checkout/cart', does: 'the same of a workload' },
      {
        line: 'allclear privileges --manifests deploy/',
        does: 'workloads of manifests that reach secrets, nodes or cluster-admin',
      },
      {
        line: 'allclear privileges checkout/cart --manifests deploy/ -o json',
        does: 'rules of a service account, and its ways',
      },
    ],
    load: () => import('./commands/privileges.ts'),
  },
  {
    name: 'sync',
    summary: 'fetch advisories of the public OSV export',
    text: 'Fetches the ecosystems that the fleet has; prints the size first; resumes where it was interrupted.',
    options: [
      { flags: '--ecosystem <name>', text: 'this ecosystem (several are possible)', many: true },
      { flags: '--all', text: 'every ecosystem of the export' },
      { flags: '--plan', text: 'only say what would be fetched and how large it is' },
      { flags: '--dry-run', text: 'the same as --plan' },
      { flags: '--url <url>', text: 'another place of the same layout (ALLCLEAR_OSV_URL)' },
    ],
    outputs: answerForms,
    json: 'SyncReport',
    examples: [
      { line: 'allclear sync --plan', does: 'what would be fetched' },
      { line: 'allclear sync --ecosystem Maven --ecosystem npm', does: 'two ecosystems' },
    ],
    needs: 'write',
    load: () => import('./commands/sync.ts'),
  },
  {
    name: 'status',
    summary: 'what is in here, how fresh it is, and what to do next',
    outputs: answerForms,
    json: 'StatusAnswer',
    examples: [{ line: 'allclear status', does: 'counts, coverage, next steps' }],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'changes',
    summary: 'what changed, newest first',
    options: [
      { flags: '--after <seq>', text: 'only changes after this number' },
      { flags: '--limit <rows>', text: 'rows to show (50)' },
    ],
    outputs: answerForms,
    json: 'Changes',
    examples: [{ line: 'allclear changes --limit 20', does: 'the last twenty' }],
    load: () => import('./commands/changes.ts'),
  },
  {
    name: 'up',
    summary: 'start the server: API and console',
    text: 'On loopback nobody signs in until there is an account. On any other address everybody does, and the server starts only when there is an administrator.',
    options: [
      { flags: '--port <port>', text: 'port (2990)' },
      { flags: '--host <address>', text: 'address to listen on (127.0.0.1)' },
      { flags: '--name <host>', text: 'a further name under which it is reached', many: true },
      { flags: '--first-answer', text: 'print where the fleet runs CVE-2021-44228, and lines to try' },
    ],
    examples: [
      { line: 'allclear up', does: 'http://127.0.0.1:2990' },
      { line: 'allclear up --example --port 3000', does: 'the example fleet on another port' },
    ],
    needs: 'nothing',
    load: () => import('./commands/up.ts'),
  },
  ...peopleCommands,
  {
    name: 'config',
    summary: 'limits and where things are',
    children: [
      {
        name: 'limits',
        summary: 'list every bound of the program, and why that number',
        outputs: answerForms,
        json: '{ rows: Limit[] }',
        examples: [
          { line: 'ALLCLEAR_LIMIT_BATCH_LINES=500 allclear config limits', does: 'with an override' },
        ],
        needs: 'nothing',
        load: () => import('./commands/config.ts'),
      },
      {
        name: 'show',
        summary: 'show the data directory, the server in use and what decided',
        outputs: answerForms,
        json: '{ version, dataDirectory, decidedBy, example, server, node, colour }',
        examples: [{ line: 'allclear config show', does: 'where my data is' }],
        needs: 'nothing',
        load: () => import('./commands/config.ts'),
      },
    ],
  },
  {
    name: 'db',
    summary: 'the store: migrate, back up, restore, check',
    children: [
      {
        name: 'migrate',
        summary: 'bring the store to the form of this version',
        outputs: answerForms,
        json: '{ dataDirectory, engine }',
        examples: [{ line: 'allclear db migrate', does: 'also done at each start' }],
        needs: 'nothing',
        load: () => import('./commands/db.ts'),
      },
      {
        name: 'backup',
        summary: 'write everything to one file: the store and the documents, as they are at one moment',
        text: 'The server may run meanwhile. The file suits either engine and holds the inventory and hashes of tokens: keep it safe.',
        arguments: [
          { name: 'file', text: 'where to; must not exist yet', required: true, completes: 'files' },
        ],
        outputs: answerForms,
        json: '{ dataDirectory, engine, file, rows, documents }',
        examples: [{ line: 'allclear db backup allclear-2026-11-18.backup', does: 'before an upgrade' }],
        needs: 'nothing',
        load: () => import('./commands/db.ts'),
      },
      {
        name: 'restore',
        summary: 'fill an empty data directory or database from a backup, whole or not at all',
        text: 'The backup may be of the other engine: this is also the way from one machine to PostgreSQL (DATABASE_URL), and back.',
        arguments: [{ name: 'file', text: 'what `db backup` wrote', required: true, completes: 'files' }],
        outputs: answerForms,
        json: '{ dataDirectory, engine, file, rows, documents }',
        examples: [
          {
            line: 'allclear db restore allclear-2026-11-18.backup --data /srv/allclear',
            does: 'into a new data directory',
          },
        ],
        needs: 'nothing',
        load: () => import('./commands/db.ts'),
      },
      {
        name: 'check',
        summary: 'check the store for damage',
        outputs: answerForms,
        json: '{ dataDirectory, engine, problems: string[] }',
        examples: [{ line: 'allclear db check', does: 'exit 0 when sound' }],
        needs: 'nothing',
        load: () => import('./commands/db.ts'),
      },
    ],
  },
  {
    name: 'completion',
    summary: 'print a completion script',
    arguments: [{ name: 'shell', text: 'the shell', required: true, choices: ['bash', 'zsh', 'fish'] }],
    examples: [
      { line: 'source <(allclear completion bash)', does: 'for this shell' },
      { line: 'allclear completion fish > ~/.config/fish/completions/allclear.fish', does: 'for good' },
    ],
    needs: 'nothing',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: '__complete',
    summary: 'candidates for completion scripts',
    arguments: [{ name: 'word', text: 'words of the line so far', required: false, many: true }],
    hidden: true,
    needs: 'nothing',
    load: () => import('./commands/complete.ts'),
  },
]
