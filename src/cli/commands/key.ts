import type { CommandContext } from '../context.ts'
import { print } from '../output/print.ts'

interface Keys {
  inUse: string[]
  rewrapped?: number
}

/** `allclear key list|rotate` */
export async function run(context: CommandContext): Promise<number> {
  const client = await context.client()
  const rotates = context.path === 'key rotate'
  const keys = rotates ? await client.send<Keys>('POST', '/keys/rotations') : await client.get<Keys>('/keys')
  await print(context, {
    value: keys,
    names: () => keys.inUse,
    table: () => {
      const done = rotates ? `${keys.rewrapped} data keys are protected by a new key.\n` : ''
      return `${done}${keys.inUse.length === 0 ? 'Nothing is encrypted yet.' : `In use: ${keys.inUse.join(', ')}. Keep a copy of the file elsewhere.`}\n`
    },
  })
  return 0
}
