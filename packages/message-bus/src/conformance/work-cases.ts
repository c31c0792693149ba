import type { LeaseLostError } from '../contract/errors.ts'
import type { ConsumeOptions, SendOptions } from '../contract/work.ts'
import { type Bench, group } from './bench.ts'
import { comes, equal, eventually, rejects } from './expectations.ts'

const quiet = { onHandlerError: () => {} }

/** Consumes and notes payloads as they come. */
async function work(bench: Bench, options?: ConsumeOptions): Promise<unknown[]> {
  const seen: unknown[] = []
  await bench.bus.consume('q', ({ payload }) => seen.push(payload), options)
  return seen
}

async function sendAll(bench: Bench, messages: readonly (readonly [unknown, SendOptions?])[]): Promise<void> {
  for (const [payload, options] of messages) await bench.bus.send('q', payload, options)
}

/** A consumer whose messages end when told to. */
async function held(bench: Bench, options?: ConsumeOptions) {
  const started: unknown[] = []
  const finish = new Map<unknown, () => void>()
  await bench.bus.consume(
    'q',
    ({ payload }) => {
      started.push(payload)
      return new Promise<void>((resolve) => finish.set(payload, resolve))
    },
    options,
  )
  return { started, finish: (payload: unknown) => finish.get(payload)?.() }
}

export const workCases = group('work', {
  'goes to one consumer, also when it was sent before anybody consumed': async (open) => {
    const bench = await open()
    await sendAll(bench, [[1], [2]])
    const a = await work(bench)
    const b = await work(bench)
    await sendAll(bench, [[3], [4]])
    await eventually(
      bench,
      () => a.length + b.length >= 4,
      () => 'all is worked on',
    )
    await bench.settle()
    equal([...a, ...b].sort(), [1, 2, 3, 4], 'each once')
    equal((await bench.bus.queueStatus('q')).ready, 0, 'nothing is left')
  },

  'of one session is done in order, one at a time; sessions run beside one another': async (open) => {
    const bench = await open()
    const { started, finish } = await held(bench, { concurrency: 10 })
    await sendAll(bench, [
      ['a1', { sessionId: 'a' }],
      ['a2', { sessionId: 'a' }],
      ['b1', { sessionId: 'b' }],
      ['none'],
    ])
    await comes(bench, started, ['a1', 'b1', 'none'], 'heads of sessions')
    finish('a1')
    await comes(bench, started, ['a1', 'b1', 'none', 'a2'], 'the next of the session')
  },

  'runs at most as many as its concurrency': async (open) => {
    const bench = await open()
    const { started, finish } = await held(bench, { concurrency: 2 })
    await sendAll(bench, [[1], [2], [3]])
    await comes(bench, started, [1, 2], 'two at a time')
    equal((await bench.bus.queueStatus('q')).leased, 2, 'leased')
    finish(2)
    await comes(bench, started, [1, 2, 3], 'then the third')
  },

  'of higher priority goes first, never within a session': async (open) => {
    const bench = await open()
    await sendAll(bench, [
      ['low'],
      ['a1', { sessionId: 'a', priority: 1 }],
      ['a2', { sessionId: 'a', priority: 9 }],
      ['high', { priority: 5 }],
    ])
    await comes(bench, await work(bench), ['high', 'a1', 'a2', 'low'], 'order')
  },

  'that is delayed waits, and its session with it': async (open) => {
    const bench = await open()
    const seen = await work(bench)
    await sendAll(bench, [
      ['a1', { sessionId: 'a', delayMs: 1000 }],
      ['a2', { sessionId: 'a' }],
      ['b', {}],
    ])
    await comes(bench, seen, ['b'], 'what is not delayed')
    const { ready, delayed } = await bench.bus.queueStatus('q')
    equal([ready, delayed], [1, 1], 'one is delayed, one stands behind it')
    await bench.advance(500)
    equal(seen, ['b'], 'not yet')
    await bench.advance(600)
    await comes(bench, seen, ['b', 'a1', 'a2'], 'after the delay')
  },

  'that fails comes again after a growing backoff, and its session waits': async (open) => {
    const bench = await open({ ...quiet, backoffMs: 300, maxBackoffMs: 600 })
    const log: string[] = []
    await bench.bus.consume('q', ({ payload, attempt }) => {
      log.push(`${payload}#${attempt}`)
      if (payload === 'a1' && attempt < 4) throw new Error('flaky')
    })
    await sendAll(bench, [['a1', { sessionId: 'a' }], ['a2', { sessionId: 'a' }], ['b']])
    await comes(bench, log, ['a1#1', 'b#1'], 'the others go on')
    await bench.advance(300)
    await comes(bench, log, ['a1#1', 'b#1', 'a1#2'], 'after 300 ms')
    await bench.advance(320)
    equal(log.length, 3, 'the second backoff is longer')
    await bench.advance(280)
    await comes(bench, log, ['a1#1', 'b#1', 'a1#2', 'a1#3'], 'after 600 ms')
    await bench.advance(600)
    await comes(bench, log, ['a1#1', 'b#1', 'a1#2', 'a1#3', 'a1#4', 'a2#1'], 'the session goes on')
  },

  'waits after a failure as long as its sender said': async (open) => {
    const bench = await open({ ...quiet, backoffMs: 60_000 })
    const attempts: unknown[] = []
    await bench.bus.consume('q', ({ attempt }) => {
      attempts.push(attempt)
      throw new Error('no')
    })
    await bench.bus.send('q', 1, { maxAttempts: 3, backoff: { firstMs: 200, longestMs: 300 } })
    await comes(bench, attempts, [1], 'first')
    await bench.advance(220)
    await comes(bench, attempts, [1, 2], 'second, after 200 ms')
    await bench.advance(320)
    await comes(bench, attempts, [1, 2, 3], 'third, after 300 ms')
  },

  'waits at least as long as its error asks for': async (open) => {
    const bench = await open({ ...quiet, backoffMs: 10 })
    const attempts: unknown[] = []
    await bench.bus.consume('q', ({ attempt }) => {
      attempts.push(attempt)
      if (attempt === 1) throw Object.assign(new Error('slow down'), { retryAfterMs: 1000 })
    })
    await bench.bus.send('q', 1)
    await comes(bench, attempts, [1], 'first')
    await bench.advance(500)
    equal(attempts, [1], 'not yet')
    await bench.advance(600)
    await comes(bench, attempts, [1, 2], 'second')
  },

  'becomes a dead letter after its attempts, or at once, and frees its session': async (open) => {
    const bench = await open({ ...quiet, backoffMs: 1 })
    const seen: unknown[] = []
    await bench.bus.consume('q', ({ payload }) => {
      seen.push(payload)
      if (payload === 'bad') throw Object.assign(new Error('never'), { code: 'E1', retriable: false })
      if (payload === 'flaky') throw new Error('again')
    })
    await sendAll(bench, [
      ['bad', { id: 'm1', sessionId: 'a' }],
      ['flaky', { id: 'm2', sessionId: 'a', maxAttempts: 2 }],
      ['good', { sessionId: 'a' }],
    ])
    await bench.advance(50)
    await comes(bench, seen, ['bad', 'flaky', 'flaky', 'good'], 'attempts')
    const letters = await bench.bus.deadLetters('q')
    equal(
      letters.map(({ envelope, reason, error }) => [
        envelope.id,
        envelope.payload,
        envelope.attempt,
        reason,
        error,
      ]),
      [
        ['m1', 'bad', 1, 'rejected', { message: 'never', code: 'E1' }],
        ['m2', 'flaky', 2, 'failed', { message: 'again' }],
      ],
      'dead letters',
    )
  },

  'that is dead can be replayed to the tail of its session, with all its attempts': async (open) => {
    const bench = await open({ ...quiet, backoffMs: 1 })
    let broken = true
    const seen: unknown[] = []
    await bench.bus.consume('q', ({ payload, attempt }) => {
      if (broken) throw Object.assign(new Error('down'), { retriable: false })
      seen.push(`${payload}#${attempt}`)
    })
    await sendAll(bench, [
      ['one', { id: 'm1' }],
      ['two', { id: 'm2' }],
    ])
    await eventuallyDead(bench, 2)
    broken = false
    equal(await bench.bus.replayDeadLetters('q', ['m2', 'unknown']), 1, 'one by id')
    await comes(bench, seen, ['two#1'], 'that one')
    equal(await bench.bus.replayDeadLetters('q'), 1, 'the rest')
    await comes(bench, seen, ['two#1', 'one#1'], 'all')
    equal(await bench.bus.deadLetters('q'), [], 'none is left')
  },

  'keeps a bounded number of dead letters and counts the rest': async (open) => {
    const bench = await open({ ...quiet, maxDeadLetters: 2 })
    await bench.bus.consume('q', () => {
      throw Object.assign(new Error('no'), { retriable: false })
    })
    await sendAll(bench, [[1], [2], [3]])
    await eventuallyDead(bench, 2, 1)
    equal(
      (await bench.bus.deadLetters('q')).map(({ envelope }) => envelope.payload),
      [2, 3],
      'the newest',
    )
  },

  'past its time is not delivered': async (open) => {
    const bench = await open()
    await sendAll(bench, [['old', { ttlMs: 100 }], ['lasting']])
    await bench.advance(200)
    await comes(bench, await work(bench), ['lasting'], 'what is still worth it')
    equal(
      (await bench.bus.deadLetters('q')).map(({ reason }) => reason),
      ['expired'],
      'dead',
    )
  },

  'whose lease runs out goes to another, and the first can no longer end it': async (open) => {
    const errors: unknown[] = []
    const bench = await open({ onHandlerError: (error) => errors.push((error as LeaseLostError).code) })
    let wake: (() => void) | undefined
    let reason: unknown
    let extended: Promise<void> | undefined
    await bench.bus.consume(
      'q',
      async (_, context) => {
        // Handlers hand on copies of what they get.
        const { signal, extend } = { ...context }
        signal.addEventListener('abort', () => (reason = signal.reason))
        await new Promise<void>((resolve) => (wake = resolve))
        extended = extend()
        await extended.catch(() => {})
      },
      { leaseMs: 1000, renew: false },
    )
    await bench.bus.send('q', 'x', { maxAttempts: 3 })
    await eventually(
      bench,
      () => wake !== undefined,
      () => 'the first takes it',
    )
    const second: unknown[] = []
    let finish: (() => void) | undefined
    await bench.bus.consume('q', ({ attempt }) => {
      second.push(attempt)
      return new Promise<void>((resolve) => (finish = resolve))
    })
    await bench.advance(500)
    equal(second, [], 'the lease holds')
    await bench.advance(600)
    await comes(bench, second, [2], 'the second takes it')
    equal((reason as LeaseLostError | undefined)?.code, 'MESSAGE_LEASE_LOST', "reason of the first's signal")
    wake?.()
    await eventually(
      bench,
      () => extended !== undefined,
      () => 'the first tries to extend',
    )
    await rejects(extended as Promise<void>, 'MESSAGE_LEASE_LOST')
    await eventually(
      bench,
      () => errors.length > 0,
      () => 'the lost end is reported',
    )
    equal((await bench.bus.queueStatus('q')).leased, 1, 'the second still holds it')
    finish?.()
    await bench.settle()
    equal(
      await bench.bus.queueStatus('q'),
      { ready: 0, delayed: 0, leased: 0, dead: 0, deadDropped: 0, consumers: 2 },
      'done',
    )
  },

  'whose lease runs out on the last attempt is dead': async (open) => {
    const bench = await open(quiet)
    await bench.bus.consume('q', () => new Promise(() => {}), { leaseMs: 500, renew: false })
    await bench.bus.send('q', 'x', { maxAttempts: 1 })
    await bench.settle()
    await bench.advance(700)
    equal(
      (await bench.bus.deadLetters('q')).map(({ reason }) => reason),
      ['lost'],
      'dead',
    )
  },

  'keeps its lease while the handler runs, or extends it by hand': async (open) => {
    const bench = await open()
    const long = await held(bench, { leaseMs: 600 })
    await bench.bus.send('q', 'renewed')
    await comes(bench, long.started, ['renewed'], 'begun')
    for (let step = 0; step < 10; step++) await bench.advance(100)
    long.finish('renewed')
    await bench.settle()
    equal(long.started, ['renewed'], 'delivered once')

    let extend: ((ms?: number) => Promise<void>) | undefined
    let deliveries = 0
    await bench.bus.consume(
      'by-hand',
      (_, context) => {
        deliveries++
        extend = context.extend
        return new Promise(() => {})
      },
      { leaseMs: 300, renew: false, concurrency: 2 },
    )
    await bench.bus.send('by-hand', 1)
    await eventually(
      bench,
      () => extend !== undefined,
      () => 'taken',
    )
    await extend?.(1500)
    await bench.advance(900)
    equal(deliveries, 1, 'the extended lease holds')
    await bench.advance(800)
    equal(deliveries, 2, 'and ends')
  },

  'with an id of the caller is taken once within the window': async (open) => {
    const bench = await open({ dedupMs: 800 })
    equal(await bench.bus.send('q', 1, { id: 'x' }), { id: 'x', duplicate: false }, 'first')
    equal(await bench.bus.send('q', 2, { id: 'x' }), { id: 'x', duplicate: true }, 'second')
    equal((await bench.bus.send('other', 3, { id: 'x' })).duplicate, false, 'another queue')
    const seen = await work(bench)
    await comes(bench, seen, [1], 'delivered')
    equal((await bench.bus.send('q', 4, { id: 'x' })).duplicate, true, 'also when it is done')
    await bench.advance(900)
    equal((await bench.bus.send('q', 5, { id: 'x' })).duplicate, false, 'after the window')
  },

  'is refused when the queue is full': async (open) => {
    const bench = await open({ maxQueueDepth: 2 })
    await sendAll(bench, [[1], [2]])
    await rejects(bench.bus.send('q', 3, { id: 'x' }), 'MESSAGE_QUEUE_FULL')
    equal((await bench.bus.send('other', 1)).duplicate, false, 'another queue has room')
    await comes(bench, await work(bench), [1, 2], 'what was accepted')
    equal((await bench.bus.send('q', 3, { id: 'x' })).duplicate, false, 'a refused id was not seen')
  },

  'past its time makes room in a full queue, also when nobody consumes': async (open) => {
    const bench = await open({ maxQueueDepth: 2 })
    await sendAll(bench, [
      ['old', { ttlMs: 100 }],
      ['older', { ttlMs: 100, sessionId: 'a' }],
    ])
    await bench.advance(200)
    equal((await bench.bus.send('q', 'new')).duplicate, false, 'there is room')
    const { ready, dead } = await bench.bus.queueStatus('q')
    equal([ready, dead], [1, 2], 'the others are dead')
  },

  'waits for room when the bus is set so': async (open) => {
    const bench = await open({ maxQueueDepth: 1, whenFull: 'wait' })
    await bench.bus.send('q', 1)
    const sent: number[] = []
    const second = bench.bus.send('q', 2).then(() => sent.push(2))
    const stop = new AbortController()
    const third = bench.bus.send('q', 3, { signal: stop.signal })
    await bench.settle()
    equal(sent, [], 'no room yet')
    stop.abort({ code: 'MINE' })
    await rejects(third, 'MINE')
    const seen = await work(bench)
    await second
    await comes(bench, seen, [1, 2], 'both come through')
  },

  'waits for room behind what is delayed, also while somebody waits for work': async (open) => {
    const bench = await open({ maxQueueDepth: 1, whenFull: 'wait' })
    const seen = await work(bench)
    await bench.bus.send('q', 1, { delayMs: 300 })
    const second = bench.bus.send('q', 2)
    await bench.settle()
    equal(seen, [], 'nothing is due')
    await bench.advance(400)
    await second
    await comes(bench, seen, [1, 2], 'both come through')
  },

  'is not given to a consumer that was closed, but what it holds it may end': async (open) => {
    const bench = await open()
    let finish: (() => void) | undefined
    const consumer = await bench.bus.consume('q', () => new Promise<void>((resolve) => (finish = resolve)))
    await sendAll(bench, [[1], [2]])
    await eventually(
      bench,
      () => finish !== undefined,
      () => 'the first is taken',
    )
    await consumer.close()
    finish?.()
    await bench.settle()
    equal((await bench.bus.queueStatus('q')).ready, 1, 'one is done, one is left')
    equal((await bench.bus.queueStatus('q')).leased, 0, 'none is held')
    await comes(bench, await work(bench), [2], 'the next consumer goes on')
  },
})

async function eventuallyDead(bench: Bench, dead: number, dropped = 0): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const status = await bench.bus.queueStatus('q')
    if (status.dead === dead && status.deadDropped === dropped) return
    await bench.settle()
  }
  equal(await bench.bus.queueStatus('q'), { dead, dropped }, 'dead letters')
}
