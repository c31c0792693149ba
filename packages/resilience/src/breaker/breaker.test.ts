import { VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it, vi } from 'vitest'
import { fails, held, times, works } from '../../test/calls.ts'
import { BulkheadFullError, CircuitBreaker, TimeoutError } from '../index.ts'

const make = (ports: VirtualPorts, options = {}) =>
  new CircuitBreaker({ key: 'stripe', volumeThreshold: 3, resetTimeoutMs: 1000, ...options }, ports)

describe('breaker', () => {
  it('opens when enough calls failed, refuses, probes after its time, and closes on success', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    const changes: string[] = []
    breaker.onChange(({ from, to }) => changes.push(`${from} > ${to}`))
    await times(2, breaker, fails)
    expect(breaker.state).toBe('closed')
    await times(1, breaker, fails)
    expect(breaker.state).toBe('open')
    await ports.advance(400)
    const fn = vi.fn(works)
    await expect(breaker.execute(fn)).rejects.toMatchObject({
      code: 'POLICY_BREAKER_OPEN',
      key: 'stripe',
      retryAfterMs: 600,
    })
    expect(fn).not.toHaveBeenCalled()
    await ports.advance(600)
    expect(changes).toEqual(['closed > open', 'open > half-open'])
    expect(await breaker.execute(fn)).toBe('well')
    expect(breaker.state).toBe('closed')
    expect(changes[2]).toBe('half-open > closed')
    expect(breaker.stats).toMatchObject({ fires: 0, failures: 0 })
  })

  it('lets calls from before it opened decide nothing', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    const early = held(breaker)
    await times(4, breaker, fails)
    expect(breaker.state).toBe('open')
    await ports.advance(1000)
    early.resolve('old news')
    expect(await early.result).toBe('old news')
    expect(breaker.state).toBe('half-open')
  })

  it('forgets failures that left the window', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports, { windowMs: 1000, buckets: 10 })
    await times(2, breaker, fails)
    await ports.advance(1100)
    await times(2, breaker, fails)
    expect(breaker.state).toBe('closed')
    expect(breaker.stats).toMatchObject({ fires: 2, failures: 2 })
  })

  it('stays closed while no more than the threshold fails', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    for (let call = 0; call < 10; call++) {
      await times(1, breaker, works)
      await times(1, breaker, fails)
    }
    expect(breaker.state).toBe('closed')
    await times(1, breaker, fails)
    expect(breaker.state).toBe('open')
  })

  it('takes an error that countIf excludes for an answer', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports, { countIf: (error: Error) => error.message !== 'not found' })
    await times(9, breaker, () => Promise.reject(new Error('not found')))
    expect(breaker.state).toBe('closed')
    expect(breaker.stats).toMatchObject({ failures: 0, successes: 9 })
  })

  it('settles the call when countIf throws', async () => {
    const breaker = make(new VirtualPorts(), {
      countIf: () => {
        throw new Error('broken')
      },
    })
    await expect(breaker.execute(fails)).rejects.toThrow('ill')
    expect(breaker.stats.failures).toBe(1)
  })

  it('counts neither a full bulkhead nor the abort of its caller', async () => {
    const breaker = make(new VirtualPorts())
    await times(5, breaker, () => Promise.reject(new BulkheadFullError(1, 0)))
    const stop = new AbortController()
    const call = held(breaker, stop.signal)
    stop.abort('left')
    call.reject(new Error('aborted'))
    expect(await call.result).toMatchObject({ message: 'aborted' })
    expect(breaker.state).toBe('closed')
    expect(breaker.stats).toMatchObject({ fires: 0, failures: 0, successes: 0 })
  })

  it('can be tripped and reset by hand', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await breaker.trip()
    await expect(breaker.execute(works)).rejects.toMatchObject({ code: 'POLICY_BREAKER_OPEN' })
    await breaker.reset()
    expect(await breaker.execute(works)).toBe('well')
    expect(ports.armed).toBe(0)
  })

  it('refuses work after it was disposed of', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await breaker.trip()
    breaker[Symbol.dispose]()
    breaker[Symbol.dispose]()
    expect(ports.armed).toBe(0)
    await expect(breaker.execute(works)).rejects.toMatchObject({ code: 'POLICY_BREAKER_CLOSED_DOWN' })
  })

  it('keeps a throwing observer away from calls', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const breaker = make(new VirtualPorts())
    breaker.onChange(() => {
      throw new Error('observer')
    })
    await times(3, breaker, fails)
    expect(breaker.state).toBe('open')
    expect(warned).toHaveBeenCalledOnce()
    warned.mockRestore()
  })

  it('keeps its counts right when a call from before it opened ends in an abort', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    const stop = new AbortController()
    const early = held(breaker, stop.signal)
    await times(4, breaker, fails)
    const before = breaker.stats
    stop.abort('left')
    early.reject(new Error('aborted'))
    await early.result
    expect(breaker.stats).toEqual(before)
  })

  it("tells what happens under opossum's names", async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports, { volumeThreshold: 1 })
    const told: string[] = []
    const names = ['fire', 'success', 'failure', 'timeout', 'reject', 'open', 'halfOpen', 'close'] as const
    for (const name of [...names, 'shutdown'] as const) {
      breaker.on(name, ({ key, at }) => told.push(`${name} ${key} ${at - 1_000_000}`))
    }
    await times(1, breaker, works)
    await times(1, breaker, () => Promise.reject(new TimeoutError(5)))
    await ports.advance(10_000)
    await breaker.trip()
    await times(1, breaker, works)
    await ports.advance(1000)
    await times(1, breaker, fails)
    await ports.advance(1000)
    await times(1, breaker, works)
    breaker[Symbol.dispose]()
    expect(told.map((line) => line.replace('stripe ', ''))).toEqual([
      'fire 0',
      'success 0',
      'fire 0',
      'timeout 0',
      'failure 0',
      'open 10000',
      'reject 10000',
      'halfOpen 11000',
      'fire 11000',
      'failure 11000',
      'open 11000',
      'halfOpen 12000',
      'fire 12000',
      'success 12000',
      'close 12000',
      'shutdown 12000',
    ])
  })

  it('tells of no success where the outcome said nothing', async () => {
    const breaker = make(new VirtualPorts())
    const success = vi.fn()
    const off = breaker.on('success', success)
    await times(1, breaker, () => Promise.reject(new BulkheadFullError(1, 0)))
    expect(success).not.toHaveBeenCalled()
    await times(1, breaker, works)
    expect(success).toHaveBeenCalledOnce()
    off()
    await times(1, breaker, works)
    expect(success).toHaveBeenCalledOnce()
  })

  it.each([
    { probes: 0 },
    { probes: 1.5 },
    { buckets: 1001 },
    { windowMs: 5, buckets: 10 },
    { probeTimeoutMs: Number.POSITIVE_INFINITY },
    { countIf: 'never' },
    { refreshMs: -1 },
    { storeTimeoutMs: Number.NaN },
  ])('refuses %j', (options) => {
    expect(() => make(new VirtualPorts(), options)).toThrow(
      expect.objectContaining({ code: 'POLICY_BAD_OPTION' }),
    )
  })
})
