import type { ConsumeOptions, SendOptions } from '../contract/work.ts'
import type { Bench } from './bench.ts'
import { equal } from './expectations.ts'

export const quiet = { onHandlerError: () => {} }

/** Consumes and notes payloads as they come. */
export async function work(bench: Bench, options?: ConsumeOptions): Promise<unknown[]> {
  const seen: unknown[] = []
  await bench.bus.consume('q', ({ payload }) => seen.push(payload), options)
  return seen
}

export async function sendAll(
  bench: Bench,
  messages: readonly (readonly [unknown, SendOptions?])[],
): Promise<void> {
  for (const [payload, options] of messages) await bench.bus.send('q', payload, options)
}

/** A consumer whose messages end when told to. */
export async function held(bench: Bench, options?: ConsumeOptions) {
  const started: unknown[] = []
  const finish = new Map<unknown, () => void>()
  await bench.bus.consume(
    'q',
    ({ payload }) => {
      started.push(payload)
      return new Promise<void>((resolve) => finish.set(payload, resolve))
    },
    options,
  )
  return { started, finish: (payload: unknown) => finish.get(payload)?.() }
}

export async function eventuallyDead(bench: Bench, dead: number, dropped = 0): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const status = await bench.bus.queueStatus('q')
    if (status.dead === dead && status.deadDropped === dropped) return
    await bench.settle()
  }
  equal(await bench.bus.queueStatus('q'), { dead, dropped }, 'dead letters')
}
