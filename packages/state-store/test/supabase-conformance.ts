import { expect, test } from 'vitest'
import { conformance } from '../src/conformance/index.ts'
import { openSupabaseStore } from '../src/supabase/index.ts'
import { runCase } from './harness.ts'
import { emptyDatabase } from './postgres.ts'
import { ownProject } from './supabase.ts'

/** Runs the whole suite over supabase-js, PostgREST and the door: one project, emptied before each case. */
export async function conformsOnSupabase(): Promise<void> {
  const { project, admin } = await ownProject()
  let executed = 0
  for (const one of conformance) {
    test(one.name, async () => {
      executed += 1
      await emptyDatabase(admin)
      await runCase(one, (options) =>
        openSupabaseStore({ url: project.url, key: project.serviceRoleKey, pollMs: 50, ...options }),
      )
    })
  }
  test(`all ${conformance.length} cases were executed over Supabase`, () =>
    expect(executed).toBe(conformance.length))
}
