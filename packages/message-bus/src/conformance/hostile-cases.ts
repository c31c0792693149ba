import type { WorkHandler } from '../contract/work.ts'
import { type Bench, group } from './bench.ts'
import { comes, equal, rejects } from './expectations.ts'

const quiet = { onHandlerError: () => {} }

/** Names that could end a hash tag, a key or a line where messages are kept. */
const NAMES = ['a{b}', '}x{', '{}', 'a,b', 'a%7Db', 'a}b', '"q"', 'é漢🜁', '-', '0', 'x'.repeat(255)]

const circular = (): unknown => {
  const value: Record<string, unknown> = {}
  value.self = [value]
  return value
}

/** What a handler can do wrong. Each of them counts as a failure of that delivery, and of nothing else. */
const BAD_HANDLERS: Readonly<Record<string, WorkHandler>> = {
  'throws nothing': () => {
    throw undefined
  },
  'throws what throws when it is looked at': () => {
    throw {
      get message() {
        throw new Error('hands off')
      },
    }
  },
  'throws what is no error': () => Promise.reject('text'),
  'returns a thenable that fails': () => ({
    // biome-ignore lint/suspicious/noThenProperty: it is what is tested
    then: (_: unknown, failed: (error: Error) => void) => failed(new Error('no')),
  }),
  'returns a thenable that throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: it is what is tested
    then() {
      throw new Error('no')
    },
  }),
}

async function reaches(
  bench: Bench,
  look: () => Promise<unknown>,
  goal: unknown,
  what: string,
): Promise<void> {
  for (let round = 0; round < 100 && JSON.stringify(await look()) !== JSON.stringify(goal); round++)
    await bench.settle()
  equal(await look(), goal, what)
}

export const hostileCases = group('bad input', {
  'any proper name keeps to itself': async (open) => {
    const bench = await open()
    const seen: unknown[] = []
    for (const name of NAMES) {
      await bench.bus.consume(name, ({ payload, topic }) => seen.push(payload === topic ? 'own' : 'foreign'))
      await bench.bus.send(name, name)
    }
    await comes(
      bench,
      seen,
      NAMES.map(() => 'own'),
      'each queue gets its own',
    )
    const events: unknown[] = []
    for (const name of NAMES) await bench.bus.subscribe(name, ({ payload }) => events.push(payload))
    for (const name of NAMES) await bench.bus.publish(name, name)
    await comes(bench, events, NAMES, 'each topic gets its own')
    for (const name of NAMES) await bench.bus.respond(name, (payload) => payload)
    const answers = await Promise.all(NAMES.map((name) => bench.bus.request(name, name)))
    equal(answers, NAMES, 'each responder gets its own')
  },

  'any session keeps to itself, and in order': async (open) => {
    const bench = await open()
    const sessions = [...NAMES, 'a b', 'a\nb', '\u0000', ':meta', '}:meta', ' ', '1 2 3 4 5 6 7']
    for (const n of [1, 2])
      for (const sessionId of sessions) await bench.bus.send('q', `${n} ${sessionId}`, { sessionId })
    const seen: unknown[] = []
    await bench.bus.consume('q', ({ payload, sessionId }) => seen.push([sessionId, payload]), {
      concurrency: 50,
    })
    const expected = [1, 2].flatMap((n) => sessions.map((session) => [session, `${n} ${session}`]))
    await comes(bench, seen, expected, 'in turns')
  },

  'what is no handler, no middleware and no object of options is refused, as plain JavaScript may pass it':
    async (open) => {
      const { bus } = await open()
      for (const handler of [undefined, null, {}, 'f'] as never[]) {
        await rejects(bus.consume('q', handler), 'MESSAGE_BAD_OPTION')
        await rejects(bus.consumeOnce('q', handler), 'MESSAGE_BAD_OPTION')
        await rejects(bus.subscribe('t', handler), 'MESSAGE_BAD_OPTION')
        await rejects(bus.respond('t', handler), 'MESSAGE_BAD_OPTION')
        await rejects(bus.subscribeToTasks('a', handler), 'MESSAGE_BAD_OPTION')
        await rejects(bus.subscribeToResults('a', handler), 'MESSAGE_BAD_OPTION')
      }
      for (const middleware of [undefined, null, 5, []] as never[])
        await rejects(
          Promise.resolve().then(() => bus.use(middleware)),
          'MESSAGE_BAD_OPTION',
        )
      await rejects(bus.send('q', 1, { backoff: 5 as never }), 'MESSAGE_BAD_OPTION')
      equal((await bus.queueStatus('q')).consumers, 0, 'nobody consumes')
    },

  'options that are not there, and selections that were forgotten, are refused': async (open) => {
    const { bus } = await open({ onHandlerError: () => {} })
    const misspelt = { delay: 5, topic: 'x' } as object
    const calls = [
      () => bus.publish('t', 1, misspelt),
      () => bus.subscribe('t', () => {}, misspelt),
      () => bus.send('q', 1, misspelt),
      () => bus.consume('q', () => {}, misspelt),
      () => bus.consumeOnce('q', () => {}, misspelt),
      () => bus.request('t', 1, misspelt),
      () => bus.respond('t', () => {}, misspelt),
      () => bus.publishTask({ taskId: 't', agentId: 'a', input: 1 }, misspelt),
      () => bus.publishResult({ taskId: 't', agentId: 'a', result: 1 }, misspelt),
      () => bus.getResult('t', misspelt),
      () => bus.deadLetters('q', misspelt),
      () => bus.replayDeadLetters('q', misspelt),
      () => bus.purgeDeadLetters('q', misspelt),
      () => bus.purgeDeadLetters('q', ['id'] as object),
      () => bus.purgeDeadLetters('q', { ids: 'id' as never }),
      () => bus.purgeDeadLetters('q', { reason: 'fail' as never }),
      () => bus.purgeDeadLetters('q', { where: true as never }),
      () => bus.close(misspelt),
      () => bus.send('q', 1, { backoff: { first: 5 } as object }),
      () => bus.publishTask({ taskId: 't', agentId: 'a', input: 1, priorty: 3 } as never),
      () => bus.publishResult({ taskId: 't', agentId: 'a', result: 1, errr: 3 } as never),
    ]
    for (const call of calls) await rejects(call(), 'MESSAGE_BAD_OPTION')
    await bus.send('q', 1, { id: 'kept' })
    await bus.consumeOnce('q', () => {
      throw Object.assign(new Error('no'), { retriable: false })
    })
    for (const forgotten of [{ ids: undefined }, { reason: undefined }, { where: undefined }]) {
      await rejects(bus.purgeDeadLetters('q', forgotten), 'MESSAGE_BAD_OPTION')
      await rejects(bus.replayDeadLetters('q', forgotten), 'MESSAGE_BAD_OPTION')
      equal((await bus.deadLetters('q', forgotten)).length, 1, 'listing moves nothing')
    }
    equal([await bus.purgeDeadLetters('q', { ids: [] }), await bus.purgeDeadLetters('q')], [0, 1], 'purged')
  },

  'names, sessions and numbers that cannot be are refused': async (open) => {
    const { bus } = await open()
    for (const topic of ['a b', 'a\nb', 'a\tb', '\u0000', '\ud800', 'x'.repeat(10_240)]) {
      await rejects(bus.publish(topic, 1), 'MESSAGE_BAD_TOPIC')
      await rejects(bus.send(topic, 1), 'MESSAGE_BAD_TOPIC')
    }
    await rejects(bus.send('q', 1, { sessionId: 'x'.repeat(10_240) }), 'MESSAGE_BAD_ENVELOPE')
    for (const ttlMs of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      await rejects(bus.send('q', 1, { ttlMs }), 'MESSAGE_BAD_ENVELOPE')
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await rejects(bus.send('q', 1, { delayMs: ms }), 'MESSAGE_BAD_OPTION')
      await rejects(bus.send('q', 1, { backoff: { firstMs: ms } }), 'MESSAGE_BAD_OPTION')
      await rejects(bus.request('q', 1, { timeoutMs: ms }), 'MESSAGE_BAD_OPTION')
    }
    for (const count of [0, -1, 1.5, Number.NaN]) {
      await rejects(
        bus.consume('q', () => {}, { concurrency: count }),
        'MESSAGE_BAD_OPTION',
      )
      await rejects(
        bus.consume('q', () => {}, { batchSize: count }),
        'MESSAGE_BAD_OPTION',
      )
    }
    equal((await bus.queueStatus('q')).ready, 0, 'nothing was taken')
  },

  'payloads that cannot be are refused, whatever they are sent by': async (open) => {
    const { bus } = await open()
    await bus.respond('r', () => 1)
    const bad: readonly (readonly [unknown, string])[] = [
      [circular(), 'MESSAGE_NOT_JSON'],
      [10n, 'MESSAGE_NOT_JSON'],
      ['x'.repeat(50 * 1024 * 1024), 'MESSAGE_TOO_LARGE'],
    ]
    for (const [payload, code] of bad) {
      await rejects(bus.publish('t', payload), code)
      await rejects(bus.send('q', payload), code)
      await rejects(bus.request('r', payload), code)
      await rejects(bus.publishTask({ taskId: 't', agentId: 'a', input: payload }), code)
      await rejects(bus.publishResult({ taskId: 't', agentId: 'a', result: payload }), code)
    }
  },

  'keys that name a prototype are data': async (open) => {
    const bench = await open()
    const text = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
    const seen: unknown[] = []
    await bench.bus.consume('q', ({ payload, headers }) => seen.push(JSON.stringify([payload, headers])))
    await bench.bus.send('q', JSON.parse(text), { headers: JSON.parse('{"__proto__":"x"}') })
    await comes(bench, seen, [`[${text},{"__proto__":"x"}]`], 'as it was sent')
    equal(({} as Record<string, unknown>).polluted, undefined, 'no prototype is touched')
  },

  'a handler that fails in an odd way fails its own message alone': async (open) => {
    const bench = await open(quiet)
    const names = Object.keys(BAD_HANDLERS)
    const good: unknown[] = []
    await bench.bus.consume('q', (envelope, context) => {
      const bad = BAD_HANDLERS[String(envelope.payload)]
      return bad ? bad(envelope, context) : good.push(envelope.payload)
    })
    for (const name of names) await bench.bus.send('q', name, { id: name, maxAttempts: 1 })
    await bench.bus.send('q', 'good')
    await comes(bench, good, ['good'], 'the others go on')
    const dead = async () => (await bench.bus.deadLetters('q')).map(({ envelope }) => envelope.id)
    await reaches(bench, dead, names, 'each is a dead letter')
  },

  'a handler that settles twice is done once': async (open) => {
    const bench = await open(quiet)
    let deliveries = 0
    await bench.bus.consume('q', () => {
      deliveries++
      return {
        // biome-ignore lint/suspicious/noThenProperty: it is what is tested
        then(done: () => void, failed: (error: Error) => void) {
          done()
          failed(new Error('too late'))
          throw new Error('far too late')
        },
      }
    })
    await bench.bus.send('q', 1, { maxAttempts: 1 })
    const status = async () => {
      const { ready, delayed, leased, dead } = await bench.bus.queueStatus('q')
      return [deliveries, ready, delayed, leased, dead]
    }
    await reaches(bench, status, [1, 0, 0, 0, 0], 'acknowledged, and not dead')
  },

  'a handler that hangs keeps nobody else waiting': async (open) => {
    const bench = await open(quiet)
    const seen: unknown[] = []
    await bench.bus.consume(
      'q',
      ({ payload }) => (payload === 'hangs' ? new Promise(() => {}) : seen.push(payload)),
      { concurrency: 2 },
    )
    for (const payload of ['hangs', 1, 2, 3]) await bench.bus.send('q', payload)
    await comes(bench, seen, [1, 2, 3], 'the others')
    equal((await bench.bus.queueStatus('q')).leased, 1, 'one hangs')
  },
})
