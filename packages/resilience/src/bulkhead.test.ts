import { settled } from '@pawl/testkit/clock'
import { describe, expect, it, vi } from 'vitest'
import { Bulkhead, policy } from './index.ts'

/** Calls that end when told to. */
function calls(bulkhead: Bulkhead) {
  const started: string[] = []
  const finish = new Map<string, () => void>()
  const call = (name: string, signal?: AbortSignal) =>
    bulkhead.execute(
      () => {
        started.push(name)
        return new Promise<string>((resolve) => finish.set(name, () => resolve(name)))
      },
      { signal },
    )
  return { call, started, finish: (name: string) => finish.get(name)?.() }
}

describe('bulkhead', () => {
  it('runs up to the limit, queues in order of arrival, refuses the rest', async () => {
    const bulkhead = new Bulkhead({ limit: 2, queue: 2 })
    const { call, started, finish } = calls(bulkhead)
    const all = ['a', 'b', 'c', 'd'].map((name) => call(name))
    await expect(call('e')).rejects.toMatchObject({ code: 'POLICY_BULKHEAD_FULL', retriable: true })
    expect(started).toEqual(['a', 'b'])
    expect(bulkhead.stats).toEqual({ running: 2, waiting: 2, rejected: 1 })
    finish('b')
    await settled()
    expect(started).toEqual(['a', 'b', 'c'])
    finish('a')
    await settled()
    finish('c')
    finish('d')
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'])
    expect(bulkhead.stats).toEqual({ running: 0, waiting: 0, rejected: 1 })
  })

  it('lets an aborted call leave the queue at once', async () => {
    const { call, started, finish } = calls(new Bulkhead({ limit: 1, queue: 2 }))
    const stop = new AbortController()
    const first = call('a')
    const second = call('b', stop.signal)
    const third = call('c')
    stop.abort('tired')
    await expect(second).rejects.toBe('tired')
    finish('a')
    await first
    await settled()
    expect(started).toEqual(['a', 'c'])
    finish('c')
    await third
  })

  it('calls nothing that was aborted between getting its place and running', async () => {
    const bulkhead = new Bulkhead({ limit: 1, queue: 1 })
    const stop = new AbortController()
    const first = Promise.withResolvers<void>()
    const running = bulkhead.execute(() => first.promise)
    const fn = vi.fn()
    const waiting = bulkhead.execute(fn, { signal: stop.signal }).catch((reason: unknown) => reason)
    void first.promise.then(() => stop.abort('late'))
    first.resolve()
    await running
    expect(await waiting).toBe('late')
    expect(fn).not.toHaveBeenCalled()
    expect(bulkhead.stats.running).toBe(0)
  })

  it('frees the place of a call that throws', async () => {
    const limited = policy({ bulkhead: { limit: 1 } })
    const fails = () => {
      throw new Error('no')
    }
    await expect(limited.execute(fails)).rejects.toThrow('no')
    expect(await limited.execute(() => 'free')).toBe('free')
    expect(limited.bulkhead?.stats.running).toBe(0)
  })
})
