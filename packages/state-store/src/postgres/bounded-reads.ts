import type {
  EntriesOperation,
  LogsOperation,
  OutputOperation,
  ReadOperation,
  SamplesOperation,
} from '../engine/reads.ts'
import type { InboxRow, JournalRow, KeptLogRow, KeptOutputRow, KeptSampleRow } from '../engine/rows.ts'

type Ask = (operation: object) => Promise<unknown>

/** An UTF-16 unit takes three bytes of UTF-8 at most. */
const BYTES_A_UNIT = 3

/**
 * Reads with answers of a bounded size: what may be long is asked for in pieces and put together. Each piece is a
 * statement of its own, as the pages of a list are.
 */
export async function readBounded(operation: ReadOperation, maxBytes: number, ask: Ask): Promise<unknown> {
  if (operation.op === 'entries') return readEntries(operation, maxBytes, ask)
  if (operation.op === 'inbox') return readInbox(operation, maxBytes, ask)
  if (operation.op === 'output') return readOutput(operation, maxBytes, ask)
  if (operation.op === 'unsent') return ask({ ...operation, maxBytes })
  if (operation.op === 'logs' || operation.op === 'samples') return readTelemetry(operation, maxBytes, ask)
  return ask(operation)
}

async function readEntries(operation: EntriesOperation, maxBytes: number, ask: Ask): Promise<unknown> {
  const rows: JournalRow[] = []
  for (;;) {
    const from = Math.max(operation.from, (rows.at(-1)?.version ?? 0) + 1)
    const limit = operation.limit - rows.length
    const piece = (await ask({ ...operation, from, limit, maxBytes })) as readonly JournalRow[] | null
    if (piece === null) return null
    for (const row of piece) rows.push(row)
    if (rows.length === operation.limit || !mayBeCut(piece, maxBytes, entryLength)) return rows
  }
}

async function readInbox(
  operation: { readonly after: number },
  maxBytes: number,
  ask: Ask,
): Promise<unknown> {
  const rows: InboxRow[] = []
  for (;;) {
    const after = rows.at(-1)?.seq ?? operation.after
    const piece = (await ask({ ...operation, after, maxBytes })) as readonly InboxRow[] | null
    if (piece === null) return null
    for (const row of piece) rows.push(row)
    if (!mayBeCut(piece, maxBytes, entryLength)) return rows
  }
}

async function readOutput(operation: OutputOperation, maxBytes: number, ask: Ask): Promise<unknown> {
  const rows: KeptOutputRow[] = []
  for (;;) {
    const after = rows.at(-1)?.place ?? operation.after
    const limit = operation.limit - rows.length
    const piece = (await ask({ ...operation, after, limit, maxBytes })) as readonly KeptOutputRow[] | null
    if (piece === null) return null
    for (const row of piece) rows.push(row)
    if (rows.length === operation.limit || !mayBeCut(piece, maxBytes, entryLength)) return rows
  }
}

async function readTelemetry(
  operation: LogsOperation | SamplesOperation,
  maxBytes: number,
  ask: Ask,
): Promise<unknown> {
  const rows: (KeptLogRow | KeptSampleRow)[] = []
  for (;;) {
    const last = rows.at(-1)
    const after = last === undefined ? operation.after : { at: last.at, id: last.id }
    const limit = operation.limit - rows.length
    const piece = (await ask({ ...operation, after, limit, maxBytes })) as typeof rows
    for (const row of piece) rows.push(row)
    if (rows.length === operation.limit || !mayBeCut(piece, maxBytes, telemetryLength)) return rows
  }
}

const entryLength = ({ payload, meta }: { readonly payload: string; readonly meta?: string }): number =>
  payload.length + (meta?.length ?? 0)

const telemetryLength = (row: KeptLogRow | KeptSampleRow): number =>
  'message' in row ? row.message.length + (row.context?.length ?? 0) : (row.tags?.length ?? 0)

/** An answer ends with the row that reaches the bound: one that cannot have reached it is whole. */
const mayBeCut = <Row>(rows: readonly Row[], maxBytes: number, lengthOf: (row: Row) => number): boolean =>
  rows.reduce((sum, row) => sum + lengthOf(row), 0) * BYTES_A_UNIT >= maxBytes
