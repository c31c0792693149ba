import type { WorkflowProgress } from '../src/index.ts'

/** All items of a stream. */
export async function collect(stream: AsyncIterable<WorkflowProgress>): Promise<WorkflowProgress[]> {
  const told: WorkflowProgress[] = []
  for await (const item of stream) told.push(item)
  return told
}

/** What is not durable, and told where it is known. */
const PASSING: ReadonlySet<string> = new Set(['step_started', 'step_retried', 'step_progress', 'waiting'])

/**
 * Reads a stream as somebody on a screen would: texts grow, and shrink by rewinds alone. Throws if a character is told
 * twice, or left out.
 */
export class Reader {
  readonly texts = new Map<string, string>()
  /** What else was told, in order, such as `step_completed a`. */
  readonly story: string[] = []

  read(item: WorkflowProgress): void {
    if (PASSING.has(item.type)) return
    const text = this.texts.get(item.step ?? '') ?? ''
    switch (item.type) {
      case 'output':
        if (item.data.offset !== text.length)
          throw new Error(`${item.step}: ${item.data.offset} after ${text.length}`)
        this.texts.set(item.step, text + item.data.text)
        break
      case 'output_rewind':
        if (item.data.to > text.length) throw new Error(`${item.step}: rewound to what is not there`)
        this.texts.set(item.step, text.slice(0, item.data.to))
        break
      case 'output_ended':
        if (item.data.length !== text.length)
          throw new Error(`${item.step}: ended at ${item.data.length}, has ${text.length}`)
        this.story.push(`ended ${item.step}`)
        break
      default:
        this.story.push(item.step === null ? item.type : `${item.type} ${item.step}`)
    }
  }

  readAll(items: readonly WorkflowProgress[]): this {
    for (const item of items) this.read(item)
    return this
  }

  /** What is on the screen. */
  get seen(): object {
    const texts = [...this.texts].filter(([, text]) => text !== '').sort()
    return { story: this.story, texts: Object.fromEntries(texts) }
  }
}

export const seenOf = (items: readonly WorkflowProgress[]): object => new Reader().readAll(items).seen
