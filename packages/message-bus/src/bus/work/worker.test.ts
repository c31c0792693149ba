import { expect, it, vi } from 'vitest'
import { VirtualPorts } from '../../../test/virtual-ports.ts'
import type { Broker, QueueWake, Turned } from '../../broker/broker.ts'
import { QueueWorker, type WorkerParts } from './worker.ts'

const nothing = { verdicts: [], settled: [], held: [], now: 0 }

it('ignores a deadline from before the word that it is gone, and heeds one from after it', async () => {
  const ports = new VirtualPorts()
  const answers: ((turned: Turned) => void)[] = []
  let wake: (wake: QueueWake) => void = () => {}
  const broker = {
    limits: { count: 10, chars: 1_000, turns: 1 },
    enroll: async () => {},
    watchQueue: async (_: string, hear: (wake: QueueWake | undefined) => void) => {
      wake = hear
      return async () => {}
    },
    turn: () => new Promise<Turned>((resolve) => answers.push(resolve)),
  } as unknown as Broker
  const parts = { queue: 'q', broker, settings: { ports }, empty: () => {} } as unknown as WorkerParts
  const worker = new QueueWorker(parts)
  await worker.add(() => {}, {})
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  // Asked while somebody held a lease; that it is over is heard first.
  wake({ wakes: 2, inMs: -1, room: false })
  answers.shift()?.({ ...nothing, nextInMs: 900, wakes: 1 })
  await vi.waitFor(() => expect(worker.lastClaimAt).not.toBeNull())
  await ports.advance(1_000)
  expect(answers).toEqual([])

  wake({ wakes: 3, inMs: 0, room: false })
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  answers.shift()?.({ ...nothing, nextInMs: 900, wakes: 3 })
  await new Promise((resolve) => setImmediate(resolve))
  await ports.advance(1_000)
  expect(answers).toHaveLength(1)
  await worker.close()
})
