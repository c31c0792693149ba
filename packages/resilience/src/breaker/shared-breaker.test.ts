import { settled, VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it, vi } from 'vitest'
import {
  BreakerRegistry,
  type BreakerRegistryOptions,
  type BreakerStore,
  type CircuitBreaker,
  createMemoryBreakerStore,
} from '../index.ts'

const fails = () => Promise.reject(new Error('ill'))
const works = () => 'well'

/** A store that counts what it is asked, and can be slow, silent, broken or out of reach. */
class WatchedStore implements BreakerStore {
  readonly inner: BreakerStore = createMemoryBreakerStore()
  readonly asked: string[] = []
  mood: 'well' | 'silent' | 'failing' = 'well'
  delayMs = 0
  readonly #ports: VirtualPorts

  constructor(ports: VirtualPorts) {
    this.#ports = ports
  }

  read: BreakerStore['read'] = (key) => this.#answer('read', () => this.inner.read(key))
  write: BreakerStore['write'] = (write) => this.#answer('write', () => this.inner.write(write))

  /** Writes something else than a breaker. */
  async spoil(value: unknown): Promise<void> {
    const revision = (await this.inner.read('stripe'))?.revision ?? null
    await this.inner.write({
      key: 'stripe',
      value: value as never,
      expected: revision,
      id: `spoil ${revision}`,
    })
  }

  async #answer<T>(what: string, ask: () => Promise<T>): Promise<T> {
    this.asked.push(what)
    if (this.mood === 'silent') return new Promise(() => {})
    if (this.mood === 'failing') throw new Error('connection refused')
    if (this.delayMs > 0) await new Promise<void>((resolve) => this.#ports.setTimer(resolve, this.delayMs))
    return ask()
  }
}

function given(options: BreakerRegistryOptions = {}) {
  const ports = new VirtualPorts()
  const store = new WatchedStore(ports)
  const registry = (more: BreakerRegistryOptions = {}): BreakerRegistry =>
    new BreakerRegistry({
      store,
      ports,
      defaults: { volumeThreshold: 3, resetTimeoutMs: 10_000 },
      ...options,
      ...more,
    })
  const process = (more?: BreakerRegistryOptions): CircuitBreaker => {
    const breaker = registry(more).get('stripe')
    // Else it would warn.
    breaker.on('storeError', () => {})
    return breaker
  }
  return { ports, store, registry, process }
}

async function times(n: number, breaker: CircuitBreaker, fn: () => unknown) {
  for (let call = 0; call < n; call++) await breaker.execute(fn).catch(() => {})
}

/** A call that ends when told to. */
function held(breaker: CircuitBreaker, signal?: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const fn = vi.fn(() => promise)
  const result = breaker.execute(fn, { signal }).catch((error: unknown) => error)
  return { result, resolve, reject, fn }
}

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

describe('processes whose clocks disagree', () => {
  const hour = 3_600_000

  it.each([
    ['ahead', hour],
    ['behind', -hour],
  ])('agree on the time left, if one is an hour %s', async (_, skew) => {
    const { process, ports } = given()
    const skewed = {
      now: () => ports.now() + skew,
      random: () => 0.5,
      setTimer: ports.setTimer.bind(ports),
    }
    const [one, other] = [process(), process({ ports: skewed })]
    await other.refresh()
    await ports.advance(1)
    await one.trip()
    await ports.advance(100)
    await other.refresh()
    // It may have opened any time since the last look that did not show it.
    expect(other.retryAfterMs).toBeGreaterThanOrEqual(10_000 - 101)
    expect(other.retryAfterMs).toBeLessThanOrEqual(10_000)
    await ports.advance(9000)
    await other.refresh()
    expect(other.state).toBe('open')
    await ports.advance(1000)
    expect(other.state).toBe('half-open')
  })

  it('keep the place of a probe for its time', async () => {
    const { process, ports } = given()
    const skewed = {
      now: () => ports.now() - hour,
      random: () => 0.5,
      setTimer: ports.setTimer.bind(ports),
    }
    const [one, other] = [process(), process({ ports: skewed })]
    await one.trip()
    await other.refresh()
    await ports.advance(20_000)
    held(one)
    await settled()
    await ports.advance(500)
    await times(1, other, works)
    expect(await other.refresh()).toBe('half-open')
    expect(other.retryAfterMs).toBeGreaterThan(0)
    await ports.advance(60_000)
    expect(await other.execute(works)).toBe('well')
  })
})
