import { parseArgs } from 'node:util'
import type { Environment } from '../choose-store.ts'
import { migrations } from '../postgres/migrations.ts'
import { check } from './check.ts'
import { install } from './install.ts'
import { installFile } from './sql-files.ts'
import { writeFolder } from './supabase-folder.ts'

/** What the command has of the world around it. */
export interface Surroundings {
  readonly environment: Environment
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
}

const USAGE = `Installs the schema of @pawl/state-store in Postgres or in a Supabase project.

  pawl-state-store migrate             installs it, or brings it up to date
  pawl-state-store check               says whether it is there and up to date
  pawl-state-store sql                 prints it as one SQL file, for psql or Supabase's SQL editor
  pawl-state-store supabase <folder>   writes it as files for a folder supabase/migrations

migrate and check take --connection-string <url>, else PAWL_DATABASE_URL, else DATABASE_URL. check takes SUPABASE_URL with
SUPABASE_SECRET_KEY or SUPABASE_SERVICE_ROLE_KEY before those two. All of them may be run again at any time.
`

/** Runs one command; resolves to the exit code: 0, 1 if it failed, 2 if it was not understood. */
export async function run(words: readonly string[], around: Surroundings): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { 'connection-string': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    const [command, ...rest] = positionals
    if (values.help || command === 'help') return said(USAGE, around)
    return said(await answer(command, rest, values['connection-string'], around), around)
  } catch (error) {
    around.complain(`${error instanceof Error ? error.message : String(error)}\n`)
    return isMisunderstood(error) ? 2 : 1
  }
}

async function answer(
  command: string | undefined,
  rest: readonly string[],
  connectionString: string | undefined,
  { environment }: Surroundings,
): Promise<string> {
  const [folder, ...more] = rest
  if (command === 'supabase' && folder !== undefined && more.length === 0)
    return writeFolder(folder, migrations(), new Date())
  if (rest.length === 0) {
    if (command === 'migrate') return install(connectionString, environment)
    if (command === 'check') return check(connectionString, environment)
    if (command === 'sql') return installFile(migrations())
  }
  throw new Misunderstood(USAGE)
}

class Misunderstood extends Error {
  override readonly name = 'Misunderstood'
  readonly code = 'ERR_PARSE_ARGS_COMMAND'
}

/** `parseArgs` has such codes too. */
const isMisunderstood = (error: unknown): boolean =>
  String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS')

function said(text: string, { print }: Surroundings): number {
  print(text)
  return 0
}
