import { group } from './bench.ts'
import { comes, equal } from './expectations.ts'
import { eventuallyDead, quiet, sendAll, work } from './working.ts'

export const failureCases = group('work', {
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
})
