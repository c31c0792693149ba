import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Entry } from '@pawl/state-store'
import { openSqliteStore } from '@pawl/state-store/sqlite'
import { seeded } from '../seeded.ts'
import { Finished } from './finished.ts'
import { VICTIMS, type Victim } from './workflows.ts'

/** What one round saw. */
export interface RoundReport {
  readonly kills: number
  /** Kills after which another process went on with the run. */
  readonly resumed: number
  /** Calls of step functions beyond the first of each step. */
  readonly repeated: number
  /** What should not have been; empty if all is well. */
  readonly violations: readonly string[]
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))
const STEP_MS = 25
const MAX_KILLS = 3
/** A process that is left alone ends well within this. */
const PATIENCE_MS = 30_000

/** Runs one victim to its end in processes that are killed at random moments, then checks what is on disk. */
export async function killRound(name: string, seed: number): Promise<RoundReport> {
  const victim = VICTIMS[name]!
  const random = seeded(seed)
  const folder = await mkdtemp(join(tmpdir(), 'pawl-kill-'))
  try {
    const store = join(folder, 'store.db')
    const input = { effects: join(folder, 'effects'), stepMs: STEP_MS }
    const orders = JSON.stringify({ victim: name, store, runId: runIdOf(seed), input })
    const finished = new Finished(store, runIdOf(seed), input.effects)
    const wanted = 1 + Math.floor(random() * MAX_KILLS)
    let kills = 0
    while (kills < wanted && (await runAndKill(orders, random() * spanMs(victim)))) {
      kills += 1
      await finished.note()
    }
    const left = await runToEnd(orders)
    const problems =
      left === undefined ? await inspect(store, seed, victim) : { violations: [left], resumed: 0 }
    const calls = (await readFile(input.effects, 'utf8')).split('\n').filter(Boolean)
    const violations = [...problems.violations, ...(await finished.violations())]
    return { kills, repeated: calls.length - new Set(calls).size, resumed: problems.resumed, violations }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * About how long a run works: its longest sequence, at the mean of a step. Later kills would find it ended, and a
 * short workflow would hardly ever be hit.
 */
const spanMs = ({ orders }: Victim): number =>
  (Math.max(...orders.map((order) => order.length)) * STEP_MS) / 2

/** A UUID that names the seed, so that every process of the round means the same run. */
const runIdOf = (seed: number): string => `00000000-0000-7000-8000-${seed.toString(16).padStart(12, '0')}`

/** Whether the process was alive to be killed, `afterMs` after it had begun to work. */
async function runAndKill(orders: string, afterMs: number): Promise<boolean> {
  const child = fork(CHILD, [orders])
  const exit = once(child, 'exit')
  await Promise.race([once(child, 'message'), exit])
  await Promise.race([sleep(afterMs), exit])
  child.kill('SIGKILL')
  const [, signal] = await exit
  return signal === 'SIGKILL'
}

/** Lets a process finish; returns what went wrong. */
async function runToEnd(orders: string): Promise<string | undefined> {
  const child = fork(CHILD, [orders], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let stderr = ''
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  const [code, signal] = await once(child, 'exit')
  clearTimeout(patience)
  if (code === 0) return undefined
  return signal === null
    ? `the last process ended with ${code}: ${stderr.slice(0, 2_000)}`
    : `the run was not finished within ${PATIENCE_MS / 1_000} s: it is lost`
}

async function inspect(
  path: string,
  seed: number,
  victim: Victim,
): Promise<{ violations: string[]; resumed: number }> {
  await using store = await openSqliteStore({ path })
  const { items: runs } = await store.runs()
  const runId = runIdOf(seed)
  const journal = await store.journal({ runId })
  const violations = [
    ...(runs.length === 1 ? [] : [`there are ${runs.length} runs instead of one`]),
    ...checkRun(runs[0]?.status, journal, victim),
    ...checkFile(path),
  ]
  return { violations, resumed: journal.filter((entry) => entry.kind === 'resumed').length }
}

/** What a run's status and journal say against the run that nobody disturbed; empty if nothing. */
export function checkRun(status: string | undefined, journal: readonly Entry[], victim: Victim): string[] {
  const steps = journal.filter((entry) => entry.kind === 'step_completed').map((entry) => entry.step ?? '')
  const places = new Map(steps.map((step, index) => [step, index]))
  const found = JSON.stringify([...steps].sort())
  const expected = JSON.stringify([...victim.steps].sort())
  const output = JSON.stringify(journal.at(-1)?.payload)
  const isOrdered = (order: readonly string[]) =>
    order.every((step, index) => index === 0 || places.get(order[index - 1]!)! < places.get(step)!)
  return [
    ...(status === 'completed' ? [] : [`the run is ${status}`]),
    ...(found === expected ? [] : [`steps are ${found} instead of ${expected}`]),
    ...victim.orders
      .filter((order) => !isOrdered(order))
      .map((order) => `out of order: ${order.join(' < ')}`),
    ...(output === JSON.stringify(victim.output) ? [] : [`output is ${output}`]),
    ...(journal.every((entry, index) => entry.version === index + 1) ? [] : ['versions have a gap']),
  ]
}

function checkFile(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const { integrity_check: verdict } = db.prepare('pragma integrity_check').get() as {
      integrity_check: string
    }
    return verdict === 'ok' ? [] : [`integrity_check: ${verdict}`]
  } finally {
    db.close()
  }
}
