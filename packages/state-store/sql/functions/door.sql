-- door(request {action: 'write', namespace, batch}) -> {at, results}       see `write`
-- door(request {action: 'read', namespace, operation}) -> JSON                see `read`
-- door(request {action: 'pulse'}) -> number                                   see `read_pulse`
--
-- All that Supabase's REST interface may do with this schema: an allow-list of three actions. What is reachable there is
-- `public.pawl_door`, which calls this one and belongs to `service_role` alone (`sql/access/public-door.sql`).
--
-- Supabase ends every statement of the interface after eight seconds. Who waits four of them for a lock is told that
-- somebody is in the way: that is known to have changed nothing, and may be asked again at once.
-- Locks: those of the action.

create or replace function pawl.door(p_request jsonb) returns json
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '4s'
as $$
declare
  v_action text := p_request ->> 'action';
begin
  if v_action = 'write' then
    return pawl.write(p_request ->> 'namespace', p_request -> 'batch')::json;
  elsif v_action = 'read' then
    return pawl.read(p_request ->> 'namespace', p_request -> 'operation');
  elsif v_action = 'pulse' then
    return to_json(pawl.read_pulse());
  end if;
  raise exception 'pawl_door has no action "%"', v_action
    using errcode = 'feature_not_supported', hint = 'Upgrade the schema: the program is newer than it.';
end
$$;
