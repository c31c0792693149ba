import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where the demo writes: lines that stay, and on a terminal lines below them that change. */
export class Screen {
  readonly #stream: NodeJS.WriteStream
  /** The changing lines by their subject, in the order in which the subjects came. */
  readonly #status = new Map<string, string>()
  #drawn = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  line(text = '', style?: Style): void {
    const styled = style === undefined ? text : styleText(style, text, { stream: this.#stream })
    this.#rewrite(`${styled}\n`)
  }

  /** Sets the changing line of a subject, or takes it away; plain output has none. */
  status(subject: string, text: string | undefined): void {
    if (!this.#stream.isTTY) return
    if (text === undefined) this.#status.delete(subject)
    else this.#status.set(subject, text)
    this.#rewrite('')
  }

  /** Clears the changing lines, writes what stays, and draws them again: in one piece, so that nothing flickers. */
  #rewrite(lines: string): void {
    const clear = this.#drawn > 0 ? `\r\u001b[${this.#drawn}A\u001b[0J` : ''
    // A line wider than the terminal would take two, and be cleared as one.
    const width = Math.max(10, (this.#stream.columns || 80) - 1)
    const status = [...this.#status.values()].map((text) => `${text.slice(0, width)}\n`)
    this.#drawn = status.length
    this.#stream.write(`${clear}${lines}${status.join('')}`)
  }
}
