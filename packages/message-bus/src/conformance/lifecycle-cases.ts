import { group } from './bench.ts'
import { equal, eventually, holds, rejects } from './expectations.ts'

export const lifecycleCases = group('life of a bus', {
  'it is healthy while it is open': async (open) => {
    const { bus } = await open()
    const health = await bus.healthCheck()
    equal([health.healthy, health.kind], [true, bus.kind], 'healthy')
    holds(health.latencyMs >= 0, 'latency')
    await bus.close()
    equal((await bus.healthCheck()).healthy, false, 'not after it was closed')
  },

  'its health and its statistics tell how the queues stand': async (open) => {
    const bench = await open({ onHandlerError: () => {}, backoffMs: 60_000 })
    const { bus } = bench
    equal((await bus.healthCheck()).backlog, 0, 'nothing yet')
    for (let n = 0; n < 3; n++) await bus.send('q', n)
    await bus.publish('t', 1)
    const before = await bus.healthCheck()
    equal([before.backlog, before.consumers, before.lastClaimAt], [3, 0, null], 'three wait, nobody works')
    holds(before.oldestMs !== null && before.oldestMs >= 0, 'age of the oldest')
    let handled = 0
    await bus.consume('q', ({ payload }) => {
      handled++
      if (payload === 2) throw new Error('no')
    })
    await eventually(
      bench,
      () => handled === 3,
      () => `three are handled: ${handled}`,
    )
    await bench.settle()
    const after = await bus.healthCheck()
    equal([after.backlog, after.consumers], [1, 1], 'one waits for its next attempt')
    holds((after.lastClaimAt ?? 0) > 0, 'last claim')
    const { queues, topics } = await bus.stats()
    const { depth, delayed, handlingMs, waitingMs, sentPerSecond, failedPerSecond } = queues.q ?? {}
    equal([depth, delayed], [1, 1], 'depth')
    holds((handlingMs?.p95 ?? -1) >= 0 && (waitingMs?.p50 ?? -1) >= 0, 'times')
    holds((sentPerSecond ?? 0) > 0 && (failedPerSecond ?? 0) > 0, 'rates')
    holds((topics.t?.publishedPerSecond ?? 0) > 0, 'rates of topics')
  },

  'closed, it refuses everything; closing twice does nothing': async (open) => {
    const { bus } = await open()
    await bus.close()
    await bus.close()
    await bus[Symbol.asyncDispose]()
    const calls = [
      () => bus.publish('t', 1),
      () => bus.subscribe('t', () => {}),
      () => bus.send('q', 1),
      () => bus.consume('q', () => {}),
      () => bus.deadLetters('q'),
      () => bus.replayDeadLetters('q'),
      () => bus.purgeDeadLetters('q'),
      () => bus.consumeOnce('q', () => {}),
      () => bus.stats(),
      () => bus.queueStatus('q'),
      () => bus.request('t', 1),
      () => bus.respond('t', () => {}),
      () => bus.publishTask({ taskId: 't', agentId: 'a', input: 1 }),
      () => bus.subscribeToTasks('a', () => {}),
      () => bus.publishResult({ taskId: 't', agentId: 'a', result: 1 }),
      () => bus.subscribeToResults('a', () => {}),
      () => bus.getResult('t'),
    ]
    for (const call of calls) await rejects(call(), 'MESSAGE_BUS_CLOSED')
  },

  'closing ends who waits and tells handlers': async (open) => {
    const bench = await open({ maxQueueDepth: 1, whenFull: 'wait', onHandlerError: () => {} })
    const { bus } = bench
    const signals: AbortSignal[] = []
    const hang = (_: unknown, { signal }: { signal: AbortSignal }) => {
      signals.push(signal)
      return new Promise(() => {})
    }
    const subscription = await bus.subscribe('t', hang)
    await bus.consume('q', hang)
    await bus.respond('r', hang)
    await bus.publish('t', 1)
    await bus.send('q', 1)
    const waits = [bus.request('r', 1), bus.getResult('t', { waitMs: 60_000 }), bus.send('q', 2)].map(
      (wait) => rejects(wait, 'MESSAGE_BUS_CLOSED'),
    )
    await eventually(
      bench,
      () => signals.length === 3,
      () => `three handlers run: ${signals.length}`,
    )
    await bus.close()
    await Promise.all(waits)
    equal(
      signals.map(({ aborted }) => aborted),
      [true, true, true],
      'signals',
    )
    equal(subscription.closed, true, 'subscription')
  },

  'closing lets handlers end for as long as it is told': async (open) => {
    const bench = await open()
    const { bus } = bench
    const running: (() => void)[] = []
    const aborted: boolean[] = []
    const slow = async (_: unknown, { signal }: { signal: AbortSignal }) => {
      await new Promise<void>((resolve) => running.push(resolve))
      await bus.publish('said', 'while closing')
      aborted.push(signal.aborted)
      return 'answer'
    }
    await bus.subscribe('t', slow)
    await bus.consume('q', slow)
    await bus.respond('r', slow)
    await bus.publish('t', 1)
    for (const n of [1, 2]) await bus.send('q', n, { sessionId: 's' })
    for (const n of [1, 2]) await bus.send('once', n, { sessionId: 's' })
    const once = bus.consumeOnce('once', slow)
    const answer = bus.request('r', 1)
    await eventually(
      bench,
      () => running.length === 4,
      () => `four handlers run: ${running.length}`,
    )
    let closed = false
    const closing = bus.close({ drainMs: 60_000 }).then(() => {
      closed = true
    })
    await bench.settle()
    equal([closed, (await bus.queueStatus('q')).leased], [false, 1], 'it waits')
    for (const late of [
      () => bus.consume('q', () => {}),
      () => bus.consumeOnce('q', () => {}),
      () => bus.subscribe('t', () => {}),
      () => bus.respond('r', () => {}),
    ])
      await rejects(late(), 'MESSAGE_BUS_CLOSED')
    for (const end of running) end()
    await closing
    equal([await answer, await once], ['answer', { done: 1, failed: 0 }], 'what they did counts')
    equal([aborted, running.length], [[false, false, false, false], 4], 'all have ended, none has begun')
  },

  'closing again without patience ends a wait for handlers': async (open) => {
    const bench = await open()
    const { bus } = bench
    let signal: AbortSignal | undefined
    await bus.consume('q', (_, context) => {
      signal = context.signal
      return new Promise(() => {})
    })
    await bus.send('q', 1)
    await eventually(
      bench,
      () => signal !== undefined,
      () => 'it hangs',
    )
    const closing = bus.close({ drainMs: 600_000 })
    await bench.settle()
    equal(signal?.aborted, false, 'it may end')
    await bus.close()
    await closing
    equal(signal?.aborted, true, 'not any more')
  },
})
