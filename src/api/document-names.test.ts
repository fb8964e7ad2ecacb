import { expect, it } from 'vitest'
import { isDocumentName, namesInWords } from './document-names.ts'

it.each([
  ['sbom', 'a/b.cdx.json', true],
  ['sbom', 'a/b.spdx', true],
  ['sbom', 'a/b', true],
  ['sbom', 'MANIFEST.tsv', false],
  ['sbom', 'README.md', false],
  ['epss', 'epss.csv', true],
  ['ssvc', 'ssvc-all.tsv', true],
  ['advisories', 'modified_id.csv', false],
  ['manifests', 'deploy.yaml', true],
  ['manifests', 'values.tpl', false],
])('%s %s: %s', (kind, name, wanted) => expect(isDocumentName(kind, name)).toBe(wanted))

it('names three and counts the rest', () => {
  expect(namesInWords(['a', 'b'])).toBe('a, b')
  expect(namesInWords(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more')
})
