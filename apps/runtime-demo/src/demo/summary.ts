import { type Entry, lineage } from '@pawl/state-store'

/** What became of a run, read from its journal. */
export interface Summary {
  readonly type: string
  readonly runId: string
  readonly status: string
  /** Finished steps that count: what a rollback took back is counted when it is done again. */
  readonly steps: number
  /** Steps that a worker had finished before it was killed, and that no other worker did again. */
  readonly resumedSteps: number
  /** How often the run was rolled back. */
  readonly rollbacks: number
  readonly ms: number
  readonly reports: readonly string[]
  /** Why it did not complete. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** One row of the table. */
export interface StepRow {
  readonly step: string
  readonly agent: string
  readonly attempts: number
  readonly ms: number
  readonly fence: number
}

/** Every step that was recorded; one that a rollback took back says so. */
export function stepRows(journal: readonly Entry[]): StepRow[] {
  const counted = new Set(lineage(journal))
  return journal
    .filter((entry) => entry.kind === 'step_completed' || entry.kind === 'step_failed')
    .map((entry) => ({
      step: counted.has(entry) ? (entry.step ?? '') : `${entry.step} (taken back)`,
      agent: entry.meta.agent ?? '',
      attempts: entry.meta.attempts ?? 1,
      ms: Math.round(entry.meta.durationMs ?? 0),
      fence: entry.fence,
    }))
}

const isStep = ({ kind }: Entry): boolean => kind === 'step_completed'

/** After a crash a run is resumed by whoever claims it; after a rollback, by whoever asked for that. */
function isRecovery({ kind, version }: Entry, journal: readonly Entry[]): boolean {
  return kind === 'resumed' && journal[version - 2]?.kind !== 'rolled_back'
}

export function summarize(
  run: { readonly runId: string; readonly type: string; readonly status: string },
  journal: readonly Entry[],
  reports: readonly string[],
): Summary {
  const line = lineage(journal)
  const recovered = journal.findLast((entry) => isRecovery(entry, journal))
  const kept =
    recovered === undefined ? [] : line.filter((entry) => isStep(entry) && entry.version < recovered.version)
  const { type, runId, status } = run
  const failed = line.at(-1)?.kind === 'failed' ? errorOf(line.at(-1)!.payload) : undefined
  return {
    type,
    runId,
    status,
    steps: line.filter(isStep).length,
    resumedSteps: kept.length,
    rollbacks: journal.filter(({ kind }) => kind === 'rolled_back').length,
    ms: (journal.at(-1)?.at ?? 0) - (journal[0]?.at ?? 0),
    reports,
    ...(failed === undefined ? {} : { error: failed }),
  }
}

/** The error that failed the run: a step's own where there is one. */
function errorOf(payload: unknown): { readonly code: string; readonly message: string } {
  const {
    code = 'UNKNOWN',
    message = String(payload),
    cause,
  } = (payload ?? {}) as {
    readonly code?: string
    readonly message?: string
    readonly cause?: unknown
  }
  const inner = cause as { readonly code?: string; readonly message?: string } | undefined
  return inner?.code === undefined
    ? { code, message }
    : { code: inner.code, message: inner.message ?? message }
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column]).length)),
  )
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, column) =>
        typeof cell === 'number' ? String(cell).padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)]
}
