-- Who may do what with the schema: nobody but its owner anything, until somebody grants it. Runs after everything that
-- makes tables, views and functions, at every release, so that a new one is never left open.
--
-- Rows are under row-level security without a policy: a right to a table that was granted by mistake shows no row. The
-- owner is not bound by it, nor are the functions, which run with his rights. What was granted to other roles stays.

do $$
declare
  v_table text;
  v_role text;
begin
  for v_table in
    select quote_ident(relname) from pg_catalog.pg_class
    where relnamespace = 'pawl'::regnamespace and relkind in ('r', 'p') and not relrowsecurity
  loop
    execute 'alter table pawl.' || v_table || ' enable row level security';
  end loop;
  for v_role in
    select 'public'
    union all
    select quote_ident(rolname) from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
  loop
    execute 'revoke all on schema pawl from ' || v_role;
    execute 'revoke all on all tables in schema pawl from ' || v_role;
    execute 'revoke all on all sequences in schema pawl from ' || v_role;
    execute 'revoke all on all routines in schema pawl from ' || v_role;
  end loop;
end
$$;
