import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BusEvent, createEventBus, isGap } from './index.ts'

interface Numbers {
  'n.even': number
  'n.odd': number
}

const openBus = (replay = 1024) => createEventBus<Numbers>({ replay, now: () => 0, id: 'b' })
const count = (bus: ReturnType<typeof openBus>, from: number, to: number) => {
  for (let n = from; n <= to; n++) bus.emit(n % 2 === 0 ? 'n.even' : 'n.odd', n)
}

/** What a stream holds right now, gaps as `[from, to, dropped]`. */
async function drain(stream: AsyncIterable<BusEvent>, bus: { close(): void }) {
  bus.close()
  const seen: unknown[] = []
  for await (const event of stream) {
    seen.push(isGap(event) ? [event.payload.from, event.payload.to, event.payload.dropped] : event.payload)
  }
  return seen
}

describe('stream', () => {
  it('takes part from the call on and waits for what comes', async () => {
    const bus = openBus()
    count(bus, 1, 2)
    const stream = bus.stream('n.*')
    count(bus, 3, 3)
    expect((await stream.next()).value?.seq).toBe(3)
    const waiting = [stream.next(), stream.next()]
    count(bus, 4, 5)
    expect((await Promise.all(waiting)).map((step) => step.value?.seq)).toEqual([4, 5])
  })

  it('replays from a number, then goes on live without loss or repetition', async () => {
    const bus = openBus()
    count(bus, 1, 4)
    const stream = bus.stream('**', { from: 2 })
    count(bus, 5, 6)
    expect(await drain(stream, bus)).toEqual([2, 3, 4, 5, 6])
  })

  it('replays only what matches', async () => {
    const bus = openBus()
    count(bus, 1, 6)
    expect(await drain(bus.stream('n.even', { from: 1 }), bus)).toEqual([2, 4, 6])
  })

  it('says what the ring no longer holds', async () => {
    const bus = openBus(3)
    count(bus, 1, 10)
    const stream = bus.stream('n.*', { from: 4 })
    const first = await stream.next()
    expect(first.value).toMatchObject({
      type: 'bus.gap',
      seq: 7,
      payload: { reason: 'expired', from: 4, to: 7, dropped: null },
    })
    expect(await drain(stream, bus)).toEqual([8, 9, 10])
  })

  it('reports everything missing when nothing is kept', async () => {
    const bus = openBus(0)
    count(bus, 1, 3)
    expect(await drain(bus.stream('n.*', { from: 1 }), bus)).toEqual([[1, 3, null]])
  })

  it('drop-oldest puts a marker where events went', async () => {
    const bus = openBus()
    const stream = bus.stream('n.*', { bufferSize: 2 })
    count(bus, 1, 5)
    expect(await drain(stream, bus)).toEqual([[1, 3, 3], 4, 5])
  })

  it('keeps the range of a dropped marker', async () => {
    const bus = openBus(2)
    count(bus, 1, 6)
    const stream = bus.stream('n.*', { from: 1, bufferSize: 2 })
    count(bus, 7, 8)
    expect(await drain(stream, bus)).toEqual([[1, 5, 1], 6, 7, 8])
  })

  it('drop-newest puts the marker behind what it kept', async () => {
    const bus = openBus()
    const stream = bus.stream('n.*', { bufferSize: 2, overflow: 'drop-newest' })
    count(bus, 1, 4)
    expect((await stream.next()).value?.payload).toBe(1)
    count(bus, 5, 6)
    expect(await drain(stream, bus)).toEqual([2, [3, 4, 2], 5, [6, 6, 1]])
  })

  it('error lets the buffer be read, then throws and takes no more', async () => {
    const bus = openBus()
    const stream = bus.stream('n.*', { bufferSize: 1, overflow: 'error' })
    count(bus, 1, 3)
    expect(bus.stats().streams).toBe(0)
    expect((await stream.next()).value?.payload).toBe(1)
    await expect(stream.next()).rejects.toMatchObject({ code: 'EVENT_BUS_STREAM_OVERFLOW' })
    expect(await stream.next()).toEqual({ value: undefined, done: true })
  })

  it('wait holds a publish back until there is room', async () => {
    const bus = openBus()
    const stream = bus.stream('n.*', { bufferSize: 1, overflow: 'wait' })
    await bus.publish('n.odd', 1)
    let published = false
    const second = bus.publish('n.even', 2).then(() => {
      published = true
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(published).toBe(false)
    expect((await stream.next()).value?.payload).toBe(1)
    await second
    bus.emit('n.odd', 3)
    expect(await drain(stream, bus)).toEqual([2, [3, 3, 1]])
  })

  it('lets a waiting publish go when the stream is closed', async () => {
    const bus = openBus()
    const stream = bus.stream('n.*', { bufferSize: 1, overflow: 'wait' })
    bus.emit('n.odd', 1)
    const held = bus.publish('n.even', 2)
    stream.close()
    expect((await held).errors).toEqual([])
  })

  it('ends by break, signal and dispose, and frees its place', async () => {
    const bus = openBus()
    const stop = new AbortController()
    const byBreak = bus.stream('n.*')
    const bySignal = bus.stream('n.*', { signal: stop.signal })
    const byDispose = bus.stream('n.*')
    count(bus, 1, 2)
    for await (const _ of byBreak) break
    stop.abort()
    await byDispose[Symbol.asyncDispose]()
    expect(bus.stats().streams).toBe(0)
    expect((await bySignal.next()).done).toBe(true)
    expect((await bus.stream('n.*', { signal: stop.signal }).next()).done).toBe(true)
  })

  it('ends a pending read when the bus closes', async () => {
    const bus = openBus()
    const pending = bus.stream('n.*').next()
    bus.close()
    expect(await pending).toEqual({ value: undefined, done: true })
  })

  it('refuses a buffer of nothing', () => {
    expect(() => openBus().stream('n.*', { bufferSize: 0 })).toThrow('bufferSize')
  })

  it('accounts for every number, read or reported, whatever the reader does', async () => {
    const overflow = fc.constantFrom('drop-oldest' as const, 'drop-newest' as const)
    const steps = fc.array(fc.oneof(fc.constant('read' as const), fc.integer({ min: 1, max: 5 })), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(overflow, fc.integer({ min: 1, max: 4 }), steps, async (mode, bufferSize, script) => {
        const bus = openBus(4)
        const stream = bus.stream('n.*', { from: 1, bufferSize, overflow: mode })
        const covered: number[] = []
        const note = (event: { seq: number; payload: unknown }, gap: boolean) => {
          const { from, to } = gap
            ? (event.payload as { from: number; to: number })
            : { from: event.seq, to: event.seq }
          for (let seq = from; seq <= to; seq++) covered.push(seq)
        }
        let unread = 0
        for (const step of script) {
          if (step !== 'read') {
            count(bus, bus.lastSeq + 1, bus.lastSeq + step)
            unread = 1
          } else if (unread > 0 && covered.length < bus.lastSeq) {
            const { value } = await stream.next()
            if (value) note(value, isGap(value))
          }
        }
        const last = bus.lastSeq
        bus.close()
        for await (const event of stream) note(event, isGap(event))
        expect(covered).toEqual(Array.from({ length: last }, (_, index) => index + 1))
      }),
    )
  })
})
