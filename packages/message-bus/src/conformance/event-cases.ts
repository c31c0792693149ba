import type { EventGap, SubscribeOptions } from '../contract/events.ts'
import { type Bench, group } from './bench.ts'
import { comes, equal, eventually, holds, rejects } from './expectations.ts'

/** Subscribes and notes payloads as they come. */
async function listen(bench: Bench, pattern: string, options?: SubscribeOptions): Promise<unknown[]> {
  const seen: unknown[] = []
  await bench.bus.subscribe(pattern, ({ payload }) => seen.push(payload), options)
  return seen
}

async function publishAll(bench: Bench, from: number, to: number, ms = 0): Promise<void> {
  for (let n = from; n <= to; n++) {
    await bench.bus.publish('count', n, { id: `e${n}` })
    if (ms > 0) await bench.advance(ms)
  }
}

export const eventCases = group('events', {
  'reach every subscription whose pattern matches, in order': async (open) => {
    const bench = await open()
    const exact = await listen(bench, 'order:paid')
    const star = await listen(bench, 'order:*')
    const part = await listen(bench, 'order:eu.*')
    const all = await listen(bench, '**')
    const topics = ['order:paid', 'order:eu.paid', 'order:eu.paid.late', 'order:a:b', 'other']
    for (const topic of topics) await bench.bus.publish(topic, topic)
    await comes(bench, all, topics, '**')
    equal(exact, ['order:paid'], 'exact')
    equal(star, ['order:paid', 'order:eu.paid', 'order:eu.paid.late'], 'order:*')
    equal(part, ['order:eu.paid'], 'order:eu.*')
  },

  'are accepted before any handler runs, and do not wait for handlers': async (open) => {
    const bench = await open()
    let handled = false
    await bench.bus.subscribe('slow', async () => {
      handled = true
      await new Promise(() => {})
    })
    const { id, duplicate } = await bench.bus.publish('slow', 1)
    holds(typeof id === 'string' && duplicate === false, 'publish answers')
    await eventually(
      bench,
      () => handled,
      () => 'the handler runs',
    )
  },

  'are handled one at a time by each subscription': async (open) => {
    const bench = await open()
    const log: string[] = []
    await bench.bus.subscribe('count', async ({ payload }) => {
      log.push(`begin ${payload}`)
      await bench.settle()
      log.push(`end ${payload}`)
    })
    await publishAll(bench, 1, 2)
    await comes(bench, log, ['begin 1', 'end 1', 'begin 2', 'end 2'], 'turns')
  },

  'go on when a handler throws': async (open) => {
    const errors: unknown[] = []
    const bench = await open({ onHandlerError: (error) => errors.push((error as Error).message) })
    await bench.bus.subscribe('count', async () => {
      throw new Error('async')
    })
    await bench.bus.subscribe('count', ({ payload }) => {
      if (payload === 1) throw new Error('sync')
    })
    const other = await listen(bench, 'count')
    await publishAll(bench, 1, 2)
    await comes(bench, other, [1, 2], 'the other subscription')
    await eventually(
      bench,
      () => errors.length === 3,
      () => `three errors are reported: ${errors}`,
    )
  },

  'begin now by default': async (open) => {
    const bench = await open()
    await publishAll(bench, 1, 2)
    const seen = await listen(bench, 'count')
    await publishAll(bench, 3, 3)
    await comes(bench, seen, [3], 'from now')
  },

  'are replayed from the start, from an id and from a time, then go on live': async (open) => {
    const bench = await open()
    await publishAll(bench, 1, 4, 20)
    const times = await listTimes(bench)
    const start = await listen(bench, 'count', { from: 'start' })
    const behind = await listen(bench, 'count', { from: 'e2' })
    const since = await listen(bench, 'count', { from: new Date(times[2] as number) })
    await publishAll(bench, 5, 5)
    await comes(bench, start, [1, 2, 3, 4, 5], 'from the start')
    await comes(bench, behind, [3, 4, 5], 'behind an id')
    await comes(bench, since, [3, 4, 5], 'from a time')
  },

  'are kept up to a number, and what is missing is said': async (open) => {
    const bench = await open({ maxEvents: 3 })
    await publishAll(bench, 1, 5)
    const gaps: (EventGap | undefined)[] = []
    const seen: unknown[] = []
    await bench.bus.subscribe(
      'count',
      ({ payload }, { gap }) => {
        seen.push(payload)
        gaps.push(gap)
      },
      { from: 'e1' },
    )
    await comes(bench, seen, [3, 4, 5], 'what is left')
    equal(gaps[0]?.after, 'e1', 'the gap names where it begins')
    equal(
      gaps.slice(1),
      [null, null].map(() => null),
      'only the first message tells of it',
    )
  },

  'are kept for a time': async (open) => {
    const bench = await open({ maxEventAgeMs: 1200 })
    await publishAll(bench, 1, 1)
    await bench.advance(900)
    await publishAll(bench, 2, 2)
    await bench.advance(400)
    await comes(bench, await listen(bench, 'count', { from: 'start' }), [2], 'what is young enough')
  },

  'that a slow handler missed are counted for it': async (open) => {
    const bench = await open({ maxEvents: 2 })
    const seen: unknown[] = []
    const gaps: (EventGap | undefined)[] = []
    let release: (() => void) | undefined
    await bench.bus.subscribe('count', async ({ payload }, { gap }) => {
      seen.push(payload)
      gaps.push(gap)
      if (payload === 1) await new Promise<void>((resolve) => (release = resolve))
    })
    await publishAll(bench, 1, 1)
    await eventually(
      bench,
      () => release !== undefined,
      () => 'the first is being handled',
    )
    await publishAll(bench, 2, 6)
    release?.()
    await comes(bench, seen, [1, 5, 6], 'what was left')
    equal(gaps[1], { after: 'e1', missed: 3 }, 'the gap')
  },

  'with an id of the caller are taken once within the window': async (open) => {
    const bench = await open({ dedupMs: 600 })
    const seen = await listen(bench, 'count')
    equal(await bench.bus.publish('count', 1, { id: 'x' }), { id: 'x', duplicate: false }, 'first')
    equal(await bench.bus.publish('count', 2, { id: 'x' }), { id: 'x', duplicate: true }, 'second')
    await bench.advance(700)
    equal(await bench.bus.publish('count', 3, { id: 'x' }), { id: 'x', duplicate: false }, 'after the window')
    await comes(bench, seen, [1, 3], 'delivered')
  },

  'that were refused are not remembered as seen': async (open) => {
    const { bus } = await open()
    await rejects(bus.publish('count', 1n, { id: 'x' }), 'MESSAGE_NOT_JSON')
    equal((await bus.publish('count', 1, { id: 'x' })).duplicate, false, 'the proper one is taken')
  },

  'stop coming when the subscription is closed, by hand or by signal': async (open) => {
    const bench = await open()
    const seen: unknown[] = []
    const stop = new AbortController()
    const byHand = await bench.bus.subscribe('count', ({ payload }) => seen.push(payload))
    const bySignal = await bench.bus.subscribe('count', ({ payload }) => seen.push(payload), {
      signal: stop.signal,
    })
    const early = await bench.bus.subscribe('count', ({ payload }) => seen.push(payload), {
      signal: AbortSignal.abort(),
    })
    await publishAll(bench, 1, 1)
    await comes(bench, seen, [1, 1], 'both')
    await byHand.close()
    await byHand.close()
    stop.abort()
    await publishAll(bench, 2, 2)
    await bench.settle()
    equal(seen, [1, 1], 'no more')
    equal([byHand.closed, bySignal.closed, early.closed], [true, true, true], 'closed')
  },
})

/** Timestamps that the bus gave to what it holds. */
async function listTimes(bench: Bench): Promise<number[]> {
  const times: number[] = []
  const subscription = await bench.bus.subscribe('count', ({ timestamp }) => times.push(timestamp), {
    from: 'start',
  })
  await eventually(
    bench,
    () => times.length === 4,
    () => 'all are replayed',
  )
  await subscription.close()
  return times
}
