import { RuntimeError } from '../errors.ts'
import type { Position } from './told-texts.ts'

/** Where a stream is: what was told of the journal, and of the texts of the steps that are under way. */
export interface StreamPlace {
  /** The last entry that was told. */
  readonly version: number
  /** The store's output up to this place was told, or need not be. */
  readonly place: number
  readonly positions: ReadonlyMap<string, Position>
}

/** One line of ASCII, so that it fits into a header such as `Last-Event-ID`; a version alone where that says it all. */
export function cursorOf({ version, place, positions }: StreamPlace): string {
  if (place === 0 && positions.size === 0) return String(version)
  const texts = [...positions].map(([step, { epoch, fence, attempt, end, ended }]) => [
    step,
    epoch,
    fence,
    attempt,
    end,
    Number(ended),
  ])
  return JSON.stringify([version, place, ...texts]).replace(/[\u007f-\uffff]/g, escaped)
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Reads a cursor, or a version. Throws `INVALID_CURSOR`. */
export function placeOf(after: string | number | undefined): StreamPlace {
  if (after === undefined) return { version: 0, place: 0, positions: new Map() }
  const parsed = typeof after === 'number' ? [after, 0] : parse(after)
  const [version, place, ...texts] = Array.isArray(parsed) ? (parsed as unknown[]) : [parsed, 0]
  if (!isCount(version) || !isCount(place)) throw invalid(after)
  return { version, place, positions: new Map(texts.map((text) => positionOf(text, after))) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(text)
  }
}

function positionOf(text: unknown, after: unknown): [step: string, position: Position] {
  const [step, epoch, fence, attempt, end, ended] = Array.isArray(text) ? (text as unknown[]) : []
  if (typeof step !== 'string' || !isCount(epoch) || !isCount(fence)) throw invalid(after)
  if (!isCount(attempt) || !isCount(end)) throw invalid(after)
  return [step, { epoch, fence, attempt, end, ended: ended === 1 }]
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const invalid = (after: unknown): RuntimeError =>
  new RuntimeError(
    'INVALID_CURSOR',
    `'${String(after).slice(0, 80)}' is no place in a stream. Pass the 'cursor' of an item, or a version of the run.`,
  )
