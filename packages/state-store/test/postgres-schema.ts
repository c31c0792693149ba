import type pg from 'pg'

const TABLES = `
  select format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                case when a.attnotnull then ' not null' end, case when l.collname <> 'default' then ' ' || l.collname end) as line
  from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_collation l on l.oid = a.attcollation
  where c.relnamespace = 'pawl'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
  order by c.relname, a.attnum`
const INDEXES = `select indexdef as line from pg_indexes where schemaname = 'pawl' order by indexname`
const FUNCTIONS = `
  select format('%s(%s) -> %s%s', p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
                case when p.prosecdef then ' security definer ' || array_to_string(p.proconfig, ', ') end) as line
  from pg_proc p where p.pronamespace = 'pawl'::regnamespace order by p.proname`

const VIEWS = `
  select format('%s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)) as line
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'pawl'::regnamespace and c.relkind = 'v' and a.attnum > 0
  order by c.relname, a.attnum`

/** The schema `pawl` as a text: tables with their columns, indexes, functions, views. */
export async function schemaOf(pool: pg.Pool): Promise<string> {
  const lines = async (sql: string): Promise<string> =>
    (await pool.query<{ line: string }>(sql)).rows.map(({ line }) => `${line}\n`).join('')
  return [await lines(TABLES), await lines(INDEXES), await lines(FUNCTIONS), await lines(VIEWS)].join('\n')
}
