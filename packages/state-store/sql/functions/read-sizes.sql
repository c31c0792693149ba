-- read_sizes() -> [{table, rows: {value, exact}, bytes: {value, exact}}] by name, over all namespaces. Bytes are what the
-- files have, with indexes. A small table is counted; of a large one the server's own estimate is told.
-- Locks: none.

create or replace function pawl.read_sizes() returns json
language plpgsql as $$
declare
  v_table record;
  v_rows bigint;
  v_exact boolean;
  v_sizes json[] := '{}';
begin
  for v_table in
    select oid, relname, greatest(pg_stat_get_live_tuples(oid), reltuples, 0)::bigint as estimate,
           pg_relation_size(oid) < 16 * 1024 * 1024 as is_small
    from pg_catalog.pg_class
    where relnamespace = 'pawl'::regnamespace and relkind = 'r' order by relname collate "C"
  loop
    v_exact := v_table.is_small;
    if v_exact then
      execute format('select count(*) from pawl.%I', v_table.relname) into v_rows;
    else
      v_rows := v_table.estimate;
    end if;
    v_sizes := v_sizes || json_build_object(
      'table', v_table.relname, 'rows', json_build_object('value', v_rows, 'exact', v_exact),
      'bytes', json_build_object('value', pg_total_relation_size(v_table.oid), 'exact', true)
    );
  end loop;
  return to_json(v_sizes);
end
$$;
