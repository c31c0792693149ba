export type { RedisOptions, RedisServer } from './start-redis.ts'
export { startRedis } from './start-redis.ts'
