import { randomUUID } from 'node:crypto'
import type { Bench, ConformanceSettings } from '../src/conformance/index.ts'
import type { MessageBus } from '../src/index.ts'
import { createRedisMessageBus } from '../src/redis/index.ts'

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** How long things need to arrive on a busy machine. */
const SETTLE_MS = 25

/** A bench on real time. */
export const realBench = (bus: MessageBus): Bench => ({
  bus,
  advance: (ms) => sleep(ms),
  settle: () => sleep(SETTLE_MS),
})

/** A bus of its own on a Redis that others use too. */
export const redisBench =
  (url: string) =>
  async (settings: ConformanceSettings = {}): Promise<Bench> =>
    realBench(createRedisMessageBus({ ...settings, redisUrl: url, namespace: randomUUID() }))
