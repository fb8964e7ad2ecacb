import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { overrideLimits } from '../limits.ts'
import { classOfAddress, type AddressClass } from './addresses.ts'
import { checkPlace, defaultOutboundPolicy, readOutboundPolicy } from './policy.ts'
import { openOutbound, readBody } from './send.ts'

describe('classOfAddress', () => {
  it.each<[string, AddressClass]>([
    ['93.184.216.34', 'public'],
    ['2606:2800:220:1::1', 'public'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12::1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['169.254.169.254', 'forbidden'],
    ['169.254.0.1', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['::', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    // The same addresses in IPv6 clothes.
    ['::ffff:169.254.169.254', 'forbidden'],
    ['::ffff:a9fe:a9fe', 'forbidden'],
    ['0:0:0:0:0:ffff:7f00:1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['::169.254.169.254', 'forbidden'],
    ['64:ff9b::a9fe:a9fe', 'forbidden'],
    ['2002:a9fe:a9fe::1', 'forbidden'],
    ['no address', 'forbidden'],
  ])('%s is %s', (address, expected) => {
    expect(classOfAddress(address)).toBe(expected)
  })
})

describe('checkPlace', () => {
  const allow = (...entries: string[]) => ({ allow: entries, deny: [] })
  it.each<
    [string, string, AddressClass | null, { allow: readonly string[]; deny: readonly string[] }, boolean]
  >([
    ['a person names a public place', '8.8.8.8', null, defaultOutboundPolicy, true],
    ['a person names a private place', '10.0.0.5', null, defaultOutboundPolicy, true],
    ['a person names this machine', '127.0.0.1', null, defaultOutboundPolicy, true],
    ['a person names the metadata service', '169.254.169.254', null, defaultOutboundPolicy, false],
    ['a public server names a private place', '10.0.0.5', 'public', defaultOutboundPolicy, false],
    ['a public server names this machine', '127.0.0.1', 'public', defaultOutboundPolicy, false],
    ['a private server names a private place', '10.0.0.5', 'private', defaultOutboundPolicy, true],
    ['a private server names this machine', '127.0.0.1', 'private', defaultOutboundPolicy, false],
    ['a private server names a public place', '8.8.8.8', 'private', defaultOutboundPolicy, true],
    ['what is allowed by network', '10.0.0.5', 'public', allow('10.0.0.0/8'), true],
    ['what is allowed by name', '169.254.169.254', null, allow('host.example'), true],
    [
      'what is allowed and denied',
      '10.0.0.5',
      null,
      { allow: ['10.0.0.0/8'], deny: ['host.example'] },
      false,
    ],
    ['a public place that is denied', '8.8.8.8', null, { allow: [], deny: ['8.8.0.0/16'] }, false],
  ])('%s', (_what, address, from, policy, allowed) => {
    const check = () => checkPlace('host.example', address, from, policy)
    if (allowed) expect(check()).toBe(classOfAddress(address))
    else expect(check).toThrow(/is not called/)
  })

  it('takes its policy from the environment, and refuses what it cannot read', () => {
    const env = {
      ALLCLEAR_OUTBOUND_ALLOW: 'Registry.example, 10.0.0.0/8',
      ALLCLEAR_OUTBOUND_DENY: 'fd00::/8',
    }
    expect(readOutboundPolicy(env)).toEqual({ allow: ['registry.example', '10.0.0.0/8'], deny: ['fd00::/8'] })
    expect(() => readOutboundPolicy({ ALLCLEAR_OUTBOUND_ALLOW: '10.0.0.0/99' })).toThrow(
      /neither a host name/,
    )
  })
})

describe('sending', () => {
  const servers: Server[] = []
  const outbound = openOutbound(defaultOutboundPolicy)
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })
  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it('follows redirects and keeps credentials with the server that they are for', async () => {
    const seen: (string | undefined)[] = []
    const second = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.end('there')
    })
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(307, { location: request.url === '/a' ? '/b' : second }).end()
    })
    const answer = await outbound.send(`${first}/a`, { headers: { authorization: 'Bearer x' } })
    expect((await readBody(answer, 100, 'x')).toString()).toBe('there')
    expect(seen).toEqual(['Bearer x', 'Bearer x', undefined])
  })

  it.each<[string, string, RegExp]>([
    ['to the metadata service', 'http://169.254.169.254/latest/meta-data/', /metadata/],
    ['to the metadata service, in numbers', 'http://2852039166/', /metadata/],
    ['to the metadata service, in IPv6', 'http://[::ffff:169.254.169.254]/', /metadata/],
    ['to a file', 'file:///etc/passwd', /only http and https/],
    ['with a password in it', 'http://user:secret@127.0.0.1/', /name or password/],
    ['to nothing that is a URL', 'http://', /no URL/],
  ])('does not follow a redirect %s', async (_what, location, message) => {
    const base = await serve((_request, response) => response.writeHead(302, { location }).end())
    await expect(outbound.send(base)).rejects.toThrow(message)
  })

  it('ends redirects without end', async () => {
    const base = await serve((request, response) =>
      response.writeHead(302, { location: `${request.url}x` }).end(),
    )
    await expect(outbound.send(`${base}/a`)).rejects.toThrow(/more than 5 times/)
  })

  it('does not go to this machine because another server says so', async () => {
    const base = await serve((_request, response) => response.end('inner'))
    await expect(outbound.send(base, {}, 'public')).rejects.toThrow(/a public server sent us/)
    await expect(outbound.send(base.replace('127.0.0.1', 'localhost'), {}, 'private')).rejects.toThrow(
      /a private server sent us/,
    )
  })

  it('gives up a server that says nothing, before or within its answer', async () => {
    const restore = overrideLimits({ outboundIdleMs: 100 })
    try {
      const silent = await serve(() => undefined)
      await expect(outbound.send(silent)).rejects.toThrow(/does not answer/)
      const stalls = await serve((_request, response) => void response.write('begun'))
      const answer = await outbound.send(stalls)
      await expect(readBody(answer, 1000, 'x')).rejects.toThrow(/nothing came/)
    } finally {
      restore()
    }
  })

  it('takes no more than it asked for', async () => {
    const base = await serve((_request, response) => response.end(Buffer.alloc(10_000)))
    await expect(readBody(await outbound.send(base), 5000, 'x')).rejects.toMatchObject({
      code: 'input.too-large',
    })
  })
})
