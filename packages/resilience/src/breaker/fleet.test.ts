import { settled, VirtualPorts } from '@pawl/testkit/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replayable } from '../../test/replayable.ts'
import {
  BreakerRegistry,
  type BreakerStore,
  type CircuitBreaker,
  createMemoryBreakerStore,
} from '../index.ts'
import { type BreakerRecord, CLOSED } from './breaker-record.ts'

// Several processes over one store whose answers take a while, on a virtual clock: random calls, some of which fail,
// are aborted or never end. Watched from outside: who was called, and what the store held then.

const RESET = 10_000
const PROBE_TIMEOUT = 30_000
const REFRESH = 1000
/** The longest that the store takes for one answer. */
const SLOWEST = 200
/** A process may believe what it read for so long, and some answers that it waits for. */
const STALE = REFRESH + 5 * SLOWEST

type Action =
  | {
      readonly do: 'call'
      readonly by: number
      readonly ends: 'well' | 'ill' | 'abort' | 'never'
      readonly ms: number
    }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'trip' | 'reset'; readonly by: number }

const by = fc.nat(3)
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      by,
      ends: fc.constantFrom('well', 'well', 'ill', 'ill', 'abort', 'never' as const),
      ms: fc.integer({ min: 0, max: 1500 }),
    }) as fc.Arbitrary<Action>,
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 12_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('trip' as const, 'reset' as const), by }) },
)

/** A call that got through while the store held an opening. */
interface Seen {
  readonly opening: string
  readonly at: number
  over: boolean
}

class Fleet {
  readonly ports = new VirtualPorts()
  readonly probes: number
  readonly breakers: readonly CircuitBreaker[]
  readonly problems: string[] = []
  #held: BreakerRecord = CLOSED
  #seen: Seen[] = []

  constructor(processes: number, probes: number, delays: () => number) {
    this.probes = probes
    const inner = createMemoryBreakerStore()
    const later = async <T>(ask: () => Promise<T>): Promise<T> => {
      await this.#wait(delays())
      const answer = await ask()
      await this.#wait(delays())
      return answer
    }
    const store: BreakerStore = {
      read: (key) => later(() => inner.read(key)),
      write: (write) =>
        later(async () => {
          const answer = await inner.write(write)
          if (answer.ok) this.#held = write.value
          return answer
        }),
    }
    const rules = { volumeThreshold: 3, resetTimeoutMs: RESET, probeTimeoutMs: PROBE_TIMEOUT, probes }
    this.breakers = Array.from({ length: processes }, () =>
      new BreakerRegistry({
        store,
        ports: this.ports,
        defaults: rules,
        refreshMs: REFRESH,
        storeTimeoutMs: 60_000,
      }).get('stripe'),
    )
  }

  async act(one: Action): Promise<void> {
    if (one.do === 'wait') return this.ports.advance(one.ms)
    const breaker = this.breakers[one.by % this.breakers.length] as CircuitBreaker
    if (one.do === 'call') this.#call(breaker, one)
    else void breaker[one.do]()
    return settled()
  }

  #call(breaker: CircuitBreaker, { ends, ms }: Action & { do: 'call' }): void {
    const stop = new AbortController()
    const work = async (): Promise<void> => {
      const seen = this.#watch()
      if (ends === 'never') return new Promise(() => {})
      await this.#wait(ms)
      if (seen) seen.over = true
      if (ends === 'abort') stop.abort('left')
      if (ends !== 'well') throw new Error(ends)
    }
    breaker.execute(work, { signal: stop.signal }).catch(() => {})
  }

  /** A call gets through now. Is it one too many? */
  #watch(): Seen | undefined {
    const { opening, succeeded } = this.#held
    const { time } = this.ports
    if (opening === null || time - opening.at < STALE) return undefined
    if (time - opening.at < RESET) this.problems.push(`at ${time} a call passes, open since ${opening.at}`)
    // A lease begins before its call does, by an answer of the store or a few.
    const underWay = this.#seen.filter(
      (one) => one.opening === opening.id && !one.over && time - one.at < PROBE_TIMEOUT - STALE,
    )
    if (underWay.length + succeeded >= this.probes) {
      this.problems.push(
        `at ${time} a probe passes beside ${underWay.length}, after ${succeeded} of ${this.probes}`,
      )
    }
    const seen = { opening: opening.id, at: time, over: false }
    this.#seen.push(seen)
    return seen
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.ports.setTimer(() => resolve(), ms))
  }
}

describe('a fleet that shares a breaker', () => {
  it('admits no more probes than it may, and agrees in the end', async () => {
    const run = async (
      actions: Action[],
      processes: number,
      probes: number,
      delays: number[],
    ): Promise<void> => {
      let asked = 0
      const fleet = new Fleet(processes, probes, () => delays[asked++ % delays.length] as number)
      for (const one of actions) await fleet.act(one)
      expect(fleet.problems).toEqual([])
      await fleet.ports.advance(60_000)
      const refreshed = Promise.all(fleet.breakers.map((breaker) => breaker.refresh()))
      await fleet.ports.advance(10_000)
      expect(new Set(await refreshed).size).toBe(1)
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.integer({ min: 0, max: SLOWEST / 2 }), { minLength: 1, maxLength: 9 }),
        run,
      ),
      replayable('fleet', 150),
    )
  }, 60_000)
})
