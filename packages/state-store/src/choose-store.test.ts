import { expect, test } from 'vitest'
import { type Choice, chooseStore, type Environment, type StateStoreConfig } from './choose-store.ts'

const URL_OF_PROJECT = 'https://abc.supabase.co'
const DATABASE = 'postgresql://me:hush@db.example/one'
const OWN_DATABASE = 'postgresql://me:hush@db.example/two'

const VALUES = {
  SUPABASE_URL: URL_OF_PROJECT,
  SUPABASE_SECRET_KEY: 'sb_secret_hush',
  SUPABASE_SERVICE_ROLE_KEY: 'jwt.hush',
  PAWL_DATABASE_URL: OWN_DATABASE,
  DATABASE_URL: DATABASE,
} as const

type Variable = keyof typeof VALUES
const VARIABLES = Object.keys(VALUES) as Variable[]

/** Every set of variables that may be set. */
const combinations = Array.from({ length: 2 ** VARIABLES.length }, (_, bits) =>
  VARIABLES.filter((_, index) => (bits >> index) & 1),
)

const environmentOf = (variables: readonly Variable[]): Environment =>
  Object.fromEntries(variables.map((name) => [name, VALUES[name]]))

const chosen = (config: StateStoreConfig, environment: Environment): Choice | string => {
  try {
    return chooseStore(config, environment)
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    return String(error)
  }
}

test.for(combinations.map((variables) => ({ variables, name: variables.join(', ') || 'nothing' })))(
  'set: $name',
  ({ variables }) => {
    const is = (name: Variable) => variables.includes(name)
    const choice = chosen({ namespace: 'mine' }, environmentOf(variables))
    const key = is('SUPABASE_SECRET_KEY')
      ? 'SUPABASE_SECRET_KEY'
      : is('SUPABASE_SERVICE_ROLE_KEY')
        ? 'SUPABASE_SERVICE_ROLE_KEY'
        : undefined
    if (is('SUPABASE_URL') && key !== undefined) {
      const options = { namespace: 'mine', url: URL_OF_PROJECT, key: VALUES[key] }
      expect(choice).toEqual({ engine: 'supabase', options, because: `SUPABASE_URL and ${key}` })
    } else if (is('PAWL_DATABASE_URL') || is('DATABASE_URL')) {
      const connectionString = is('PAWL_DATABASE_URL') ? OWN_DATABASE : DATABASE
      expect(choice).toMatchObject({ engine: 'postgres', options: { namespace: 'mine', connectionString } })
      const { because } = choice as Choice
      expect(because).toContain(is('PAWL_DATABASE_URL') ? 'PAWL_DATABASE_URL' : 'DATABASE_URL')
      // What was set in vain is named: it may have been meant.
      if (is('SUPABASE_URL')) expect(because).toContain('SUPABASE_URL alone')
      if (key !== undefined) expect(because).toContain(`${key} alone`)
    } else if (is('SUPABASE_URL')) {
      expect(choice).toMatch(/SUPABASE_SECRET_KEY nor SUPABASE_SERVICE_ROLE_KEY.*Set SUPABASE_SECRET_KEY/)
    } else if (key !== undefined) {
      expect(choice).toContain(`${key} is set, but SUPABASE_URL is not. Set SUPABASE_URL`)
    } else {
      expect(choice).toMatchObject({ engine: 'sqlite', options: { namespace: 'mine' } })
      expect((choice as Choice).because).toBeTypeOf('string')
    }
    expect(typeof choice === 'string' ? choice : choice.because).not.toContain('hush')
  },
)

test('a configuration that names a store goes before every variable', () => {
  const all = environmentOf(VARIABLES)
  const half = environmentOf(['SUPABASE_URL'])
  const configurations: readonly (readonly [StateStoreConfig, string])[] = [
    [{ path: ':memory:' }, 'sqlite'],
    [{ engine: 'sqlite' }, 'sqlite'],
    [{ connectionString: DATABASE }, 'postgres'],
    [{ engine: 'postgres', connectionString: DATABASE }, 'postgres'],
    [{ url: URL_OF_PROJECT, key: 'k' }, 'supabase'],
    [{ client: { rpc: () => undefined } }, 'supabase'],
  ]
  for (const environment of [all, half, {}]) {
    for (const [config, engine] of configurations)
      expect(chosen(config, environment)).toMatchObject({ engine, because: undefined })
  }
})

test('an engine without an address takes that of the environment, whatever else is set', () => {
  const all = environmentOf(VARIABLES)
  expect(chosen({ engine: 'postgres' }, all)).toMatchObject({ options: { connectionString: OWN_DATABASE } })
  expect(chosen({ engine: 'supabase' }, all)).toMatchObject({ options: { url: URL_OF_PROJECT } })
  expect(chosen({ engine: 'supabase' }, environmentOf(['SUPABASE_URL', 'DATABASE_URL']))).toContain(
    'Set SUPABASE_SECRET_KEY',
  )
  expect(chosen({ engine: 'supabase' }, {})).toContain('Set SUPABASE_URL and SUPABASE_SECRET_KEY')
  expect(chosen({ engine: 'postgres' }, {})).toContain('PAWL_DATABASE_URL, DATABASE_URL')
})

test('an empty variable is not set', () => {
  const empty = { SUPABASE_URL: '', SUPABASE_SECRET_KEY: '', DATABASE_URL: '' }
  expect(chosen({}, empty)).toMatchObject({ engine: 'sqlite' })
  const { SUPABASE_SERVICE_ROLE_KEY, SUPABASE_URL } = VALUES
  expect(chosen({}, { ...empty, SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY })).toMatchObject({
    engine: 'supabase',
  })
})

test('a variable that holds no address is an error that names it and keeps its value', () => {
  const wrong = [
    { DATABASE_URL: 'mysql://root:hush@elsewhere/db' },
    { SUPABASE_URL: 'hush.supabase.co', SUPABASE_SECRET_KEY: 'k' },
  ]
  for (const environment of wrong) {
    const said = chosen({}, environment)
    expect(said).toContain(Object.keys(environment)[0])
    expect(said).not.toContain('hush')
  }
})

test('two stores in one configuration, or an engine that there is not, are errors', () => {
  expect(chosen({ path: 'a', connectionString: DATABASE }, {})).toContain('sqlite and postgres')
  expect(chosen({ engine: 'mysql' } as unknown as StateStoreConfig, {})).toContain("'mysql'")
})
