import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { type BusEvent, createEventBus } from './index.ts'

interface Shop {
  'order.placed': { id: string }
  'order.paid': { id: string; cents: number }
  'order.item.added': { sku: string }
  ping: undefined
}

const openBus = (options = {}) => createEventBus<Shop>({ id: 'bus', now: () => 1000, ...options })

describe('emit', () => {
  it('gives each event the next number, a time, an id and its meta', () => {
    const bus = openBus()
    const first = bus.emit('order.placed', { id: 'a' }, { runId: 'r1' })
    const second = bus.emit('ping')
    expect(JSON.parse(JSON.stringify(first))).toEqual({
      id: 'bus:1',
      seq: 1,
      type: 'order.placed',
      payload: { id: 'a' },
      timestamp: 1000,
      meta: { runId: 'r1' },
    })
    expect([second?.seq, second?.id, second?.meta, bus.lastSeq]).toEqual([2, 'bus:2', {}, 2])
  })

  it('makes the id once', () => {
    const event = createEventBus<Shop>().emit('ping')
    expect(event?.id).toBe(event?.id)
    expect(event?.id).toMatch(/^[0-9a-f-]{36}:1$/)
  })

  it('calls exact and pattern listeners in the order in which they were added', () => {
    const bus = openBus()
    const seen: string[] = []
    bus.on('order.*', () => seen.push('star'))
    bus.on('order.placed', () => seen.push('exact'))
    bus.on('**', () => seen.push('all'))
    bus.on('order.placed', () => seen.push('exact again'))
    bus.emit('order.placed', { id: 'a' })
    expect(seen).toEqual(['star', 'exact', 'all', 'exact again'])
  })

  it('never lets a throwing or rejecting listener stop others or the publisher', async () => {
    const onError = vi.fn()
    const bus = openBus({ onError })
    const after = vi.fn()
    bus.on('ping', () => {
      throw new Error('sync')
    })
    bus.on('ping', async () => {
      throw new Error('async')
    })
    bus.on('ping', after)
    bus.emit('ping')
    expect(after).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(2))
    expect(onError.mock.calls.map(([error]) => (error as Error).message)).toEqual(['sync', 'async'])
    expect(bus.stats().errors).toBe(2)
  })

  it('survives an onError that throws', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const bus = openBus({
      onError: () => {
        throw new Error('broken reporter')
      },
    })
    bus.on('ping', () => {
      throw new Error('listener')
    })
    expect(() => bus.emit('ping')).not.toThrow()
    expect(warned.mock.calls[0]?.[0]).toContain('broken reporter')
    warned.mockRestore()
  })

  it('warns once when nobody asked for errors', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const bus = openBus()
    bus.on('ping', () => {
      throw new Error('nobody looks')
    })
    bus.emit('ping')
    bus.emit('ping')
    expect(warned).toHaveBeenCalledOnce()
    expect(bus.stats().errors).toBe(2)
    warned.mockRestore()
  })

  it('shows every listener the events in the order of seq, also when listeners emit', () => {
    const bus = openBus()
    const seen: number[] = []
    bus.on('order.placed', (event) => bus.emit('order.paid', { id: event.payload.id, cents: 1 }))
    bus.on('**', (event) => seen.push(event.seq))
    bus.emit('order.placed', { id: 'a' })
    expect(seen).toEqual([1, 2])
  })

  it('cuts a cycle of listeners with a typed error and works afterwards', () => {
    const onError = vi.fn()
    const bus = openBus({ onError, maxChained: 5 })
    const off = bus.on('ping', () => bus.emit('ping'))
    bus.emit('ping')
    expect(bus.lastSeq).toBe(6)
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'EVENT_BUS_CYCLE' })
    off()
    expect(bus.emit('ping')?.seq).toBe(7)
  })

  it('refuses the name of the gap marker', () => {
    const bus = createEventBus<Record<string, unknown>>()
    expect(() => bus.emit('bus.gap', 1)).toThrow(expect.objectContaining({ code: 'EVENT_BUS_RESERVED_TYPE' }))
  })

  it('treats names of Object.prototype as plain names', () => {
    const bus = createEventBus<Record<string, number>>()
    const seen = vi.fn()
    bus.on('__proto__', seen)
    bus.on('constructor', seen)
    bus.emit('__proto__', 1)
    bus.emit('constructor', 2)
    bus.emit('toString', 3)
    expect(seen).toHaveBeenCalledTimes(2)
  })
})

describe('on', () => {
  it('removes by its return value, by signal and after once', () => {
    const bus = openBus()
    const seen = vi.fn()
    const stop = new AbortController()
    const off = bus.on('ping', seen)
    bus.on('*', seen, { signal: stop.signal })
    bus.on('ping', seen, { once: true })
    bus.emit('ping')
    expect(seen).toHaveBeenCalledTimes(3)
    off()
    off()
    stop.abort()
    bus.emit('ping')
    expect(seen).toHaveBeenCalledTimes(3)
    expect(bus.listenerCount()).toBe(0)
  })

  it('does not call a listener that an earlier one removed during the same event', () => {
    const bus = openBus()
    const late = vi.fn()
    bus.on('ping', () => off())
    const off = bus.on('ping', late)
    bus.emit('ping')
    expect(late).not.toHaveBeenCalled()
  })

  it('adds nothing for a signal that is already aborted', () => {
    const bus = openBus()
    bus.on('ping', () => {}, { signal: AbortSignal.abort() })
    expect(bus.listenerCount()).toBe(0)
  })

  it('counts listeners by name, by pattern and in all', () => {
    const bus = openBus()
    bus.on('order.placed', () => {})
    bus.on('order.*', () => {})
    bus.on('**', () => {})
    expect([
      bus.listenerCount('order.placed'),
      bus.listenerCount('ping'),
      bus.listenerCount('order.*'),
    ]).toEqual([3, 1, 1])
    expect(bus.listenerCount()).toBe(3)
  })

  it('keeps working over many made-up names', () => {
    const bus = createEventBus<Record<string, number>>({ replay: 0 })
    const all = vi.fn()
    const exact = vi.fn()
    bus.on('name1', exact)
    bus.on('**', all)
    for (let index = 0; index < 10_000; index++) bus.emit(`name${index}`, index)
    bus.emit('name1', 1)
    expect(all).toHaveBeenCalledTimes(10_001)
    expect(exact).toHaveBeenCalledTimes(2)
  })

  it('types events by name and by pattern', () => {
    const bus = openBus()
    bus.on('order.paid', (event) =>
      expectTypeOf(event.payload).toEqualTypeOf<{ id: string; cents: number }>(),
    )
    bus.on('order.*', (event) => expectTypeOf(event.type).toEqualTypeOf<'order.placed' | 'order.paid'>())
    bus.on('order.**', (event) => {
      if (event.type === 'order.item.added') expectTypeOf(event.payload).toEqualTypeOf<{ sku: string }>()
    })
    expectTypeOf(bus.emit('ping')).toExtend<BusEvent<'ping', undefined> | undefined>()
    // @ts-expect-error a name that is not in the map
    bus.on('order.plaecd', () => {})
    // @ts-expect-error a payload is required
    expect(() => bus.emit('order.paid')).not.toThrow()
  })
})

describe('publish', () => {
  it('waits for listeners and returns what they threw, which onError gets too', async () => {
    const told = vi.fn()
    const bus = openBus({ onError: told })
    const done = vi.fn()
    bus.on('ping', async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      done()
    })
    bus.on('ping', async () => {
      throw new Error('async')
    })
    bus.on('ping', () => {
      throw new Error('sync')
    })
    const { event, errors } = await bus.publish('ping')
    expect(told).toHaveBeenCalledTimes(2)
    expect(done).toHaveBeenCalledOnce()
    expect(event?.seq).toBe(1)
    expect(errors.map((error) => (error as Error).message).sort()).toEqual(['async', 'sync'])
  })

  it('can be awaited inside a listener', async () => {
    const bus = openBus()
    const seen: string[] = []
    bus.on('ping', async () => {
      await bus.publish('order.placed', { id: 'a' })
      seen.push('inner returned')
    })
    bus.on('order.placed', async () => {
      await Promise.resolve()
      seen.push('inner listener')
    })
    await bus.publish('ping')
    expect(seen).toEqual(['inner listener', 'inner returned'])
  })
})

describe('once and waitFor', () => {
  it('resolves with the first event that passes', async () => {
    const bus = openBus()
    const next = bus.once('order.placed')
    const paid = bus.waitFor('order.paid', { filter: (event) => event.payload.cents > 10, timeoutMs: 1000 })
    bus.emit('order.placed', { id: 'a' })
    bus.emit('order.paid', { id: 'a', cents: 1 })
    bus.emit('order.paid', { id: 'a', cents: 11 })
    expect((await next).payload).toEqual({ id: 'a' })
    expect((await paid).seq).toBe(3)
    expect(bus.listenerCount()).toBe(0)
  })

  it.each([
    ['EVENT_BUS_WAIT_TIMEOUT', { timeoutMs: 1 }],
    ['EVENT_BUS_CLOSED', {}],
  ])('rejects with %s', async (code, options) => {
    const bus = openBus()
    const wait = bus.waitFor('ping', options)
    setTimeout(() => bus.close(), 20)
    await expect(wait).rejects.toMatchObject({ code })
    expect(bus.listenerCount()).toBe(0)
  })

  it('rejects with the reason of its signal and with what the filter throws', async () => {
    const bus = openBus()
    const stop = new AbortController()
    const wait = bus.once('ping', { signal: stop.signal })
    stop.abort('enough')
    await expect(wait).rejects.toBe('enough')
    await expect(bus.once('ping', { signal: stop.signal })).rejects.toBe('enough')
    const filtered = bus.waitFor('ping', {
      filter: () => {
        throw new Error('filter')
      },
    })
    bus.emit('ping')
    await expect(filtered).rejects.toThrow('filter')
    expect(bus.listenerCount()).toBe(0)
  })
})

describe('pipes', () => {
  it('replace payload and meta in order, before anybody sees the event', () => {
    const bus = openBus()
    bus.use(({ meta }) => ({ meta: { ...meta, trace: 't' } }))
    const remove = bus.use(({ payload }) => ({ payload: { ...(payload as object), id: 'hidden' } }))
    const seen = vi.fn()
    bus.on('order.placed', (event) => seen(event.payload.id, event.meta.trace))
    bus.emit('order.placed', { id: 'secret' })
    remove()
    bus.emit('order.placed', { id: 'open' })
    expect(seen.mock.calls).toEqual([
      ['hidden', 't'],
      ['open', 't'],
    ])
  })

  it('that return false drop the event: it has no number, and nobody sees it', async () => {
    const bus = openBus()
    const later = vi.fn(() => undefined)
    bus.use((draft) => (draft.type === 'ping' ? false : undefined))
    bus.use(later)
    const seen = vi.fn()
    bus.on('**', seen)
    expect(bus.emit('ping')).toBeUndefined()
    expect(await bus.publish('ping')).toEqual({ event: undefined, errors: [] })
    expect(bus.emit('order.placed', { id: 'a' })?.seq).toBe(1)
    expect(seen).toHaveBeenCalledOnce()
    expect(later).toHaveBeenCalledOnce()
    expect(bus.stats()).toMatchObject({ emitted: 1, dropped: 2 })
  })

  it('that throw keep the event from being emitted', () => {
    const bus = openBus()
    bus.use(() => {
      throw new Error('redaction failed')
    })
    expect(() => bus.emit('ping')).toThrow(expect.objectContaining({ code: 'EVENT_BUS_PIPE' }))
    expect(bus.lastSeq).toBe(0)
  })
})

describe('hooks', () => {
  it('watch what is emitted, before listeners, what is dropped and what fails', async () => {
    const bus = openBus({ onError: () => {} })
    const seen: unknown[] = []
    const stop = bus.watch({
      emitted: (event) => seen.push(`emitted ${event.type} ${event.seq}`),
      dropped: (draft) => seen.push(`dropped ${draft.type}`),
      failed: (error, event) => seen.push(`${(error as Error).message} on ${event.type}`),
    })
    bus.use((draft) => (draft.type === 'order.paid' ? false : undefined))
    bus.on('order.placed', (event) => {
      seen.push('heard')
      bus.emit('order.paid', { id: event.payload.id, cents: 1 })
      bus.emit('ping')
    })
    bus.on('ping', async () => {
      throw new Error('no')
    })
    await bus.publish('order.placed', { id: 'a' })
    stop()
    stop()
    bus.emit('ping')
    expect(seen).toEqual([
      'emitted order.placed 1',
      'heard',
      'dropped order.paid',
      'emitted ping 2',
      'no on ping',
    ])
  })

  it('that throw stop nobody', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const bus = openBus()
    bus.watch({
      emitted: () => {
        throw new Error('broken hook')
      },
    })
    const heard = vi.fn()
    bus.on('ping', heard)
    bus.emit('ping')
    expect(heard).toHaveBeenCalledOnce()
    expect(warned.mock.calls[0]?.[0]).toContain('broken hook')
    warned.mockRestore()
  })
})

describe('replay', () => {
  it('returns what is kept, from a number on, so many, and says what no longer is', () => {
    const bus = openBus({ replay: 3 })
    for (let n = 0; n < 6; n++) bus.emit(n % 2 ? 'ping' : 'order.placed', n % 2 ? undefined : { id: `${n}` })
    const seqs = (events: readonly BusEvent[]) => events.map((event) => [event.type, event.seq])
    expect(seqs(bus.replay('**'))).toEqual([
      ['ping', 4],
      ['order.placed', 5],
      ['ping', 6],
    ])
    expect(seqs(bus.replay('ping', { from: 5 }))).toEqual([['ping', 6]])
    expect(seqs(bus.replay('**', { from: 2, limit: 2 }))).toEqual([
      ['bus.gap', 3],
      ['ping', 4],
    ])
    expect(bus.replay('**', { from: 7 })).toEqual([])
    expect(() => bus.replay('**', { limit: 0 })).toThrow('limit')
  })
})

describe('close', () => {
  it('forgets everything, refuses more, and can be called twice', async () => {
    const bus = openBus()
    bus.on('ping', () => {})
    bus.emit('ping')
    bus.close()
    await bus[Symbol.asyncDispose]()
    expect(() => bus.emit('ping')).toThrow(expect.objectContaining({ code: 'EVENT_BUS_CLOSED' }))
    await expect(bus.publish('ping')).rejects.toMatchObject({ code: 'EVENT_BUS_CLOSED' })
    expect(() => bus.stream('ping')).toThrow(expect.objectContaining({ code: 'EVENT_BUS_CLOSED' }))
    expect(bus.stats()).toMatchObject({ listeners: 0, streams: 0, closed: true, emitted: 1 })
  })

  it('checks its options', () => {
    expect(() => createEventBus({ replay: -1 })).toThrow(
      expect.objectContaining({ code: 'EVENT_BUS_BAD_OPTION' }),
    )
    expect(() => createEventBus({ maxChained: 0 })).toThrow('maxChained')
  })
})
