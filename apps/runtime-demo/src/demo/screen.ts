import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where the demo writes: lines that stay, and on a terminal one line below them that changes. */
export class Screen {
  readonly #stream: NodeJS.WriteStream
  #status = ''

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  line(text = '', style?: Style): void {
    this.#clear()
    this.#stream.write(`${this.paint(text, style)}\n`)
    this.#draw()
  }

  /** Sets the changing line; plain output has none. */
  status(text: string): void {
    if (!this.#stream.isTTY) return
    this.#clear()
    this.#status = text.slice(0, Math.max(0, this.#stream.columns - 1))
    this.#draw()
  }

  paint(text: string, style?: Style): string {
    return style === undefined ? text : styleText(style, text, { stream: this.#stream })
  }

  #clear(): void {
    if (this.#status !== '') this.#stream.write('\r\u001b[2K')
  }

  #draw(): void {
    if (this.#status !== '') this.#stream.write(this.#status)
  }
}
