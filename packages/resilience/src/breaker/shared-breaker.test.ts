import { settled } from '@pawl/testkit/clock'
import { describe, expect, it } from 'vitest'
import { fails, held, times, works } from '../../test/calls.ts'
import { given } from '../../test/watched-store.ts'

describe('a shared breaker', () => {
  it('asks before its first call, and calls in the same tick while what it knows is fresh', async () => {
    const { process, store } = given()
    const breaker = process()
    const first = held(breaker)
    expect(first.fn).not.toHaveBeenCalled()
    await settled()
    expect(first.fn).toHaveBeenCalledOnce()
    expect(held(breaker).fn).toHaveBeenCalledOnce()
    expect(store.asked).toEqual(['read'])
  })

  it('asks nothing while nobody calls, and one read in half of refreshMs while somebody does', async () => {
    const { process, store, ports } = given({ refreshMs: 1000 })
    const breaker = process()
    await times(1, breaker, works)
    await ports.advance(3_600_000)
    expect(store.asked).toEqual(['read'])
    for (let call = 0; call < 100; call++) {
      await ports.advance(100)
      expect(await breaker.execute(works)).toBe('well')
    }
    expect(store.asked.length).toBeLessThanOrEqual(1 + 10_000 / 500)
    expect(store.asked.length).toBeGreaterThan(10)
  })

  it('reads ahead while it is used, so that no call waits', async () => {
    const { process, store, ports } = given({ refreshMs: 1000 })
    const breaker = process()
    await times(1, breaker, works)
    store.delayMs = 300
    await ports.advance(600)
    const ahead = held(breaker)
    expect(ahead.fn).toHaveBeenCalledOnce()
    await ports.advance(600)
    expect(held(breaker).fn).toHaveBeenCalledOnce()
    await settled()
    expect(store.asked).toEqual(['read', 'read', 'read'])
  })

  it('lets nobody pass on what it knew before it was idle, however many call at once', async () => {
    const { process, store, ports } = given({ refreshMs: 1000 })
    const [breaker, other] = [process(), process()]
    await times(1, breaker, works)
    await other.trip()
    store.asked.length = 0
    store.delayMs = 50
    await ports.advance(5000)
    const calls = [held(breaker), held(breaker), held(breaker)]
    await ports.advance(50)
    for (const call of calls) {
      expect(await call.result).toMatchObject({ code: 'POLICY_BREAKER_OPEN', retryAfterMs: 4950 })
    }
    expect(store.asked).toEqual(['read'])
  })

  it('has told the store of an opening when the call that led to it ends', async () => {
    const { process, store } = given()
    const breaker = process()
    await times(3, breaker, fails)
    expect((await store.inner.read('stripe'))?.value).toMatchObject({ opening: { at: 1_000_000 } })
    expect(store.asked).toEqual(['read', 'write'])
  })

  it('has told the store of a probe when its call ends', async () => {
    const { process, store, ports } = given()
    const breaker = process()
    await breaker.trip()
    await ports.advance(10_000)
    expect(await breaker.execute(works)).toBe('well')
    expect((await store.inner.read('stripe'))?.value).toMatchObject({ opening: null, probes: [] })
  })

  it('refuses without asking', async () => {
    const { process, store, ports } = given({ refreshMs: 60_000 })
    const breaker = process()
    await breaker.trip()
    await ports.advance(10_000)
    const probe = held(breaker)
    await settled()
    expect(probe.fn).toHaveBeenCalledOnce()
    store.asked.length = 0
    await times(50, breaker, works)
    expect(store.asked).toEqual([])
  })

  it('takes up what another process changed, and tells of it', async () => {
    const { process, ports } = given()
    const [one, other] = [process(), process()]
    const changes: string[] = []
    other.onChange(({ from, to }) => changes.push(`${from} > ${to}`))
    await one.trip()
    expect(await other.refresh()).toBe('open')
    await ports.advance(10_000)
    await times(1, one, works)
    expect(await other.refresh()).toBe('closed')
    expect(changes).toEqual(['closed > open', 'open > half-open', 'half-open > closed'])
  })

  it('is reset by hand whatever it knew', async () => {
    const { process } = given({ refreshMs: 3_600_000 })
    const [one, other] = [process(), process()]
    await times(1, one, works)
    await other.trip()
    expect(one.state).toBe('closed')
    await one.reset()
    expect(await other.refresh()).toBe('closed')
  })

  it('takes over a snapshot, and the store with it', async () => {
    const { process } = given()
    const [one, other] = [process(), process()]
    const counts = { fires: 3, successes: 0, failures: 3, rejects: 0 }
    await one.restore({ key: 'stripe', state: 'open', openedAt: 996_000, counts })
    expect(await other.refresh()).toBe('open')
    expect(other.retryAfterMs).toBe(6000)
    await other.restore({ key: 'stripe', state: 'closed', openedAt: null, counts })
    expect(await one.refresh()).toBe('closed')
  })

  it('knows a write again whose answer was lost', async () => {
    const { process, store, ports } = given({ refreshMs: 1000 })
    const breaker = process()
    await breaker.trip()
    await ports.advance(10_000)
    await breaker.refresh()
    const { write } = store
    store.write = async (cell) => {
      await write(cell)
      throw new Error('the connection broke')
    }
    const probe = held(breaker)
    await settled()
    store.write = write
    await ports.advance(1000)
    await breaker.refresh()
    expect((await store.inner.read('stripe'))?.value).toMatchObject({ probes: [{ at: 1_010_000 }] })
    probe.resolve('well')
    await probe.result
    expect(await process().refresh()).toBe('closed')
  })

  it('does not open again what another process opened first', async () => {
    const { process, ports } = given({ refreshMs: 3_600_000 })
    const [one, other] = [process(), process()]
    await times(2, one, fails)
    await other.trip()
    await ports.advance(4000)
    await times(1, one, fails)
    expect(one.state).toBe('open')
    expect(one.retryAfterMs).toBe(6000)
  })

  it('lets an abort end the wait for a store at once, and gives the place back that it got too late', async () => {
    const { process, store, ports } = given()
    const breaker = process()
    await breaker.trip()
    await ports.advance(10_000)
    await breaker.refresh()
    store.delayMs = 500
    const stop = new AbortController()
    const probe = held(breaker, stop.signal)
    await settled()
    stop.abort('left')
    expect(await probe.result).toBe('left')
    expect(probe.fn).not.toHaveBeenCalled()
    await ports.advance(2000)
    expect((await store.inner.read('stripe'))?.value).toMatchObject({ probes: [] })
    expect((await store.inner.read('stripe'))?.value).not.toMatchObject({ opening: null })
  })

  it('gives the place of its probe back though it was disposed of meanwhile', async () => {
    const { process, store, ports } = given()
    const breaker = process()
    await breaker.trip()
    await ports.advance(10_000)
    const probe = held(breaker)
    await settled()
    breaker[Symbol.dispose]()
    probe.resolve('well')
    expect(await probe.result).toBe('well')
    expect((await store.inner.read('stripe'))?.value).toMatchObject({ opening: null, probes: [] })
    expect(ports.armed).toBe(0)
  })

  it('begins no call after it was disposed of while a store was asked', async () => {
    const { process, store, ports } = given()
    const breaker = process()
    store.delayMs = 500
    const call = held(breaker)
    await settled()
    breaker[Symbol.dispose]()
    await ports.advance(500)
    expect(await call.result).toMatchObject({ code: 'POLICY_BREAKER_CLOSED_DOWN' })
    expect(call.fn).not.toHaveBeenCalled()
  })
})
