import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { anyDocument } from './arbitrary-for-test.ts'
import { documentSchema } from './document.ts'
import { fromDocument } from './from-document.ts'
import { writeChecklist } from './write.ts'

it('is read back as the same checklist, and written again as the same bytes', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      const checklist = fromDocument(documentSchema.parse(document))
      const text = writeChecklist(checklist)
      const again = fromDocument(documentSchema.parse(parse(text, { schema: 'core' })))
      expect(again).toEqual(checklist)
      expect(writeChecklist(again)).toBe(text)
    }),
  )
})
