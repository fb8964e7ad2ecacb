/** Texts by number and numbers by text: each distinct name is kept once, however many objects have it. Number 0 is ``. */
export class Names {
  readonly #texts: string[] = ['']
  readonly #numbers = new Map<string, number>([['', 0]])
  #characters = 0

  number(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.#texts.length
      this.#texts.push(text)
      this.#numbers.set(text, number)
      this.#characters += text.length
    }
    return number
  }

  /** The number of a text that is known, else -1. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1
  }

  text(number: number): string {
    return this.#texts[number]
  }

  /** About what the texts take: a byte a character and some 60 for string and map entry. */
  get bytes(): number {
    return this.#characters + this.#texts.length * 60
  }
}
