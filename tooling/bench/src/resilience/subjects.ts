import { BreakerRegistry, createMemoryBreakerStore, policy } from '@pawl/resilience'
import { importPeer } from '../peers.ts'
import type { Subject } from './call-cost.ts'

// Every subject calls the same function, which succeeds at once, under rules that never come into play.

const TIMEOUT_MS = 1_000
const RETRIES = 3

export const bare: Subject = async () => 1

/** What a case measures: ours, and the peer that does the same. */
export interface Case {
  readonly name: string
  readonly ours: Subject
  readonly peerName: string
  readonly peer: Subject
}

/** What we use of the peers. */
interface Cockatiel {
  readonly handleAll: unknown
  readonly ExponentialBackoff: new () => unknown
  readonly SamplingBreaker: new (options: {
    threshold: number
    duration: number
    minimumRps: number
  }) => unknown
  readonly TimeoutStrategy: { readonly Aggressive: string }
  retry(policy: unknown, options: { maxAttempts: number; backoff: unknown }): unknown
  circuitBreaker(policy: unknown, options: { halfOpenAfter: number; breaker: unknown }): unknown
  timeout(ms: number, strategy: string): unknown
  wrap(...policies: readonly unknown[]): { execute(fn: Subject): Promise<unknown> }
}
interface OpossumModule {
  readonly default: new (
    action: Subject,
    options: { timeout: number | false },
  ) => { fire(): Promise<unknown> }
}
interface PRetryModule {
  readonly default: (fn: Subject, options: { retries: number }) => Promise<unknown>
}

export async function cases(): Promise<readonly Case[]> {
  const all = policy({ timeout: TIMEOUT_MS, retry: RETRIES, breaker: {} })
  const shared = policy({
    timeout: TIMEOUT_MS,
    retry: RETRIES,
    breaker: new BreakerRegistry({ store: createMemoryBreakerStore() }).get('bench'),
  })
  const retry = policy({ retry: RETRIES })
  const breaker = policy({ breaker: {} })
  const timed = policy({ breaker: {}, timeout: TIMEOUT_MS })

  const cockatiel = await importPeer<Cockatiel>('cockatiel')
  const wrapped = cockatiel.wrap(
    cockatiel.retry(cockatiel.handleAll, {
      maxAttempts: RETRIES,
      backoff: new cockatiel.ExponentialBackoff(),
    }),
    cockatiel.circuitBreaker(cockatiel.handleAll, {
      halfOpenAfter: 30_000,
      breaker: new cockatiel.SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 1 }),
    }),
    cockatiel.timeout(TIMEOUT_MS, cockatiel.TimeoutStrategy.Aggressive),
  )
  const { default: Opossum } = await importPeer<OpossumModule>('opossum')
  const untimed = new Opossum(bare, { timeout: false })
  const opossum = new Opossum(bare, { timeout: TIMEOUT_MS })
  const { default: pRetry } = await importPeer<PRetryModule>('p-retry')

  const inCockatiel = { peerName: 'cockatiel', peer: () => wrapped.execute(bare) }
  return [
    { name: 'retry + breaker + timeout', ours: () => all.execute(bare), ...inCockatiel },
    { name: 'the same, breaker with a store', ours: () => shared.execute(bare), ...inCockatiel },
    {
      name: 'retry',
      ours: () => retry.execute(bare),
      peerName: 'p-retry',
      peer: () => pRetry(bare, { retries: RETRIES }),
    },
    { name: 'breaker', ours: () => breaker.execute(bare), peerName: 'opossum', peer: () => untimed.fire() },
    {
      name: 'breaker + timeout',
      ours: () => timed.execute(bare),
      peerName: 'opossum',
      peer: () => opossum.fire(),
    },
  ]
}
