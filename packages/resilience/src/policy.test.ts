import { VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { BreakerRegistry, policy } from './index.ts'

describe('policy', () => {
  it('calls the function in the same tick and passes its value through', async () => {
    const fn = vi.fn(({ attempt }: { attempt: number }) => attempt)
    const call = policy({ timeout: 1000, retry: 3, breaker: {}, bulkhead: { limit: 1 } }).execute(fn)
    expect(fn).toHaveBeenCalledOnce()
    expect(await call).toBe(1)
  })

  it('types the result, with the fallback in it', () => {
    expectTypeOf(policy({}).execute(async () => 1)).toEqualTypeOf<Promise<number>>()
    expectTypeOf(policy({ fallback: () => 'none' }).execute(() => 1)).toEqualTypeOf<
      Promise<number | string>
    >()
  })

  it('counts every attempt for the breaker, and does not retry once it is open', async () => {
    const ports = new VirtualPorts()
    const fn = vi.fn(() => Promise.reject(new Error('ill')))
    const guarded = policy({ retry: 9, breaker: { key: 'k', volumeThreshold: 3 } }, ports)
    const call = guarded.execute(fn).catch((error: unknown) => error)
    await ports.advance(60_000)
    expect(await call).toMatchObject({ code: 'POLICY_BREAKER_OPEN', key: 'k' })
    expect(fn).toHaveBeenCalledTimes(3)
  })

  it('counts a timeout as a failure for the breaker', async () => {
    const ports = new VirtualPorts()
    const guarded = policy({ timeout: 10, breaker: { volumeThreshold: 1 } }, ports)
    const call = guarded.execute(() => new Promise(() => {})).catch((error: unknown) => error)
    await ports.advance(10)
    expect(await call).toMatchObject({ code: 'POLICY_TIMEOUT' })
    expect(guarded.breaker?.state).toBe('open')
  })

  it("does not count the caller's abort", async () => {
    const stop = new AbortController()
    const guarded = policy({ timeout: 10_000, breaker: { volumeThreshold: 1 } }, new VirtualPorts())
    const call = guarded.execute(() => new Promise(() => {}), { signal: stop.signal })
    stop.abort('left')
    await expect(call).rejects.toBe('left')
    expect(guarded.breaker?.stats.fires).toBe(0)
  })

  it('retries a full bulkhead, which the breaker does not count', async () => {
    const ports = new VirtualPorts()
    const limited = policy({ retry: 3, breaker: { volumeThreshold: 1 }, bulkhead: { limit: 1 } }, ports)
    const first = limited.execute(
      () => new Promise<string>((resolve) => ports.setTimer(() => resolve('first'), 500)),
    )
    const second = limited.execute(() => 'second')
    await ports.advance(5000)
    expect(await Promise.all([first, second])).toEqual(['first', 'second'])
    expect(limited.breaker?.state).toBe('closed')
  })

  it('gives the fallback what the call ended with, but not the abort of its caller', async () => {
    const ports = new VirtualPorts()
    const fallback = vi.fn((error: unknown) => (error as Error).message)
    const safe = policy({ retry: 1, fallback }, ports)
    const call = safe.execute(() => Promise.reject(new Error('ill')))
    await ports.advance(5000)
    expect(await call).toContain('Gave up after 2 attempt(s)')
    await expect(safe.execute(() => 1, { signal: AbortSignal.abort('left') })).rejects.toBe('left')
    expect(fallback).toHaveBeenCalledOnce()
  })

  it('shares a breaker that is passed in', async () => {
    const ports = new VirtualPorts()
    const breaker = new BreakerRegistry({ defaults: { volumeThreshold: 1 }, ports }).get('shared')
    await policy({ breaker }, ports)
      .execute(() => Promise.reject(new Error('ill')))
      .catch(() => {})
    await expect(policy({ breaker }, ports).execute(() => 1)).rejects.toMatchObject({ key: 'shared' })
  })

  it('makes no AbortController for a function that does not look at its signal', async () => {
    const made = vi.fn()
    const Original = globalThis.AbortController
    globalThis.AbortController = class extends Original {
      constructor() {
        super()
        made()
      }
    }
    try {
      await policy({ timeout: 100, retry: 1, breaker: {} }, new VirtualPorts()).execute(
        ({ attempt }) => attempt,
      )
      expect(made).not.toHaveBeenCalled()
      await policy({ timeout: 100 }, new VirtualPorts()).execute(({ signal }) => signal.aborted)
      expect(made).toHaveBeenCalledOnce()
    } finally {
      globalThis.AbortController = Original
    }
  })
})
