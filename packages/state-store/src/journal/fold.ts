import type { Entry } from '../contract/entry.ts'
import type { Json } from '../contract/json.ts'
import type { RunStatus } from '../contract/run.ts'

/** The state of a run at one version: the fold of its journal up to there. */
export interface RunState {
  readonly input: Json
  readonly status: RunStatus
  /** The output of every finished step. */
  readonly results: { readonly [step: string]: Json }
  readonly shared: { readonly [key: string]: Json }
  /** The step that was recorded last. */
  readonly current: string | null
  readonly output: Json
  readonly error: Json
}

type Draft = {
  -readonly [K in keyof RunState]: K extends 'results' | 'shared' ? Record<string, Json> : RunState[K]
}

/** Names that no merge, patch or path takes from data. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export const emptyState = (): RunState => ({
  input: null,
  status: 'queued',
  results: {},
  shared: {},
  current: null,
  output: null,
  error: null,
})

/**
 * The state after one more entry. Pure: the state passed in is not changed.
 *
 * `entry` must follow on the same line (see {@link lineage}): before a `rolled_back` entry is folded, the
 * state must be the one of the version that it goes back to.
 */
export function fold(state: RunState, entry: Entry): RunState {
  const draft: Draft = { ...state, results: { ...state.results }, shared: { ...state.shared } }
  apply(draft, entry)
  return draft
}

/** The state at the end of a journal, in one pass over it. */
export function foldJournal(journal: readonly Entry[]): RunState {
  const draft = emptyState() as Draft
  for (const entry of lineage(journal)) apply(draft, entry)
  return draft
}

/**
 * The entries that count at the end of a journal, oldest first: a `rolled_back` entry continues the version
 * that it names, so everything between the two is off the line. `journal` starts at version 1 without gaps; a
 * compacted one, which has one gap, has no `rolled_back` any more.
 */
export function lineage(journal: readonly Entry[]): readonly Entry[] {
  const line: Entry[] = []
  let count = journal.length
  while (count > 0) {
    const entry = journal[count - 1]!
    line.push(entry)
    count = entry.kind === 'rolled_back' ? Math.min(entry.meta.toVersion ?? 0, count - 1) : count - 1
  }
  return line.reverse()
}

function apply(draft: Draft, entry: Entry): void {
  switch (entry.kind) {
    case 'started':
      draft.input = entry.payload
      draft.status = 'running'
      break
    case 'step_completed':
    case 'signal_received':
      put(draft.results, entry.step, entry.payload)
      draft.current = entry.step
      break
    case 'step_skipped':
    case 'step_failed':
    case 'signal_timed_out':
    case 'timer_fired':
      draft.current = entry.step
      break
    case 'timer_set':
      break
    case 'compacted':
      putAll(draft.results, (entry.payload as { readonly results?: Json } | null)?.results ?? null)
      draft.current = entry.step
      break
    case 'shared_set':
      putAll(draft.shared, entry.payload)
      break
    case 'completed':
      draft.status = 'completed'
      draft.output = entry.payload
      break
    case 'failed':
      draft.status = 'failed'
      draft.error = entry.payload
      break
    case 'cancelled':
      draft.status = 'cancelled'
      draft.error = entry.payload
      break
    case 'rolled_back':
      draft.status = 'waiting'
      draft.error = null
      draft.output = null
      break
    case 'resumed':
    case 'forked':
      draft.status = 'running'
      draft.error = null
      draft.output = null
      break
  }
}

function put(target: Record<string, Json>, name: string | null, value: Json): void {
  if (name !== null && !RESERVED_NAMES.has(name)) target[name] = value
}

function putAll(target: Record<string, Json>, patch: Json): void {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return
  for (const [key, value] of Object.entries(patch)) put(target, key, value)
}
