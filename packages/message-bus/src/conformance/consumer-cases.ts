import type { ConsumeOptions, SendOptions } from '../contract/work.ts'
import { type Bench, group } from './bench.ts'
import { comes, equal, eventually, holds, rejects } from './expectations.ts'

const quiet = { onHandlerError: () => {} }

async function sendAll(bench: Bench, messages: readonly (readonly [unknown, SendOptions?])[]): Promise<void> {
  for (const [payload, options] of messages) await bench.bus.send('q', payload, options)
}

/** Consumes and notes payloads as they come. */
async function work(bench: Bench, options?: ConsumeOptions) {
  const seen: unknown[] = []
  const consumer = await bench.bus.consume('q', ({ payload }) => seen.push(payload), options)
  return { seen, consumer }
}

/** Fails what is told to, so that it is dead at once. */
async function bury(bench: Bench, payloads: readonly string[]): Promise<void> {
  const consumer = await bench.bus.consume('q', ({ payload }) => {
    const reason = String(payload).startsWith('x') ? { retriable: false } : {}
    throw Object.assign(new Error(`no ${payload}`), reason)
  })
  for (const payload of payloads) await bench.bus.send('q', payload, { id: payload, maxAttempts: 1 })
  await reaches(bench, async () => (await bench.bus.queueStatus('q')).dead, payloads.length, 'dead letters')
  await consumer.close()
}

async function reaches(bench: Bench, look: () => Promise<number>, goal: number, what: string): Promise<void> {
  for (let round = 0; round < 100 && (await look()) !== goal; round++) await bench.settle()
  equal(await look(), goal, what)
}

export const consumerCases = group('consumers', {
  'give sessions their turns: one with much to do does not hold up the others': async (open) => {
    const bench = await open()
    await sendAll(bench, [
      ['a1', { sessionId: 'a' }],
      ['a2', { sessionId: 'a' }],
      ['a3', { sessionId: 'a' }],
      ['b1', { sessionId: 'b' }],
      ['b2', { sessionId: 'b' }],
      ['none'],
    ])
    await comes(bench, (await work(bench)).seen, ['a1', 'b1', 'none', 'a2', 'b2', 'a3'], 'turns')
  },

  'may take several messages of a session at once, and still do them in order': async (open) => {
    const bench = await open()
    await sendAll(bench, [
      ['a1', { sessionId: 'a' }],
      ['a2', { sessionId: 'a' }],
      ['a3', { sessionId: 'a' }],
      ['b1', { sessionId: 'b' }],
    ])
    const log: string[] = []
    await bench.bus.consume(
      'q',
      async ({ payload }) => {
        log.push(`begin ${payload}`)
        await bench.settle()
        log.push(`end ${payload}`)
      },
      { batchSize: 2 },
    )
    const expected = ['a1', 'a2', 'b1', 'a3'].flatMap((payload) => [`begin ${payload}`, `end ${payload}`])
    await comes(bench, log, expected, 'two of a, then b')
    await reaches(bench, async () => (await bench.bus.queueStatus('q')).leased, 0, 'leases left')
    equal((await bench.bus.queueStatus('q')).ready, 0, 'nothing is left')
  },

  'return the rest of a batch unattempted when one message fails': async (open) => {
    const bench = await open({ ...quiet, backoffMs: 300 })
    const log: string[] = []
    await sendAll(
      bench,
      [1, 2, 3].map((n) => [n, { sessionId: 'a' }] as const),
    )
    await bench.bus.consume(
      'q',
      ({ payload, attempt }) => {
        log.push(`${payload}#${attempt}`)
        if (payload === 2 && attempt === 1) throw new Error('flaky')
      },
      { batchSize: 3 },
    )
    await comes(bench, log, ['1#1', '2#1'], 'up to the failure')
    await bench.advance(400)
    await comes(bench, log, ['1#1', '2#1', '2#2', '3#1'], 'then the rest')
  },

  'do not take what is delayed into a batch': async (open) => {
    const bench = await open()
    await sendAll(bench, [
      ['a1', { sessionId: 'a' }],
      ['a2', { sessionId: 'a', delayMs: 600 }],
      ['a3', { sessionId: 'a' }],
    ])
    const { seen } = await work(bench, { batchSize: 3 })
    await comes(bench, seen, ['a1'], 'the first')
    await bench.advance(700)
    await comes(bench, seen, ['a1', 'a2', 'a3'], 'the rest after the delay')
  },

  'can be paused and resumed': async (open) => {
    const bench = await open()
    const { seen, consumer } = await work(bench)
    consumer.pause()
    consumer.pause()
    equal(consumer.paused, true, 'paused')
    await sendAll(bench, [[1], [2]])
    await bench.settle()
    equal(seen, [], 'nothing while paused')
    equal((await bench.bus.queueStatus('q')).ready, 2, 'both wait')
    consumer.resume()
    await comes(bench, seen, [1, 2], 'after that')
    equal([consumer.paused, consumer.closed], [false, false], 'it goes on')
  },

  'drained, finish what they hold and take nothing more': async (open) => {
    const bench = await open()
    let finish: (() => void) | undefined
    const consumer = await bench.bus.consume('q', () => new Promise<void>((resolve) => (finish = resolve)))
    await sendAll(bench, [[1], [2]])
    await eventually(
      bench,
      () => finish !== undefined,
      () => 'the first is taken',
    )
    let drained = false
    const draining = consumer.drain().then(() => (drained = true))
    await bench.settle()
    equal([drained, consumer.closed], [false, false], 'it waits for the first')
    finish?.()
    await draining
    equal(consumer.closed, true, 'then it is closed')
    const { ready, leased, consumers } = await bench.bus.queueStatus('q')
    equal({ ready, leased, consumers }, { ready: 1, leased: 0, consumers: 0 }, 'one is done, one is left')
  },

  'for once, do what is there and end': async (open) => {
    const bench = await open({ ...quiet, backoffMs: 60_000 })
    await sendAll(bench, [
      ['a1', { sessionId: 'a' }],
      ['a2', { sessionId: 'a' }],
      ['bad'],
      ['later', { delayMs: 60_000 }],
      ['b'],
    ])
    const seen: unknown[] = []
    const handle = ({ payload }: { payload: unknown }): void => {
      seen.push(payload)
      if (payload === 'bad') throw new Error('no')
    }
    equal(await bench.bus.consumeOnce('q', handle, { concurrency: 2 }), { done: 3, failed: 1 }, 'counts')
    equal([...seen].sort(), ['a1', 'a2', 'b', 'bad'], 'what was there')
    holds(seen.indexOf('a1') < seen.indexOf('a2'), 'in order')
    const { ready, delayed, leased } = await bench.bus.queueStatus('q')
    equal({ ready, delayed, leased }, { ready: 0, delayed: 2, leased: 0 }, 'left')
    equal(await bench.bus.consumeOnce('q', handle), { done: 0, failed: 0 }, 'nothing to do')
  },

  'for once, end at their limits': async (open) => {
    const bench = await open()
    await sendAll(
      bench,
      [1, 2, 3, 4].map((n) => [n] as const),
    )
    const seen: unknown[] = []
    const handle = ({ payload }: { payload: unknown }) => seen.push(payload)
    equal((await bench.bus.consumeOnce('q', handle, { maxMessages: 3, concurrency: 2 })).done, 3, 'three')
    equal((await bench.bus.consumeOnce('q', handle, { maxMs: 0 })).done, 0, 'no time')
    equal((await bench.bus.consumeOnce('q', handle, { signal: AbortSignal.abort() })).done, 0, 'aborted')
    equal(seen, [1, 2, 3], 'seen')
    await rejects(bench.bus.consumeOnce('q', handle, { maxMessages: 0 }), 'MESSAGE_BAD_OPTION')
  },

  'show dead letters by id, by reason and by any test': async (open) => {
    const bench = await open(quiet)
    await bury(bench, ['x1', 'f1', 'x2'])
    const ids = async (selection?: Parameters<Bench['bus']['deadLetters']>[1]): Promise<string[]> =>
      (await bench.bus.deadLetters('q', selection)).map(({ envelope }) => envelope.id)
    equal(await ids(), ['x1', 'f1', 'x2'], 'all, oldest first')
    equal(await ids({ ids: ['x2', 'gone'] }), ['x2'], 'by id')
    equal(await ids({ reason: 'rejected' }), ['x1', 'x2'], 'by reason')
    equal(await ids({ where: ({ error }) => error?.message === 'no f1' }), ['f1'], 'by a test')
  },

  'purge dead letters': async (open) => {
    const bench = await open(quiet)
    await bury(bench, ['x1', 'f1', 'x2'])
    equal(await bench.bus.purgeDeadLetters('q', { reason: 'rejected' }), 2, 'two')
    equal(await bench.bus.purgeDeadLetters('q', { ids: ['gone'] }), 0, 'none')
    equal(await bench.bus.purgeDeadLetters('q'), 1, 'the rest')
    equal((await bench.bus.queueStatus('q')).dead, 0, 'none is left')
  },

  'replay dead letters no faster than asked, past the check for duplicates': async (open) => {
    const bench = await open(quiet)
    await bury(bench, ['x1', 'x2', 'f1'])
    const { seen } = await work(bench)
    equal(await bench.bus.replayDeadLetters('q', { reason: 'rejected', perSecond: 2 }), 2, 'two')
    await comes(bench, seen, ['x1'], 'the first at once')
    await bench.advance(600)
    await comes(bench, seen, ['x1', 'x2'], 'the second half a second later')
    equal((await bench.bus.queueStatus('q')).dead, 1, 'one is left')
    await rejects(bench.bus.replayDeadLetters('q', { perSecond: 0 }), 'MESSAGE_BAD_OPTION')
  },

  'replay no dead letter when there is no room for all': async (open) => {
    const bench = await open({ ...quiet, maxQueueDepth: 2 })
    await bury(bench, ['x1', 'x2'])
    await bench.bus.send('q', 'waiting')
    await rejects(bench.bus.replayDeadLetters('q'), 'MESSAGE_QUEUE_FULL')
    equal((await bench.bus.queueStatus('q')).dead, 2, 'both are still dead')
  },
})
