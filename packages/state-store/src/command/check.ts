import { type Choice, chooseStore, type Environment } from '../choose-store.ts'
import { invalidArgument } from '../contract/errors.ts'
import { loadTransport } from '../load-transport.ts'
import { knownMigrations } from '../postgres/known-migrations.ts'
import { checkDoor } from '../supabase/check-door.ts'
import { SupabaseDoor } from '../supabase/supabase-door.ts'

/** Checks the way to the schema as a program would go, and the schema itself. */
export async function check(connectionString: string | undefined, environment: Environment): Promise<string> {
  const config = connectionString === undefined ? {} : { connectionString }
  const choice = chooseStore(config, environment)
  const { location, version } = await checkChosen(choice)
  const because = choice.because === undefined ? '' : ` (${choice.because})`
  return `${location} is reached${because}. Its schema version is ${version}, which this package knows.\n`
}

async function checkChosen(choice: Choice): Promise<{ readonly location: string; readonly version: number }> {
  if (choice.engine === 'supabase') {
    const { openProject } = await loadTransport('supabase', () => import('../supabase/client.ts'))
    const door = new SupabaseDoor(openProject(choice.options), { timeoutMs: 30_000, maxRequestBytes: 1_024 })
    return { location: door.location, version: await checkDoor(door) }
  }
  if (choice.engine === 'postgres') {
    const { connect } = await loadTransport('postgres', () => import('../postgres/connect.ts'))
    const { location, end } = await connect({ ...choice.options, maxConnections: 1 }, 'never')
    await end()
    return { location, version: knownMigrations().at(-1)!.id }
  }
  throw invalidArgument('There is nothing to check: the environment names neither a project nor a database.')
}
