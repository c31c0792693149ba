import type { CircuitBreaker } from '../breaker/breaker.ts'
import { casesOf, type StoreHarness } from './conformance-case.ts'
import { equal } from './expectations.ts'
import { breakersOf, countsOf, HeldCalls, StoppedClock } from './processes.ts'

const RESET = 10_000
const PROBE_TIMEOUT = 30_000
const OPTIONS = { volumeThreshold: 3, resetTimeoutMs: RESET, probeTimeoutMs: PROBE_TIMEOUT, probes: 3 }

type Two = [CircuitBreaker, CircuitBreaker]

const states = (breakers: readonly CircuitBreaker[]): Promise<string[]> =>
  Promise.all(breakers.map((breaker) => breaker.refresh()))

/** So many breakers, half-open. */
async function halfOpen(harness: StoreHarness, count: number, clock: StoppedClock) {
  const breakers = await breakersOf(harness, count, clock, OPTIONS)
  await breakers[0]?.trip()
  await states(breakers)
  clock.time += RESET
  return breakers
}

/** What breakers of several processes do over the store. */
export const sharedBreakerCases = casesOf('breakers of several processes', {
  'one that opens is open for all, and one that is reset is closed for all': async (harness) => {
    const [first, second] = (await breakersOf(harness, 2, new StoppedClock(), OPTIONS)) as Two
    const fails = (): Promise<never> => Promise.reject(new Error('ill'))
    for (let call = 0; call < 3; call++) await first.execute(fails).catch(() => {})
    equal(await new HeldCalls().begin(second), 'refused', 'a first call elsewhere')
    equal(await states([first, second]), ['open', 'open'], 'the states')
    await second.reset()
    equal(await states([first, second]), ['closed', 'closed'], 'the states after a reset')
  },

  'one that starts late finds what there is, with the time that is left': async (harness) => {
    const clock = new StoppedClock()
    const [first] = (await breakersOf(harness, 1, clock, OPTIONS)) as Two
    await first.trip()
    clock.time += 4000
    const [late] = (await breakersOf(harness, 1, clock, OPTIONS)) as Two
    equal(await late.refresh(), 'open', 'the state')
    equal(late.retryAfterMs, RESET - 4000, 'the time left')
  },

  'half-open, so many probes pass in all, however many processes ask': async (harness) => {
    const breakers = await halfOpen(harness, 4, new StoppedClock())
    const held = new HeldCalls()
    const asked = breakers.flatMap((breaker) => [1, 2, 3, 4].map(() => held.begin(breaker)))
    equal(countsOf(await Promise.all(asked)), { passed: 3, refused: 13 }, 'calls')
    await held.succeed()
    equal(countsOf(await states(breakers)), { closed: 4 }, 'the states after three successes')
  },

  'one probe that fails opens it for all': async (harness) => {
    const clock = new StoppedClock()
    const breakers = await halfOpen(harness, 3, clock)
    const held = new HeldCalls()
    equal(await held.begin(breakers[0] as CircuitBreaker), 'passed', 'a probe')
    equal(await held.begin(breakers[1] as CircuitBreaker), 'passed', 'another')
    await held.failOne()
    equal(countsOf(await states(breakers)), { open: 3 }, 'the states')
    await held.succeed()
    equal(countsOf(await states(breakers)), { open: 3 }, 'the states after a probe from before')
    clock.time += RESET
    equal(countsOf(await states(breakers)), { 'half-open': 3 }, 'the states when its time is over')
  },

  'a probe of a process that died gives its place back': async (harness) => {
    const clock = new StoppedClock()
    const [dies, lives] = (await halfOpen(harness, 2, clock)) as Two
    const lost = new HeldCalls()
    for (let probe = 0; probe < 3; probe++) equal(await lost.begin(dies), 'passed', 'a probe')
    const held = new HeldCalls()
    clock.time += PROBE_TIMEOUT - 1
    equal(await held.begin(lives), 'refused', 'a call while the probes have their places')
    clock.time += 1
    for (let probe = 0; probe < 3; probe++) equal(await held.begin(lives), 'passed', 'a call afterwards')
    equal(await held.begin(lives), 'refused', 'one call more')
    await held.succeed()
    await lost.succeed()
    equal(await states([dies, lives]), ['closed', 'closed'], 'the states')
  },
})
