import { group } from './bench.ts'
import { comes, equal, rejects } from './expectations.ts'
import { sendAll, work } from './working.ts'

export const roomCases = group('work', {
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
})
