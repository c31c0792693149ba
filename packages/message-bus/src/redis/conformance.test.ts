import { redisUrl } from '@pawl/testkit/redis/vitest'
import { describe, it } from 'vitest'
import { redisBench } from '../../test/redis-bench.ts'
import { messageBusConformance } from '../conformance/index.ts'

messageBusConformance({ describe, it }, redisBench(redisUrl()))
