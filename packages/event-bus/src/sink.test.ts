import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type BusEvent, createEventBus, type EventSink, isGap, type SinkOptions } from './index.ts'

interface Numbers {
  n: number
  other: number
}

/** A sink that acknowledges when it is told to. */
class Slow implements EventSink {
  readonly kept: (number | string)[] = []
  readonly batches: number[] = []
  #answer: PromiseWithResolvers<void> = Promise.withResolvers()
  /** Fail so many times before anything is kept. */
  failures = 0
  open = false

  async append(events: readonly BusEvent[]): Promise<void> {
    if (!this.open) await this.#answer.promise
    if (this.failures > 0) {
      this.failures--
      throw new Error('disk full')
    }
    this.batches.push(events.length)
    for (const event of events) {
      this.kept.push(isGap(event) ? `${event.payload.from}-${event.payload.to}` : event.seq)
    }
  }

  /** Answers what waits and everything after it. */
  release(): void {
    this.open = true
    this.#answer.resolve()
  }
}

const openBus = (sink: Omit<SinkOptions, 'to'> = {}) => {
  const to = new Slow()
  const onError = vi.fn()
  const bus = createEventBus<Numbers>({ id: 'b', onError, sink: { to, retryMs: 1, ...sink } })
  return { bus, to, onError }
}

afterEach(() => vi.restoreAllMocks())

describe('a sink', () => {
  it('gets every event in order, one batch at a time, and publish waits for its acknowledgement', async () => {
    const { bus, to } = openBus()
    bus.emit('n', 1)
    let published = false
    const second = bus.publish('n', 2).then((result) => {
      published = true
      return result
    })
    await pause(5)
    expect([published, bus.stats().sink]).toEqual([
      false,
      { waiting: 2, acknowledged: 0, dropped: 0, failures: 0 },
    ])
    to.release()
    expect((await second).errors).toEqual([])
    for (let n = 3; n <= 2000; n++) bus.emit('n', n)
    await bus.flush()
    expect(to.kept).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1))
    expect(Math.max(...to.batches)).toBe(512)
    expect(bus.stats().sink).toMatchObject({ waiting: 0, acknowledged: 2000 })
  })

  it('gets what fits its pattern, and flush does not wait for the rest', async () => {
    const { bus, to } = openBus({ pattern: 'n' })
    to.release()
    bus.emit('n', 1)
    bus.emit('other', 2)
    await bus.flush()
    await bus.publish('other', 3)
    expect(to.kept).toEqual([1])
  })

  it('that refuses gets the same batch again; the publisher and onError hear of it', async () => {
    const { bus, to, onError } = openBus()
    to.failures = 2
    to.release()
    const { errors } = await bus.publish('n', 1)
    expect(errors).toEqual([expect.objectContaining({ code: 'EVENT_BUS_SINK', retriable: true })])
    await vi.waitFor(() => expect(to.kept).toEqual([1]))
    expect(onError.mock.calls[0]).toEqual([errors[0], expect.objectContaining({ seq: 1 })])
    expect((await bus.publish('n', 2)).errors).toEqual([])
    expect(bus.stats().sink).toMatchObject({ failures: 2, acknowledged: 2 })
  })

  it('wait: publishers take their turn and nothing is lost; emit, which cannot wait, is refused', async () => {
    const { bus, to } = openBus({ bufferSize: 2 })
    bus.emit('n', 1)
    bus.emit('n', 2)
    expect(() => bus.emit('n', 0)).toThrow(expect.objectContaining({ code: 'EVENT_BUS_SINK_FULL' }))
    expect(bus.lastSeq).toBe(2)
    const order: number[] = []
    bus.on('n', (event) => order.push(event.payload))
    const published = [3, 4, 5, 6, 7].map((n) => bus.publish('n', n))
    await pause(5)
    expect(order).toEqual([])
    to.release()
    await Promise.all(published)
    expect(order).toEqual([3, 4, 5, 6, 7])
    expect(to.kept).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('error: nothing is emitted that would have no room', async () => {
    const { bus, to } = openBus({ bufferSize: 1, overflow: 'error' })
    bus.emit('n', 1)
    await expect(bus.publish('n', 0)).rejects.toMatchObject({ code: 'EVENT_BUS_SINK_FULL', retriable: true })
    to.release()
    await bus.flush()
    bus.emit('n', 2)
    await bus.flush()
    expect(to.kept).toEqual([1, 2])
  })

  it.each([
    ['drop-oldest' as const, [1, '2-4', 5, 6]],
    ['drop-newest' as const, [1, 2, 3, '4-6', 7]],
  ])('%s: the sink hears what it did not get', async (overflow, expected) => {
    const { bus, to } = openBus({ bufferSize: 3, overflow })
    bus.emit('n', 1)
    await pause(1) // the first event is on its way and cannot be dropped any more
    for (let n = 2; n <= 6; n++) bus.emit('n', n)
    to.release()
    await bus.flush()
    if (overflow === 'drop-newest') await bus.publish('n', 7)
    expect(to.kept).toEqual(expected)
    expect(bus.stats().sink?.dropped).toBe(3)
  })

  it('gets the rest when the bus is closed, and whoever disposes waits for it', async () => {
    const { bus, to } = openBus()
    bus.emit('n', 1)
    bus.emit('n', 2)
    setTimeout(() => to.release(), 5)
    await bus[Symbol.asyncDispose]()
    expect(to.kept).toEqual([1, 2])
  })

  it('that keeps refusing after the close is given up, loudly', async () => {
    const { bus, to, onError } = openBus()
    to.failures = 100
    to.release()
    bus.emit('n', 1)
    bus.close()
    await expect(bus.flush()).rejects.toMatchObject({ code: 'EVENT_BUS_SINK' })
    expect(to.kept).toEqual([])
    expect(onError.mock.calls.length).toBeGreaterThanOrEqual(3)
  })

  it('lets publishers go that wait for room when the bus closes', async () => {
    const { bus, to } = openBus({ bufferSize: 1 })
    bus.emit('n', 1)
    const waiting = bus.publish('n', 2)
    bus.close()
    await expect(waiting).rejects.toMatchObject({ code: 'EVENT_BUS_CLOSED' })
    to.release()
    await bus.flush()
  })

  it('checks its options', () => {
    expect(() => openBus({ bufferSize: 0 })).toThrow('sink.bufferSize')
    expect(() => openBus({ pattern: 'a*' })).toThrow(
      expect.objectContaining({ code: 'EVENT_BUS_BAD_PATTERN' }),
    )
  })
})
