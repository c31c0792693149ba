-- confirm(namespace, confirmations [{runId, version}]) -> [null]. Lifecycle messages up to a version left; each
-- run's mark moves on, or goes once all have left.
-- Locks: none of its own; `write` has locked the rows of the runs by id.

create or replace function pawl.confirm(p_namespace text, p_confirmations jsonb) returns jsonb
language plpgsql as $$
begin
  update pawl.run as r set unsent_from = case when r.unsent_to > c.version then c.version + 1 end
  from (
    select "runId" as run_id, max(version) as version
    from jsonb_to_recordset(p_confirmations) as confirmed ("runId" text, version bigint)
    group by "runId"
  ) c
  where r.id >= c.run_id and r.id <= c.run_id and (r.namespace = p_namespace) is true and r.unsent_from <= c.version;
  return to_jsonb(array_fill(null::text, array[jsonb_array_length(p_confirmations)]));
end
$$;
