import { VirtualPorts } from '@pawl/testkit/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replayable } from '../../test/replayable.ts'
import {
  BreakerRegistry,
  Bulkhead,
  CircuitBreaker,
  type PolicyParts,
  policy,
  policyFromData,
} from '../index.ts'

const isTransient = (error: unknown) => (error as Error).message === 'transient'
const sorry = () => 'sorry'
const functions = { isTransient, sorry }
const viaJson = (data: unknown): unknown => JSON.parse(JSON.stringify(data))

const endless = (least: number) =>
  fc.oneof(fc.integer({ min: least, max: 1e6 }), fc.constant(Number.POSITIVE_INFINITY))
const ms = fc.integer({ min: 0, max: 1e9 })
const anyPolicy = fc.record(
  {
    timeout: fc.oneof(ms, fc.record({ ms })),
    retry: fc.oneof(
      endless(0),
      fc.record(
        {
          retries: endless(0),
          minDelayMs: ms,
          maxDelayMs: endless(0),
          factor: fc.double({ min: 1, max: 100, noNaN: true }),
          jitter: fc.constantFrom('none' as const, 'equal' as const, 'full' as const),
          maxElapsedMs: endless(0),
          retryIf: fc.constant(isTransient),
          onRetry: fc.constant(sorry),
        },
        { requiredKeys: ['retries'] },
      ),
    ),
    breaker: fc.record(
      {
        key: fc.string(),
        errorThresholdPercentage: fc.double({ min: 0, max: 100, noNaN: true }),
        volumeThreshold: fc.nat(100),
        resetTimeoutMs: ms,
        windowMs: fc.integer({ min: 1000, max: 1e9 }),
        buckets: fc.integer({ min: 1, max: 1000 }),
        probes: fc.integer({ min: 1, max: 1000 }),
        probeTimeoutMs: ms,
        countIf: fc.constant(isTransient),
      },
      { requiredKeys: [] },
    ),
    bulkhead: fc.record({ limit: endless(1), queue: endless(0) }),
    fallback: fc.constant(sorry),
  },
  { requiredKeys: [] },
)

describe('a policy as data', () => {
  it('says the same after a journey through JSON', () => {
    fc.assert(
      fc.property(anyPolicy, (options) => {
        const written = policy(options).toData({ functions })
        expect(viaJson(written)).toEqual(written)
        expect(policyFromData(viaJson(written), { functions }).toData({ functions })).toEqual(written)
      }),
      replayable('policy-data', 200),
    )
  })

  it('is written with its defaults, and only the parts that it has', () => {
    expect(policy({}).toData()).toEqual({ format: 1 })
    expect(
      policy({ timeout: { ms: 50 }, retry: 2, breaker: { key: 'a' }, bulkhead: { limit: 3 } }).toData(),
    ).toEqual({
      format: 1,
      timeout: 50,
      retry: {
        retries: 2,
        minDelayMs: 1000,
        maxDelayMs: 30_000,
        factor: 2,
        jitter: 'equal',
        maxElapsedMs: 'Infinity',
      },
      breaker: {
        key: 'a',
        errorThresholdPercentage: 50,
        volumeThreshold: 5,
        resetTimeoutMs: 30_000,
        windowMs: 10_000,
        buckets: 10,
        probes: 1,
        probeTimeoutMs: 60_000,
      },
      bulkhead: { limit: 3, queue: 0 },
    })
  })

  it('works as the policy did that was written', async () => {
    const ports = new VirtualPorts()
    const original = policy({
      retry: { retries: 5, jitter: 'none', minDelayMs: 10, retryIf: isTransient },
      fallback: sorry,
    })
    const copy = policyFromData(viaJson(original.toData({ functions })), { functions }, ports)
    let attempts = 0
    const call = copy.execute(() => {
      attempts++
      throw new Error(attempts < 3 ? 'transient' : 'final')
    })
    await ports.advance(1000)
    expect(await call).toBe('sorry')
    expect(attempts).toBe(3)
  })

  it('may be written by hand with little in it', () => {
    const read = policyFromData({ format: 1, retry: { retries: 'Infinity' }, bulkhead: { limit: 1 } })
    expect(read.toData()).toMatchObject({
      retry: { retries: 'Infinity', factor: 2 },
      bulkhead: { limit: 1, queue: 0 },
    })
  })

  it('calls shared parts by their names', () => {
    const breakers = new BreakerRegistry()
    const bulkheads = { narrow: new Bulkhead({ limit: 2 }) }
    const shared = policy({ breaker: breakers.get('stripe'), bulkhead: bulkheads.narrow })
    const written = shared.toData({ bulkheads })
    expect(written).toEqual({ format: 1, breaker: { shared: 'stripe' }, bulkhead: { shared: 'narrow' } })
    const read = policyFromData(viaJson(written), { breakers, bulkheads })
    expect(read.breaker).toBe(breakers.get('stripe'))
    expect(read.bulkhead).toBe(bulkheads.narrow)
  })

  it('shows that there is a part without a name, and is not read back without it', () => {
    const nameless = { function: null }
    const written = policy({
      retry: { retries: 1, retryIf: isTransient },
      breaker: { countIf: isTransient },
      bulkhead: new Bulkhead({ limit: 1 }),
      fallback: sorry,
    }).toData()
    expect(written).toMatchObject({
      retry: { retryIf: nameless },
      breaker: { countIf: nameless },
      bulkhead: { shared: null },
      fallback: nameless,
    })
    expect(() => policyFromData(written, { functions })).toThrow(
      expect.objectContaining({ code: 'POLICY_BAD_DATA', path: 'policy.retry.retryIf' }),
    )
  })

  it('cannot set up a breaker that others use', () => {
    const breakers = new BreakerRegistry({ defaults: { volumeThreshold: 3 } })
    expect(() =>
      policyFromData({ format: 1, breaker: { shared: 'stripe', volumeThreshold: 1e9 } }, { breakers }),
    ).toThrow('volumeThreshold')
    expect(policyFromData({ format: 1, breaker: { key: 'stripe' } }, { breakers }).breaker).not.toBe(
      breakers.get('stripe'),
    )
  })

  const hostile: readonly (readonly [data: unknown, path: string])[] = [
    [undefined, 'policy'],
    ['{}', 'policy'],
    [[], 'policy'],
    [{}, 'policy.format'],
    [{ format: 2 }, 'policy.format'],
    [{ format: '1' }, 'policy.format'],
    [JSON.parse('{ "format": 1, "__proto__": { "timeout": 1 } }'), 'policy'],
    [{ format: 1, constructor: {} }, 'policy'],
    [{ format: 1, timeout: '5' }, 'policy.timeout'],
    [{ format: 1, timeout: -1 }, 'policy.timeout'],
    [{ format: 1, timeout: null }, 'policy.timeout'],
    [{ format: 1, retry: 3 }, 'policy.retry'],
    [{ format: 1, retry: {} }, 'policy.retry.retries'],
    [{ format: 1, retry: { retries: Number.NaN } }, 'policy.retry.retries'],
    [{ format: 1, retry: { retries: '3' } }, 'policy.retry.retries'],
    [{ format: 1, retry: { retries: 1.5 } }, 'policy.retry.retries'],
    [{ format: 1, retry: { retries: 1, factor: 'Infinity' } }, 'policy.retry.factor'],
    [{ format: 1, retry: { retries: 1, jitter: 'toString' } }, 'policy.retry.jitter'],
    [{ format: 1, retry: { retries: 1, retryIf: isTransient } }, 'policy.retry.retryIf'],
    [{ format: 1, retry: { retries: 1, retryIf: { function: 'constructor' } } }, 'policy.retry.retryIf'],
    [{ format: 1, retry: { retries: 1, retryIf: { function: 'gone' } } }, 'policy.retry.retryIf'],
    [{ format: 1, retry: { retries: 1, retryIf: { function: 7 } } }, 'policy.retry.retryIf.function'],
    [{ format: 1, breaker: { buckets: 1e9, windowMs: 1e10 } }, 'policy.breaker.buckets'],
    [{ format: 1, breaker: { key: {} } }, 'policy.breaker.key'],
    [{ format: 1, breaker: { store: {} } }, 'policy.breaker'],
    [{ format: 1, breaker: { shared: 'stripe' } }, 'policy.breaker.shared'],
    [{ format: 1, breaker: new CircuitBreaker() }, 'policy.breaker'],
    [{ format: 1, bulkhead: { limit: 0 } }, 'policy.bulkhead.limit'],
    [{ format: 1, bulkhead: {} }, 'policy.bulkhead.limit'],
    [{ format: 1, bulkhead: { shared: 'hasOwnProperty' } }, 'policy.bulkhead.shared'],
    [{ format: 1, fallback: 'sorry' }, 'policy.fallback'],
    [{ format: 1, fallback: { function: 'sorry', arguments: [] } }, 'policy.fallback'],
  ]

  it.each(hostile)('is not made of %j', (data, path) => {
    expect(() => policyFromData(data, { functions: {} })).toThrow(
      expect.objectContaining({ code: 'POLICY_BAD_DATA', path }),
    )
  })

  it('is made of nothing that is none, or refused with an error that says so', () => {
    const parts: PolicyParts = { functions, breakers: new BreakerRegistry() }
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('retry', 'breaker', 'bulkhead', 'fallback', 'timeout'),
        (value, name) => {
          try {
            policyFromData({ format: 1, [name]: value }, parts)
          } catch (error) {
            expect(error).toMatchObject({ code: 'POLICY_BAD_DATA' })
          }
        },
      ),
      replayable('policy-data', 300),
    )
  })
})
