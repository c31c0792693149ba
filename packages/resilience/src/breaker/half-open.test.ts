import { VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it } from 'vitest'
import { fails, held, times, works } from '../../test/calls.ts'
import { BulkheadFullError, CircuitBreaker } from '../index.ts'

const make = (ports: VirtualPorts, options = {}) =>
  new CircuitBreaker({ key: 'stripe', volumeThreshold: 3, resetTimeoutMs: 1000, ...options }, ports)

describe('a half-open breaker', () => {
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
    expect(breaker.stats.failures).toBe(0)
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

  it('lets as many probes through as it may, and closes when all succeeded', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports, { probes: 3 })
    await breaker.trip()
    await ports.advance(1000)
    const probes = [held(breaker), held(breaker), held(breaker)]
    await expect(breaker.execute(works)).rejects.toMatchObject({ code: 'POLICY_BREAKER_OPEN' })
    probes[0]?.resolve('1')
    await probes[0]?.result
    await expect(breaker.execute(works)).rejects.toMatchObject({ code: 'POLICY_BREAKER_OPEN' })
    probes[1]?.resolve('2')
    await probes[1]?.result
    expect(breaker.state).toBe('half-open')
    probes[2]?.resolve('3')
    await probes[2]?.result
    expect(breaker.state).toBe('closed')
  })

  it('opens at the first probe that fails, and hears no more of the others', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports, { probes: 3 })
    await breaker.trip()
    await ports.advance(1000)
    const [good, bad, late] = [held(breaker), held(breaker), held(breaker)]
    good.resolve('1')
    await good.result
    bad.reject(new Error('ill'))
    await bad.result
    expect(breaker.state).toBe('open')
    await ports.advance(1000)
    expect(breaker.state).toBe('half-open')
    late.reject(new Error('old news'))
    await late.result
    expect(breaker.state).toBe('half-open')
    await times(3, breaker, works)
    expect(breaker.state).toBe('closed')
  })

  it("gives a probe's place back when its caller aborts", async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports)
    await breaker.trip()
    await ports.advance(1000)
    const stop = new AbortController()
    const probe = held(breaker, stop.signal)
    stop.abort('left')
    probe.reject(new Error('aborted'))
    await probe.result
    expect(breaker.state).toBe('half-open')
    expect(await breaker.execute(works)).toBe('well')
  })

  it('takes an error that countIf excludes for a probe that succeeded', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports, { countIf: () => false })
    await breaker.trip()
    await ports.advance(1000)
    await times(1, breaker, fails)
    expect(breaker.state).toBe('closed')
  })

  it('says when to come again: at the end of its time, or of the first lease', async () => {
    const ports = new VirtualPorts()
    const breaker = make(ports, { resetTimeoutMs: 1000, probeTimeoutMs: 700, probes: 2 })
    expect(breaker.retryAfterMs).toBe(0)
    await breaker.trip()
    await ports.advance(400)
    expect(breaker.retryAfterMs).toBe(600)
    await ports.advance(600)
    held(breaker)
    expect(breaker.retryAfterMs).toBe(0)
    await ports.advance(100)
    held(breaker)
    expect(breaker.retryAfterMs).toBe(600)
  })
})
