import process from 'node:process'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { startRedis } from './start-redis.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly pawlRedis: string
  }
}

/**
 * A `globalSetup` of vitest: one Redis for the whole test run, told to the test files by {@link redisUrl}: the one of
 * `REDIS_URL` if that is set, else one that is started. Test files keep apart by prefixes of their keys.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.REDIS_URL
  if (given !== undefined && given !== '') {
    project.provide('pawlRedis', given)
    return undefined
  }
  const server = await startRedis()
  project.provide('pawlRedis', server.url)
  return server.stop
}

/** The address of the run's Redis. */
export const redisUrl = (): string => inject('pawlRedis')
