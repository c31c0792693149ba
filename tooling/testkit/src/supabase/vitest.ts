import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import {
  type SupabaseAddress,
  type SupabaseProject,
  type SupabaseServer,
  startSupabase,
  supabaseProject,
} from './start-supabase.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly pawlSupabase: SupabaseAddress
  }
}

/**
 * A `globalSetup` of vitest: one stock Supabase project on Postgres 18 for the whole test run, told to the test files
 * by {@link sharedSupabase}.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startSupabase()
  const { postgrest, sign, stop, [Symbol.asyncDispose]: _, ...address } = server
  project.provide('pawlSupabase', address)
  return stop
}

/** The project that all test files of the run share. */
export const sharedSupabase = (): SupabaseProject => supabaseProject(inject('pawlSupabase'))

/** A project of the test file's own, on the Postgres server of the run: about a second. The caller stops it. */
export const ownSupabase = (): Promise<SupabaseServer> =>
  startSupabase({ postgresUrl: inject('pawlSupabase').adminUrl })
