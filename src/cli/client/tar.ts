import type { Input } from '../../know/knowledge.ts'

const blockBytes = 512

/**
 * Documents as a tar stream (POSIX.1-2001 pax interchange format): names longer than 100 bytes get a `path` record.
 * Written here because a stream of known buffers needs forty lines and no queue.
 */
export async function* packTar(inputs: AsyncIterable<Input>): AsyncGenerator<Uint8Array> {
  for await (const input of inputs) {
    const bytes = await input.read()
    // Absolute and upward names would be refused on unpacking, rightly.
    const name = input.source
      .replaceAll('\\', '/')
      .split('/')
      .filter((part) => part !== '' && part !== '..' && part !== '.')
      .join('/')
    if (Buffer.byteLength(name) > 100) {
      const record = paxRecord('path', name)
      yield header('PaxHeader', record.byteLength, 'x')
      yield record
      yield padding(record.byteLength)
    }
    yield header(Buffer.from(name).subarray(0, 100).toString('latin1'), bytes.byteLength, '0')
    yield bytes
    yield padding(bytes.byteLength)
  }
  yield new Uint8Array(2 * blockBytes)
}

function header(name: string, sizeBytes: number, type: '0' | 'x'): Uint8Array {
  const block = Buffer.alloc(blockBytes)
  block.write(name, 0, 100, 'latin1')
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write('ustar\0' + '00', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const body = ` ${key}=${value}\n`
  const bodyBytes = Buffer.byteLength(body)
  let total = bodyBytes + String(bodyBytes).length
  if (String(total).length > String(bodyBytes).length) total++
  return Buffer.from(`${total}${body}`)
}

function padding(sizeBytes: number): Uint8Array {
  return new Uint8Array((blockBytes - (sizeBytes % blockBytes)) % blockBytes)
}
