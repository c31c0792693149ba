import { randomUUID } from 'node:crypto'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import { startUpstash, type UpstashServer } from '@pawl/testkit/upstash'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { realBench } from '../../test/redis-bench.ts'
import { messageBusConformance } from '../conformance/index.ts'
import { createUpstashMessageBus } from './index.ts'

let server: UpstashServer
beforeAll(async () => {
  server = await startUpstash({ redisUrl: redisUrl() })
})
afterAll(() => server.stop())

messageBusConformance({ describe, it }, async (settings = {}) => {
  const { url, token } = server
  return realBench(createUpstashMessageBus({ ...settings, url, token, namespace: randomUUID() }))
})
