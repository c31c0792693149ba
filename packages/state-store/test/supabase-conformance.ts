import { openSupabaseStore } from '../src/supabase/index.ts'
import { conforms } from './conforms.ts'
import { runCase } from './harness.ts'
import { emptyDatabase } from './postgres.ts'
import { ownProject } from './supabase.ts'

/** Runs the whole suite over supabase-js, PostgREST and the door: one project, emptied before each case. */
export async function conformsOnSupabase(name: string): Promise<void> {
  const { project, admin } = await ownProject()
  const { url, secretKey: key } = project
  conforms({
    name,
    whyNot: ({ needs }) =>
      needs === 'transactions'
        ? 'over HTTPS there is no transaction that a program could write in'
        : undefined,
    async run(one) {
      await emptyDatabase(admin)
      await runCase(one, (options) => openSupabaseStore({ url, key, pollMs: 50, ...options }))
    },
  })
}
