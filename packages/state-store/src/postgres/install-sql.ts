import { FUNCTIONS, type Migration } from './migration.ts'

// The schema as SQL that anybody can run: `psql`, Supabase's SQL editor, a migrations folder, and `migrate()` itself.
// It is one `do` block, so that it is done wholly or not at all wherever it runs, and may be run again at any time.

/** Of the advisory lock under which one process at a time migrates: `pawl` in ASCII. */
const MIGRATION_LOCK = 0x7061776c

/** SQLSTATE of what the block refuses; a class of our own. */
export const REFUSED = { newer: 'PW001', drift: 'PW002', server: 'PW003' } as const

/** The oldest server whose SQL the functions use. */
export const OLDEST_SERVER = 150_000

/** All that the present schema needs: installs it, or brings an older one up to date. */
export const installSql = (known: readonly Migration[]): string =>
  blockOf([refuseNewer(known.at(-1)!.id), refuseDrift(known), ...known.map(stepSql)].join('\n'))

/**
 * One migration for a folder that is applied file by file, each once. A database that has it already, or newer
 * functions, is left as it is: somebody else may have been quicker.
 */
export const migrationSql = (migration: Migration): string => blockOf(stepSql(migration))

const blockOf = (body: string): string => `do $pawl$
begin
  if current_setting('server_version_num')::integer < ${OLDEST_SERVER} then
    raise exception 'pawl needs Postgres 15 or newer' using errcode = '${REFUSED.server}';
  elsif current_setting('server_encoding') <> 'UTF8' then
    raise exception 'pawl needs a database with the encoding UTF8' using errcode = '${REFUSED.server}';
  end if;
  perform pg_advisory_xact_lock(${MIGRATION_LOCK});
  -- Asked of the catalogue: somebody with more rights may have made the schema for this role.
  if not exists (select from pg_catalog.pg_namespace where nspname = 'pawl') then
    create schema pawl;
  end if;
  if not exists (
    select from pg_catalog.pg_class where relnamespace = 'pawl'::regnamespace and relname = 'migration'
  ) then
    create table pawl.migration (
      id integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now()
    );
  end if;
${body}end
$pawl$;
`

const refuseNewer = (last: number): string => `
  if exists (select from pawl.migration where id > ${last}) then
    raise exception 'the schema pawl is newer than version ${last}'
      using errcode = '${REFUSED.newer}', hint = 'Use the file of the newer @pawl/state-store.';
  end if;
`

const refuseDrift = (known: readonly Migration[]): string => `
  if exists (
    select from pawl.migration as applied
    left join (values
${known.map(({ id, checksum }) => `      (${id}, '${checksum}')`).join(',\n')}
    ) as known (id, checksum) on known.id = applied.id
    where applied.checksum is distinct from known.checksum
      -- The functions of an older release are replaced by the present ones.
      and not (applied.name = '${FUNCTIONS}' and applied.id < ${known.at(-1)!.id})
  ) then
    raise exception 'a migration of the schema pawl was applied with other content'
      using errcode = '${REFUSED.drift}', hint = 'Use the version of @pawl/state-store that created the schema.';
  end if;
`

function stepSql(migration: Migration): string {
  const { id, name, sql, checksum } = migration
  const quote = `$pawl_${id}$`
  if (sql.includes('$pawl')) throw new Error(`Migration ${id} holds '$pawl', which would end its quotation.`)
  return `
  if ${guardOf(migration)} then
    execute ${quote}${sql}${quote};
    insert into pawl.migration (id, name, checksum) values (${id}, '${name}', '${checksum}') on conflict do nothing;
  end if;
`
}

/** When a step is to be done. The functions are replaced as a whole, so they may also be run again for the door. */
const guardOf = ({ id, name }: Migration): string =>
  name === FUNCTIONS
    ? `not exists (select from pawl.migration where name = '${FUNCTIONS}' and id >= ${id}) or ${DOOR_IS_MISSING}
      and not exists (select from pawl.migration where id > ${id})`
    : `not exists (select from pawl.migration where id = ${id})`

/** Whether the database has the role that the door is for, and not the door. */
export const DOOR_IS_MISSING = `exists (
    select from pg_catalog.pg_roles where rolname = 'service_role'
  ) and not exists (
    select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname = 'pawl_door'
  )`
