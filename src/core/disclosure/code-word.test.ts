import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type CodeWord, drawCodeWord, isCodeWord } from './index.ts'

const drawMany = (count: number): CodeWord[] => {
  const taken: CodeWord[] = []
  for (let i = 0; i < count; i++) taken.push(drawCodeWord(taken, randomInt))
  return taken
}

describe('a code word', () => {
  it('is two words of our lists', () => {
    for (const word of drawMany(50)) expect(isCodeWord(word)).toBe(true)
    for (const word of [
      '',
      'quiet',
      'quiet-quiet',
      'harbour-quiet',
      'quiet-harbour-x',
      'log4j-shell',
      'Quiet-Harbour',
    ])
      expect(isCodeWord(word)).toBe(false)
  })

  it('never comes twice, and shares no word with another as long as there are words', () => {
    const words = drawMany(300)
    expect(new Set(words).size).toBe(300)
    const single = words.slice(0, 90).flatMap((word) => word.split('-'))
    expect(new Set(single).size).toBe(single.length)
  })

  it('is said to have run out when every pair is taken', () => {
    const all: string[] = []
    let exhausted = false
    // Every pair, by drawing the first that is left.
    while (!exhausted)
      try {
        all.push(drawCodeWord(all, () => 0))
        if (all.length === 200) break
      } catch {
        exhausted = true
      }
    expect(new Set(all).size).toBe(all.length)
    const everything = {
      *[Symbol.iterator]() {
        const first = new Set<string>()
        const second = new Set<string>()
        for (let i = 0; i < 300; i++) {
          first.add(drawCodeWord([], (max) => i % max).split('-')[0])
          second.add(drawCodeWord([], (max) => i % max).split('-')[1])
        }
        for (const a of first) for (const b of second) yield `${a}-${b}`
      },
    }
    expect(() => drawCodeWord(everything, randomInt)).toThrow(RangeError)
  })

  it('has no word that names what it hides, and none that sounds like another of its list', () => {
    const words = new Set<string>()
    for (let i = 0; i < 300; i++)
      for (const word of drawCodeWord([], (max) => i % max).split('-')) words.add(word)
    const telling =
      /secur|attack|exploit|vuln|breach|hack|virus|worm|bug|patch|leak|fire|bomb|war$|kill|dead|kube|pod|node|helm|docker|java|python|log|shell|root|key|lock|crash|storm|flood/
    expect([...words].filter((word) => telling.test(word))).toEqual([])
    expect([...words].filter((word) => !/^[a-z]{3,11}$/.test(word))).toEqual([])
  })
})
