-- The roles of a stock Supabase project, after the migrations in github.com/supabase/postgres: the owner `postgres` is
-- no superuser, and the API's roles have short timeouts. Roles belong to the whole server: several projects on one
-- server share them, so every statement may run again.
-- Left out: the roles of auth, storage, realtime and the dashboard, and the libraries supautils and safeupdate.

do $$
declare
  made text;
begin
  foreach made in array array['postgres', 'anon', 'authenticated', 'service_role', 'authenticator'] loop
    if to_regrole(made) is null then
      execute format('create role %I', made);
    end if;
  end loop;
end $$;

alter role postgres with nosuperuser createdb createrole login replication bypassrls password 'testkit';
alter role anon with nologin inherit;
alter role authenticated with nologin inherit;
alter role service_role with nologin inherit bypassrls;
alter role authenticator with login noinherit password 'testkit';

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_admin set search_path = "$user", public, auth, extensions;
