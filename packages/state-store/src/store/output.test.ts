import { expect, test, vi } from 'vitest'
import type { OutputChunk } from '../contract/output.ts'
import type { WriteOperation, WriteOutputOperation } from '../engine/writes.ts'
import { checkLimits } from './checks.ts'
import { Encoder } from './encode.ts'
import type { Rider } from './group-commit.ts'
import { StoredOutput } from './output.ts'

const RUN = '0197a000-0000-7000-8000-000000000001'
const OTHER = '0197a000-0000-7000-8000-000000000002'

const chunk = (offset: number, text: string, more: Partial<OutputChunk> = {}): OutputChunk => ({
  runId: RUN,
  step: 'a',
  epoch: 0,
  fence: 1,
  attempt: 1,
  offset,
  text,
  ...more,
})

/** An output whose rides leave when the test says so. */
function stage(bounds: { maxOutputPerRun?: number; maxWaitingOutput?: number } = {}) {
  const riders: Rider[] = []
  const sent: string[] = []
  const keep = (operation: WriteOutputOperation) =>
    sent.push(operation.chunks.map(({ start, payload }) => `${start}${JSON.parse(payload)}`).join(' '))
  const output = new StoredOutput(
    {
      writes: {
        later: (rider) => riders.push(rider),
        add: async (operation: WriteOperation) => {
          keep(operation as WriteOutputOperation)
          return { kept: (operation as WriteOutputOperation).chunks.length } as never
        },
      },
      read: async () => null as never,
      encoder: new Encoder(checkLimits(), undefined),
      namespace: 'default',
    },
    { maxOutputPerRun: 1_000, maxWaitingOutput: 10_000, ...bounds },
  )
  /** Lets the next ride leave; answers as told. */
  const leave = (error?: object) => {
    const rider = riders.shift()
    const operation = rider?.board() as WriteOutputOperation | undefined
    if (operation === undefined) return
    if (error === undefined) keep(operation)
    rider?.left?.(
      error === undefined ? { ok: true, value: { kept: operation.chunks.length } } : { ok: false, error },
    )
  }
  return { output, riders, sent, leave }
}

test('a thousand tokens ask for one ride, as one chunk', () => {
  const { output, riders, sent, leave } = stage()
  for (let offset = 0; offset < 500; offset++) output.write(chunk(offset, 'x'))
  expect(riders.length).toBe(1)
  leave()
  expect(sent).toEqual([`0${'x'.repeat(500)}`])
  output.write(chunk(500, 'y'))
  expect(riders.length).toBe(1)
})

test('each run has a ride of its own, about that run', () => {
  const { output, riders } = stage()
  output.write(chunk(0, 'x'))
  output.write(chunk(0, 'x', { runId: OTHER }))
  expect(riders.map(({ runId }) => runId)).toEqual([RUN, OTHER])
})

test('what could not be sent goes again, before what came since', () => {
  vi.useFakeTimers()
  const { output, riders, sent, leave } = stage()
  output.write(chunk(0, 'a'))
  leave({ retriable: true })
  output.write(chunk(1, 'b', { attempt: 2 }))
  expect(riders).toEqual([])
  vi.advanceTimersByTime(500)
  leave()
  expect([sent, output.dropped()]).toEqual([['0a 1b'], 0])
  vi.useRealTimers()
})

test('what the store refuses is dropped and counted', () => {
  const { output, leave } = stage()
  output.write(chunk(0, 'abc'))
  leave({ retriable: false })
  expect(output.dropped()).toBe(3)
})

test('a store that fails for long does not fill the memory: of a run the newest waits, of all runs the oldest', () => {
  const { output, sent, leave } = stage({ maxOutputPerRun: 500, maxWaitingOutput: 2_000 })
  for (let step = 0; step < 10; step++) output.write(chunk(0, 'x'.repeat(60), { step: `s${step}` }))
  leave()
  // A chunk weighs a hundred more than its text.
  expect(sent[0]?.split(' ').length).toBe(3)
  expect(output.dropped()).toBe(7 * 60)
  output.write(chunk(0, 'x'.repeat(1_500)))
  output.write(chunk(0, 'y'.repeat(600), { runId: OTHER }))
  expect(output.dropped()).toBe(7 * 60 + 600)
})

test('a flush sends at once; the ride that was asked for leaves empty', async () => {
  const { output, riders, sent } = stage()
  output.write(chunk(0, 'abc'))
  await output.flush()
  expect(sent).toEqual(['0abc'])
  expect(riders[0]?.board()).toBeUndefined()
  await output.flush()
  expect(sent.length).toBe(1)
})

test('no ride overtakes what a flush put into the queue', async () => {
  const { output, riders, sent, leave } = stage()
  output.write(chunk(0, 'a'))
  const flushed = output.flush()
  output.write(chunk(1, 'b'))
  while (riders.length > 0) leave()
  expect(sent).toEqual(['0a'])
  await flushed
  leave()
  expect(sent).toEqual(['0a', '1b'])
})

test('after the end nothing more is taken', () => {
  const { output, riders } = stage()
  output.write(chunk(0, 'abc'))
  output.close()
  output.write(chunk(3, 'def'))
  expect([riders.length, output.dropped()]).toEqual([1, 3])
})
