import { expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { openStore, start, until, wrapStore } from './harness.ts'

const echo = workflow('echo', async (ctx, input: number) => ctx.step('say', () => input))

/** A store that counts claims. */
async function countingStore() {
  const store = await openStore()
  const asked = { claims: 0 }
  const counted = wrapStore(store, (method, call) => {
    if (method === 'claim') asked.claims += 1
    return call()
  })
  return { store, counted, asked }
}

it('a full worker does not ask for work when a run ends and nobody waits', async () => {
  const { counted, asked } = await countingStore()
  const runtime = await start({ workflows: [echo], stateStore: counted, concurrency: 1, sweep: '1h' })
  const before = asked.claims
  for (let run = 0; run < 20; run++) await runtime.executeWorkflow(echo, run)
  expect(asked.claims - before).toBe(0)
})

it('a worker that was full takes what waits, without the sweep', async () => {
  const { store, counted, asked } = await countingStore()
  for (let run = 0; run < 20; run++) await store.open({ type: 'echo', input: run })
  await start({ workflows: [echo], stateStore: counted, concurrency: 2, sweep: '1h' })
  await until(async () => (await store.runs({ status: 'completed' })).items.length === 20, 'all are done')
  // Each time for one or two of them, and once more to find nothing.
  expect(asked.claims).toBeLessThanOrEqual(22)
})
