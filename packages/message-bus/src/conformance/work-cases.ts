import { group } from './bench.ts'
import { comes, equal, eventually } from './expectations.ts'
import { held, sendAll, work } from './working.ts'

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
})
