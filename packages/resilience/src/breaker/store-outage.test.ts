import { settled } from '@pawl/testkit/clock'
import { describe, expect, it, vi } from 'vitest'
import { fails, held, times, works } from '../../test/calls.ts'
import { given } from '../../test/watched-store.ts'

describe('a shared breaker whose store is out of reach', () => {
  it('works alone, and says so once for each attempt', async () => {
    const { process, store, ports } = given({ refreshMs: 1000 })
    store.mood = 'failing'
    const breaker = process()
    const errors: unknown[] = []
    breaker.on('storeError', ({ error }) => errors.push(error))
    await times(3, breaker, fails)
    expect(breaker.state).toBe('open')
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ code: 'POLICY_BREAKER_STORE', retriable: true, key: 'stripe' })
    expect((errors[0] as Error).message).toContain('connection refused')
    await ports.advance(10_000)
    expect(await breaker.execute(works)).toBe('well')
    expect(breaker.state).toBe('closed')
  })

  it('waits for a silent one once, not longer than it may take', async () => {
    const { process, store, ports } = given({ refreshMs: 1000, storeTimeoutMs: 200 })
    store.mood = 'silent'
    const breaker = process()
    const first = held(breaker)
    await ports.advance(199)
    expect(first.fn).not.toHaveBeenCalled()
    await ports.advance(1)
    expect(first.fn).toHaveBeenCalledOnce()
    await ports.advance(5000)
    const second = held(breaker)
    expect(second.fn).toHaveBeenCalledOnce()
    await settled()
    expect(store.asked).toEqual(['read', 'read'])
    await ports.advance(200)
    expect(ports.armed).toBe(0)
  })

  it('tells the store afterwards that it opened meanwhile', async () => {
    const { process, store, ports } = given({ refreshMs: 1000 })
    const [breaker, other] = [process(), process()]
    await times(1, breaker, works)
    store.mood = 'failing'
    await times(4, breaker, fails)
    expect(breaker.state).toBe('open')
    store.mood = 'well'
    expect(await other.refresh()).toBe('closed')
    await ports.advance(1000)
    await times(1, breaker, works)
    await settled()
    expect(breaker.state).toBe('open')
    expect(await other.refresh()).toBe('open')
    expect(other.retryAfterMs).toBe(9000)
  })

  it('tells the store afterwards that probes succeeded meanwhile', async () => {
    const { process, store, ports } = given({ refreshMs: 1000 })
    const [breaker, other] = [process(), process()]
    await breaker.trip()
    await other.refresh()
    store.mood = 'failing'
    await ports.advance(10_000)
    await breaker.refresh()
    await times(1, breaker, works)
    expect(breaker.state).toBe('closed')
    store.mood = 'well'
    expect(await other.refresh()).toBe('half-open')
    await ports.advance(1000)
    await times(1, breaker, works)
    await settled()
    expect(await other.refresh()).toBe('closed')
  })

  it('keeps few of the changes of a long time alone', async () => {
    const { process, store, ports } = given({ refreshMs: 1000 })
    const breaker = process()
    store.mood = 'failing'
    for (let round = 0; round < 300; round++) {
      await breaker.trip()
      await ports.advance(10_000)
      expect(await breaker.execute(works)).toBe('well')
    }
    store.mood = 'well'
    await ports.advance(1000)
    // Each change that was kept is looked at by the clock.
    const looks = vi.spyOn(ports, 'now')
    expect(await breaker.refresh()).toBe('closed')
    expect(looks.mock.calls.length).toBeLessThan(500)
  })

  it.each([
    ['of a format to come', { format: 2 }],
    ['that is no breaker', { format: 1, opening: { id: 7 }, succeeded: 0, probes: [] }],
    [
      'with too many probes',
      { format: 1, opening: null, succeeded: 0, probes: Array(10_001).fill({ id: '', at: 0 }) },
    ],
    ['of nothing', null],
  ])('works alone and overwrites nothing where it finds a record %s', async (_, value) => {
    const { process, store } = given()
    await store.spoil(value)
    const breaker = process()
    await times(3, breaker, fails)
    expect(breaker.state).toBe('open')
    expect((await store.inner.read('stripe'))?.value).toEqual(value)
  })

  it('warns once in the process where nobody listens', async () => {
    const warned = vi.spyOn(globalThis.process, 'emitWarning').mockImplementation(() => {})
    const { registry, store, ports } = given({ refreshMs: 1000 })
    store.mood = 'failing'
    const breaker = registry().get('stripe')
    for (let call = 0; call < 10; call++) {
      await times(1, breaker, works)
      await ports.advance(2000)
    }
    expect(warned).toHaveBeenCalledOnce()
    warned.mockRestore()
  })

  it('gives up on one that refuses every write', async () => {
    const { process, store } = given()
    store.write = async () => ({ ok: false, current: await store.inner.read('stripe') })
    const breaker = process()
    const errors: string[] = []
    breaker.on('storeError', ({ error }) => errors.push(error.message))
    await times(3, breaker, fails)
    expect(breaker.state).toBe('open')
    expect(errors[0]).toContain('refuses every write')
  })
})
