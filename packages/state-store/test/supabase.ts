import { ownSupabase } from '@pawl/testkit/supabase/vitest'
import { createClient } from '@supabase/supabase-js'
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

type Project = Awaited<ReturnType<typeof ownProject>>['project']

/** Makes clients of a caller's that count what passes, and may do something before a request leaves. */
export const countingClientOf =
  (project: Project) =>
  (before: (body: string, signal: AbortSignal | null | undefined) => void = () => {}) => {
    const bodies: string[] = []
    const answers: number[] = []
    const client = createClient(project.url, project.secretKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: {
        fetch: async (input, init) => {
          const body = String(init?.body)
          bodies.push(body)
          before(body, init?.signal)
          const response = await fetch(input, init)
          answers.push((await response.clone().arrayBuffer()).byteLength)
          return response
        },
      },
    })
    return { client, bodies, answers }
  }
