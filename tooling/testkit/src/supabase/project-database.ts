import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import pg from 'pg'

/** A database with all that a stock Supabase project has, and the addresses of its roles. */
export interface ProjectDatabase {
  /** Of supabase_admin, the superuser. */
  readonly adminUrl: string
  /** Of postgres, the owner, who is no superuser. */
  readonly ownerUrl: string
  /** Of authenticator, whom PostgREST is. */
  readonly authenticatorUrl: string
  /** Drops the database, and whoever is in it is thrown out. */
  drop(): Promise<void>
}

const PASSWORD = 'testkit'
/** Of an advisory lock: projects on one server share its roles, and make them one after the other. */
const ROLES_LOCK = 0x70617a6c

/** Makes the first project of a server in its database `postgres`, as on Supabase. */
export async function firstProject(serverUrl: string): Promise<ProjectDatabase> {
  await makeRoles(serverUrl)
  await run(serverUrl, 'alter database postgres owner to postgres')
  return fill(serverUrl)
}

/** Makes one more project, in a database of its own. */
export async function furtherProject(serverUrl: string): Promise<ProjectDatabase> {
  await makeRoles(serverUrl)
  const name = `project_${randomBytes(6).toString('hex')}`
  await run(serverUrl, `create database ${name} owner postgres template template0`)
  return fill(withDatabase(serverUrl, name))
}

async function makeRoles(serverUrl: string): Promise<void> {
  if (new URL(serverUrl).username !== 'supabase_admin')
    throw new Error(
      'A Supabase project needs a server whose superuser is supabase_admin, because `postgres` is none there. ' +
        "Start it with startSupabase(), or with startPostgres({ superuser: 'supabase_admin' }), and give its adminUrl.",
    )
  const roles = await readFile(new URL('./roles.sql', import.meta.url), 'utf8')
  await run(serverUrl, `begin; select pg_advisory_xact_lock(${ROLES_LOCK}); ${roles}; commit`)
}

async function fill(adminUrl: string): Promise<ProjectDatabase> {
  await run(adminUrl, await readFile(new URL('./project.sql', import.meta.url), 'utf8'))
  const name = new URL(adminUrl).pathname.slice(1)
  return {
    adminUrl,
    ownerUrl: withUser(adminUrl, 'postgres'),
    authenticatorUrl: withUser(adminUrl, 'authenticator'),
    drop: () => run(withDatabase(adminUrl, 'template1'), `drop database if exists ${name} with (force)`),
  }
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function withUser(url: string, user: string): string {
  const made = new URL(url)
  made.username = user
  made.password = PASSWORD
  return made.href
}

function withDatabase(url: string, name: string): string {
  const made = new URL(url)
  made.pathname = `/${name}`
  return made.href
}
