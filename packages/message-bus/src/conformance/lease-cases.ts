import type { LeaseLostError } from '../contract/errors.ts'
import { group } from './bench.ts'
import { comes, equal, eventually, rejects } from './expectations.ts'
import { held, quiet, sendAll, work } from './working.ts'

export const leaseCases = group('work', {
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
