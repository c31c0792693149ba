import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { startPgbouncer } from './start-pgbouncer.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly pawlPgbouncer: string
  }
}

/**
 * A `globalSetup` of vitest: one pgbouncer in transaction mode before the run's Postgres 18. List it after
 * `@pawl/testkit/postgres/vitest`. The test files get its address with {@link pooledUrl}.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = project.getProvidedContext().pawlPostgres
  if (postgres === undefined)
    throw new Error(
      'List @pawl/testkit/postgres/vitest before @pawl/testkit/pgbouncer/vitest in globalSetup.',
    )
  const pgbouncer = await startPgbouncer({ url: postgres[18] })
  project.provide('pawlPgbouncer', pgbouncer.url)
  return pgbouncer.stop
}

/** A database of the run's Postgres 18, by way of the pooler. Default: the database `postgres`. */
export function pooledUrl(url?: string): string {
  const pooled = new URL(inject('pawlPgbouncer'))
  if (url !== undefined) pooled.pathname = new URL(url).pathname
  return pooled.href
}
