import type { Envelope } from '../contract/envelope.ts'
import { type Bench, group } from './bench.ts'
import { comes, equal, eventually, holds, rejects } from './expectations.ts'

/** Publishes a value and returns what arrives. */
async function arrival(bench: Bench, payload: unknown, options = {}): Promise<Envelope> {
  const seen: Envelope[] = []
  const subscription = await bench.bus.subscribe('trip.there', (envelope) => seen.push(envelope))
  await bench.bus.publish('trip.there', payload, options)
  await eventually(
    bench,
    () => seen.length > 0,
    () => 'the event arrives',
  )
  await subscription.close()
  return seen[0] as Envelope
}

export const messageCases = group('messages', {
  'carry an envelope with every field filled in': async (open) => {
    const bench = await open()
    const plain = await arrival(bench, 1)
    const { id, timestamp, ...rest } = plain
    holds(typeof id === 'string' && id.length > 0, 'an id is made')
    holds(timestamp > 0, 'a timestamp is set')
    equal(
      rest,
      {
        topic: 'trip.there',
        sessionId: null,
        type: 'message',
        payload: 1,
        sender: null,
        target: null,
        attempt: 1,
        maxAttempts: 1,
        ttlMs: null,
        priority: 0,
        headers: {},
      },
      'envelope',
    )
    const said = {
      id: 'mine',
      sessionId: 's',
      type: 't',
      sender: 'a',
      target: 'b',
      headers: { traceparent: '00-1' },
    }
    const full = await arrival(bench, 1, said)
    equal({ ...full, ...said }, full, 'what the sender said')
  },

  'carry any JSON unchanged': async (open) => {
    const bench = await open()
    const values = [
      null,
      true,
      -1.5,
      '',
      'é 漢 🜁 \u0000 \u2028',
      [],
      {},
      { a: [{ b: null }], '': 0 },
      JSON.parse('{"__proto__":{"polluted":true}}'),
    ]
    for (const value of values) {
      equal(JSON.stringify((await arrival(bench, value)).payload), JSON.stringify(value), 'payload')
    }
    holds(!('polluted' in {}), 'no prototype is touched')
  },

  'are copies: nobody can change what others get': async (open) => {
    const bench = await open()
    const seen: unknown[] = []
    for (let reader = 0; reader < 2; reader++) {
      await bench.bus.subscribe('copy', ({ payload }) => {
        seen.push(JSON.stringify(payload))
        ;(payload as { n: number }).n = 99
      })
    }
    const payload = { n: 1 }
    const published = bench.bus.publish('copy', payload)
    payload.n = 98
    await published
    await comes(bench, seen, ['{"n":1}', '{"n":1}'], 'payloads')
  },

  'that are not JSON are refused before anything is sent': async (open) => {
    const { bus, ...bench } = await open()
    const seen: unknown[] = []
    await bus.subscribe('**', (envelope) => seen.push(envelope))
    const circular: Record<string, unknown> = {}
    circular.self = circular
    let deep: unknown = 0
    for (let level = 0; level < 5000; level++) deep = [deep]
    const bad = [
      circular,
      deep,
      { f() {} },
      { n: Number.NaN },
      [1n],
      new Map(),
      new Uint8Array(1),
      Symbol('s'),
      new Error('e'),
    ]
    for (const value of bad) {
      await rejects(bus.publish('t', value), 'MESSAGE_NOT_JSON')
      await rejects(bus.send('q', value), 'MESSAGE_NOT_JSON')
    }
    const error = await rejects(bus.publish('t', { a: [{ b: Number.NaN }] }), 'MESSAGE_NOT_JSON')
    equal(error.path, '.a[0].b', 'path of the culprit')
    await bench.settle()
    equal(seen, [], 'nothing arrived')
  },

  'that are too large are refused': async (open) => {
    const { bus } = await open({ maxPayloadBytes: 10 })
    equal((await bus.publish('t', '12345678')).duplicate, false, 'just fits')
    await rejects(bus.publish('t', '123456789'), 'MESSAGE_TOO_LARGE')
    await rejects(bus.publish('t', 'éééééé'), 'MESSAGE_TOO_LARGE')
    await rejects(bus.send('q', '123456789'), 'MESSAGE_TOO_LARGE')
  },

  'need a proper topic and proper fields': async (open) => {
    const { bus } = await open()
    for (const topic of ['', 'a b', 'a..b', ':a', 'a:', 'a*', '*', 'a\n', 'x'.repeat(256)]) {
      await rejects(bus.publish(topic, 1), 'MESSAGE_BAD_TOPIC')
      await rejects(bus.send(topic, 1), 'MESSAGE_BAD_TOPIC')
      await rejects(bus.request(topic, 1), 'MESSAGE_BAD_TOPIC')
    }
    for (const pattern of ['', 'a*', 'a.**.b', '**:a', 'a..*']) {
      await rejects(
        bus.subscribe(pattern, () => {}),
        'MESSAGE_BAD_TOPIC',
      )
    }
    await rejects(bus.publish('t', 1, { id: '' }), 'MESSAGE_BAD_ENVELOPE')
    await rejects(bus.publish('t', 1, { headers: { a: 1 } as never }), 'MESSAGE_BAD_ENVELOPE')
    await rejects(bus.send('q', 1, { priority: 0.5 }), 'MESSAGE_BAD_ENVELOPE')
    await rejects(bus.send('q', 1, { maxAttempts: 0 }), 'MESSAGE_BAD_ENVELOPE')
    await rejects(bus.send('q', 1, { delayMs: -1 }), 'MESSAGE_BAD_OPTION')
    await rejects(bus.publish('results:a', 1), 'MESSAGE_RESERVED')
    await rejects(bus.send('tasks:a', 1), 'MESSAGE_RESERVED')
  },
})
