import { settled, VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it } from 'vitest'
import { fails, held, times, works } from '../../test/calls.ts'
import { given } from '../../test/watched-store.ts'
import { CircuitBreaker } from '../index.ts'

const make = (ports: VirtualPorts, options = {}) =>
  new CircuitBreaker({ key: 'stripe', volumeThreshold: 3, resetTimeoutMs: 1000, ...options }, ports)

describe('a breaker whose clock is set or late', () => {
  it('answers by the clock even when its timer is late', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await times(3, breaker, fails)
    ports.time += 1000
    expect(breaker.state).toBe('half-open')
    expect(await breaker.execute(works)).toBe('well')
  })

  it('goes on counting when the clock is set back', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await times(1, breaker, fails)
    ports.time -= 3_600_000
    await times(3, breaker, fails)
    expect(breaker.state).toBe('open')
  })

  it('does not stay open because the clock was set back', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    const changes: string[] = []
    breaker.onChange(({ to }) => changes.push(to))
    await breaker.trip()
    ports.time -= 3_600_000
    expect(breaker.retryAfterMs).toBe(1000)
    await ports.advance(1000)
    expect(breaker.state).toBe('half-open')
    expect(changes).toEqual(['open', 'half-open'])
  })

  it('tells of its time being over though the clock was set back', async () => {
    // Timers go by a clock that nobody sets.
    const timers = new VirtualPorts()
    let setBack = 0
    const now = () => timers.now() - setBack
    const breaker = new CircuitBreaker(
      { resetTimeoutMs: 1000 },
      { now, random: () => 0.5, setTimer: timers.setTimer.bind(timers) },
    )
    const changes: string[] = []
    breaker.onChange(({ to }) => changes.push(to))
    await breaker.trip()
    setBack = 3_600_000
    await timers.advance(2000)
    expect(changes).toEqual(['open', 'half-open'])
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
