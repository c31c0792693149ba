import { describe, expect, it } from 'vitest'
import { memoryBench } from '../../test/virtual-ports.ts'
import type {
  ConsumeOptions,
  Consumer,
  EventHandler,
  MessageBus,
  Middleware,
  QuestionHandler,
  RequestOptions,
  ResultMessage,
  SubscribeOptions,
  Subscription,
  WorkHandler,
} from '../index.ts'
import { messageBusCases, messageBusConformance, runCase } from './index.ts'

/** The bus without claims about what payloads are. */
interface Plain
  extends Omit<MessageBus, 'use' | 'consume' | 'subscribe' | 'request' | 'respond' | 'getResult'> {
  use(middleware: Middleware): unknown
  consume(queue: string, handler: WorkHandler, options?: ConsumeOptions): Promise<Consumer>
  subscribe(pattern: string, handler: EventHandler, options?: SubscribeOptions): Promise<Subscription>
  request(topic: string, payload: unknown, options?: RequestOptions): Promise<unknown>
  respond(topic: string, handler: QuestionHandler, options?: { signal?: AbortSignal }): Promise<Subscription>
  getResult(taskId: string, options?: { waitMs?: number }): Promise<ResultMessage | undefined>
}

type Break = (bus: Plain) => Partial<Plain>

/** A bus with some methods replaced. */
const broken = (change: Break) => (bus: MessageBus) => {
  const changes = change(bus as Plain)
  return new Proxy(bus, {
    get: (target, name) => {
      const value = Reflect.get(name in changes ? changes : target, name)
      return typeof value === 'function' ? value.bind(name in changes ? changes : target) : value
    },
  })
}

/** Mistakes that a backend can make, each with the group of cases that must notice. */
const MISTAKES: Record<string, readonly [group: string, change: Break]> = {
  'loses the id given': [
    'events',
    (bus) => ({ publish: (t, p, o) => bus.publish(t, p, { ...o, id: undefined }) }),
  ],
  'loses headers': [
    'messages',
    (bus) => ({ publish: (t, p, o) => bus.publish(t, p, { ...o, headers: undefined }) }),
  ],
  'delivers payloads by reference': [
    'messages',
    (bus) => {
      const last: { payload?: unknown } = {}
      return {
        publish: (t, p, o) => {
          last.payload = p
          return bus.publish(t, p, o)
        },
        subscribe: (t, h, o) => bus.subscribe(t, (e, c) => h({ ...e, payload: last.payload }, c), o),
      }
    },
  ],
  'sends what is not JSON as null': [
    'messages',
    (bus) => ({ publish: (t, p, o) => bus.publish(t, p, o).catch(() => bus.publish(t, null, o)) }),
  ],
  'ignores where to begin': [
    'events',
    (bus) => ({ subscribe: (t, h, o) => bus.subscribe(t, h, { ...o, from: 'now' }) }),
  ],
  'always begins at the start': [
    'events',
    (bus) => ({ subscribe: (t, h, o) => bus.subscribe(t, h, { ...o, from: 'start' }) }),
  ],
  'hides gaps': [
    'events',
    (bus) => ({ subscribe: (t, h, o) => bus.subscribe(t, (e, c) => h(e, { ...c, gap: undefined }), o) }),
  ],
  'takes every pattern for everything': [
    'events',
    (bus) => ({ subscribe: (_, h, o) => bus.subscribe('**', h, o) }),
  ],
  'waits for handlers before it answers': [
    'events',
    (bus) => {
      const running: unknown[] = []
      return {
        subscribe: (t, h, o) =>
          bus.subscribe(
            t,
            (e, c) => {
              const run = h(e, c)
              running.push(run)
              return run
            },
            o,
          ),
        publish: async (t, p, o) => {
          const published = await bus.publish(t, p, o)
          await new Promise((resolve) => setImmediate(resolve))
          await Promise.race([
            Promise.all(running),
            new Promise((_, reject) => setTimeout(reject, 50, new Error('hangs'))),
          ])
          return published
        },
      }
    },
  ],
  'runs handlers side by side': [
    'events',
    (bus) => ({
      subscribe: (t, h, o) =>
        bus.subscribe(
          t,
          (e, c) => {
            void Promise.resolve()
              .then(() => h(e, c))
              .catch(() => {})
          },
          o,
        ),
    }),
  ],
  'forgets signals of subscribers': [
    'events',
    (bus) => ({ subscribe: (t, h, o) => bus.subscribe(t, h, { ...o, signal: undefined }) }),
  ],
  'gives work to everybody': [
    'work',
    (bus) => {
      const handlers: WorkHandler[] = []
      return {
        consume: (q, h, o) => {
          handlers.push(h)
          return bus.consume(
            q,
            async (e, c) => void (await Promise.all(handlers.map((each) => each(e, c)))),
            o,
          )
        },
      }
    },
  ],
  'has no sessions': [
    'work',
    (bus) => ({ send: (q, p, o) => bus.send(q, p, { ...o, sessionId: undefined }) }),
  ],
  'has no priority': ['work', (bus) => ({ send: (q, p, o) => bus.send(q, p, { ...o, priority: 0 }) })],
  'has no delays': ['work', (bus) => ({ send: (q, p, o) => bus.send(q, p, { ...o, delayMs: 0 }) })],
  'has no time to live': [
    'work',
    (bus) => ({ send: (q, p, o) => bus.send(q, p, { ...o, ttlMs: undefined }) }),
  ],
  'acknowledges what failed': [
    'work',
    (bus) => ({
      consume: (q, h, o) =>
        bus.consume(
          q,
          async (e, c) => {
            try {
              await h(e, c)
            } catch {}
          },
          o,
        ),
    }),
  ],
  'does not say when a lease is lost': [
    'work',
    (bus) => ({
      consume: (q, h, o) => bus.consume(q, (e, c) => h(e, { ...c, signal: new AbortController().signal }), o),
    }),
  ],
  'extends a lost lease': [
    'work',
    (bus) => ({ consume: (q, h, o) => bus.consume(q, (e, c) => h(e, { ...c, extend: async () => {} }), o) }),
  ],
  'never renews a lease': [
    'work',
    (bus) => ({ consume: (q, h, o) => bus.consume(q, h, { ...o, renew: false }) }),
  ],
  'always renews a lease': [
    'work',
    (bus) => ({ consume: (q, h, o) => bus.consume(q, h, { ...o, renew: true }) }),
  ],
  'does one at a time whatever is asked': [
    'work',
    (bus) => ({ consume: (q, h, o) => bus.consume(q, h, { ...o, concurrency: 1 }) }),
  ],
  'drops work when the queue is full': [
    'work',
    (bus) => ({ send: (q, p, o) => bus.send(q, p, o).catch(() => ({ id: 'dropped', duplicate: false })) }),
  ],
  'replays all dead letters whatever is asked': [
    'work',
    (bus) => ({ replayDeadLetters: (q) => bus.replayDeadLetters(q) }),
  ],
  'drops a message': [
    'work',
    (bus) => {
      let sent = 0
      return {
        send: (q, p, o) =>
          ++sent === 2 ? Promise.resolve({ id: 'x', duplicate: false }) : bus.send(q, p, o),
      }
    },
  ],
  'delivers a message twice': [
    'work',
    (bus) => ({
      consume: (q, h, o) =>
        bus.consume(
          q,
          async (e, c) => {
            await h(e, c)
            await h(e, c)
          },
          o,
        ),
    }),
  ],
  'reorders a session': [
    'work',
    (bus) => {
      const swapped = new Map<unknown, unknown>([
        ['a1', 'a2'],
        ['a2', 'a1'],
      ])
      return {
        consume: (q, h, o) =>
          bus.consume(q, (e, c) => h({ ...e, payload: swapped.get(e.payload) ?? e.payload }, c), o),
      }
    },
  ],
  'acknowledges before the handler is done': [
    'work',
    (bus) => ({ consume: (q, h, o) => bus.consume(q, (e, c) => void h(e, c), o) }),
  ],
  'goes on calling handlers after the end': [
    'events',
    (bus) => ({
      subscribe: async (t, h, o) => {
        const real = await bus.subscribe(t, h, { ...o, signal: undefined })
        let closed = false
        return {
          id: real.id,
          topic: real.topic,
          get closed() {
            return closed || (o?.signal?.aborted ?? false)
          },
          close: async () => {
            closed = true
          },
          [Symbol.asyncDispose]: async () => {},
        }
      },
    }),
  ],
  'lets a session have all the turns': [
    'consumers',
    (bus) => ({ consume: (q, h, o) => bus.consume(q, h, { ...o, batchSize: 100 }) }),
  ],
  'takes one message at a time whatever is asked': [
    'consumers',
    (bus) => ({ consume: (q, h, o) => bus.consume(q, h, { ...o, batchSize: 1 }) }),
  ],
  'cannot be paused': [
    'consumers',
    (bus) => ({
      consume: async (q, h, o) => Object.assign(await bus.consume(q, h, o), { pause: () => {} }),
    }),
  ],
  'does not wait while it is drained': [
    'consumers',
    (bus) => ({
      consume: async (q, h, o) => {
        const consumer = await bus.consume(q, h, o)
        return Object.assign(consumer, { drain: () => consumer.close() })
      },
    }),
  ],
  'consumes once without limits': [
    'consumers',
    (bus) => ({ consumeOnce: (q, h, o) => bus.consumeOnce(q, h, { ...o, maxMessages: undefined }) }),
  ],
  'shows all dead letters whatever is asked': [
    'consumers',
    (bus) => ({ deadLetters: (q) => bus.deadLetters(q) }),
  ],
  'purges all dead letters whatever is asked': [
    'consumers',
    (bus) => ({ purgeDeadLetters: (q) => bus.purgeDeadLetters(q) }),
  ],
  'replays as fast as it can': [
    'consumers',
    (bus) => ({
      replayDeadLetters: (q, o) => bus.replayDeadLetters(q, { ...o, perSecond: undefined }),
    }),
  ],
  'forgets the places of subscriptions': [
    'durable subscriptions',
    (bus) => ({ subscribe: (t, h, o) => bus.subscribe(t, h, { ...o, durable: undefined }) }),
  ],
  'passes middleware by': [
    'middleware',
    (bus) => ({
      use() {
        return bus
      },
    }),
  ],
  'hides its backlog': [
    'life of a bus',
    (bus) => ({ healthCheck: async () => ({ ...(await bus.healthCheck()), backlog: 0 }) }),
  ],
  'waits for a responder to appear': [
    'questions',
    (bus) => ({ request: (t, p, o) => bus.request(t, p, o).catch(() => null) }),
  ],
  'never times a question out by itself': [
    'questions',
    (bus) => ({ request: (t, p, o) => bus.request(t, p, { timeoutMs: 3_600_000, ...o }) }),
  ],
  'does not tell a responder that nobody waits': [
    'questions',
    (bus) => ({
      respond: (t, h, o) => bus.respond(t, (p, c) => h(p, { ...c, signal: new AbortController().signal }), o),
    }),
  ],
  'lets agents be workflows': [
    'tasks and results',
    (bus) => ({
      publishTask: (task, o) => bus.publishTask({ ...task, agentId: task.agentId.replace(':', '-') }, o),
    }),
  ],
  'takes the beginning of a run for its result': [
    'tasks and results',
    (bus) => ({ publishResult: (result, o) => bus.publishResult({ ...result, metadata: {} }, o) }),
  ],
  'ignores ids of results': [
    'tasks and results',
    (bus) => ({ publishResult: (result) => bus.publishResult(result) }),
  ],
  'does not wait for a result': ['tasks and results', (bus) => ({ getResult: (id) => bus.getResult(id) })],
  'is always healthy': [
    'life of a bus',
    (bus) => ({ healthCheck: async () => ({ ...(await bus.healthCheck()), healthy: true }) }),
  ],
  'does not close': ['life of a bus', () => ({ close: async () => {} })],
}

describe('the conformance suite notices a bus that', () => {
  it.each(Object.entries(MISTAKES))('%s', async (_, [group, change]) => {
    const failed: string[] = []
    for (const one of messageBusCases.filter((any) => any.group === group)) {
      const bounded = Promise.race([
        runCase(one, (settings) => memoryBench({ onHandlerError: () => {}, ...settings }, broken(change))),
        new Promise((_, reject) => setTimeout(reject, 500, new Error('the case hangs'))),
      ])
      await bounded.catch(() => failed.push(one.name))
      if (failed.length > 0) break
    }
    expect(failed).not.toEqual([])
  })
})

describe('messageBusConformance', () => {
  it('shows what is left out, with its reason, and refuses a reason without a case', () => {
    const left: string[] = []
    const ran: string[] = []
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: Object.assign((name: string) => ran.push(name), { skip: (name: string) => left.push(name) }),
    }
    const { name } = messageBusCases[0] as { name: string }
    messageBusConformance(runner, memoryBench, { [name]: 'the server cannot' })
    expect(left).toEqual([`${name} (left out: the server cannot)`])
    expect(ran).toHaveLength(messageBusCases.length - 1)
    expect(() => messageBusConformance(runner, memoryBench, { gone: 'why' })).toThrow('gone')
  })
})
