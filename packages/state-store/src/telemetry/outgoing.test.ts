import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { TelemetryOperation, TelemetryResult } from '../engine/writes.ts'
import type { Rider } from '../store/group-commit.ts'
import { Outgoing } from './outgoing.ts'
import { redactorOf } from './redact.ts'
import { logRow, sampleRow } from './rows.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const redactor = redactorOf()
const line = (message: string) => logRow({ message }, 1_000, redactor)

const written: TelemetryResult = { ok: true, at: 1_000 }

/** A store that answers as it is told; what rides waits for a batch. */
class Answers {
  readonly sent: TelemetryOperation[] = []
  readonly riders: Rider[] = []
  answer: () => TelemetryResult | Error = () => written

  readonly later = (rider: Rider): void => {
    this.riders.push(rider)
  }
  readonly now = async (operation: TelemetryOperation): Promise<TelemetryResult> => {
    this.sent.push(operation)
    const answer = this.answer()
    if (answer instanceof Error) throw answer
    return answer
  }

  /** A batch leaves and lands. */
  batch(): void {
    for (const rider of this.riders.splice(0)) {
      const operation = rider.board() as TelemetryOperation | undefined
      if (operation === undefined) continue
      this.sent.push(operation)
      const answer = this.answer()
      rider.left?.(answer instanceof Error ? { ok: false, error: answer } : { ok: true, value: answer })
    }
  }

  messages(index: number): readonly string[] {
    return this.sent[index]!.logs.map(({ message }) => message)
  }
}

const failing = (retriable: boolean): Error => Object.assign(new Error('no'), { retriable })

const outgoing = (answers: Answers, bounds: object = {}) =>
  new Outgoing(answers, { maxWaiting: 1_000, maxWaitingBytes: 1e9, ...bounds }, () => {})

test('rows of one while leave together, once, with the next batch', () => {
  const answers = new Answers()
  const out = outgoing(answers)
  out.push(line('a'))
  out.push(line('b'))
  out.push(sampleRow({ name: 'n', value: 1 }, 1_000, redactor)!)
  expect(answers.riders.length).toBe(1)
  answers.batch()
  expect([answers.messages(0), answers.sent[0]?.samples.length]).toEqual([['a', 'b'], 1])
  answers.batch()
  expect(answers.sent.length).toBe(1)
})

test('rows are not before those that the store has, unless they are of an earlier time', () => {
  const answers = new Answers()
  const out = outgoing(answers)
  out.push(line('a'))
  answers.batch()
  out.push(line('b'))
  out.push(logRow({ message: 'c', agoMs: 5 }, 1_000, redactor))
  answers.batch()
  expect(answers.sent.map(({ notBefore }) => notBefore)).toEqual([null, 1_000])
  expect(answers.sent[1]?.logs.map(({ past }) => past)).toEqual([false, true])
})

test('what was logged while a batch was under way goes with the next one', () => {
  const answers = new Answers()
  const out = outgoing(answers)
  out.push(line('a'))
  answers.answer = () => {
    answers.answer = () => written
    out.push(line('b'))
    return written
  }
  answers.batch()
  answers.batch()
  expect([answers.messages(0), answers.messages(1)]).toEqual([['a'], ['b']])
})

test('many rows do not wait for a batch, and travel in several', async () => {
  const answers = new Answers()
  const out = outgoing(answers)
  for (let index = 0; index < 450; index++) out.push(line(`${index}`))
  await vi.advanceTimersByTimeAsync(0)
  answers.batch()
  expect(answers.sent.map(({ logs }) => logs.length)).toEqual([200, 200, 50])
})

test('rows that a store could not take for the moment go again with the same ids, after a pause', async () => {
  const answers = new Answers()
  const out = outgoing(answers)
  answers.answer = () => failing(true)
  out.push(line('a'))
  answers.batch()
  out.push(line('b'))
  // Not with every batch: the store is left alone.
  answers.batch()
  expect(answers.sent.length).toBe(1)
  await vi.advanceTimersByTimeAsync(500)
  answers.answer = () => written
  answers.batch()
  expect(answers.messages(1)).toEqual(['a', 'b'])
  expect(answers.sent[1]?.logs[0]?.id).toBe(answers.sent[0]?.logs[0]?.id)
  expect(answers.sent[1]!.logs[0]!.agoMs).toBeGreaterThanOrEqual(500)
  expect(out.dropped).toEqual({ logs: 0, samples: 0 })
})

test.for([() => failing(false), () => ({ ok: false, message: 'no' }) as const])(
  'rows that a store refuses are dropped, and a line says so',
  (answer) => {
    const answers = new Answers()
    const out = outgoing(answers)
    answers.answer = answer
    out.push(line('a'))
    answers.batch()
    expect(out.dropped).toEqual({ logs: 1, samples: 0 })
    answers.answer = () => written
    answers.batch()
    expect(answers.sent[1]?.logs[0]).toMatchObject({
      level: 'warn',
      context: '{"dropped":{"logs":1,"samples":0}}',
    })
    answers.batch()
    expect(answers.sent.length).toBe(2)
  },
)

test('what was dropped is told until the store has taken it', async () => {
  const answers = new Answers()
  const out = outgoing(answers, { maxWaiting: 1 })
  out.push(line('a'))
  out.push(line('b'))
  answers.answer = () => failing(true)
  answers.batch()
  await vi.advanceTimersByTimeAsync(500)
  answers.answer = () => written
  answers.batch()
  expect(answers.messages(1).length).toBe(2)
  expect(answers.sent[1]?.logs[1]?.context).toBe('{"dropped":{"logs":1,"samples":0}}')
})

test('a flush ends also when the store takes nothing', async () => {
  const answers = new Answers()
  answers.answer = () => failing(true)
  const out = outgoing(answers)
  for (let index = 0; index < 300; index++) out.push(line(`${index}`))
  await out.flush()
  expect(out.dropped).toEqual({ logs: 300, samples: 0 })
})

test('a flush waits for rows that are under way', async () => {
  const answers = new Answers()
  const out = outgoing(answers)
  out.push(line('a'))
  const rider = answers.riders.splice(0)[0]!
  expect(rider.board()).toBeDefined()
  let done = false
  const flushed = out.flush().then(() => {
    done = true
  })
  await vi.advanceTimersByTimeAsync(10)
  expect(done).toBe(false)
  rider.left?.({ ok: true, value: written })
  await flushed
})

test('closing sends everything with the last batch, and nothing is taken after', async () => {
  const answers = new Answers()
  const out = outgoing(answers)
  for (let index = 0; index < 150; index++) out.push(line(`${index}`))
  out.close()
  out.push(line('too late'))
  answers.batch()
  expect(answers.sent.map(({ logs }) => logs.length)).toEqual([150])
  expect(out.dropped).toEqual({ logs: 1, samples: 0 })
  await out.flush()
})

test('rows that the last batch could not take are counted', async () => {
  const answers = new Answers()
  const out = outgoing(answers)
  out.push(line('a'))
  out.close()
  const flushed = out.flush()
  answers.answer = () => failing(true)
  answers.batch()
  await flushed
  expect(out.dropped).toEqual({ logs: 1, samples: 0 })
})
