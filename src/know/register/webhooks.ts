import type { PlacedObject } from '../fleet/index.ts'
import type { WebhookReach } from './answers.ts'

type Fields = Record<string, unknown>

/** A webhook of a configuration, with the service that answers it. */
export interface Webhook {
  name: string
  kind: WebhookReach['kind']
  failurePolicy: WebhookReach['failurePolicy']
  /** `NAMESPACE/NAME`; null when it is outside the cluster, at `url`. */
  service: string | null
  url: string | null
  asks: readonly string[]
  /** Whether pods, or what makes them, are among what it is asked about when they are created. */
  asksAboutPods: boolean
  namespaces(labels: ReadonlyMap<string, string>): boolean
  /** Whether it is asked about an object with these labels; conditions in CEL are not looked at. */
  objects(labels: ReadonlyMap<string, string>): boolean
  hasConditions: boolean
}

/** Webhooks as the API server reads them (admissionregistration.k8s.io/v1); `Fail` is the default. */
export function webhooksOf(objects: readonly PlacedObject[]): Webhook[] {
  return objects.flatMap(({ object }) => {
    const kind = object.kind === 'MutatingWebhookConfiguration' ? 'mutating' : 'validating'
    return listOf((object as unknown as Fields).webhooks).map((entry): Webhook => {
      const fields = fieldsOf(entry)
      const client = fieldsOf(fields.clientConfig)
      const service = fieldsOf(client.service)
      const rules = listOf(fields.rules).map(fieldsOf)
      return {
        name: `${object.metadata.name}/${String(fields.name)}`,
        kind,
        failurePolicy: fields.failurePolicy === 'Ignore' ? 'Ignore' : 'Fail',
        service:
          typeof service.name === 'string'
            ? `${String(service.namespace ?? 'default')}/${service.name}`
            : null,
        url: typeof client.url === 'string' ? client.url : null,
        asks: rules.map(
          (rule) =>
            `${listOf(rule.operations).map(String).join(',')} ${listOf(rule.resources).map(String).join(',')}`,
        ),
        asksAboutPods: rules.some(asksAboutPods),
        namespaces: selectorOf(fields.namespaceSelector),
        objects: selectorOf(fields.objectSelector),
        hasConditions: listOf(fields.matchConditions).length > 0,
      }
    })
  })
}

/** A workload needs its pods: those created directly, and the objects that controllers write for them. */
const podKinds = new Set([
  '*',
  '*/*',
  'pods',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'deployments',
])

function asksAboutPods(rule: Fields): boolean {
  const operations = listOf(rule.operations)
  const groups = listOf(rule.apiGroups)
  return (
    (operations.includes('*') || operations.includes('CREATE')) &&
    ['*', '', 'apps', 'batch'].some((group) => groups.includes(group)) &&
    listOf(rule.resources).some((resource) => podKinds.has(String(resource)))
  )
}

/** A label selector (apimachinery LabelSelector); an empty one is every namespace. */
function selectorOf(value: unknown): (labels: ReadonlyMap<string, string>) => boolean {
  const selector = fieldsOf(value)
  const wanted = Object.entries(fieldsOf(selector.matchLabels))
  const expressions = listOf(selector.matchExpressions).map(fieldsOf)
  return (labels) =>
    wanted.every(([key, text]) => labels.get(key) === text) &&
    expressions.every(({ key, operator, values }) => {
      const label = labels.get(String(key))
      const among = label !== undefined && listOf(values).includes(label)
      switch (operator) {
        case 'In':
          return among
        case 'NotIn':
          return !among
        case 'Exists':
          return label !== undefined
        default:
          return label === undefined
      }
    })
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
