import type { EntryRow } from '../engine/entry-row.ts'
import { runOf, Subjects } from '../engine/subjects.ts'
import type { CommitOperation, OpenOperation, WriteOperation } from '../engine/writes.ts'

// How a batch travels to `pawl.write`, and its answer back: operations of one kind as one group, which is done as a set,
// and nothing in them that has its usual value. To read one commit costs the server 10 µs spelled out, 7 µs like this.

interface Group {
  readonly op: WriteOperation['op']
  readonly all: readonly object[]
}

/** What `pawl.write` answers: the results of each group, and one time for all of them. */
interface Answer {
  readonly at: number
  readonly results: readonly (readonly unknown[])[]
}

/** A batch as `pawl.write` takes it. */
export interface Letter {
  readonly body: readonly Group[]
  /** Whether this is an answer to it, and not what something on the way said. */
  isAnsweredBy(answer: unknown): answer is Answer
  /** The result of each operation, in the order of the batch. */
  resultsOf(answer: unknown): readonly unknown[]
}

export function letterOf(batch: readonly WriteOperation[]): Letter {
  const groups = groupsOf(batch)
  return {
    body: groups.map(({ op, places }) => ({ op, all: places.map((place) => encode(batch[place]!)) })),
    isAnsweredBy(answer): answer is Answer {
      const results = (answer as Partial<Answer> | null | undefined)?.results
      return (
        Array.isArray(results) && groups.every(({ places }, nth) => results[nth]?.length === places.length)
      )
    },
    resultsOf(answer) {
      const { at, results } = answer as Answer
      const decoded: unknown[] = []
      for (const [nth, { places }] of groups.entries()) {
        for (const [index, place] of places.entries())
          decoded[place] = decode(batch[place]!, results[nth]![index], at)
      }
      return decoded
    },
  }
}

interface Places {
  readonly op: WriteOperation['op']
  /** Whether each of them is about one run alone. */
  readonly isNarrow: boolean
  readonly places: number[]
  readonly subjects: Subjects
}

/** Each operation joins the last group of its kind, unless one that comes after that group meets it. */
function groupsOf(batch: readonly WriteOperation[]): readonly Places[] {
  const groups: Places[] = []
  for (const [place, operation] of batch.entries()) {
    const group = groupFor(operation, groups)
    group.places.push(place)
    group.subjects.add(operation)
  }
  return groups
}

function groupFor(operation: WriteOperation, groups: Places[]): Places {
  const { op } = operation
  const isNarrow = runOf(operation) !== null
  for (const group of groups.toReversed()) {
    if (group.op === op && group.isNarrow === isNarrow) return group
    if (group.subjects.meet(operation)) break
  }
  const group = { op, isNarrow, places: [], subjects: new Subjects() }
  groups.push(group)
  return group
}

function encode(operation: WriteOperation): object {
  switch (operation.op) {
    case 'commit':
      return encodeCommit(operation)
    case 'open':
      return encodeOpening(operation)
    default: {
      const { op: _, ...rest } = operation
      return rest
    }
  }
}

// `undefined` is left out by JSON. The usual values are those that `commit.sql` and `open.sql` name.

const encodeCommit = (commit: CommitOperation): object => ({
  runId: commit.runId,
  worker: commit.worker,
  fence: commit.fence,
  version: commit.version,
  entries: commit.entries.map(encodeLine),
  status: unless(commit.status, 'running'),
  readyInMs: unless(commit.readyInMs, null),
  waitsFor: unless(commit.waitsFor, null),
  inboxSeen: unless(commit.inboxSeen, 0),
  progress: unless(commit.progress, true),
  sent: unless(commit.sent, 0),
  maxEntries: unless(commit.maxEntries, 50_000),
  maxBytes: unless(commit.maxBytes, 67_108_864),
})

const encodeOpening = (opening: OpenOperation): object => ({
  runId: opening.runId,
  key: unless(opening.key, null),
  onKey: unless(opening.onKey, 'return'),
  type: opening.type,
  definitionVersion: opening.definitionVersion,
  readyInMs: unless(opening.readyInMs, 0),
  claimFor: unless(opening.claimFor, null),
  entry: encodeLine(opening.entry),
})

const encodeLine = (line: EntryRow): object => ({
  kind: line.kind,
  step: unless(line.step, null),
  slot: unless(line.slot, null),
  hash: unless(line.hash, null),
  format: unless(line.format, 1),
  payload: line.payload,
  meta: unless(line.meta, '{}'),
  lifecycle: unless(line.lifecycle, false),
})

const unless = <T>(value: T, usual: T): T | undefined => (value === usual ? undefined : value)

function decode(operation: WriteOperation, result: unknown, at: number): unknown {
  if (operation.op !== 'commit') return result
  const version = operation.version + operation.entries.length - 1
  if (typeof result === 'number') return { ok: true, version, status: operation.status, inbox: result, at }
  const verdict = result as { readonly ok: boolean; readonly status: string; readonly inbox: number }
  return verdict.ok ? { ok: true, version, status: verdict.status, inbox: verdict.inbox, at } : verdict
}
