import { join } from 'node:path'
import type { Config } from '../config.ts'
import { openKeyCommand } from './key-command.ts'
import type { KeyEncryption } from './key-encryption.ts'
import { addKey, openKeyFile } from './key-file.ts'

/** What encrypts data keys, as the configuration says. `make`: nothing is encrypted yet, so a first key may be made. */
export function openKeys(
  { file, command }: Config['keys'],
  dataDirectory: string,
  make: boolean,
): Promise<KeyEncryption> {
  if (command !== null) return openKeyCommand(command)
  return openKeyFile(keyFileOf({ file }, dataDirectory), { make })
}

/** Makes a key that wraps from now on. Of a service it is for the service to make. */
export async function addKeyOf({ file, command }: Config['keys'], dataDirectory: string): Promise<void> {
  if (command === null) await addKey(keyFileOf({ file }, dataDirectory))
}

function keyFileOf({ file }: Pick<Config['keys'], 'file'>, dataDirectory: string): string {
  return file ?? join(dataDirectory, 'keys', 'embargo.keys')
}
