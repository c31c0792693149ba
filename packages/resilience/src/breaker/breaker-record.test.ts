import { describe, expect, it } from 'vitest'
import {
  admits,
  type BreakerRecord,
  CLOSED,
  closes,
  ends,
  type Moment,
  opens,
  opensAnew,
  retryAfterMs,
  stateOf,
  type Viewpoint,
} from './breaker-record.ts'

const at = (now: number, probes = 2): Viewpoint => ({
  now,
  timeOf: (moment) => moment.at,
  rules: { resetTimeoutMs: 100, probes, probeTimeoutMs: 50 },
})
const moment = (id: string, time: number): Moment => ({ id, at: time })
const open: BreakerRecord = { ...CLOSED, opening: moment('o', 0) }
const probing = (...probes: Moment[]): BreakerRecord => ({ ...open, probes })

describe('the record of a breaker', () => {
  it('is half-open by the passing of time alone', () => {
    expect([0, 99, 100, 1e9].map((now) => stateOf(open, at(now)))).toEqual([
      'open',
      'open',
      'half-open',
      'half-open',
    ])
    expect(stateOf(CLOSED, at(0))).toBe('closed')
  })

  it('opens once, and anew by hand', () => {
    const next = moment('next', 7)
    expect(opens(next)(CLOSED, at(7))).toEqual({ ...CLOSED, opening: next })
    expect(opens(next)(open, at(7))).toBeUndefined()
    expect(opensAnew(next)({ ...probing(moment('p', 5)), succeeded: 1 }, at(7))).toEqual({
      ...CLOSED,
      opening: next,
    })
    expect(opensAnew(next)({ ...open, opening: next }, at(8))).toBeUndefined()
  })

  it('closes if it is not closed', () => {
    expect(closes(open, at(7))).toEqual(CLOSED)
    expect(closes(CLOSED, at(7))).toBeUndefined()
  })

  it('has places for probes only when half-open, as many as the rules say', () => {
    const probe = moment('p', 100)
    expect(admits(probe)(CLOSED, at(100))).toBeUndefined()
    expect(admits(probe)(open, at(99))).toBeUndefined()
    expect(admits(probe)(open, at(100))).toEqual(probing(probe))
    const two = probing(moment('a', 100), moment('b', 101))
    expect(admits(probe)(two, at(149))).toBeUndefined()
    expect(admits(probe)({ ...probing(moment('a', 100)), succeeded: 1 }, at(149))).toBeUndefined()
  })

  it('gives the place of a probe away whose time is over', () => {
    const probe = moment('p', 150)
    expect(admits(probe)(probing(moment('a', 100), moment('b', 101)), at(150))).toEqual(
      probing(moment('b', 101), probe),
    )
  })

  it('does not admit a probe twice', () => {
    const probe = moment('p', 100)
    expect(admits(probe)(probing(probe), at(120))).toBeUndefined()
  })

  it('always has a place left, also where other processes went by other rules', () => {
    const far = { ...open, succeeded: 5 }
    expect(admits(moment('p', 100))(far, at(100, 1))).toMatchObject({ succeeded: 5 })
  })

  it('ends with what probes say', () => {
    const [probe, end] = [moment('p', 100), moment('end', 120)]
    const one = probing(probe, moment('q', 100))
    expect(ends(probe, 'ill', end)(one, at(120))).toEqual({ ...CLOSED, opening: end })
    expect(ends(probe, 'nothing', end)(one, at(120))).toEqual(probing(moment('q', 100)))
    expect(ends(probe, 'well', end)(one, at(120))).toEqual({ ...probing(moment('q', 100)), succeeded: 1 })
    expect(ends(probe, 'well', end)({ ...one, succeeded: 1 }, at(120))).toEqual(CLOSED)
  })

  it('hears nothing from a probe that lost its place', () => {
    const [probe, end] = [moment('p', 100), moment('end', 120)]
    for (const outcome of ['well', 'ill', 'nothing'] as const) {
      expect(ends(probe, outcome, end)(probing(moment('q', 100)), at(120))).toBeUndefined()
      expect(ends(probe, outcome, end)(CLOSED, at(120))).toBeUndefined()
    }
  })

  it('says when to come again', () => {
    expect(retryAfterMs(CLOSED, at(0))).toBe(0)
    expect(retryAfterMs(open, at(30))).toBe(70)
    expect(retryAfterMs(open, at(100))).toBe(0)
    const full = probing(moment('a', 100), moment('b', 110))
    expect(retryAfterMs(full, at(120))).toBe(30)
    const patient = { ...at(120), rules: { ...at(0).rules, probeTimeoutMs: 60_000 } }
    expect(retryAfterMs(full, patient)).toBe(100)
  })
})
