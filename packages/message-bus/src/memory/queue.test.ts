import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newHead } from '../contract/envelope.ts'
import { Queue, type Taken } from './queue.ts'

const LEASE_MS = 10

interface Message {
  readonly id: string
  readonly priority: number
  attempt: number
  availableAt: number
}

/** A session of the model: the same rules, found by looking at everything each time. */
interface Modelled {
  readonly name: string
  readonly messages: Message[]
  turn: number
  leasedUntil: number | undefined
  lease: Taken | undefined
  leased: number
}

class Model {
  sessions: Modelled[] = []
  dead: string[] = []
  turns = 0
  returned = 0

  send(name: string, message: Message): void {
    const known = this.sessions.find((session) => session.name === name)
    if (known) known.messages.push(message)
    else
      this.sessions.push({
        name,
        messages: [message],
        turn: this.turns++,
        leasedUntil: undefined,
        lease: undefined,
        leased: 0,
      })
  }

  best(now: number): Modelled | undefined {
    const priorityOf = (session: Modelled): number => session.messages[0]?.priority ?? 0
    return this.sessions
      .filter(({ leasedUntil, messages }) => leasedUntil === undefined && this.#head(messages) <= now)
      .sort((a, b) => priorityOf(b) - priorityOf(a) || a.turn - b.turn)[0]
  }

  /** Delays that are over get in line first, then what was leased too long. */
  advance(from: number, to: number): void {
    this.sessions
      .filter((one) => one.leasedUntil === undefined && this.#head(one.messages) > from)
      .filter((one) => this.#head(one.messages) <= to)
      .sort((a, b) => this.#head(a.messages) - this.#head(b.messages) || a.turn - b.turn)
      .forEach((session) => {
        session.turn = this.turns++
      })
    this.sessions
      .filter(({ leasedUntil }) => leasedUntil !== undefined && leasedUntil <= to)
      .sort((a, b) => (a.leasedUntil ?? 0) - (b.leasedUntil ?? 0))
      .forEach((session) => {
        this.fail(session, to)
      })
  }

  fail(session: Modelled, availableAt: number): void {
    const [first] = session.messages
    if (first && first.attempt >= 2) {
      session.messages.shift()
      this.dead.push(first.id)
    } else if (first) {
      first.attempt++
      first.availableAt = availableAt
    }
    this.release(session)
  }

  release(session: Modelled): void {
    session.leasedUntil = undefined
    session.lease = undefined
    session.turn = this.turns++
    this.sessions = this.sessions.filter(({ messages }) => messages.length > 0)
  }

  #head(messages: readonly Message[]): number {
    return messages[0]?.availableAt ?? 0
  }
}

const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      session: fc.constantFrom('', 'a', 'b'),
      priority: fc.integer({ min: 0, max: 2 }),
      delay: fc.constantFrom(0, 0, 5),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('take' as const), batch: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('done' as const, 'fail' as const, 'extend' as const, 'back' as const),
      which: fc.nat(9),
      ends: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 10 }) }),
  },
)

describe('Queue', () => {
  it('does what a naive model does, for any operations', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const queue = new Queue('q', 1000)
        const model = new Model()
        const leases: { lease: Taken; session: Modelled }[] = []
        let now = 1000
        let ids = 0
        for (const op of operations) {
          if (op.do === 'send') {
            const id = `m${ids++}`
            const options = { priority: op.priority, maxAttempts: 2, sessionId: op.session || undefined }
            queue.accept(newHead('q', options, id, now), '1', now + op.delay, now)
            const message = { id, priority: op.priority, attempt: 1, availableAt: now + op.delay }
            model.send(op.session || id, message)
          } else if (op.do === 'take') {
            const lease = queue.take(now, LEASE_MS, op.batch)
            const session = model.best(now)
            const batch = session?.messages.slice(0, op.batch) ?? []
            const end = batch.findIndex(({ availableAt }) => availableAt > now)
            const expected = end < 0 ? batch : batch.slice(0, end)
            expect(lease?.items.map(({ head }) => [head.id, head.attempt]) ?? []).toEqual(
              expected.map(({ id, attempt }) => [id, attempt]),
            )
            if (!lease || !session) continue
            Object.assign(session, { leasedUntil: now + LEASE_MS, lease, leased: expected.length })
            leases.push({ lease, session })
          } else if (op.do === 'pass') {
            model.advance(now, now + op.ms)
            now += op.ms
            queue.advance(now)
          } else {
            const held = leases[op.which % Math.max(leases.length, 1)]
            if (!held) continue
            const { lease, session } = held
            const current = session.lease === lease
            if (!current) expect(queue.isNext(lease, 0)).toBe(false)
            if (op.do === 'extend') {
              expect(queue.extend(lease, LEASE_MS, now)).toBe(current)
              if (current) session.leasedUntil = now + LEASE_MS
            } else if (op.do === 'done') {
              expect(queue.acknowledge(lease, op.ends, now)).toBe(current)
              if (!current) continue
              session.messages.shift()
              session.leased--
              if (op.ends || session.leased === 0) model.release(session)
            } else if (op.do === 'back') {
              expect(queue.giveBack(lease)).toBe(current)
              if (!current) continue
              model.release(session)
              session.turn = --model.returned
            } else {
              const last = (session.messages[0]?.attempt ?? 0) >= 2
              const settled =
                current && last ? queue.bury(lease, 'failed', null, now) : queue.retry(lease, now + 3, now)
              expect(settled).toBe(current)
              if (current) model.fail(session, now + 3)
            }
          }
          const { ready, delayed, leased, dead } = queue.counts(now)
          expect(ready + delayed + leased).toBe(queue.depth)
          expect(queue.depth).toBe(model.sessions.reduce((sum, { messages }) => sum + messages.length, 0))
          const taken = model.sessions.filter(({ lease }) => lease !== undefined)
          expect(leased).toBe(taken.reduce((sum, session) => sum + session.leased, 0))
          expect(dead).toBe(model.dead.length)
        }
        const buried = [...queue.dead.entries()].map(([, { head }]) => head.id)
        expect(buried.sort()).toEqual([...model.dead].sort())
      }),
      { numRuns: 500 },
    )
  })

  it('knows when something changes by itself, and when nothing will', () => {
    const queue = new Queue('q', 10)
    expect(queue.wakeAt()).toBeUndefined()
    queue.accept(newHead('q', {}, 'a', 0), '1', 50, 0)
    expect(queue.wakeAt()).toBe(50)
    queue.advance(50)
    const lease = queue.take(50, 100)
    expect(queue.wakeAt()).toBe(150)
    if (lease) queue.acknowledge(lease, true, 60)
    expect(queue.wakeAt()).toBeUndefined()
    expect([queue.depth, queue.chars]).toEqual([0, 0])
  })
})
