import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import type { PostgresVersion } from './keeper-messages.ts'
import { startPostgres } from './start-postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly pawlPostgres: { readonly [version in PostgresVersion]: string }
  }
}

/**
 * A `globalSetup` of vitest: one server of each version for the whole test run, told to the test files by
 * {@link postgresUrl}.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = await Promise.allSettled([startPostgres({ version: 15 }), startPostgres({ version: 18 })])
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const stopAll = async () => void (await Promise.all(servers.map((server) => server.stop())))
  const failed = started.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await stopAll()
    throw failed.reason
  }
  const urlOf = (version: PostgresVersion) => servers.find((server) => server.version === version)!.url
  project.provide('pawlPostgres', { 15: urlOf(15), 18: urlOf(18) })
  return stopAll
}

/** The address of the run's server of a version, as its superuser. */
export const postgresUrl = (version: PostgresVersion): string => inject('pawlPostgres')[version]
