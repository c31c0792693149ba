/**
 * Takes a stream of text apart into the data of its events (HTML Standard §9.2.6). Names, ids and comments are passed
 * over: what this client needs is inside the data.
 */
export class SseLines {
  #rest = ''
  #data: string[] = []

  /** Takes the next piece of text, cut anywhere. @returns the data of events that are complete */
  take(text: string): string[] {
    // A lone CR at the very end may be the first half of CRLF: it waits for what follows.
    const all = this.#rest + text
    const usable = all.endsWith('\r') ? all.slice(0, -1) : all
    const lines = usable.split(/\r\n|\r|\n/)
    this.#rest = (lines.pop() ?? '') + all.slice(usable.length)
    return lines.flatMap((line) => this.#line(line))
  }

  #line(line: string): string[] {
    if (line === '') {
      const data = this.#data
      this.#data = []
      return data.length > 0 ? [data.join('\n')] : []
    }
    if (line.startsWith('data:')) this.#data.push(line.slice(line.startsWith('data: ') ? 6 : 5))
    return []
  }
}
