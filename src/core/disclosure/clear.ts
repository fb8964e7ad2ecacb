import { channels, type Channel } from './channels.ts'
import { valueOf } from './classified.ts'
import type { CodeWord } from './code-word.ts'
import { type Draft, partsOf } from './words.ts'

/** How an incident stands to the world. */
export type Disclosure =
  | { kind: 'open' }
  /** `link` leads to a page that asks who one is, and says the same to everybody else as for any other address. */
  | { kind: 'embargoed'; codeWord: CodeWord; link: string }

/** What may be sent, by the objects that stand for it. */
const contents = new WeakMap<object, unknown>()

class ClearedContent<out T> {
  declare private readonly brand: T
  readonly channel: Channel

  constructor(channel: Channel) {
    this.channel = channel
  }

  toString(): string {
    return `[cleared for ${this.channel}]`
  }
  toJSON(): string {
    return this.toString()
  }
}

/** Words that may go by one channel. The senders of `base/outbound` take nothing else. Only `clear` makes them. */
export type Cleared<T> = ClearedContent<T>

/**
 * What is to be sent: for senders, at the last moment. Throws a TypeError for what `clear` did not make, and for words that
 * were cleared for another way.
 */
export function contentOf<T>(cleared: Cleared<T>, channel: Channel): T {
  if (!contents.has(cleared)) throw new TypeError('these words were not cleared')
  if (cleared.channel !== channel)
    throw new TypeError(`these words were cleared for ${cleared.channel}, not for ${channel}`)
  return contents.get(cleared) as T
}

function make<T>(content: T, channel: Channel): Cleared<T> {
  const cleared = new ClearedContent<T>(channel)
  contents.set(cleared, content)
  return cleared
}

/**
 * What may be said by a channel. Of an open incident the whole draft. Under embargo nothing of it, not even its own words
 * around the classified ones ("a remote code execution in […]" says enough): the code word, with the link where the channel
 * may carry it. Null where the channel may carry nothing: then nothing is sent, and nobody is told that it was not.
 */
export function clear(draft: Draft, channel: Channel, disclosure: Disclosure): Cleared<string> | null {
  if (disclosure.kind === 'open') {
    const text = partsOf(draft)
      .map((part) => (typeof part === 'string' ? part : valueOf(part)))
      .join('')
    return make(text, channel)
  }
  const { codeWord, link } = disclosure
  switch (channels[channel].embargoed) {
    case 'link':
      return make(`${codeWord} ${link}`, channel)
    case 'name':
      return make(codeWord, channel)
    case 'nothing':
      return null
  }
}
