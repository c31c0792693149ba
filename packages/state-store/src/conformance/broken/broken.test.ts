import { AssertionError } from 'node:assert/strict'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inFolder, type OpenStore, runCase } from '../../../test/harness.ts'
import { openSqliteStore } from '../../sqlite/index.ts'
import { type ConformanceCase, conformance, type StoreHarness } from '../index.ts'
import { type BrokenStore, wrapping } from './broken-store.ts'
import { claimsTwice } from './claims-twice.ts'
import { countsRevisionsAnew } from './counts-revisions-anew.ts'
import { countsWhatEnded } from './counts-what-ended.ts'
import { enablesOnRegistration } from './enables-on-registration.ts'
import { firesATickTwice } from './fires-a-tick-twice.ts'
import { forgetsOnReopen } from './forgets-on-reopen.ts'
import { forgetsWriteIds } from './forgets-write-ids.ts'
import { guessesCompactedVersions } from './guesses-compacted-versions.ts'
import { ignoresRanks } from './ignores-ranks.ts'
import { ignoresTheFence } from './ignores-the-fence.ts'
import { keepsSayingWhatRunsWaitFor } from './keeps-saying-what-runs-wait-for.ts'
import { losesAnOperation } from './loses-an-operation.ts'
import { losesResultsOfSteps } from './loses-results-of-steps.ts'
import { ordersTimersByOpening } from './orders-timers-by-opening.ts'
import { overwritesCells } from './overwrites-cells.ts'
import { pagesByTimeAlone } from './pages-by-time-alone.ts'
import { partsTheTransaction } from './parts-the-transaction.ts'
import { prunesUnsentRuns } from './prunes-unsent-runs.ts'
import { repeatsOutput } from './repeats-output.ts'
import { rollsBackToAnotherVersion } from './rolls-back-to-another-version.ts'
import { showsSecrets } from './shows-secrets.ts'
import { skipsLateCommits } from './skips-late-commits.ts'
import { tellsNoGap } from './tells-no-gap.ts'

/** Each fault with the case that must notice it; others may notice it as well. */
const FAULTS: readonly (readonly [BrokenStore, string])[] = [
  [ignoresTheFence, 'commit: a stale fence is refused'],
  [claimsTwice, 'claim: a run is claimed once'],
  [ignoresRanks, 'claim: the higher rank comes first, whatever was ready before'],
  [countsWhatEnded, 'backlog: what is over, or waits for a message alone, is not counted'],
  [forgetsOnReopen, 'reopen: everything that was acknowledged is there'],
  [losesAnOperation, 'group commit: a hundred runs at once each get their own verdict'],
  [rollsBackToAnotherVersion, 'rollback: from then on the state is that of the version'],
  [skipsLateCommits, 'runs: a reader that follows skips no run, whatever its id'],
  [overwritesCells, 'cells: of many writers at once exactly one is accepted'],
  [forgetsWriteIds, 'cells: the same write again is the first verdict, whatever was written since'],
  [countsRevisionsAnew, 'cells: revisions never go back, also after a removal and an expiry'],
  [enablesOnRegistration, 'agents: a disabled one stays so when it is registered again'],
  [firesATickTwice, 'schedules: a tick that many fire at once opens one run'],
  [keepsSayingWhatRunsWaitFor, 'parked: a run waits for nothing any more once it goes on'],
  [ordersTimersByOpening, 'timers: the next one comes first, whatever its workflow'],
  [
    partsTheTransaction,
    'transact: a version that is not the next one, an unknown run and a step that is there undo it',
  ],
  [prunesUnsentRuns, 'prune: leaves a run whose messages have not all left'],
  [losesResultsOfSteps, 'compact: a run without an output keeps the outputs of its steps'],
  [guessesCompactedVersions, 'compact: what lies between is gone, and is said to be so'],
  [tellsNoGap, 'telemetry: what comes too fast is dropped, counted, and told where it is missing'],
  [showsSecrets, 'redaction: secrets are taken out of messages'],
  [repeatsOutput, 'output: a reader that goes on from the last place sees each chunk once'],
  [pagesByTimeAlone, 'telemetry: lines of one moment are read page by page, each once, in their order'],
]

/** In memory, where it is quick, unless the fault is about opening again. */
async function inPlace(
  needs: ConformanceCase['needs'],
  use: (open: OpenStore, fresh: OpenStore) => Promise<void>,
) {
  const inMemory: OpenStore = (options) => openSqliteStore({ path: ':memory:', ...options })
  if (needs !== 'reopen') return use(inMemory, inMemory)
  return inFolder((folder) =>
    use((options) => openSqliteStore({ path: join(folder, 'store.db'), ...options }), inMemory),
  )
}

type Wrap = (harness: StoreHarness, fresh: StoreHarness) => StoreHarness

const attempt = (one: ConformanceCase, needs: ConformanceCase['needs'], wrap: Wrap): Promise<void> =>
  inPlace(needs, (open, fresh) =>
    runCase({ ...one, run: (harness) => one.run(wrap(harness, { open: fresh })) }, open),
  )

/** The names of the cases that fail, and how. */
async function caught(needs: ConformanceCase['needs'], wrap: Wrap): Promise<ReadonlyMap<string, unknown>> {
  const failures = new Map<string, unknown>()
  for (const one of conformance.filter((candidate) => candidate.needs === needs)) {
    await attempt(one, needs, wrap).catch((error: unknown) => failures.set(one.name, error))
  }
  return failures
}

for (const [broken, witness] of FAULTS) {
  test(`a store that ${broken.name} is caught by '${witness}'`, { timeout: 180_000 }, async () => {
    const one = conformance.find(({ name }) => name === witness)
    const failure = await attempt(one!, broken.needs, broken.wrap).catch((error: unknown) => error)
    // Caught because a promise is broken, not because the wrapper is.
    expect(failure).toBeInstanceOf(AssertionError)
  })
}

test('the same wrapper without a fault passes', { timeout: 180_000 }, async () => {
  expect([...(await caught(undefined, (harness) => wrapping(harness, () => ({}))))]).toEqual([])
  expect([...(await caught('transactions', (harness) => wrapping(harness, () => ({}))))]).toEqual([])
  expect([...(await caught('reopen', (harness) => wrapping(harness, () => ({}))))]).toEqual([])
})
