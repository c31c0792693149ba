import { createEventBus } from '@pawl/event-bus'
import { EventEmitter } from 'eventemitter3'
import { importPeer, installPeers } from '../peers.ts'
import { median, type Row, rateRow } from '../row.ts'
import { bytesPerListener } from './footprint.ts'

// Emits a second to 1 and to 10 listeners. Ours makes a full event (id, seq, timestamp, meta, kept for replay); the
// peers and the floor hand the payload over as it is. Each listener reads the payload and adds it up. emittery calls
// its listeners asynchronously, so that each of its emits is awaited.

const ROUNDS = 7
const ROUND_MS = 200
const BATCH = 2_000
const LISTENERS = [1, 10] as const

interface Payload {
  readonly n: number
}

/** One emitter with its listeners on: emits so many times. */
type Emitting = (times: number) => void | Promise<void>

let sum = 0
const PAYLOAD: Payload = { n: 1 }
const add = ({ n }: Payload): void => {
  sum += n
}

/** Emits a second of ours, of the peers and of the floor in turn, as medians, and what a listener costs. */
export async function measure(): Promise<readonly Row[]> {
  await installPeers()
  const rows: Row[] = []
  for (const count of LISTENERS) {
    const emitters = await emittersWith(count)
    const figures = new Map<string, number[]>()
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, emitting] of Object.entries(emitters)) {
        const rate = await emitsPerSecond(emitting)
        // The first round warms up.
        if (round > 0) figures.set(name, [...(figures.get(name) ?? []), rate])
      }
    }
    const of = (name: string) => median(figures.get(name) ?? []) / 1e6
    const what = `${count} listener${count > 1 ? 's' : ''}`
    for (const peerName of ['emittery', 'mitt']) {
      const than = { floor: of('eventemitter3'), peerName, peer: of(peerName) }
      rows.push(rateRow('event-bus', what, 'M emits/s', of('ours'), than))
    }
    rows.push(rateRow('event-bus', `${what}, id read`, 'M emits/s', of('ours, id read'), {}))
  }
  if (sum === 0) throw new Error('Nobody listened.')
  return [...rows, rateRow('event-bus', 'memory per listener', 'bytes', bytesPerListener(), {})]
}

async function emittersWith(count: number): Promise<{ readonly [name: string]: Emitting }> {
  return {
    eventemitter3: bare(count),
    ours: ours(count, ({ payload }) => add(payload)),
    'ours, id read': ours(count, ({ id, payload }) => {
      sum += id.length + payload.n
    }),
    mitt: await mitt(count),
    emittery: await emittery(count),
  }
}

function ours(count: number, listener: (event: { id: string; payload: Payload }) => void): Emitting {
  const bus = createEventBus<{ 'bench.tick': Payload }>()
  for (let n = 0; n < count; n++) bus.on('bench.tick', (event) => listener(event))
  return (times) => {
    for (let n = 0; n < times; n++) bus.emit('bench.tick', PAYLOAD)
  }
}

function bare(count: number): Emitting {
  const emitter = new EventEmitter()
  for (let n = 0; n < count; n++) emitter.on('bench.tick', (payload: Payload) => add(payload))
  return (times) => {
    for (let n = 0; n < times; n++) emitter.emit('bench.tick', PAYLOAD)
  }
}

/** What we use of mitt. */
interface Mitt {
  readonly default: () => {
    on(type: string, listener: (payload: Payload) => void): void
    emit(type: string, payload: Payload): void
  }
}

async function mitt(count: number): Promise<Emitting> {
  const emitter = (await importPeer<Mitt>('mitt')).default()
  for (let n = 0; n < count; n++) emitter.on('bench.tick', (payload) => add(payload))
  return (times) => {
    for (let n = 0; n < times; n++) emitter.emit('bench.tick', PAYLOAD)
  }
}

/** What we use of emittery: it hands its listeners an event of name and data. */
interface Emittery {
  readonly default: new () => {
    on(type: string, listener: (event: { data: Payload }) => void): void
    emit(type: string, payload: Payload): Promise<void>
  }
}

async function emittery(count: number): Promise<Emitting> {
  const emitter = new (await importPeer<Emittery>('emittery')).default()
  for (let n = 0; n < count; n++) emitter.on('bench.tick', ({ data }) => add(data))
  return async (times) => {
    for (let n = 0; n < times; n++) await emitter.emit('bench.tick', PAYLOAD)
  }
}

async function emitsPerSecond(emitting: Emitting): Promise<number> {
  const began = performance.now()
  let emits = 0
  while (performance.now() - began < ROUND_MS) {
    await emitting(BATCH)
    emits += BATCH
  }
  return (emits * 1_000) / (performance.now() - began)
}
