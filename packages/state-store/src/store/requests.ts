import {
  type Claimable,
  type ClaimRequest,
  type Heartbeat,
  MAX_CLAIMS_WITHOUT_PROGRESS,
} from '../contract/claim.ts'
import type { Commit, Next } from '../contract/commit.ts'
import { ENTRY_FORMAT, type EntryKind, type NewEntry } from '../contract/entry.ts'
import { invalidArgument } from '../contract/errors.ts'
import type { StoreLimits } from '../contract/limits.ts'
import type { InboxKind, InboxMessage, NewRun, OnKey } from '../contract/run.ts'
import type {
  ClaimOperation,
  CommitOperation,
  HeartbeatOperation,
  OpenOperation,
  SendOperation,
} from '../engine/writes.ts'
import { checkDuration, checkName, checkOneOf, checkRunId, checkWhole, lookupId } from './checks.ts'
import type { Encoder } from './encode.ts'

// Requests of the contract become operations of an engine: checked, encoded, nothing written yet.

const GO_ON: Next = { status: 'running' }
const ON_KEY = new Set<OnKey>(['return', 'error', 'new-if-finished'])
const INBOX_KINDS = new Set<InboxKind>(['signal', 'cancel'])
const NEXT_STATUSES = new Set<Next['status']>(['running', 'waiting', 'completed', 'failed', 'cancelled'])

export function openRequest(run: NewRun, runId: string, encoder: Encoder): OpenOperation {
  return {
    op: 'open',
    runId: checkRunId(runId),
    key: run.key === undefined ? null : checkName('key', run.key),
    onKey: checkOneOf('onKey', run.onKey ?? 'return', ON_KEY),
    type: checkName('type', run.type),
    definitionVersion: checkName('definitionVersion', run.definitionVersion ?? '1'),
    readyInMs: checkDuration('readyInMs', run.readyInMs ?? 0),
    claimFor: run.claimFor === undefined ? null : checkLease(run.claimFor),
    entry: encoder.entry({
      kind: 'started',
      payload: run.input,
      ...(run.encodedInput === undefined ? {} : { encoded: run.encodedInput }),
      ...(run.traceparent === undefined
        ? {}
        : { meta: { traceparent: checkName('traceparent', run.traceparent) } }),
    }),
  }
}

export const heartbeatRequest = (heartbeat: Heartbeat): HeartbeatOperation => ({
  op: 'heartbeat',
  ...checkLease(heartbeat),
})

export function claimRequest(request: ClaimRequest, encoder: Encoder): ClaimOperation {
  const error = {
    code: 'crash_loop',
    message:
      `The run was claimed ${MAX_CLAIMS_WITHOUT_PROGRESS} times and no claim recorded a step: its worker probably ` +
      'dies in it. Look at the step after the last recorded one, then resume the run.',
  }
  return {
    op: 'claim',
    ...checkLease(request),
    limit: checkWhole('limit', request.limit, 1),
    maxClaims: MAX_CLAIMS_WITHOUT_PROGRESS,
    format: ENTRY_FORMAT,
    definitions: distinct(request.definitions),
    runId: request.runId === undefined ? null : lookupId(request.runId),
    crashLoop: encoder.entry({ kind: 'failed', payload: error }),
  }
}

export function commitRequest(commit: Commit, encoder: Encoder, limits: StoreLimits): CommitOperation {
  const next = commit.next ?? GO_ON
  const waits = next.status === 'waiting'
  return {
    op: 'commit',
    runId: lookupId(commit.runId),
    worker: checkName('worker', commit.worker),
    fence: checkWhole('fence', commit.fence, 0),
    version: checkWhole('version', commit.version, 1),
    entries: checkEnding(commit.entries, next).map((entry) => encoder.entry(checkKind(entry))),
    status: checkOneOf('next.status', next.status, NEXT_STATUSES),
    readyInMs: waits && next.readyInMs !== undefined ? checkDuration('readyInMs', next.readyInMs) : null,
    waitsFor: waits && next.waitsFor !== undefined ? checkName('next.waitsFor', next.waitsFor) : null,
    inboxSeen: waits ? checkWhole('inboxSeen', next.inboxSeen, 0) : 0,
    progress: isProgress(commit.entries, next),
    sent: 0,
    maxEntries: limits.maxEntriesPerRun,
    maxBytes: limits.maxBytesPerRun,
  }
}

/** A worker that records a step, or gives the run back in order, did not die of it: no crash loop. */
const isProgress = (entries: readonly NewEntry[], next: Next): boolean =>
  next.status !== 'running' || entries.some((entry) => entry.kind !== 'resumed')

/** These kinds say how the journal continues or replaces another one; only the store may write them. */
const ENDINGS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

const STORE_KINDS = new Set<EntryKind>(['started', 'rolled_back', 'forked', 'compacted'])

function checkKind(entry: NewEntry): NewEntry {
  if (STORE_KINDS.has(entry.kind)) {
    throw invalidArgument(`An entry of kind '${entry.kind}' is written by the store alone, not by a commit.`)
  }
  return entry
}

/** A run ends with the entry that says so, and only then: its journal and its row must not tell different things. */
function checkEnding(entries: readonly NewEntry[], { status }: Next): readonly NewEntry[] {
  const ending = entries.findIndex(({ kind }) => ENDINGS.has(kind))
  if (ending < 0 && !ENDINGS.has(status)) return entries
  if (ending === entries.length - 1 && entries[ending]?.kind === status) return entries
  throw invalidArgument(
    `A commit that ends a run as '${status}' has one ending, an entry of that kind, and it comes last; ` +
      `this one has ${ending < 0 ? 'none' : `'${entries[ending]!.kind}' at ${ending + 1} of ${entries.length}`}.`,
  )
}

export const sendRequest = (message: InboxMessage, id: string, encoder: Encoder): SendOperation => ({
  op: 'send',
  runId: lookupId(message.runId),
  id: checkName('id', id),
  kind: checkOneOf('kind', message.kind, INBOX_KINDS),
  name: checkName('name', message.name),
  payload: encoder.payload(message.payload, `The payload of ${message.kind} '${message.name}'`),
})

/** A definition that is named twice must not find the same run twice. */
function distinct(definitions: readonly Claimable[]): readonly Required<Claimable>[] {
  const known = new Map<string, Required<Claimable>>()
  for (const { type, definitionVersion, rank = 0 } of definitions) {
    const name = checkName('type', type)
    const version = checkName('definitionVersion', definitionVersion)
    const id = JSON.stringify([name, version])
    const before = known.get(id)?.rank ?? -MAX_RANK
    known.set(id, { type: name, definitionVersion: version, rank: Math.max(before, checkRank(rank)) })
  }
  return [...known.values()]
}

/** What an `integer` of Postgres holds, so that both engines order alike. */
const MAX_RANK = 2 ** 31 - 1

function checkRank(rank: unknown): number {
  if (typeof rank === 'number' && Number.isSafeInteger(rank) && Math.abs(rank) <= MAX_RANK) return rank
  throw invalidArgument(
    `A rank must be a whole number from ${-MAX_RANK} to ${MAX_RANK}; it is ${String(rank).slice(0, 40)}.`,
  )
}

function checkLease({ worker, leaseMs }: Heartbeat): Heartbeat {
  const lease = checkDuration('leaseMs', leaseMs)
  if (lease === 0) throw invalidArgument('leaseMs must be a positive duration; it is 0.')
  return { worker: checkName('worker', worker), leaseMs: lease }
}
