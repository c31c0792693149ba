import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { migrations } from '../../src/postgres/migrations.ts'

// A database as SQL text: the schema as the release made it, then its rows.

const quoted = (value: unknown): string =>
  value === null ? 'null' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)

/** A SQLite file. The definitions are the ones that SQLite keeps, in the order in which they were made. */
export function dumpSqlite(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true })
  const all = (sql: string) => db.prepare(sql).all() as Record<string, unknown>[]
  const settingOf = (pragma: string) => Object.values(all(`pragma ${pragma}`)[0]!)[0]
  const made = all(
    "select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'",
  )
  const rows = [
    ...made.filter(({ type }) => type === 'table').map(({ name }) => String(name)),
    'sqlite_sequence',
  ]
  const text = [
    `pragma application_id = ${String(settingOf('application_id'))};`,
    `pragma user_version = ${String(settingOf('user_version'))};`,
    ...made.map(({ sql }) => `${String(sql)};`),
    ...rows.flatMap((table) =>
      all(`select * from "${table}"`).map(
        (row) => `insert into "${table}" values (${Object.values(row).map(quoted).join(', ')});`,
      ),
    ),
  ]
  db.close()
  return `begin;\n${text.join('\n')}\ncommit;\n`
}

/** The schema `pawl` of a Postgres database: what the release ran on an empty one, then the rows. */
export async function dumpPostgres(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const all = async (text: string) => (await client.query<Record<string, string>>(text)).rows
  const tables = await all(
    "select tablename as name from pg_tables where schemaname = 'pawl' order by tablename",
  )
  const text = ['create schema pawl;', await migrationTable(all)]
  text.push(...migrations().map(({ sql }) => sql))
  for (const { name } of tables) text.push(...(await rowsOf(name!, all)))
  const sequences = await all(
    "select sequencename as name, last_value from pg_sequences where schemaname = 'pawl'",
  )
  for (const { name, last_value } of sequences) {
    if (last_value !== null) text.push(`select setval('pawl.${name}', ${last_value});`)
  }
  await client.end()
  return `begin;\n${text.join('\n')}\ncommit;\n`
}

type All = (text: string) => Promise<readonly Record<string, string>[]>

const COLUMNS = `
  select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required,
         (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum) as otherwise
  from pg_attribute where attnum > 0 and not attisdropped and attgenerated = '' and attrelid = 'pawl.`

const columnsOf = (table: string, all: All) => all(`${COLUMNS}${table}'::regclass order by attnum`)

/** The table that no migration makes: the program makes it before the first one. */
async function migrationTable(all: All): Promise<string> {
  const columns = (await columnsOf('migration', all)).map(({ name, type, required, otherwise }) =>
    [name, type, required ? 'not null' : '', otherwise ? `default ${otherwise}` : ''].join(' ').trim(),
  )
  return `create table pawl.migration (${columns.join(', ')}, primary key (id));`
}

/** Rows in the order in which they were stored; what the migrations themselves insert is taken out before. */
async function rowsOf(table: string, all: All): Promise<readonly string[]> {
  const names = (await columnsOf(table, all)).map(({ name }) => name!)
  const rows = await all(
    `select ${names.map((name) => `${name}::text`).join(', ')} from pawl.${table} order by ctid`,
  )
  const into = `insert into pawl.${table} (${names.join(', ')}) overriding system value values`
  return [
    `delete from pawl.${table};`,
    ...rows.map((row) => `${into} (${names.map((name) => quoted(row[name])).join(', ')});`),
  ]
}
