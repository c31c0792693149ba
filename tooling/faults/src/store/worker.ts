import { setTimeout as sleep } from 'node:timers/promises'
import { type Commit, openStateStore, type StateStoreConfig } from '@pawl/state-store'
import { DEFINITION } from './definition.ts'
import { note } from './ledger.ts'
import { isRetriable, persist } from './persist.ts'

// The process that is killed, frozen and cut off: it claims runs, writes their steps one by one, and notes what it was
// told. It never ends by itself.

export interface Orders {
  readonly config: StateStoreConfig
  readonly worker: string
  readonly ledger: string
  readonly steps: number
  readonly stepMs: number
  readonly leaseMs: number
}

const ATTENTION_MS = 20

const { config, worker, ledger, steps, stepMs, leaseMs } = JSON.parse(process.argv[2] ?? '{}') as Orders
const held = new Set<string>()

/** The lease, and the runs of a claim whose answer was lost: the store says what it thinks this worker holds. */
async function beat(): Promise<void> {
  for (;;) {
    const known = new Set(held)
    const answer = await persist(() => store.heartbeat({ worker, leaseMs }))
    for (const { runId, fence } of answer.held) if (!known.has(runId)) take(runId, fence)
    await sleep(leaseMs / 3)
  }
}

function take(runId: string, fence: number): void {
  if (held.has(runId)) return
  held.add(runId)
  void work(runId, fence).finally(() => held.delete(runId))
}

/** Writes what the journal lacks until the run has ended, or another one has it. */
async function work(runId: string, fence: number): Promise<void> {
  const journal = await persist(() => store.journal({ runId }))
  if (journal.at(-1)?.kind === 'completed') return
  let done = journal.filter((entry) => entry.kind === 'step_completed').length
  for (let version = journal.length + 1; ; version++) {
    const nonce = `${worker} ${fence} ${version}`
    const commit =
      done < steps ? stepOf(runId, fence, version, done + 1, nonce) : endOf(runId, fence, version, nonce)
    const verdict = await persist(() => store.commit(commit))
    note(ledger, commit, nonce, verdict)
    if (!verdict.ok || verdict.status !== 'running') return
    done += 1
    await sleep(stepMs)
  }
}

const stepOf = (runId: string, fence: number, version: number, number: number, nonce: string): Commit => ({
  runId,
  worker,
  fence,
  version,
  entries: [{ kind: 'step_completed', step: `s${number}`, payload: nonce }],
})

const endOf = (runId: string, fence: number, version: number, nonce: string): Commit => ({
  runId,
  worker,
  fence,
  version,
  entries: [{ kind: 'completed', payload: nonce }],
  next: { status: 'completed' },
})

const store = await persist(() => openStateStore(config))
process.send?.('working')
void beat()
for (;;) {
  const claimed = await store
    .claim({ worker, leaseMs, limit: 2, definitions: [DEFINITION] })
    .catch((error: unknown) => {
      // The answer may be lost; what it took is in the next heartbeat.
      if (isRetriable(error)) return []
      throw error
    })
  for (const { runId, fence } of claimed) take(runId, fence)
  await sleep(ATTENTION_MS)
}
