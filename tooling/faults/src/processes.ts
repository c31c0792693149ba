import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StateStoreConfig } from '@pawl/state-store'
import { startPostgres } from '@pawl/testkit/postgres'
import type { FaultOptions, FaultReport } from './fault.ts'
import { besiege } from './processes/siege.ts'

/** Workflows for each kill: 500 in a full run of 60. */
const RUNS_PER_KILL = 500 / 60

interface Place extends AsyncDisposable {
  readonly name: string
  readonly config: StateStoreConfig
}

const PLACES: readonly (() => Promise<Place>)[] = [openFile, openPostgres]

/**
 * Three worker processes on one store, one of them killed every second, while workflows are started. None may be lost,
 * each step stands in its journal once, and what a dead worker held goes on within the lease and five seconds.
 */
export async function run({ rounds, seed, print }: FaultOptions): Promise<FaultReport> {
  const violations: string[] = []
  for (const open of PLACES) {
    await using place = await open()
    const report = await besiege(place.config, rounds, Math.round(rounds * RUNS_PER_KILL), seed)
    const { runs, kills, tookMs, orphans, slowestRecoveryMs } = report
    print(
      `${place.name}: ${runs} workflows, ${kills} kills in ${(tookMs / 1_000).toFixed(1)} s, ${orphans} runs orphaned, ` +
        `slowest recovery ${slowestRecoveryMs} ms, ${report.violations.length} violations`,
    )
    const replay = `Replay: npm run faults -- processes --rounds ${rounds} --seed ${seed}`
    violations.push(...report.violations.map((one) => `${place.name}: ${one}. ${replay}`))
    if (rounds >= 5 && orphans === 0)
      violations.push(`${place.name}: no kill hit a held run; nothing was tested`)
  }
  return { violations }
}

async function openFile(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'pawl-processes-'))
  return {
    name: 'sqlite',
    config: { path: join(folder, 'store.db') },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function openPostgres(): Promise<Place> {
  const server = await startPostgres({ durable: true })
  return {
    name: 'postgres',
    config: { connectionString: server.url },
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
