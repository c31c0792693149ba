import {
  ENTRY_FORMAT,
  ENTRY_KINDS,
  type Entry,
  type EntryKind,
  type EntryMeta,
  LIFECYCLE_KINDS,
  type NewEntry,
} from '../contract/entry.ts'
import { invalidArgument, StateStoreError } from '../contract/errors.ts'
import type { Json } from '../contract/json.ts'
import type { StoreLimits } from '../contract/limits.ts'
import type { InboxItem, Run } from '../contract/run.ts'
import type { EntryRow } from '../engine/entry-row.ts'
import type { InboxRow, JournalRow, RunRow } from '../engine/rows.ts'
import { decodePayload, encodePayload } from '../journal/encode.ts'
import type { RunState } from '../journal/fold.ts'
import { checkName, checkText } from './checks.ts'

/** Passes over payload text on its way in and out: `decode(encode(text)) === text`. */
export interface Codec {
  encode(text: string): string
  decode(text: string): string
}

const SLOTS: { readonly [kind in EntryKind]?: number } = {
  step_completed: 1,
  step_skipped: 1,
  timer_set: 2,
  timer_fired: 3,
  signal_received: 4,
  signal_timed_out: 4,
}

const KINDS: ReadonlySet<EntryKind> = new Set(ENTRY_KINDS)

/** Metadata is made by the runtime, not by users; what nests deeper is a mistake. */
const MAX_META_DEPTH = 16

/** Turns values into rows and rows into values; refuses what must not reach an engine. */
export class Encoder {
  readonly #limits: StoreLimits
  readonly #codec: Codec | undefined

  constructor(limits: StoreLimits, codec: Codec | undefined) {
    this.#limits = limits
    this.#codec = codec
  }

  /** `most` bounds the text of what has a bound of its own. */
  payload(value: unknown, what: string, most: number = this.#limits.maxEntryLength): string {
    const text = encodePayload(value, what, this.#limits.maxDepth)
    if (text.length > most) throw tooLarge(what, text, most)
    return this.#pass(text, what)
  }

  entry(entry: NewEntry): EntryRow {
    const { kind, step, hash, meta, encoded } = entry
    if (!KINDS.has(kind)) throw invalidArgument(`There is no kind of entry '${String(kind).slice(0, 40)}'.`)
    const what = step === undefined ? `The payload of '${kind}'` : `The output of step '${String(step)}'`
    return {
      kind,
      step: step === undefined ? null : checkName('step', step),
      slot: SLOTS[kind] ?? null,
      hash: hash === undefined ? null : checkText('hash', hash),
      format: ENTRY_FORMAT,
      payload: encoded === undefined ? this.payload(entry.payload, what) : this.#pass(encoded, what),
      meta: meta === undefined ? '{}' : this.#meta(meta, `The metadata of '${kind}'`),
      lifecycle: LIFECYCLE_KINDS.has(kind),
    }
  }

  /** What a list shows: JSON that no codec passes over, bounded so that a page of it stays small. */
  details(value: unknown, what: string, most: number): string {
    const text = encodePayload(value, what, this.#limits.maxDepth)
    if (text.length > most) throw tooLarge(what, text, most)
    return text
  }

  /** What stands for all between the first and the last entry of a compacted journal; within no limit: it was there. */
  compacted({ status, output, results, current }: RunState): EntryRow {
    const bare = status === 'completed' && output === null && Object.keys(results).length > 0
    const text = encodePayload(bare ? { results } : null, 'The results', this.#limits.maxDepth + 2)
    return {
      kind: 'compacted',
      step: current,
      slot: null,
      hash: null,
      format: ENTRY_FORMAT,
      payload: this.#codec === undefined ? text : checkEncoded(this.#codec.encode(text), 'The results'),
      meta: '{}',
      lifecycle: false,
    }
  }

  readEntry(row: JournalRow): Entry {
    if (row.format > ENTRY_FORMAT) {
      throw new StateStoreError(
        'UNKNOWN_FORMAT',
        `Entry ${row.version} has format ${row.format}; this version of @pawl/state-store folds up to ` +
          `${ENTRY_FORMAT}. Upgrade it.`,
      )
    }
    const { version, epoch, fence, step, hash, at, format } = row
    const kind = row.kind as EntryKind
    const meta = JSON.parse(row.meta) as EntryMeta
    return { version, epoch, fence, kind, step, hash, at, format, payload: this.decode(row.payload), meta }
  }

  readInbox(row: InboxRow): InboxItem {
    return { ...row, payload: this.decode(row.payload) }
  }

  #pass(text: string, what: string): string {
    this.#checkLength(text, what)
    return this.#codec === undefined ? text : checkEncoded(this.#codec.encode(text), what)
  }

  #meta(meta: EntryMeta, what: string): string {
    return this.#checkLength(encodePayload(meta, what, MAX_META_DEPTH), what)
  }

  #checkLength(text: string, what: string): string {
    const { maxEntryLength } = this.#limits
    if (typeof text !== 'string' || !text.isWellFormed()) {
      throw invalidArgument(`${what}: 'encoded' must be the text that encodePayload made.`)
    }
    if (text.length <= maxEntryLength) return text
    throw new StateStoreError(
      'ENTRY_TOO_LARGE',
      `${what} is ${text.length} characters of JSON; the limit is ${maxEntryLength}. ` +
        'Store the data elsewhere and keep a reference, or raise limits.maxEntryLength.',
    )
  }

  decode(text: string): Json {
    return decodePayload(this.#codec === undefined ? text : this.#codec.decode(text))
  }
}

const tooLarge = (what: string, text: string, most: number): StateStoreError =>
  new StateStoreError(
    'ENTRY_TOO_LARGE',
    `${what} is ${text.length} characters of JSON; the limit is ${most}. ` +
      'Store the data elsewhere and keep a reference.',
  )

function checkEncoded(text: string, what: string): string {
  if (typeof text === 'string' && !text.includes('\u0000') && text.isWellFormed()) return text
  throw invalidArgument(
    `${what}: the codec's encode must return a string without U+0000 and without half a surrogate pair, such as ` +
      'base64. It cannot be asynchronous.',
  )
}

export const entryLength = (row: EntryRow): number => row.payload.length + row.meta.length

export const readRun = (row: RunRow): Run => ({
  runId: row.run_id,
  key: row.key,
  type: row.type,
  definitionVersion: row.definition_version,
  format: row.format,
  status: row.status,
  epoch: row.epoch,
  version: row.version,
  fence: row.fence,
  worker: row.worker,
  claims: row.claims,
  readyAt: row.ready_at,
  inbox: row.inbox,
  bytes: row.bytes,
  parent: row.parent_run_id === null ? null : { runId: row.parent_run_id, version: row.parent_version ?? 0 },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  finishedAt: row.finished_at,
  compactedAt: row.compacted_at,
  waitsFor: row.waits_for,
})
