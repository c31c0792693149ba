import { VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it, vi } from 'vitest'
import { policy } from '../index.ts'

const never = () => new Promise<never>(() => {})

describe('timeout', () => {
  it("rejects in time and aborts its own attempt's signal with the same error", async () => {
    const ports = new VirtualPorts()
    const caller = new AbortController()
    let seen: AbortSignal | undefined
    const call = policy({ timeout: 100 }, ports).execute(
      (attempt) => {
        seen = attempt.signal
        return never()
      },
      { signal: caller.signal },
    )
    const error = call.catch((reason: unknown) => reason)
    await ports.advance(99)
    expect(seen?.aborted).toBe(false)
    await ports.advance(1)
    expect(await error).toMatchObject({ code: 'POLICY_TIMEOUT', timeoutMs: 100, retriable: true })
    expect(seen?.reason).toBe(await error)
    expect(caller.signal.aborted).toBe(false)
  })

  it('gives each attempt a signal and a timeout of its own', async () => {
    const ports = new VirtualPorts()
    const signals: AbortSignal[] = []
    const call = policy({ timeout: { ms: 50 }, retry: { retries: 1, minDelayMs: 0 } }, ports).execute(
      (attempt) => {
        signals.push(attempt.signal)
        return attempt.attempt === 1 ? never() : 'second'
      },
    )
    await ports.advance(200)
    expect(await call).toBe('second')
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false])
  })

  it('gives an aborted signal to whoever looks after the timeout', async () => {
    const ports = new VirtualPorts()
    let late: (() => AbortSignal) | undefined
    const call = policy({ timeout: 10 }, ports).execute((attempt) => {
      late = () => attempt.signal
      return never()
    })
    const error = call.catch((reason: unknown) => reason)
    await ports.advance(10)
    expect(late?.().reason).toBe(await error)
  })

  it('rejects at once with the reason when the caller aborts, even if the function does not listen', async () => {
    const stop = new AbortController()
    const call = policy({ timeout: 1000 }, new VirtualPorts()).execute(never, { signal: stop.signal })
    stop.abort('gone')
    await expect(call).rejects.toBe('gone')
  })

  it('calls nothing for a caller who has aborted already', async () => {
    const fn = vi.fn()
    await expect(policy({}).execute(fn, { signal: AbortSignal.abort('early') })).rejects.toBe('early')
    expect(fn).not.toHaveBeenCalled()
  })

  it("prefers the caller's reason to the function's own abort error", async () => {
    const stop = new AbortController()
    const call = policy({}).execute(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('from inside')))),
      { signal: stop.signal },
    )
    stop.abort('mine')
    await expect(call).rejects.toBe('mine')
  })

  it('leaves no listener and no timer behind', async () => {
    const ports = new VirtualPorts()
    const stop = new AbortController()
    const added = vi.spyOn(stop.signal, 'addEventListener')
    const removed = vi.spyOn(stop.signal, 'removeEventListener')
    await policy({ timeout: 100, retry: 2 }, ports).execute(() => 1, { signal: stop.signal })
    expect(removed.mock.calls.length).toBe(added.mock.calls.length)
    expect(ports.armed).toBe(0)
  })

  it('shares one timer between many calls, each expiring at its own time', async () => {
    const ports = new VirtualPorts()
    const slow = policy({ timeout: 100 }, ports)
    const ended: number[] = []
    const start = (name: number) => slow.execute(never).catch(() => ended.push(name))
    for (let name = 0; name < 5; name++) {
      void start(name)
      await ports.advance(10)
    }
    expect(ports.armed).toBe(1)
    await ports.advance(60)
    expect(ended).toEqual([0, 1])
    expect(ports.armed).toBe(1)
    await ports.advance(100)
    expect(ended).toEqual([0, 1, 2, 3, 4])
    expect(ports.armed).toBe(0)
  })

  it('survives calls that finish in any order', async () => {
    const ports = new VirtualPorts()
    const slow = policy({ timeout: 100 }, ports)
    const open: ((value: string) => void)[] = []
    const calls = [0, 1, 2].map(() =>
      slow.execute(() => new Promise<string>((resolve) => open.push(resolve))),
    )
    open[1]?.('middle')
    expect(await calls[1]).toBe('middle')
    open[0]?.('first')
    expect(await calls[0]).toBe('first')
    const last = calls[2]?.catch((error: unknown) => error)
    await ports.advance(100)
    expect(await last).toMatchObject({ code: 'POLICY_TIMEOUT' })
    expect(ports.armed).toBe(0)
  })

  it('keeps working on the real clock', async () => {
    await expect(policy({ timeout: 5 }).execute(never)).rejects.toMatchObject({ code: 'POLICY_TIMEOUT' })
  })
})
