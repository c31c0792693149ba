import { createEventBus } from '@pawl/event-bus'
import { breakerStoreConformance } from '@pawl/resilience/conformance'
import { openStateStore, StateStoreError } from '@pawl/state-store'
import { describe, expect, it } from 'vitest'
import { sharedBreakers, storedEvents, storeSink } from '../src/index.ts'
import { openStore, wrapStore } from './harness.ts'

breakerStoreConformance({ describe, it }, async () => {
  const store = await openStateStore({ path: ':memory:' })
  return { connect: async () => sharedBreakers(store), close: () => store.close() }
})

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('storeSink', () => {
  it('keeps every event once and in order, and tells trails apart', async () => {
    const store = await openStore()
    for (const name of ['audit', 'other', 'audit']) {
      const bus = createEventBus<{ 'order.placed': number }>({ sink: { to: storeSink(store, { name }) } })
      for (let number = 0; number < 300; number++) bus.emit('order.placed', number)
      await bus.flush()
      bus.close()
    }
    const kept = await all(storedEvents(store, 'audit'))
    const numbers = Array.from({ length: 300 }, (_, number) => number)
    expect(kept.map(({ payload }) => payload)).toEqual([...numbers, ...numbers])
    expect(new Set(kept.map(({ id }) => id)).size).toBe(600)
    expect(kept[0]).toMatchObject({ type: 'order.placed', seq: 1 })
    expect(await store.unsent({ idleMs: 0 })).toEqual([])
  })

  it('writes nothing twice when answers are lost', async () => {
    const store = await openStore()
    let calls = 0
    const lossy = wrapStore(store, async (method, call) => {
      const answer = await call()
      calls += 1
      if (method === 'commit' && calls % 2 === 0)
        throw new StateStoreError('STORE_UNREACHABLE', 'lost', { retriable: true })
      return answer
    })
    const bus = createEventBus<{ tick: number }>({
      sink: { to: storeSink(lossy, { name: 'a' }), retryMs: 1 },
      onError: () => {},
    })
    for (let number = 0; number < 50; number++) {
      bus.emit('tick', number)
      if (number % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await bus.flush()
    bus.close()
    const kept = await all(storedEvents(store, 'a'))
    expect(kept.map(({ payload }) => payload)).toEqual(Array.from({ length: 50 }, (_, number) => number))
    expect(calls).toBeGreaterThan(4)
  })

  it('goes on in the next journal when one is full', async () => {
    const store = await openStore({ path: ':memory:', limits: { maxEntriesPerRun: 10 } })
    const bus = createEventBus<{ tick: number }>({ sink: { to: storeSink(store, { name: 'a' }) } })
    for (let number = 0; number < 30; number++) {
      bus.emit('tick', number)
      await bus.flush()
    }
    bus.close()
    const kept = await all(storedEvents(store, 'a'))
    expect(kept.map(({ payload }) => payload)).toEqual(Array.from({ length: 30 }, (_, number) => number))
    expect((await store.runs()).items.length).toBeGreaterThan(3)
  })
})
