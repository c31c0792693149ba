import type { Entry } from '@pawl/state-store'
import type { OfText } from './progress.ts'

/** A piece of a step's text, from the event bus or from the store. An empty one marks that an attempt begins. */
export interface Chunk extends OfText {
  readonly step: string
  readonly offset: number
  readonly text: string
  readonly at: number
}

/** How far the text of a step was told that is still under way. */
export interface Position extends OfText {
  readonly end: number
  /** Whether its end was told as well, so that only the step's entry is missing. */
  readonly ended: boolean
}

/** What is to be told of a text. */
export type TextNews =
  | { readonly type: 'output'; readonly of: OfText; readonly offset: number; readonly text: string }
  | { readonly type: 'output_rewind'; readonly of: OfText; readonly to: number }
  | { readonly type: 'output_ended'; readonly of: OfText; readonly length: number }

interface Finished {
  readonly of: OfText
  readonly version: number
  /** Whether the step wrote something. */
  readonly wrote: boolean
}

/**
 * How far the texts of a run's steps were told. Says of each chunk what of it is new, whatever comes twice or late, and of
 * each entry what it means for the texts: what is told by it never holds a character twice.
 */
export class ToldTexts {
  readonly #positions = new Map<string, Position>()
  readonly #finished = new Map<string, Finished>()

  /** Goes on from where another stream was; the entries up to there must have been noted. */
  restore(positions: ReadonlyMap<string, Position>): void {
    for (const [step, position] of positions) this.#positions.set(step, position)
  }

  /** The texts of steps that are under way. */
  get positions(): ReadonlyMap<string, Position> {
    return this.#positions
  }

  /** Whether something before the chunk was not told yet. */
  misses(chunk: Chunk): boolean {
    if (this.#isOver(chunk)) return false
    const position = this.#positions.get(chunk.step)
    const age = position === undefined ? 1 : compare(chunk, position)
    return chunk.offset > (age > 0 ? 0 : (position?.end ?? 0)) && age >= 0
  }

  /** Whether more was written than was told, as a step's entry says. */
  lacks(entry: Entry): boolean {
    const length = entry.meta.outputLength ?? 0
    if (length === 0 || entry.step === null) return false
    const position = this.#positions.get(entry.step)
    return position === undefined || compare(position, ofEntry(entry)) < 0 || position.end < length
  }

  /** Takes a chunk; says what of it is to be told. Take each as it is told, so that a cursor between two is right. */
  *take(chunk: Chunk): Generator<TextNews> {
    if (this.#isOver(chunk)) return
    const before = this.#positions.get(chunk.step)
    const age = before === undefined ? 1 : compare(chunk, before)
    if (age < 0) return
    if (age > 0) {
      const to = chunk.text === '' ? chunk.offset : 0
      yield* this.#begin(chunk.step, chunk, to)
    }
    const { end } = this.#positions.get(chunk.step)!
    const stop = chunk.offset + chunk.text.length
    if (chunk.text === '' || stop <= end) return
    const offset = Math.max(chunk.offset, end)
    this.#move(chunk.step, chunk, stop)
    yield { type: 'output', of: ofText(chunk), offset, text: chunk.text.slice(offset - chunk.offset) }
  }

  /** What an entry means for the texts, to be told before it. */
  *before(entry: Entry): Generator<TextNews & { readonly step: string }> {
    if (entry.step !== null && isOutcome(entry)) yield* this.#end(entry.step, entry)
    if (entry.kind === 'rolled_back') yield* this.#goBack(entry)
    if (entry.kind === 'resumed') yield* this.#startAgain(entry)
  }

  /** Takes note of an entry; its news were told before. */
  note(entry: Entry): void {
    if (entry.step !== null && isOutcome(entry)) {
      const wrote = (entry.meta.outputLength ?? 0) > 0
      this.#positions.delete(entry.step)
      this.#finished.set(entry.step, { of: ofEntry(entry), version: entry.version, wrote })
    } else if (entry.kind === 'rolled_back') {
      const to = entry.meta.toVersion ?? 0
      for (const [step, { version }] of this.#finished) if (version > to) this.#finished.delete(step)
    }
  }

  *#begin(step: string, of: OfText, to: number): Generator<TextNews> {
    const before = this.#positions.get(step)
    this.#move(step, of, to)
    // Whether somebody may hold what does not count: without a position it is not known.
    const mayHold = before === undefined ? of.attempt > 1 || of.epoch > 0 : before.end > to
    if (mayHold) yield { type: 'output_rewind', of: ofText(of), to }
  }

  *#end(step: string, entry: Entry): Generator<TextNews & { readonly step: string }> {
    const length = entry.meta.outputLength ?? 0
    const of = ofEntry(entry)
    const position = this.#positions.get(step)
    // The last attempt wrote nothing, or nothing of it was kept.
    if (position !== undefined && compare(position, of) < 0) {
      for (const news of this.#begin(step, of, 0)) yield { ...news, step }
    }
    const now = this.#positions.get(step)
    if (length === 0 || now?.ended === true) return
    const text = now === undefined ? of : ofText(now)
    this.#positions.set(step, { ...text, end: now?.end ?? 0, ended: true })
    yield { type: 'output_ended', of: text, length, step }
  }

  *#goBack(entry: Entry): Generator<TextNews & { readonly step: string }> {
    const to = entry.meta.toVersion ?? 0
    const gone = [...this.#finished].filter(([, { version, wrote }]) => version > to && wrote)
    const steps = [...gone.map(([step]) => step), ...this.#positions.keys()]
    for (const step of steps) yield* this.#void(step, entry)
  }

  /** What was under way when the run was taken over is done again. */
  *#startAgain(entry: Entry): Generator<TextNews & { readonly step: string }> {
    for (const step of [...this.#positions.keys()]) yield* this.#void(step, entry)
  }

  *#void(step: string, entry: Entry): Generator<TextNews & { readonly step: string }> {
    const of = { epoch: entry.epoch, fence: entry.fence, attempt: 0 }
    const position = this.#positions.get(step)
    if (position !== undefined && compare(position, of) >= 0) return
    this.#positions.set(step, { ...of, end: 0, ended: false })
    if (position === undefined || position.end > 0) yield { type: 'output_rewind', of, to: 0, step }
  }

  #isOver({ step, epoch, fence }: Chunk): boolean {
    const finished = this.#finished.get(step)
    return finished !== undefined && (epoch - finished.of.epoch || fence - finished.of.fence) <= 0
  }

  #move(step: string, of: OfText, end: number): void {
    this.#positions.set(step, { ...ofText(of), end, ended: false })
  }
}

/** Positive: the first is of a newer epoch, fence or attempt. */
const compare = (a: OfText, b: OfText): number =>
  a.epoch - b.epoch || a.fence - b.fence || a.attempt - b.attempt

const ofText = ({ epoch, fence, attempt }: OfText): OfText => ({ epoch, fence, attempt })

const ofEntry = (entry: Entry): OfText => ({
  epoch: entry.epoch,
  fence: entry.fence,
  attempt: entry.meta.attempts ?? 1,
})

const isOutcome = ({ kind }: Entry): boolean => kind === 'step_completed' || kind === 'step_failed'
