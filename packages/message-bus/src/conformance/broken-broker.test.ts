import { describe, expect, it } from 'vitest'
import { settled, VirtualPorts } from '../../test/virtual-ports.ts'
import type { AcceptingWork, Broker, Settlement } from '../broker/broker.ts'
import { BrokeredMessageBus } from '../bus/message-bus.ts'
import { busSettings } from '../bus/options.ts'
import { memoryBroker } from '../memory/memory-broker.ts'
import type { ConformanceSettings } from './index.ts'
import { messageBusCases, runCase } from './index.ts'

type Break = (broker: Broker, ports: VirtualPorts) => Partial<Broker>

/** Changes work on its way in. */
const changing = (broker: Broker, change: (one: AcceptingWork) => AcceptingWork): Partial<Broker> => ({
  send: (queue, work) => broker.send(queue, work.map(change)),
  turn: (queue, turn) => broker.turn(queue, { ...turn, send: turn.send.map(change) }),
})

/** Mistakes that a broker can make under a bus that is sound, each with the group of cases that must notice. */
const MISTAKES: Record<string, readonly [group: string, change: Break]> = {
  'does not fence acknowledgements: the first holder ends what another holds': [
    'work',
    (broker) => {
      const current = new Map<string, Settlement['lease']>()
      return {
        turn: async (queue, { settle, ...turn }) => {
          const last = current.get(queue)
          const unfenced = settle.map((one) => (last ? { ...one, lease: last } : one))
          const turned = await broker.turn(queue, { ...turn, settle: unfenced })
          for (const { lease } of turned.held) current.set(queue, lease)
          return turned
        },
        extend: async (_, leases) => leases.map(() => true),
      }
    },
  ],
  'loses what a consumer held that died': [
    'work',
    (broker) => ({
      turn: (queue, { claim, ...turn }) =>
        broker.turn(queue, { ...turn, claim: claim && { ...claim, leaseMs: 3_600_000 } }),
    }),
  ],
  'acknowledges what it hands out': [
    'work',
    (broker) => ({
      turn: async (queue, turn) => {
        const turned = await broker.turn(queue, turn)
        const settle = turned.held.map(
          ({ lease, messages }): Settlement => ({
            lease,
            outcome: { kind: 'done' },
            nth: messages.length - 1,
            ends: true,
          }),
        )
        if (settle.length > 0) await broker.turn(queue, { send: [], settle, claim: undefined })
        return turned
      },
    }),
  ],
  'accepts and forgets': [
    'work',
    (broker) => ({
      send: async (queue, work) => {
        await broker.send(queue, work.slice(1))
        return work.map(() => 'accepted' as const)
      },
      turn: async (queue, turn) => {
        const turned = await broker.turn(queue, { ...turn, send: turn.send.slice(1) })
        return { ...turned, verdicts: turn.send.map(() => 'accepted' as const) }
      },
    }),
  ],
  'hands out sessions without order': [
    'work',
    (broker) => changing(broker, (one) => ({ ...one, head: { ...one.head, sessionId: null } })),
  ],
  'takes every id for new': ['work', (broker) => changing(broker, (one) => ({ ...one, given: false }))],
  'never wakes anybody': [
    'work',
    (broker) => ({ watchQueue: (queue) => broker.watchQueue(queue, () => {}) }),
  ],
  'forgets when something is due': [
    'work',
    (broker) => ({
      turn: async (queue, turn) => ({ ...(await broker.turn(queue, turn)), nextInMs: undefined }),
      watchQueue: (queue, wake) => broker.watchQueue(queue, (one) => one?.inMs === 0 && wake(one)),
    }),
  ],
  'keeps no place': ['durable subscriptions', () => ({ keepPlace: async () => true })],
  'hears questions only once': [
    'questions',
    (broker) => ({
      takeQuestion: async (topic) => {
        const question = await broker.takeQuestion(topic)
        return question?.includes('"payload":2') ? undefined : question
      },
    }),
  ],
}

function open(change: Break) {
  return async (settings: ConformanceSettings = {}) => {
    const clock = new VirtualPorts()
    const ports = {
      now: () => clock.now(),
      newId: () => clock.newId(),
      setTimer: clock.setTimer.bind(clock),
    }
    const shared = busSettings({ onHandlerError: () => {}, ...settings, ports })
    const broker = memoryBroker(shared)
    const bus = new BrokeredMessageBus({ ...broker, ...change(broker, clock) }, shared)
    return { bus, advance: (ms: number) => clock.advance(ms), settle: settled }
  }
}

const failing = async (group: string, change: Break): Promise<string[]> => {
  const failed: string[] = []
  for (const one of messageBusCases.filter((any) => any.group === group)) {
    const bounded = Promise.race([
      runCase(one, open(change)),
      new Promise((_, reject) => setTimeout(reject, 500, new Error('the case hangs'))),
    ])
    await bounded.catch(() => failed.push(one.name))
    if (failed.length > 0) break
  }
  return failed
}

describe('the conformance suite notices a broker that', () => {
  it.each(Object.entries(MISTAKES))('%s', async (_, [group, change]) => {
    expect(await failing(group, change)).not.toEqual([])
  })
})

it('finds nothing wrong with the one that they all are made from', async () => {
  for (const group of new Set(Object.values(MISTAKES).map(([name]) => name)))
    expect(await failing(group, () => ({}))).toEqual([])
})
