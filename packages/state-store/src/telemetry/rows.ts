import { v7 as uuidv7 } from 'uuid'
import type { Json } from '../contract/json.ts'
import {
  LOG_LEVELS,
  type LogLevel,
  type LogLine,
  type MetricSample,
  type RedactedLine,
} from '../contract/telemetry.ts'
import type { LogRow, SampleRow } from '../engine/writes.ts'
import { harmlessJson, harmlessName, harmlessText } from './harmless.ts'
import type { Redactor } from './redact.ts'

/** A row as it waits: how long ago it was is known when it leaves. */
export type WaitingRow =
  | { readonly kind: 'log'; readonly row: Omit<LogRow, 'agoMs' | 'past'>; readonly agoMs: number }
  | { readonly kind: 'sample'; readonly row: Omit<SampleRow, 'agoMs' | 'past'>; readonly agoMs: number }

/** Longest names, so that an index takes them. */
const MAX_RUN_ID = 64
const MAX_NAME = 128
const MAX_STEP = 512

/** What is left for the context of a line whose message took all. */
const LEAST_CONTEXT = 256

/** A hundred years: longer ago is a mistake. */
const MAX_AGO_MS = 100 * 365 * 86_400_000

const LEVELS: ReadonlySet<LogLevel> = new Set(LOG_LEVELS)

/** A log line as a row: harmless, short, without secrets. */
export function logRow(line: LogLine, most: number, redactor: Redactor): WaitingRow {
  return { kind: 'log', row: { id: uuidv7(), ...rowOf(line, most, redactor) }, agoMs: agoOf(line.agoMs) }
}

/** The same line for people and programs outside of the store. A line that cannot be read says so. */
export function redactedLine(line: LogLine, most: number, redactor: Redactor): RedactedLine {
  try {
    const row = rowOf(line, most, redactor)
    return { ...row, context: row.context === null ? null : (JSON.parse(row.context) as Json) }
  } catch {
    const nothing = { context: null, runId: null, step: null, agent: null }
    return { level: 'warn', message: '[an unreadable log line]', ...nothing }
  }
}

function rowOf(line: LogLine, most: number, redactor: Redactor) {
  const { level = 'info', message, context } = line
  const text = harmlessText(typeof message === 'string' ? message : textOf(message), most, redactor)
  return {
    level: LEVELS.has(level) ? level : 'info',
    message: text,
    context: harmlessJson(context, Math.max(LEAST_CONTEXT, most - text.length), redactor),
    ...about(line),
  }
}

/** A sample as a row, or nothing if it has no number or no name. */
export function sampleRow(sample: MetricSample, most: number, redactor: Redactor): WaitingRow | undefined {
  const { value, tags } = sample
  const name = harmlessName(sample.name, MAX_NAME)
  if (name === null || typeof value !== 'number' || !Number.isFinite(value)) return undefined
  const row = {
    id: uuidv7(),
    name,
    // -0 is no measurement.
    value: value + 0,
    tags: harmlessJson(tags, most, redactor),
    ...about(sample),
  }
  return { kind: 'sample', row, agoMs: agoOf(sample.agoMs) }
}

const about = ({ runId, step, agent }: LogLine | MetricSample) => ({
  runId: harmlessName(runId, MAX_RUN_ID)?.toLowerCase() ?? null,
  step: harmlessName(step, MAX_STEP),
  agent: harmlessName(agent, MAX_STEP),
})

const agoOf = (agoMs: unknown): number =>
  typeof agoMs === 'number' && agoMs >= 0 ? Math.min(agoMs, MAX_AGO_MS) : 0

const textOf = (message: unknown): string => {
  try {
    return String(message)
  } catch {
    return '[unreadable]'
  }
}

/** Bytes of a row in memory, about: two for each character, and what objects cost. */
export function weightOf(waiting: WaitingRow): number {
  const { row } = waiting
  const text =
    waiting.kind === 'log'
      ? waiting.row.message.length + (waiting.row.context?.length ?? 0)
      : waiting.row.name.length + (waiting.row.tags?.length ?? 0)
  return 2 * (text + (row.step?.length ?? 0) + (row.agent?.length ?? 0)) + 400
}
