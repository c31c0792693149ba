import { VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it } from 'vitest'
import { type CancelTimer, type Ports, realPorts } from '../index.ts'
import { Deadlines } from './deadlines.ts'

/** Ports whose timers can be told not to keep the process alive, as the real ones. */
function holdingPorts() {
  const virtual = new VirtualPorts()
  let set = 0
  let alive: boolean | undefined
  const ports: Ports = {
    now: () => virtual.now(),
    random: () => 0.5,
    setTimer: (fn, ms): CancelTimer => {
      set++
      alive = true
      const cancel = virtual.setTimer(fn, ms)
      return Object.assign(() => cancel(), {
        hold: (wanted: boolean) => {
          alive = wanted
        },
      })
    },
  }
  return { ports, virtual, set: () => set, alive: () => alive }
}

describe('deadlines', () => {
  it('of calls that come one after the other keep one timer, which keeps no idle process alive', async () => {
    const { ports, virtual, set, alive } = holdingPorts()
    const deadlines = new Deadlines(ports, 1000)
    for (let call = 0; call < 20; call++) deadlines.set(() => {})()
    const before = set()
    for (let call = 0; call < 1000; call++) {
      const clear = deadlines.set(() => {})
      expect(alive()).toBe(true)
      clear()
      expect(alive()).toBe(false)
    }
    expect(set()).toBe(before)
    await virtual.advance(1000)
    expect(virtual.armed).toBe(0)
  })

  it('expire at their own time on a timer that was armed for an earlier one', async () => {
    const { ports, virtual } = holdingPorts()
    const deadlines = new Deadlines(ports, 1000)
    for (let call = 0; call < 20; call++) deadlines.set(() => {})()
    await virtual.advance(900)
    let expiredAt = 0
    deadlines.set(() => {
      expiredAt = virtual.time
    })
    await virtual.advance(999)
    expect(expiredAt).toBe(0)
    await virtual.advance(1)
    expect(expiredAt).toBe(1_001_900)
  })

  it('of a policy that is used a few times leave no timer', () => {
    const { ports, virtual } = holdingPorts()
    const deadlines = new Deadlines(ports, 3_600_000)
    for (let call = 0; call < 5; call++) deadlines.set(() => {})()
    expect(virtual.armed).toBe(0)
  })

  it('are late by no more than their length when the clock is set back', async () => {
    // Timers go by a clock that nobody sets.
    const timers = new VirtualPorts()
    let setBack = 0
    const deadlines = new Deadlines(
      { now: () => timers.now() - setBack, random: () => 0.5, setTimer: timers.setTimer.bind(timers) },
      1000,
    )
    const expired: number[] = []
    deadlines.set(() => expired.push(timers.time - 1_000_000))
    await timers.advance(500)
    deadlines.set(() => expired.push(timers.time - 1_000_000))
    setBack = 3_600_000
    await timers.advance(10_000)
    expect(expired).toEqual([2000, 2000])
  })
})

describe('real timers', () => {
  it('fire after their time, and not once cancelled', async () => {
    const fired: string[] = []
    const cancel = realPorts.setTimer(() => fired.push('cancelled'), 1)
    cancel()
    await new Promise<void>((resolve) => realPorts.setTimer(resolve, 5))
    expect(fired).toEqual([])
  })

  it('can be told whether they keep the process alive', async () => {
    const done = Promise.withResolvers<void>()
    const timer = realPorts.setTimer(() => done.resolve(), 5, { background: true })
    timer.hold?.(true)
    timer.hold?.(false)
    timer.hold?.(true)
    await done.promise
  })
})
