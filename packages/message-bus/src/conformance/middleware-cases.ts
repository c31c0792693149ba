import type { Middleware } from '../contract/middleware.ts'
import { group } from './bench.ts'
import { comes, equal, rejects } from './expectations.ts'

const wrapping = (mark: string): Middleware => ({
  name: mark,
  outgoing: (message, next) => next({ ...message, payload: `${mark}(${message.payload})` }),
  incoming: (message, next) => {
    const payload = String(message.envelope.payload).replace(new RegExp(`^${mark}\\((.*)\\)$`), '$1')
    return next({ ...message, envelope: { ...message.envelope, payload } })
  },
})

export const middlewareCases = group('middleware', {
  'stands around everything, the last one nearest to the broker': async (open) => {
    const bench = await open()
    const raw: unknown[] = []
    const spy: Middleware = {
      name: 'spy',
      outgoing: (message, next) => {
        raw.push(message.payload)
        return next(message)
      },
    }
    const bus = bench.bus.use(wrapping('a')).use(wrapping('b')).use(spy)
    const seen: unknown[] = []
    await bus.subscribe('t', ({ payload }, { envelope }) => seen.push([payload, envelope.payload]))
    await bus.publish('t', 'event')
    await comes(bench, seen, [['event', 'event']], 'opened again')
    await bus.consume('q', ({ payload }) => seen.push(payload))
    await bus.send('q', 'work')
    await comes(bench, seen, [['event', 'event'], 'work'], 'work too')
    await bus.respond('r', (payload) => `${payload}!`)
    equal(await bus.request('r', 'question'), 'question!', 'questions too')
    equal(raw, ['b(a(event))', 'b(a(work))', 'b(a(question))', 'b(a(question!))'], 'what leaves')
  },

  'may refuse: the caller hears of it, and of incoming work it counts as thrown by the handler': async (
    open,
  ) => {
    const bench = await open({ onHandlerError: () => {} })
    const bus = bench.bus.use({
      name: 'guard',
      outgoing: async (message, next) => {
        if (message.payload === 'out') throw Object.assign(new Error('no'), { code: 'MINE' })
        return next(message)
      },
      incoming: async (message, next) => {
        if (message.envelope.payload === 'in') throw Object.assign(new Error('no'), { retriable: false })
        return next(message)
      },
    })
    await rejects(bus.publish('t', 'out'), 'MINE')
    const seen: unknown[] = []
    await bus.consume('q', ({ payload }) => seen.push(payload))
    await bus.send('q', 'in')
    await bus.send('q', 'fine')
    await comes(bench, seen, ['fine'], 'what was let through')
    equal(
      (await bus.deadLetters('q')).map(({ reason }) => reason),
      ['rejected'],
      'dead',
    )
  },

  'that takes its time does not reorder a session': async (open) => {
    const bench = await open()
    const bus = bench.bus.use({
      name: 'slow',
      outgoing: async (message, next) => {
        if (message.payload === 1) await bench.settle()
        return next(message)
      },
    })
    await Promise.all([1, 2, 3].map((n) => bus.send('q', n, { sessionId: 'a' })))
    const seen: unknown[] = []
    await bus.consume('q', ({ payload }) => seen.push(payload))
    await comes(bench, seen, [1, 2, 3], 'order')
  },
})
