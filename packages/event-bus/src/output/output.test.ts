import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type BusEvent, createEventBus, Outputs, openOutput, type WorkflowEvents } from '../index.ts'

const of = { runId: 'r', step: 's' }
const openBus = () => createEventBus<WorkflowEvents>({ replay: 10_000 })
const textOf = (events: readonly BusEvent[]) => {
  const outputs = new Outputs()
  for (const event of events) outputs.take(event)
  return outputs.get('r', 's')
}

describe('openOutput', () => {
  it('numbers what it writes, and says when it is complete', () => {
    const bus = openBus()
    const output = openOutput(bus, { ...of, flushMs: 0 })
    output.write('ab')
    output.write('')
    output.write('c')
    output.end()
    output.end()
    output.write('too late')
    expect(bus.replay('**').map(({ type, payload, meta }) => [type, payload, meta.runId])).toEqual([
      ['output.chunk', { ...of, epoch: 0, attempt: 1, offset: 0, text: 'ab' }, 'r'],
      ['output.chunk', { ...of, epoch: 0, attempt: 1, offset: 2, text: 'c' }, 'r'],
      ['output.ended', { ...of, epoch: 0, attempt: 1, length: 3 }, 'r'],
    ])
  })

  it('joins what is written in a short while, up to a size', () => {
    vi.useFakeTimers()
    const bus = openBus()
    const output = openOutput(bus, { ...of, flushSize: 5 })
    output.write('a')
    output.write('b')
    expect([bus.lastSeq, output.offset]).toEqual([0, 2])
    vi.advanceTimersByTime(50)
    expect(bus.lastSeq).toBe(1)
    output.write('123456')
    expect(bus.lastSeq).toBe(2)
    vi.advanceTimersByTime(1_000)
    expect(bus.lastSeq).toBe(2)
    vi.useRealTimers()
  })

  it('sets its timer where it is told to', () => {
    const bus = openBus()
    const timers: (() => void)[] = []
    const setTimer = (fn: () => void, ms: number) => {
      expect(ms).toBe(50)
      timers.push(fn)
      return () => timers.splice(timers.indexOf(fn), 1)
    }
    const output = openOutput(bus, { ...of, setTimer })
    output.write('a')
    output.write('b')
    expect([timers.length, bus.lastSeq]).toEqual([1, 0])
    timers[0]?.()
    expect([timers.length, bus.lastSeq]).toEqual([0, 1])
  })

  it('rewinds before a later attempt or epoch writes, to where that attempt goes on', () => {
    const bus = openBus()
    openOutput(bus, { ...of, attempt: 2, from: 4 })
    openOutput(bus, { ...of, epoch: 1 })
    expect(bus.replay('output.rewind').map((event) => event.payload)).toEqual([
      { ...of, epoch: 0, attempt: 2, to: 4 },
      { ...of, epoch: 1, attempt: 1, to: 0 },
    ])
  })

  it('keeps the text when the bus refuses it, and does not call a text complete that was left', () => {
    const bus = openBus()
    let broken = true
    bus.use(() => {
      if (broken) throw new Error('no')
      return undefined
    })
    {
      using output = openOutput(bus, { ...of, flushMs: 0 })
      expect(() => output.write('a')).toThrow(expect.objectContaining({ code: 'EVENT_BUS_PIPE' }))
      broken = false
      output.write('b')
    }
    expect(textOf(bus.replay('**'))).toMatchObject({ text: 'ab', complete: false })
    expect(() => openOutput(bus, { ...of, attempt: 0 })).toThrow('attempt')
  })
})

describe('Outputs', () => {
  it('ignores what is old, repeated, malformed or not about output', () => {
    const bus = openBus()
    const first = openOutput(bus, { ...of, flushMs: 0 })
    first.write('old')
    openOutput(bus, { ...of, attempt: 2, flushMs: 0 }).write('new')
    first.write('older')
    const events = bus.replay('**')
    expect(textOf([...events, ...events])).toMatchObject({ attempt: 2, text: 'new' })
    const outputs = new Outputs()
    const odd = { id: 'b:1', seq: 1, type: 'output.chunk', timestamp: 0, meta: {} }
    for (const payload of [null, {}, { ...of, epoch: 0, attempt: 1, offset: -1, text: 'x' }]) {
      expect(outputs.take({ ...odd, payload })).toBeUndefined()
    }
    expect(outputs.all()).toEqual([])
  })

  it('forgets what a holder wrote that lost the run, also if it goes on writing', () => {
    const bus = openBus()
    const lost = openOutput(bus, { ...of, fence: 1, attempt: 3, flushMs: 0 })
    lost.write('lost')
    const held = openOutput(bus, { ...of, fence: 2, flushMs: 0 })
    held.write('ke')
    lost.write(' and more')
    held.write('pt')
    held.end()
    const expected = { fence: 2, attempt: 1, text: 'kept', missing: 0, complete: true }
    expect(textOf(bus.replay('**'))).toMatchObject(expected)
  })

  it('counts what is missing and is not complete then', () => {
    const bus = openBus()
    const output = openOutput(bus, { ...of, flushMs: 0 })
    for (const word of ['one ', 'two ', 'three']) output.write(word)
    output.end()
    const [one, , three, end] = bus.replay('**')
    expect(textOf([one!, three!, end!])).toMatchObject({
      text: 'one three',
      end: 13,
      missing: 4,
      complete: false,
    })
    expect(textOf([one!, end!])).toMatchObject({ text: 'one ', missing: 9, complete: false })
    expect(textOf(bus.replay('**'))).toMatchObject({ text: 'one two three', missing: 0, complete: true })
  })

  it('holds no chunk twice, whatever is repeated, over attempts that go on at any place', () => {
    const attempt = fc.record({
      from: fc.nat(20),
      words: fc.array(fc.string({ maxLength: 4 }), { maxLength: 8 }),
    })
    const repeats = fc.array(fc.tuple(fc.nat(60), fc.nat(12)), { maxLength: 12 })
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 1, maxLength: 4 }), repeats, (attempts, jumps) => {
        const bus = openBus()
        let text = ''
        attempts.forEach(({ from, words }, index) => {
          const kept = index === 0 ? 0 : Math.min(from, text.length)
          const output = openOutput(bus, { ...of, attempt: index + 1, from: kept, flushMs: 0 })
          for (const word of words) output.write(word)
          if (index === attempts.length - 1) output.end()
          text = text.slice(0, kept) + words.join('')
        })
        // A reader that reconnects sees events again, from any place on.
        const events = [...bus.replay('**')]
        const seen = events.flatMap((event, at) => {
          const again = jumps.filter(([place]) => place % events.length === at)
          return [event, ...again.flatMap(([, back]) => events.slice(Math.max(0, at - back), at + 1))]
        })
        expect(textOf(seen)).toMatchObject({ text, missing: 0, complete: true })
      }),
    )
  })
})
