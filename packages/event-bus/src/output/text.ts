import type { BusEvent } from '../event.ts'
import type { OfOutput, WorkflowEvents } from '../vocabulary.ts'

/** The text of one step as far as it is known. */
export interface OutputText extends OfOutput {
  readonly text: string
  /** Offset behind the last character, missing ones included. */
  readonly end: number
  /** Characters that never arrived, because events were missing (`bus.gap`). */
  readonly missing: number
  /** Is the text complete and nothing missing? */
  readonly complete: boolean
}

type Output = {
  [Name in 'output.chunk' | 'output.rewind' | 'output.ended']: BusEvent<Name, WorkflowEvents[Name]>
}['output.chunk' | 'output.rewind' | 'output.ended']

/**
 * Puts the texts of steps together from events that may come twice, late, or from an attempt that was given up. A
 * text never holds a chunk twice: where a chunk goes is said by its epoch, attempt and offset, not by its arrival.
 */
export class Outputs {
  readonly #texts = new Map<string, OutputText>()

  /** Takes any event. @returns the text that it changed; nothing when it is not about output, or out of date */
  take(event: BusEvent): OutputText | undefined {
    if (!isOutput(event)) return undefined
    const key = keyOf(event.payload.runId, event.payload.step)
    const before = this.#texts.get(key)
    const after = nextText(before, event)
    if (after === before) return undefined
    this.#texts.set(key, after)
    return after
  }

  /** The text of a step; nothing when none of its output was seen. */
  get(runId: string, step: string): OutputText | undefined {
    return this.#texts.get(keyOf(runId, step))
  }

  /** All texts, in the order in which they began. */
  all(): readonly OutputText[] {
    return [...this.#texts.values()]
  }
}

/** The text after an event; the same object when the event changes nothing. */
function nextText(before: OutputText | undefined, event: Output): OutputText {
  const age = before === undefined ? 1 : ageOf(event.payload, before)
  if (before !== undefined && age < 0) return before
  const current = before === undefined || age > 0 ? begun(event, before) : before
  switch (event.type) {
    case 'output.rewind':
      return age > 0 ? current : before!
    case 'output.ended':
      return ended(current, event.payload.length)
    case 'output.chunk':
      return joined(current, event.payload.offset, event.payload.text)
  }
}

/** Positive: the event belongs to a newer epoch, fence or attempt than the text. */
const ageOf = (event: OfOutput, text: OfOutput): number =>
  event.epoch - text.epoch || (event.fence ?? 0) - (text.fence ?? 0) || event.attempt - text.attempt

/** A new attempt keeps of the old text only what its rewind says; without one, what lies before its first chunk. */
function begun({ type, payload }: Output, before: OutputText | undefined): OutputText {
  const { runId, step, epoch, fence, attempt } = payload
  const wanted = type === 'output.rewind' ? payload.to : 0
  const usable = before !== undefined && before.missing === 0 && before.end >= wanted
  const text = usable ? before.text.slice(0, wanted) : ''
  const missing = wanted - text.length
  const of = { runId, step, epoch, ...(fence === undefined ? {} : { fence }), attempt }
  return { ...of, text, end: wanted, missing, complete: false }
}

function joined(current: OutputText, offset: number, text: string): OutputText {
  const stop = offset + text.length
  if (stop <= current.end) return current
  const hole = Math.max(0, offset - current.end)
  const fresh = text.slice(Math.max(0, current.end - offset))
  return {
    ...current,
    text: current.text + fresh,
    end: stop,
    missing: current.missing + hole,
    complete: false,
  }
}

function ended(current: OutputText, length: number): OutputText {
  const hole = Math.max(0, length - current.end)
  const missing = current.missing + hole
  const complete = missing === 0
  if (hole === 0 && complete === current.complete) return current
  return { ...current, end: Math.max(current.end, length), missing, complete }
}

const keyOf = (runId: string, step: string): string => JSON.stringify([runId, step])

/** The events came over a network: what is not of the right shape is not output. */
function isOutput(event: BusEvent): event is Output {
  if (!event.type.startsWith('output.')) return false
  const {
    runId,
    step,
    epoch,
    fence = 0,
    attempt,
    offset,
    text,
    to,
    length,
  } = (event.payload ?? {}) as Record<string, unknown>
  if (typeof runId !== 'string' || typeof step !== 'string') return false
  if (!isCount(epoch) || !isCount(fence) || !isCount(attempt)) return false
  if (event.type === 'output.chunk') return isCount(offset) && typeof text === 'string'
  return (event.type === 'output.rewind' && isCount(to)) || (event.type === 'output.ended' && isCount(length))
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
