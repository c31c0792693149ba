import type { Restartable } from '../keeper/restartable.ts'
import { startKeeper } from '../keeper/start-keeper.ts'
import type { PostgresVersion } from '../postgres/keeper-messages.ts'
import { startPostgres } from '../postgres/start-postgres.ts'
import type { GatewayAnswer, GatewayRequest } from './gateway-messages.ts'
import { newKeys, type SupabaseKeys, type SupabaseRole, signJwt } from './keys.ts'
import { startPostgrest } from './postgrest.ts'
import { firstProject, furtherProject, type ProjectDatabase } from './project-database.ts'

export interface SupabaseOptions {
  /** Of Postgres. Default 18. */
  readonly version?: PostgresVersion
  /** Whether commits wait for the disk, as in production. Default `false`. */
  readonly durable?: boolean
  /** More settings for Postgres, as `name=value`. */
  readonly settings?: readonly string[]
  /**
   * The `adminUrl` of a stack that runs: the new stack makes a database of its own on that server, with keys and a
   * PostgREST of its own, and drops it when it stops. The options above are that server's then.
   */
  readonly postgresUrl?: string
}

/** How a program reaches one project. All of it is text, so it can be told to another process. */
export interface SupabaseAddress extends SupabaseKeys {
  /** What belongs in `SUPABASE_URL`. */
  readonly url: string
  /** Of the project's owner `postgres`, who is no superuser: what the dashboard gives as connection string. */
  readonly databaseUrl: string
  /** Of the superuser `supabase_admin`, whom no customer of Supabase has. */
  readonly adminUrl: string
}

export interface SupabaseProject extends SupabaseAddress {
  /** A JWT that PostgREST accepts for a role (HS256). Claims win over the defaults, `exp` among them. */
  sign(role: SupabaseRole, claims?: Readonly<Record<string, unknown>>): string
}

/** A stock Supabase project: real Postgres, real PostgREST, and a gateway that serves `/rest/v1`. */
export interface SupabaseServer extends SupabaseProject, AsyncDisposable {
  /** To kill and start again; while it is down, the gateway answers 503. */
  readonly postgrest: Restartable
  /** Stops all of it and removes its data. A second call waits for the first. */
  stop(): Promise<void>
}

/**
 * Starts a project with the roles, timeouts, default privileges and PostgREST settings of a stock one. It also stops
 * when this process dies without a word. Rejects with how to get what is missing.
 */
export async function startSupabase(options: SupabaseOptions = {}): Promise<SupabaseServer> {
  const started: Stop[] = []
  try {
    return await start(options, started)
  } catch (cause) {
    await stopAll(started)
    throw cause
  }
}

type Stop = () => Promise<void>

async function start(options: SupabaseOptions, started: Stop[]): Promise<SupabaseServer> {
  const database = await project(options, started)
  const keys = newKeys()
  const postgrest = await startPostgrest(database.authenticatorUrl, keys.jwtSecret)
  started.push(postgrest.stop)
  const gateway = await startKeeper<GatewayAnswer>(new URL('./gateway.ts', import.meta.url), {
    postgrestPort: postgrest.port,
    jwts: {
      [keys.anonKey]: keys.anonKey,
      [keys.publishableKey]: keys.anonKey,
      [keys.serviceRoleKey]: keys.serviceRoleKey,
      [keys.secretKey]: keys.serviceRoleKey,
    },
  } satisfies GatewayRequest)
  started.push(gateway.stop)
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= stopAll(started)
    return stopping
  }
  const address = {
    ...keys,
    url: gateway.answer.url,
    databaseUrl: database.ownerUrl,
    adminUrl: database.adminUrl,
  }
  return {
    ...supabaseProject(address),
    postgrest: { pid: postgrest.pid, kill: postgrest.kill, start: postgrest.start },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** The last that started goes first. */
async function stopAll(started: readonly Stop[]): Promise<void> {
  for (const stop of started.toReversed()) await stop()
}

/** What can be done with an address in any process. */
export const supabaseProject = (address: SupabaseAddress): SupabaseProject => ({
  ...address,
  sign: (role, claims) => signJwt(address.jwtSecret, role, claims),
})

async function project(options: SupabaseOptions, started: Stop[]): Promise<ProjectDatabase> {
  const { postgresUrl, ...server } = options
  if (postgresUrl !== undefined) {
    const database = await furtherProject(postgresUrl)
    started.push(database.drop)
    return database
  }
  const postgres = await startPostgres({ ...server, superuser: 'supabase_admin' })
  started.push(postgres.stop)
  return firstProject(postgres.url)
}
