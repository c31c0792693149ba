import { settled, VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it, vi } from 'vitest'
import { BreakerRegistry, BulkheadFullError, CircuitBreaker } from '../index.ts'

const fails = () => Promise.reject(new Error('ill'))
const works = () => 'well'
const make = (ports: VirtualPorts, options = {}) =>
  new CircuitBreaker({ key: 'stripe', volumeThreshold: 3, resetTimeoutMs: 1000, ...options }, ports)

async function times(n: number, breaker: CircuitBreaker, fn: () => unknown) {
  for (let call = 0; call < n; call++) await breaker.execute(fn).catch(() => {})
}

/** A call that ends when told to. */
function held(breaker: CircuitBreaker, signal?: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const result = breaker.execute(() => promise, { signal }).catch((error: unknown) => error)
  return { result, resolve, reject }
}

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

  it('opens again when the probe fails, and starts its time anew', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await times(3, breaker, fails)
    await ports.advance(1000)
    await times(1, breaker, fails)
    expect(breaker.state).toBe('open')
    await ports.advance(999)
    expect(breaker.state).toBe('open')
    await ports.advance(1)
    expect(breaker.state).toBe('half-open')
  })

  it('answers by the clock even when its timer is late', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await times(3, breaker, fails)
    ports.time += 1000
    expect(breaker.state).toBe('half-open')
    expect(await breaker.execute(works)).toBe('well')
  })

  it('lets exactly one probe through', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await times(3, breaker, fails)
    await ports.advance(1000)
    const probe = held(breaker)
    await expect(breaker.execute(works)).rejects.toMatchObject({
      code: 'POLICY_BREAKER_OPEN',
      retryAfterMs: 1000,
    })
    probe.resolve('done')
    await probe.result
    expect(breaker.state).toBe('closed')
  })

  it('gives up on a probe without an outcome', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports, { probeTimeoutMs: 5000 })
    await times(3, breaker, fails)
    await ports.advance(1000)
    const lost = held(breaker)
    await ports.advance(5000)
    expect(await breaker.execute(works)).toBe('well')
    expect(breaker.state).toBe('closed')
    lost.reject(new Error('at last'))
    await lost.result
    expect(breaker.state).toBe('closed')
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

  it('goes on counting when the clock is set back', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await times(1, breaker, fails)
    ports.time -= 3_600_000
    await times(3, breaker, fails)
    expect(breaker.state).toBe('open')
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

  it('lets another probe through when the first said nothing', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await times(3, breaker, fails)
    await ports.advance(1000)
    await times(1, breaker, () => Promise.reject(new BulkheadFullError(1, 0)))
    expect(breaker.state).toBe('half-open')
    expect(await breaker.execute(works)).toBe('well')
    expect(breaker.state).toBe('closed')
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
})

describe('registry', () => {
  it('keeps one breaker per key, with options per key', async () => {
    const ports = new VirtualPorts()
    const registry = new BreakerRegistry({
      defaults: { volumeThreshold: 9 },
      perKey: { fragile: { volumeThreshold: 1 } },
      ports,
    })
    expect(registry.get('a')).toBe(registry.get('a'))
    await times(1, registry.get('fragile'), fails)
    await times(1, registry.get('constructor'), fails)
    expect(registry.keys().map((key) => [key, registry.get(key).state])).toEqual([
      ['a', 'closed'],
      ['fragile', 'open'],
      ['constructor', 'closed'],
    ])
  })

  it('tells of every change', async () => {
    const registry = new BreakerRegistry({ ports: new VirtualPorts() })
    const changes: string[] = []
    const off = registry.onChange(({ key, to }) => changes.push(`${key} ${to}`))
    await registry.get('a').trip()
    await registry.get('b').trip()
    off()
    await registry.get('b').reset()
    expect(changes).toEqual(['a open', 'b open'])
  })

  it('survives a restart: state, time left and counts', async () => {
    const ports = new VirtualPorts()
    const options = { defaults: { volumeThreshold: 3, resetTimeoutMs: 1000 }, ports }
    const before = new BreakerRegistry(options)
    await before.get('open').trip()
    await times(2, before.get('two failures'), fails)
    before.get('idle')
    const snapshot = JSON.parse(JSON.stringify(before.snapshot()))
    expect(snapshot.breakers).toHaveLength(2)
    before.close()

    ports.time += 400
    const after = new BreakerRegistry(options)
    await after.restore(snapshot)
    expect(after.get('open').retryAfterMs).toBe(600)
    await times(1, after.get('two failures'), fails)
    expect(after.get('two failures').state).toBe('open')
    await ports.advance(600)
    expect(after.get('open').state).toBe('half-open')
  })

  it('restores a breaker whose time passed meanwhile as half-open', async () => {
    const ports = new VirtualPorts()
    const registry = new BreakerRegistry({ ports })
    await registry.get('a').trip()
    const snapshot = registry.snapshot()
    ports.time += 3_600_000
    const after = new BreakerRegistry({ ports })
    await after.restore(snapshot)
    expect(after.get('a').state).toBe('half-open')
    await expect(after.restore({ ...snapshot, format: 2 } as never)).rejects.toThrow('format')
  })

  it('forgets idle breakers past its limit, never one that is open', async () => {
    const registry = new BreakerRegistry({ maxKeys: 2, ports: new VirtualPorts() })
    await registry.get('open').trip()
    registry.get('idle')
    registry.get('new')
    expect(registry.keys()).toEqual(['open', 'new'])
  })

  it('disposes of its breakers when closed', async () => {
    const ports = new VirtualPorts()
    const registry = new BreakerRegistry({ ports })
    const breaker = registry.get('a')
    await breaker.trip()
    registry.close()
    await settled()
    expect(ports.armed).toBe(0)
    await expect(breaker.execute(works)).rejects.toMatchObject({ code: 'POLICY_BREAKER_CLOSED_DOWN' })
    expect(registry.get('a').state).toBe('closed')
  })
})
