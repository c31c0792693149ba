import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newHead } from '../contract/envelope.ts'
import { type Lease, Queue } from './queue.ts'

/** One message of the model: the same rules, found by looking at everything each time. */
interface Modelled {
  readonly id: string
  readonly session: string
  readonly priority: number
  readonly seq: number
  readonly maxAttempts: number
  attempt: number
  availableAt: number
  leasedUntil: number | undefined
}

class Model {
  waiting: Modelled[] = []
  dead: string[] = []

  best(now: number): Modelled | undefined {
    const heads = this.waiting.filter(
      (one) => this.waiting.find(({ session }) => session === one.session) === one,
    )
    const free = heads.filter(
      ({ leasedUntil, availableAt }) => leasedUntil === undefined && availableAt <= now,
    )
    return free.sort((a, b) => b.priority - a.priority || a.seq - b.seq)[0]
  }

  remove(one: Modelled): void {
    this.waiting = this.waiting.filter((other) => other !== one)
  }

  retryOrBury(one: Modelled, availableAt: number): void {
    one.leasedUntil = undefined
    if (one.attempt >= one.maxAttempts) {
      this.remove(one)
      this.dead.push(one.id)
      return
    }
    one.attempt++
    one.availableAt = availableAt
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
    arbitrary: fc.record({ do: fc.constant('take' as const), leaseMs: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('ack' as const, 'fail' as const, 'extend' as const),
      which: fc.nat(9),
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
        const leases: { lease: Lease; one: Modelled }[] = []
        let now = 1000
        let seq = 0
        for (const op of operations) {
          if (op.do === 'send') {
            const id = `m${seq}`
            const one = { id, session: op.session || id, priority: op.priority, seq: seq++, maxAttempts: 2 }
            const options = {
              priority: op.priority,
              maxAttempts: 2,
              ...(op.session ? { sessionId: op.session } : {}),
            }
            queue.accept(newHead('q', options, id, now), '1', now + op.delay, now)
            model.waiting.push({ ...one, attempt: 1, availableAt: now + op.delay, leasedUntil: undefined })
          } else if (op.do === 'take') {
            const lease = queue.take(now, op.leaseMs, () => {})
            const one = model.best(now)
            expect(lease?.head.id).toBe(one?.id)
            expect(lease?.head.attempt).toBe(one?.attempt)
            if (lease && one) {
              one.leasedUntil = now + op.leaseMs
              leases.push({ lease, one })
            }
          } else if (op.do === 'pass') {
            now += op.ms
            queue.advance(now)
            for (const one of [...model.waiting]) {
              if (one.leasedUntil !== undefined && one.leasedUntil <= now) model.retryOrBury(one, now)
            }
          } else {
            const held = leases[op.which % Math.max(leases.length, 1)]
            if (!held) continue
            const { lease, one } = held
            const current =
              model.waiting.includes(one) &&
              one.leasedUntil !== undefined &&
              one.attempt === lease.head.attempt
            expect(queue.holds(lease)).toBe(current)
            if (op.do === 'extend' && current) {
              lease.expiresAt = now + 10
              one.leasedUntil = now + 10
            } else if (op.do === 'ack') {
              expect(queue.acknowledge(lease, now)).toBe(current)
              if (current) model.remove(one)
            } else if (op.do === 'fail') {
              const last = lease.head.attempt >= lease.head.maxAttempts
              const done = last
                ? queue.bury(lease, 'failed', { message: '' }, now)
                : queue.retry(lease, now + 3, now)
              expect(done).toBe(current)
              if (current) model.retryOrBury(one, now + 3)
            }
          }
          expect(queue.depth).toBe(model.waiting.length)
          const { ready, delayed, leased, dead } = queue.status(now)
          expect(ready + delayed + leased).toBe(queue.depth)
          expect(leased).toBe(model.waiting.filter(({ leasedUntil }) => leasedUntil !== undefined).length)
          expect(dead).toBe(model.dead.length)
        }
        expect([...queue.dead.list()].map(({ head }) => head.id).sort()).toEqual([...model.dead].sort())
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
    const lease = queue.take(50, 100, () => {})
    expect(queue.wakeAt()).toBe(150)
    if (lease) queue.acknowledge(lease, 60)
    expect(queue.wakeAt()).toBeUndefined()
    expect([queue.depth, queue.chars]).toEqual([0, 0])
  })
})
