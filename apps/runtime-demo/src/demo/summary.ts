import type { Entry } from '@pawl/state-store'

/** What became of a run, read from its journal. */
export interface Summary {
  readonly type: string
  readonly runId: string
  readonly status: string
  readonly steps: number
  /** Steps that a worker had finished before it was killed, and that no other worker did again. */
  readonly resumedSteps: number
  readonly ms: number
  readonly reports: readonly string[]
}

/** One row of the table. */
export interface StepRow {
  readonly step: string
  readonly agent: string
  readonly attempts: number
  readonly ms: number
  readonly fence: number
}

export function stepRows(journal: readonly Entry[]): StepRow[] {
  return journal
    .filter((entry) => entry.kind === 'step_completed' || entry.kind === 'step_failed')
    .map(({ step, meta, fence }) => ({
      step: step ?? '',
      agent: meta.agent ?? '',
      attempts: meta.attempts ?? 1,
      ms: Math.round(meta.durationMs ?? 0),
      fence,
    }))
}

export function summarize(
  run: { readonly runId: string; readonly type: string; readonly status: string },
  journal: readonly Entry[],
  reports: readonly string[],
): Summary {
  const resumed = journal.findLast((entry) => entry.kind === 'resumed')
  const steps = journal.filter((entry) => entry.kind === 'step_completed')
  const kept = resumed === undefined ? [] : steps.filter((entry) => entry.version < resumed.version)
  const ms = (journal.at(-1)?.at ?? 0) - (journal[0]?.at ?? 0)
  const { type, runId, status } = run
  return { type, runId, status, steps: steps.length, resumedSteps: kept.length, ms, reports }
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
