import { type BusEvent, createEventBus, type EventStream, isGap, type Overflow } from '@pawl/event-bus'
import fc from 'fast-check'
import { expect, it } from 'vitest'

// Random interleavings of everything that can be done to a bus, against a model that knows who should get what.

interface Names {
  a: number
  'a.b': number
  'a.c': number
  'a.b.c': number
}
const TYPES = ['a', 'a.b', 'a.c', 'a.b.c'] as const
const FITS: { readonly [pattern: string]: readonly string[] } = {
  a: ['a'],
  'a.b': ['a.b'],
  '*': ['a'],
  'a.*': ['a.b', 'a.c'],
  '*.b.*': ['a.b.c'],
  'a.**': ['a.b', 'a.c', 'a.b.c'],
  '**': TYPES,
}
const KEPT = 4

/** `removes`: it removes the newest listener. */
type Mode = 'fine' | 'throws' | 'rejects' | 'emits' | 'removes'
type Step =
  | { do: 'listen'; pattern: string; mode: Mode; once: boolean }
  | { do: 'unlisten'; which: number }
  | { do: 'emit' | 'publish'; type: (typeof TYPES)[number] }
  | { do: 'open'; pattern: string; overflow: Overflow; bufferSize: number; from: number | undefined }
  | { do: 'read' | 'close'; which: number }
  | { do: 'rest' }

const pattern = fc.constantFrom(...Object.keys(FITS))
const which = fc.nat(5)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('listen' as const),
    pattern,
    mode: fc.constantFrom<Mode>('fine', 'fine', 'throws', 'rejects', 'emits', 'removes'),
    once: fc.boolean(),
  }),
  fc.record({ do: fc.constant('unlisten' as const), which }),
  fc.record({ do: fc.constantFrom('emit' as const, 'publish' as const), type: fc.constantFrom(...TYPES) }),
  fc.record({ do: fc.constantFrom('emit' as const, 'publish' as const), type: fc.constantFrom(...TYPES) }),
  fc.record({
    do: fc.constant('open' as const),
    pattern,
    overflow: fc.constantFrom<Overflow>('drop-oldest', 'drop-newest', 'error', 'wait'),
    bufferSize: fc.integer({ min: 1, max: 3 }),
    from: fc.option(fc.nat(6), { nil: undefined }),
  }),
  fc.record({ do: fc.constantFrom('read' as const, 'read' as const, 'close' as const), which }),
  fc.record({ do: fc.constant('rest' as const) }),
)

interface Listener {
  readonly pattern: string
  readonly mode: Mode
  readonly once: boolean
  readonly heard: number[]
  readonly due: number[]
  active: boolean
  off: () => void
}

interface Reader {
  readonly pattern: string
  readonly stream: EventStream<BusEvent>
  /** Numbers that have not been accounted for, oldest first. */
  readonly due: number[]
  readonly mayFail: boolean
  open: boolean
}

/** The bus, and beside it what it should have done. */
class Trial {
  readonly bus = createEventBus<Names>({ replay: KEPT, onError: () => void this.failures++, now: () => 0 })
  readonly listeners: Listener[] = []
  readonly readers: Reader[] = []
  readonly published: Promise<{ errors: readonly unknown[]; due: number }>[] = []
  readonly emitted: string[] = []
  failures = 0
  failuresDue = 0

  async take(one: Step): Promise<void> {
    switch (one.do) {
      case 'listen':
        this.#listen(one.pattern, one.mode, one.once)
        break
      case 'unlisten': {
        const listener = this.listeners[one.which]
        listener?.off()
        listener?.off()
        if (listener) listener.active = false
        break
      }
      case 'emit':
        this.#expect(one.type)
        this.bus.emit(one.type, 0)
        break
      case 'publish': {
        const due = this.#expect(one.type)
        this.published.push(this.bus.publish(one.type, 0).then(({ errors }) => ({ errors, due })))
        break
      }
      case 'open':
        this.#open(one.pattern, one.overflow, one.bufferSize, one.from)
        break
      case 'read':
        if (this.readers[one.which]?.open) await this.#read(this.readers[one.which]!)
        break
      case 'close':
        this.readers[one.which]?.stream.close()
        if (this.readers[one.which]) this.readers[one.which]!.open = false
        break
      case 'rest':
        await undefined
    }
  }

  /** Reads what is left and compares everything. */
  async finish(): Promise<void> {
    for (const reader of this.readers) while (reader.open && reader.due.length > 0) await this.#read(reader)
    for (const { errors, due } of await Promise.all(this.published)) expect(errors).toHaveLength(due)
    for (const { heard, due } of this.listeners) expect(heard).toEqual(due)
    expect(this.failures).toBe(this.failuresDue)
    expect(this.bus.lastSeq).toBe(this.emitted.length)
    const active = this.listeners.filter((listener) => listener.active)
    expect(this.bus.listenerCount()).toBe(active.length)
    this.bus.close()
    for (const { stream, open } of this.readers) if (open) expect((await stream.next()).done).toBe(true)
    expect(this.bus.stats()).toMatchObject({ listeners: 0, streams: 0, errors: this.failures })
  }

  #listen(name: string, mode: Mode, once: boolean): void {
    const listener: Listener = { pattern: name, mode, once, heard: [], due: [], active: true, off: () => {} }
    listener.off = this.bus.on(
      name as '**',
      (event) => {
        listener.heard.push(event.seq)
        if (mode === 'throws') throw new Error('thrown')
        if (mode === 'rejects') return Promise.reject(new Error('rejected'))
        if (mode === 'removes') this.listeners.at(-1)?.off()
        if (mode === 'emits' && event.payload === 0) this.bus.emit('a.c', 1)
        return undefined
      },
      { once },
    )
    this.listeners.push(listener)
  }

  /** Notes who should get the next event, and what its listeners emit, in the order of `seq`. @returns failures */
  #expect(type: string): number {
    const queue = [{ type, isFirst: true }]
    let ofFirst = 0
    for (const { type: name, isFirst } of queue) {
      this.emitted.push(name)
      const seq = this.emitted.length
      for (const reader of this.readers) {
        if (reader.open && FITS[reader.pattern]?.includes(name)) reader.due.push(seq)
      }
      for (const listener of this.listeners) {
        if (!listener.active || !FITS[listener.pattern]?.includes(name)) continue
        listener.due.push(seq)
        if (listener.once) listener.active = false
        const fails = listener.mode === 'throws' || listener.mode === 'rejects'
        if (fails) this.failuresDue++
        if (fails && isFirst) ofFirst++
        if (listener.mode === 'removes') this.listeners.at(-1)!.active = false
        if (listener.mode === 'emits' && isFirst) queue.push({ type: 'a.c', isFirst: false })
      }
    }
    return ofFirst
  }

  #open(name: string, overflow: Overflow, bufferSize: number, from: number | undefined): void {
    const stream = this.bus.stream(name as '**', { overflow, bufferSize, from })
    const first = from === undefined ? this.emitted.length + 1 : Math.max(1, from)
    const due: number[] = []
    for (let seq = first; seq <= this.emitted.length; seq++) {
      const isKept = seq > this.emitted.length - KEPT
      // Of what is no longer kept, nobody can say whether it would have fitted: the gap covers all of it.
      if (!isKept || FITS[name]?.includes(this.emitted[seq - 1] ?? '')) due.push(seq)
    }
    this.readers.push({ pattern: name, stream, due, mayFail: overflow === 'error', open: true })
  }

  async #read(reader: Reader): Promise<void> {
    if (reader.due.length === 0) return
    try {
      const { value } = await reader.stream.next()
      if (!value) throw new Error(`The stream ended with ${reader.due} to come.`)
      const { from, to } = isGap(value) ? value.payload : { from: value.seq, to: value.seq }
      const covered = reader.due.filter((seq) => seq >= from && seq <= to)
      expect(covered.length).toBeGreaterThan(0)
      expect(reader.due.splice(0, covered.length)).toEqual(covered)
      if (isGap(value) && value.payload.dropped !== null && reader.due.length > 0) {
        expect(value.payload.dropped).toBeLessThanOrEqual(covered.length)
      }
    } catch (error) {
      const isOverflow = (error as { code?: unknown }).code === 'EVENT_BUS_STREAM_OVERFLOW'
      if (!isOverflow || !reader.mayFail) throw error
      reader.open = false
    }
  }
}

it('10,000 random interleavings: everybody gets what is theirs, in order, once, or is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const trial = new Trial()
      for (const one of steps) await trial.take(one)
      await trial.finish()
    }),
    { numRuns: 10_000 },
  )
}, 120_000)
