/**
 * Writes the ClusterRoles of `deploy/` from the list of watched resources, so that what is granted is exactly what is
 * asked for. `--check` only says whether they are current (exit 1 when not).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { watchedResources } from '../src/know/fleet/live/index.ts'

const root = join(import.meta.dirname, '..')

function rules(resources: typeof watchedResources): string {
  const groups = new Map<string, string[]>()
  for (const { group, plural } of resources) groups.set(group, [...(groups.get(group) ?? []), plural])
  return [...groups]
    .map(
      ([group, plurals]) =>
        `  - apiGroups: ['${group}']\n    resources:\n${plurals.map((plural) => `      - ${plural}\n`).join('')}    verbs: [list, watch]\n`,
    )
    .join('')
}

const regular = rules(watchedResources.filter(({ onRequest }) => !onRequest))
const onRequest = rules(watchedResources.filter(({ onRequest: own }) => own === true))

const files: Record<string, string> = {
  'deploy/manifests/cluster-role.yaml': `# Generated from the list of watched resources; do not edit.
# Everything that Allclear watches, and nothing else: it changes nothing and reads no secret.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: allclear-reader
rules:
${regular}`,
  'deploy/manifests/cluster-role-secret-names.yaml': `# Generated from the list of watched resources; do not edit.
# Only for --secret-metadata. Allclear asks for names alone, but Kubernetes has no right to names: whoever holds this
# may read every secret.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: allclear-secret-names
rules:
${onRequest}`,
  'deploy/chart/files/rules.yaml': `${regular.replaceAll(/^ {2}/gm, '')}`,
  'deploy/chart/files/rules-secret-names.yaml': `${onRequest.replaceAll(/^ {2}/gm, '')}`,
}

let stale = false
for (const [path, text] of Object.entries(files)) {
  const target = join(root, path)
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue
  if (process.argv.includes('--check')) {
    console.error(`${path} is not current: run \`npm run generate\``)
    stale = true
  } else writeFileSync(target, text)
}
process.exitCode = stale ? 1 : 0
