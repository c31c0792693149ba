import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { busSettings } from '../bus/options.ts'
import { newHead } from '../contract/envelope.ts'
import { DedupWindow } from './dedup-window.ts'
import { EventLog } from './event-log.ts'
import { Heap } from './heap.ts'
import { RetainedTexts } from './retained.ts'

const head = newHead('t', {}, 'id', 0)

describe('EventLog', () => {
  const limits = { maxCount: 5, maxAgeMs: 100, maxChars: 60 }

  it('keeps the newest within all its limits, at the positions they were given', () => {
    const steps = fc.array(
      fc.record({ wait: fc.integer({ min: 0, max: 40 }), size: fc.integer({ min: 1, max: 30 }) }),
      { maxLength: 900 },
    )
    fc.assert(
      fc.property(steps, (all) => {
        const log = new EventLog(limits)
        let now = 0
        all.forEach(({ wait, size }, index) => {
          now += wait
          log.append({ id: `${index}`, head, at: now, text: 'x'.repeat(size) })
        })
        const held = Array.from({ length: log.size }, (_, index) => log.at(log.first + index))
        expect(log.next).toBe(all.length + 1)
        expect(held.map((entry) => entry?.position)).toEqual(held.map((_, index) => log.first + index))
        expect(held.length).toBeLessThanOrEqual(5)
        expect(held.reduce((sum, entry) => sum + (entry?.text.length ?? 0), 0)).toBeLessThanOrEqual(60)
        for (const entry of held) expect(log.positionOf(entry?.id ?? '')).toBe(entry?.position)
        expect(log.positionOf(String(log.first - 2))).toBeUndefined()
        expect(log.at(log.first - 1)).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  it('finds the first position of a time', () => {
    const log = new EventLog({ ...limits, maxAgeMs: 10_000 })
    for (const at of [10, 20, 20, 30]) log.append({ id: `at ${at}`, head, at, text: '' })
    expect([0, 10, 15, 20, 30, 31].map((time) => log.positionAt(time))).toEqual([1, 1, 2, 2, 4, 5])
  })

  it('gives an id that came again the later position, and forgets neither too early', () => {
    const log = new EventLog({ ...limits, maxCount: 2 })
    for (const id of ['a', 'a', 'b']) log.append({ id, head, at: 0, text: '' })
    expect(log.positionOf('a')).toBe(2)
  })
})

describe('DedupWindow', () => {
  it('knows an id for its time and forgets it afterwards', () => {
    const window = new DedupWindow(100, 10)
    window.remember('a', 0)
    expect([window.isDuplicate('a', 99), window.isDuplicate('a', 100), window.isDuplicate('b', 0)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('is bounded, and says how many ids it forgot early', () => {
    const window = new DedupWindow(100, 2)
    for (const id of ['a', 'b', 'c']) window.remember(id, 0)
    expect(['a', 'b', 'c'].map((id) => window.isDuplicate(id, 1))).toEqual([false, true, true])
    expect(window.counts).toEqual({ duplicates: 2, forgottenEarly: 1 })
  })
})

describe('RetainedTexts', () => {
  it('is bounded by count, size and age', () => {
    const kept = new RetainedTexts({ maxCount: 2, maxChars: 5, maxAgeMs: 10 })
    kept.set('a', '1', 0)
    kept.set('b', '2', 0)
    kept.set('a', '3', 1)
    kept.set('c', '4', 1)
    expect(['a', 'b', 'c'].map((key) => kept.get(key, 1))).toEqual(['3', undefined, '4'])
    kept.set('d', '12345', 1)
    expect([kept.size, kept.dropped]).toEqual([1, 3])
    expect(kept.get('d', 12)).toBeUndefined()
  })
})

describe('Heap', () => {
  it('sorts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = new Heap<number>((a, b) => a < b)
        for (const number of numbers) heap.push(number)
        const out = numbers.map(() => heap.pop())
        expect(out).toEqual([...numbers].sort((a, b) => a - b))
        expect(heap.pop()).toBeUndefined()
      }),
    )
  })
})

describe('busSettings', () => {
  it('refuses limits that make no sense', () => {
    const bad = [
      { maxEvents: 0 },
      { maxQueueDepth: 1.5 },
      { dedupMs: -1 },
      { backoffMs: Number.NaN },
      { whenFull: 'drop' as never },
    ]
    for (const options of bad) {
      expect(() => busSettings(options)).toThrow(expect.objectContaining({ code: 'MESSAGE_BAD_OPTION' }))
    }
    expect(busSettings({ maxEvents: undefined }).maxEvents).toBe(10_000)
  })
})
