/** A text whose offsets are told as lines. Offsets are in UTF-16 code units. */
export class SourceText {
  readonly text: string
  readonly lines: readonly string[]
  readonly #starts: readonly number[]

  constructor(text: string) {
    this.text = text
    this.lines = text.split(/\r\n|\n|\r/)
    const starts = [0]
    for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length)
    this.#starts = starts
  }

  /** The 1-based line of an offset. */
  lineOf(offset: number): number {
    let [low, high] = [0, this.#starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  /** The text between two offsets on one line, white space evened out, cut when it is long. */
  flat(start: number, end: number, limit = 200): string {
    const text = this.text.slice(start, end).replace(/\s+/g, ' ').trim()
    return text.length <= limit ? text : `${text.slice(0, limit).toWellFormed()}…`
  }
}
