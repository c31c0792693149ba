import { writeSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import type { StateStoreConfig } from '@pawl/state-store'
import type { Transaction, WorkflowContext } from '../../src/index.ts'
import { createRuntime, workflow } from '../../src/index.ts'

// Works on runs whose steps write into a table beside the journal, and dies at random between such a write and its
// commit. Says each time that it wrote; whoever started it kills it at other moments.

export interface Booking {
  readonly store: StateStoreConfig
  /** Decides at which writes it dies. */
  readonly seed: number
}

const SEATS = 12
const CHANCE_TO_DIE = 0.08

export const booking = (afterWrite: () => void | Promise<void>) => {
  const book = (ctx: WorkflowContext, name: string) =>
    ctx.transaction(name, (tx: Transaction, step) => {
      const values = [step.runId, step.step]
      if (tx.engine === 'sqlite') {
        tx.db.prepare('insert into app_seat (run, step) values (?, ?)').run(...values)
        return afterWrite()
      }
      return tx.client
        .query('insert into app_seat (run, step) values ($1, $2)', values)
        .then(() => afterWrite())
    })
  return workflow('booking', async (ctx) => {
    for (let seat = 0; seat < SEATS; seat++) {
      await book(ctx, `seat ${seat}`)
      if (seat % 4 === 0) await ctx.all([(one) => book(one, 'left'), (other) => book(other, 'right')])
      if (seat % 5 === 0) await ctx.step(`think ${seat}`, () => seat)
    }
  })
}

if (process.argv[1] === import.meta.filename) {
  const { store, seed } = JSON.parse(process.argv[2] ?? 'null') as Booking
  let state = seed
  const flow = booking(() => {
    // A multiplicative generator (Park and Miller): which write is the last one follows from the seed.
    state = (state * 48_271) % 2_147_483_647
    if (state / 2_147_483_647 < CHANCE_TO_DIE) process.kill(process.pid, 'SIGKILL')
    writeSync(1, 'wrote\n')
    return store.engine === 'sqlite' ? undefined : pause(2)
  })
  await using runtime = createRuntime({
    workflows: [flow],
    stateStore: store,
    lease: '300ms',
    sweep: '50ms',
  })
  await runtime.initialize()
  await pause(60_000)
}
