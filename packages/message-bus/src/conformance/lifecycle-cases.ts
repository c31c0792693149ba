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
})
