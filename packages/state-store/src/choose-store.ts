import { invalidArgument } from './contract/errors.ts'
import type { PostgresOptions } from './postgres/options.ts'
import type { SqliteOptions } from './sqlite/index.ts'
import type { SupabaseOptions } from './supabase/index.ts'

/**
 * Which store to open. Without `engine`, a `path` means SQLite, a `connectionString` or `pool` Postgres, and a `url`,
 * `key` or `client` Supabase.
 */
export type StateStoreConfig = (
  | ({ readonly engine: 'postgres' } & PostgresOptions)
  | ({ readonly engine: 'supabase' } & SupabaseOptions)
  | ({ readonly engine: 'sqlite' } & SqliteOptions)
  | ({ readonly engine?: undefined } & SqliteOptions & PostgresOptions & SupabaseOptions)
) & {
  /**
   * Is told in one line which store was opened and why; never a secret. Default: `console.error`, once in a process
   * for each line, and only if the configuration left the choice to the environment.
   */
  readonly log?: (line: string) => void
}

/** What was chosen. */
export type Choice = (
  | { readonly engine: 'sqlite'; readonly options: SqliteOptions }
  | { readonly engine: 'postgres'; readonly options: PostgresOptions }
  | { readonly engine: 'supabase'; readonly options: SupabaseOptions }
) & {
  /** For people: what decided; `undefined` if the configuration did. */
  readonly because: string | undefined
}

export interface Environment {
  readonly [variable: string]: string | undefined
}

type Engine = Choice['engine']

const ENGINES: readonly Engine[] = ['sqlite', 'postgres', 'supabase']

/** The options that name a store of each engine. */
const NAMED_BY: { readonly [engine in Engine]: readonly string[] } = {
  sqlite: ['path'],
  postgres: ['connectionString', 'pool'],
  supabase: ['url', 'key', 'client'],
}

/** The variables that name a Postgres database, and those that hold a project's secret key: the first one that is set. */
const DATABASES = ['PAWL_DATABASE_URL', 'DATABASE_URL'] as const
const KEYS = ['SUPABASE_SECRET_KEY', 'SUPABASE_SERVICE_ROLE_KEY'] as const

/**
 * Chooses: what the configuration names; else the Supabase project of the environment; else its database; else the
 * embedded store. The first that is complete wins. Half of a project's pair, and nothing that is complete, is an error
 * that names the other half: to go on with an embedded store would be to lose what is written on the next deployment.
 */
export function chooseStore(config: StateStoreConfig, environment: Environment): Choice {
  const { engine, log: _, ...options } = config
  const named = ENGINES.filter((one) =>
    NAMED_BY[one].some((name) => (options as Record<string, unknown>)[name] !== undefined),
  )
  if (engine !== undefined) return ofEngine(engine, options, named.includes(engine), environment)
  if (named.length > 1) {
    throw invalidArgument(
      `The configuration of the state store names ${named.join(' and ')}; name one, or say which as 'engine'.`,
    )
  }
  if (named[0] !== undefined) return { engine: named[0], options, because: undefined } as Choice
  return fromEnvironment(options, environment)
}

function ofEngine(engine: Engine, options: object, isNamed: boolean, environment: Environment): Choice {
  if (!ENGINES.includes(engine)) {
    throw invalidArgument(
      `There is no engine '${String(engine).slice(0, 40)}'; use ${ENGINES.map((one) => `'${one}'`).join(', ')}.`,
    )
  }
  if (isNamed || engine === 'sqlite') return { engine, options, because: undefined }
  if (engine === 'supabase') return projectOf(options, environment) ?? missingProject(environment)
  const database = databaseOf(options, environment)
  if (database !== undefined) return database
  throw invalidArgument(
    `The Postgres store needs a connectionString or a pool, or one of ${DATABASES.join(', ')} in the environment.`,
  )
}

function fromEnvironment(options: object, environment: Environment): Choice {
  const chosen = projectOf(options, environment) ?? databaseOf(options, environment)
  if (chosen !== undefined) return chosen
  if (set(environment, ['SUPABASE_URL', ...KEYS]) !== undefined) missingProject(environment)
  return { engine: 'sqlite', options, because: 'the environment names no database' }
}

function projectOf(options: object, environment: Environment): Choice | undefined {
  const url = environment.SUPABASE_URL
  const key = set(environment, KEYS)
  if (!url || key === undefined) return undefined
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw invalidArgument('SUPABASE_URL is set, but is no https:// address. Correct it, or unset it.')
  const found = { ...options, url, key: environment[key]! }
  return { engine: 'supabase', options: found, because: `SUPABASE_URL and ${key}` }
}

function missingProject(environment: Environment): never {
  const key = set(environment, KEYS)
  const [is, missing] =
    key !== undefined
      ? [`${key} is set, but SUPABASE_URL is not`, 'SUPABASE_URL']
      : environment.SUPABASE_URL
        ? [`SUPABASE_URL is set, but neither ${KEYS.join(' nor ')} is`, KEYS[0]]
        : ['No Supabase project is named', `SUPABASE_URL and ${KEYS[0]}`]
  throw invalidArgument(`${is}. Set ${missing}, or say in the configuration which store to open.`)
}

function databaseOf(options: object, environment: Environment): Choice | undefined {
  const name = set(environment, DATABASES)
  if (name === undefined) return undefined
  const connectionString = environment[name]!
  if (/^postgres(ql)?:\/\//i.test(connectionString)) {
    const alone = set(environment, ['SUPABASE_URL', ...KEYS])
    const because = alone === undefined ? name : `${name}; ${alone} alone names no project`
    return { engine: 'postgres', options: { ...options, connectionString }, because }
  }
  // The value may hold a password: it is not shown.
  throw invalidArgument(
    `${name} is set, but is no postgresql:// address. Correct it, or open the store with engine: 'sqlite'.`,
  )
}

/** The first variable that is set, to something. */
const set = (environment: Environment, names: readonly string[]): string | undefined =>
  names.find((name) => environment[name])
