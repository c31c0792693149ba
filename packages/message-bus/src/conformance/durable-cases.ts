import { type Bench, group } from './bench.ts'
import { comes, equal, rejects } from './expectations.ts'

/** Subscribes under a name and notes payloads as they come. */
async function named(bench: Bench, durable: string, from?: 'start') {
  const seen: unknown[] = []
  const subscription = await bench.bus.subscribe('count', ({ payload }) => seen.push(payload), {
    durable,
    from,
  })
  return { seen, subscription }
}

async function publishAll(bench: Bench, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await bench.bus.publish('count', n)
}

export const durableCases = group('durable subscriptions', {
  'go on where they were': async (open) => {
    const bench = await open()
    await publishAll(bench, 1, 2)
    const first = await named(bench, 'audit', 'start')
    await comes(bench, first.seen, [1, 2], 'from the start')
    await bench.settle()
    await first.subscription.close()
    await publishAll(bench, 3, 4)
    const second = await named(bench, 'audit', 'start')
    await comes(bench, second.seen, [3, 4], 'what came meanwhile')
    const other = await named(bench, 'other')
    await publishAll(bench, 5, 5)
    await comes(bench, other.seen, [5], 'another name has a place of its own')
  },

  'keep their place from the beginning, even before the first event': async (open) => {
    const bench = await open()
    await publishAll(bench, 1, 1)
    await (await named(bench, 'audit')).subscription.close()
    await publishAll(bench, 2, 2)
    await comes(bench, (await named(bench, 'audit')).seen, [2], 'since it was named')
  },

  'are told of what is gone': async (open) => {
    const bench = await open({ maxEvents: 2 })
    const first = await named(bench, 'audit')
    await publishAll(bench, 1, 1)
    await comes(bench, first.seen, [1], 'first')
    await bench.settle()
    await first.subscription.close()
    await publishAll(bench, 2, 5)
    const missed: unknown[] = []
    await bench.bus.subscribe('count', ({ payload }, { gap }) => missed.push([payload, gap?.missed ?? 0]), {
      durable: 'audit',
    })
    await comes(
      bench,
      missed,
      [
        [4, 2],
        [5, 0],
      ],
      'the gap',
    )
  },

  'need a proper name and a proper beginning': async (open) => {
    const { bus } = await open()
    await rejects(
      bus.subscribe('t', () => {}, { durable: '' }),
      'MESSAGE_BAD_OPTION',
    )
    await rejects(
      bus.subscribe('t', () => {}, { from: new Date(Number.NaN) }),
      'MESSAGE_BAD_OPTION',
    )
    equal((await bus.healthCheck()).numbers.subscriptions, 0, 'nobody listens')
  },
})
