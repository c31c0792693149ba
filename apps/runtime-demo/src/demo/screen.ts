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
    this.#clear()
    this.#stream.write(`${style === undefined ? text : styleText(style, text, { stream: this.#stream })}\n`)
    this.#draw()
  }

  /** Sets the changing line of a subject, or takes it away; plain output has none. */
  status(subject: string, text: string | undefined): void {
    if (!this.#stream.isTTY) return
    this.#clear()
    if (text === undefined) this.#status.delete(subject)
    else this.#status.set(subject, text)
    this.#draw()
  }

  #clear(): void {
    if (this.#drawn > 0) this.#stream.write(`\r\u001b[${this.#drawn}A\u001b[0J`)
    this.#drawn = 0
  }

  /** A line wider than the terminal would take two, and be cleared as one. */
  #draw(): void {
    const width = Math.max(10, (this.#stream.columns || 80) - 1)
    for (const text of this.#status.values()) this.#stream.write(`${text.slice(0, width)}\n`)
    this.#drawn = this.#status.size
  }
}
