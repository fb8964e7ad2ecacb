import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { classify, clear, type Cleared, type CodeWord, words } from '../../core/disclosure/index.ts'
import { sendNotice } from './notice.ts'
import { defaultOutboundPolicy } from './policy.ts'
import { openOutbound } from './send.ts'

const canary = 'canary-90b1'
const draft = words`${classify(`RCE in ${canary}`, 'inc-a', 'facts')} needs you`
const outbound = openOutbound(defaultOutboundPolicy)
const received: { url?: string; headers: string; body: string }[] = []
let status = 204
let server: Server
let url: string

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push({ url: request.url, headers: JSON.stringify(request.headers), body })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/secret-of-the-hook`
})
beforeEach(() => {
  received.length = 0
  status = 204
})
afterAll(() => {
  outbound.close()
  server.close()
})

it('says all of an open incident', async () => {
  await sendNotice(outbound, url, clear(draft, 'webhook', { kind: 'open' })!)
  expect(received.map(({ body }) => JSON.parse(body))).toEqual([{ text: `RCE in ${canary} needs you` }])
})

it('under embargo sends the code word and the link, and not a byte of the rest', async () => {
  const disclosure = {
    kind: 'embargoed' as const,
    codeWord: 'quiet-harbour' as CodeWord,
    link: 'https://a.example/i/1',
  }
  await sendNotice(outbound, url, clear(draft, 'webhook', disclosure)!)
  expect(received.map(({ body }) => body)).toEqual(['{"text":"quiet-harbour https://a.example/i/1"}'])
  expect(JSON.stringify(received)).not.toContain(canary)
})

it('sends nothing that was not cleared, or was cleared for another way', async () => {
  // @ts-expect-error text is not cleared
  await expect(sendNotice(outbound, url, canary)).rejects.toThrow('not cleared')
  // @ts-expect-error nor is a classified value
  await expect(sendNotice(outbound, url, classify(canary, 'inc-a', 'facts'))).rejects.toThrow('not cleared')
  const forged = { channel: 'webhook', toString: () => canary } as unknown as Cleared<string>
  await expect(sendNotice(outbound, url, forged)).rejects.toThrow('not cleared')
  await expect(sendNotice(outbound, url, clear(draft, 'page', { kind: 'open' })!)).rejects.toThrow('for page')
  expect(received).toEqual([])
})

it('tells of a refusal without the address, which may be a secret, and without the words', async () => {
  status = 403
  const error = await sendNotice(outbound, url, clear(draft, 'webhook', { kind: 'open' })!).catch(
    (thrown) => thrown,
  )
  expect(error).toMatchObject({ code: 'outbound.refused', message: expect.stringContaining('403') })
  expect(error.message + error.next).not.toMatch(/canary|secret/)
})
