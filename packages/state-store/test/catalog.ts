import type pg from 'pg'

// All that the catalogue of a database says about the schema and the door to it, as text: two databases with the same text
// are the same. Owners are shown as such, since each way of installing has one.

const OWNER = `(select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'pawl')`
const rights = (acl: string) => `replace(coalesce(${acl}::text, 'of the owner alone'), ${OWNER}, 'owner')`
const DOOR = `p.pronamespace = 'public'::regnamespace and p.proname = 'pawl_door'`

const QUESTIONS = [
  `select 'schema ' || ${rights('nspacl')} as line from pg_namespace where nspname = 'pawl'`,
  `select format('%s %s kind %s options %s, row security %s forced %s, %s', c.relname, pg_get_userbyid(c.relowner) = ${OWNER},
          c.relkind, c.reloptions, c.relrowsecurity, c.relforcerowsecurity, ${rights('c.relacl')}) as line
   from pg_class c where c.relnamespace = 'pawl'::regnamespace order by c.relname`,
  `select format('%s.%s %s%s%s%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
          case when a.attnotnull then ' not null' end, ' ' || l.collname, ' default ' || pg_get_expr(d.adbin, d.adrelid),
          nullif(a.attidentity, '')) as line
   from pg_attribute a join pg_class c on c.oid = a.attrelid
   left join pg_collation l on l.oid = a.attcollation
   left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relnamespace = 'pawl'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0
   order by c.relname, a.attnum`,
  `select format('%s: %s', conname, pg_get_constraintdef(oid)) as line from pg_constraint
   where connamespace = 'pawl'::regnamespace order by conname`,
  `select indexdef as line from pg_indexes where schemaname = 'pawl' order by indexname`,
  `select format('%s: %s', viewname, definition) as line from pg_views where schemaname = 'pawl' order by viewname`,
  `select format('%s: %s', tablename, policyname) as line from pg_policies where schemaname = 'pawl' order by 1`,
  `select format(E'%s\\n-- %s, %s, %s', pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner) = ${OWNER},
          ${rights('p.proacl')}, obj_description(p.oid)) as line
   from pg_proc p where p.pronamespace = 'pawl'::regnamespace or ${DOOR} order by p.proname`,
  `select format('%s: %s', tgname, pg_get_triggerdef(t.oid)) as line from pg_trigger t join pg_class c on c.oid = t.tgrelid
   where c.relnamespace = 'pawl'::regnamespace and not tgisinternal order by tgname`,
  `select format('%s %s %s', id, name, checksum) as line from pawl.migration order by id`,
  `select format('clock %s', clock) as line from pawl.clock`,
]

/** The text, after `psql -c '\\d'` and its like, but in one order. */
export async function catalogOf(database: pg.Pool): Promise<string> {
  const parts: string[] = []
  for (const question of QUESTIONS) {
    const { rows } = await database.query<{ line: string }>(question)
    parts.push(rows.map(({ line }) => `${line}\n`).join(''))
  }
  return parts.join('\n')
}
