import { expect, it } from 'vitest'
import { withoutDefinitionSchemas } from './resource-definitions.ts'
import { readYamlDocuments } from './yaml-documents.ts'

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    name: not this one

  name: "certificates.cert-manager.io"
  labels: {a: b}
spec:
  versions:
    - name: v1
      schema: |
        kind: Pod
`
const pod =
  'kind: Pod\nmetadata:\n  name: a\n  annotations:\n    text: |\n      kind: CustomResourceDefinition\n'

it.each([
  ['first', `${definition}---\n${pod}`, [0, 1]],
  ['between others', `---\n${pod}--- # definitions\n${definition}---\n${pod}`, [1, 2]],
  ['with returns', `${definition}---\n${pod}`.replaceAll('\n', '\r\n'), [0, 1]],
])('a definition %s is its name, and all else stays as it was', (_, text, [at, podAt]) => {
  const whole = readYamlDocuments(text)
  const reduced = readYamlDocuments(withoutDefinitionSchemas(text))
  expect(reduced).toHaveLength(whole.length)
  expect(reduced[at].value).toEqual({
    ok: true,
    value: { kind: 'CustomResourceDefinition', metadata: { name: 'certificates.cert-manager.io' } },
  })
  expect(reduced[podAt]).toEqual(whole[podAt])
})

it('what follows keeps its line', () => {
  const text = `${definition}---\nkind: Pod\nkind: Pod\n`
  const line = (given: string) => {
    const { value } = readYamlDocuments(given)[1]
    return value.ok ? null : value.reason.line
  }
  expect(line(withoutDefinitionSchemas(text))).toBe(line(text))
  expect(line(text)).toBeGreaterThan(10)
})

it('a definition without a name that can be seen at a glance is read like everything else', () => {
  const odd = definition.replace('"certificates.cert-manager.io"', '&a certificates.cert-manager.io')
  expect(withoutDefinitionSchemas(odd)).toBe(odd)
})

it('a long stream is read in one go', () => {
  const lines = `kind: CustomResourceDefinition\nmetadata:\n${'  a: b\n'.repeat(200_000)}`
  expect(withoutDefinitionSchemas(lines)).toBe(lines)
  expect(withoutDefinitionSchemas(`${'---\n'.repeat(200_000)}${definition}`)).toContain('---\n---\n')
})
