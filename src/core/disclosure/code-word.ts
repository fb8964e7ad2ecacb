declare const made: unique symbol
/** `quiet-harbour`: what an embargoed incident is called outside of it. */
export type CodeWord = string & { readonly [made]: true }

/**
 * Two neutral words, drawn by chance from these lists and from nothing else: a name that was derived from the content, or
 * chosen by somebody who knows it, gives it away. Chosen for these lists: short, easy to say and spell in any accent, no two alike in
 * sound, and none of security, weather alarms, fire, war, illness, death, brands, people, places, or of what software and
 * clusters are made of.
 */
const adjectives = wordsOf(`
  amber ample autumn basil bold brisk bronze calm cedar chalk cobalt cosy crimson dapper distant eager early easy
  elder fair fern festive gentle glad golden grand hazel honest humble indigo ivory jolly keen kind large lemon
  level lilac lively lofty lunar maple mellow merry mild mint modest narrow neat noble northern oaken olive opal
  paper patient pearl plain plum polite proud quaint quiet rapid round ruby rustic sandy scarlet shiny silver simple
  slender smooth snug solid southern square steady summer sunny tall teal tender tidy timid umber upper velvet
  violet warm western wide willow winter wise woolly young
`)
const nouns = wordsOf(`
  acorn almond anvil apple apron attic badger balcony banjo barley barn basket beacon beaver bench biscuit blanket
  bonnet bottle brook button cabin candle canoe carpet cello cherry chimney clover cottage cradle curtain cushion
  daisy dolphin drum easel falcon feather fiddle flute garden garlic ginger glove grove guitar hammock harbour
  hazelnut heron hill island jacket jigsaw kettle kitten ladle lantern lavender lemonade lettuce lighthouse lobster
  lute magpie mandolin marble meadow melon mitten muffin napkin nutmeg oboe orchard otter oyster pancake parasol
  parsley pebble pelican pepper piano pigeon pillow pocket pond poppy porridge pumpkin quilt rabbit raisin ribbon
  river robin rooster saddle sailboat saucer scarf seagull slipper sofa spoon squirrel stable sweater teapot thimble
  tomato trumpet tulip turnip umbrella valley violin waffle walnut wardrobe wheelbarrow window wren
`)

/** Words beside those above are refused: that one looks like another is found out by ear, in a call at night. */
export function isCodeWord(text: string): text is CodeWord {
  const [adjective, noun, ...rest] = text.split('-')
  return rest.length === 0 && adjectives.includes(adjective) && nouns.includes(noun ?? '')
}

/** A number from 0 below `max`, which nobody can foresee. */
export type Draw = (max: number) => number

/**
 * A code word that is not in use and shares no word with one that is, as long as there are such. `taken` are those of all
 * incidents, the ended ones too. Throws when every pair is taken.
 */
export function drawCodeWord(taken: Iterable<string>, draw: Draw): CodeWord {
  const used = new Set(taken)
  const usedWords = new Set([...used].flatMap((word) => word.split('-')))
  const free = (words: readonly string[]): readonly string[] => words.filter((word) => !usedWords.has(word))
  const [freeAdjectives, freeNouns] = [free(adjectives), free(nouns)]
  if (freeAdjectives.length > 0 && freeNouns.length > 0)
    return `${pick(freeAdjectives, draw)}-${pick(freeNouns, draw)}` as CodeWord
  const pairs = adjectives.flatMap((adjective) =>
    nouns.map((noun) => `${adjective}-${noun}`).filter((pair) => !used.has(pair)),
  )
  if (pairs.length === 0) throw new RangeError('every code word is in use')
  return pick(pairs, draw) as CodeWord
}

function pick(words: readonly string[], draw: Draw): string {
  return words[draw(words.length)]
}

function wordsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
