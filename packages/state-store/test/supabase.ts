import { ownSupabase } from '@pawl/testkit/supabase/vitest'
import pg from 'pg'
import { afterAll } from 'vitest'
import { migrate } from '../src/postgres/index.ts'

/** A project of this test file's own, with the schema installed by its owner as a user would; it goes with the file. */
export async function ownProject({ installed = true } = {}) {
  const project = await ownSupabase()
  const admin = new pg.Pool({ connectionString: project.adminUrl })
  admin.on('error', () => {})
  afterAll(async () => {
    await admin.end()
    await project.stop()
  })
  if (installed) await migrate({ connectionString: project.databaseUrl })
  return { project, admin }
}
