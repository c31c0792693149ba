-- public.pawl_door(request) -> JSON. The way to `pawl.door` through Supabase's REST interface, which shows the schema
-- `public` and not `pawl`. One parameter without a name, so that the body of a request arrives as it was sent.
--
-- It is made where there is a role `service_role`, and for that role alone. Elsewhere nobody could use it, the schema
-- `public` may belong to others, and a schema that leaves it alone is easier to judge; so there it is not made. A
-- database that gets the role later gets the door with the next `migrate()`, or from the SQL file.
--
-- Supabase's default privileges grant every new function of `public` to `anon` and `authenticated`: they are revoked here,
-- each time.

do $$
declare
  v_role text;
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
    return;
  end if;
  create or replace function public.pawl_door(jsonb) returns json
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  as $door$
  begin
    return pawl.door($1);
  end
  $door$;
  comment on function public.pawl_door(jsonb) is
    'The way of @pawl/state-store into the schema pawl, for service_role alone.';
  revoke all on function public.pawl_door(jsonb) from public;
  for v_role in select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on function public.pawl_door(jsonb) from %I', v_role);
  end loop;
  grant execute on function public.pawl_door(jsonb) to service_role;
end
$$;

-- PostgREST knows a function only once it has looked again.
notify pgrst, 'reload schema';
