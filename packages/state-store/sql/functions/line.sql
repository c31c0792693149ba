-- on_line(run_no, tip, version) -> whether an entry counts at the end of its journal: after a rollback to version v, what
-- stands between v and the rollback does not. A rollback that is itself off the line takes nothing off it.
-- Locks: none. Asked for runs that were rolled back alone (epoch above 0); one look into `entry_rolled_back` for each
-- rollback between the tip and the entry. Reads with the rights of its owner, as the views that ask it do: who may read a
-- view need not be able to read the tables.

create or replace function pawl.on_line(p_run_no bigint, p_tip integer, p_version integer) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_high bigint := p_tip;
  v_at integer;
  v_meta text;
begin
  while p_version <= v_high loop
    select version, meta into v_at, v_meta from pawl.entry
    where run_no = p_run_no and kind = 'rolled_back' and version <= v_high order by version desc limit 1;
    if not found or p_version >= v_at then
      return true;
    end if;
    v_high := least(coalesce(pawl.whole_of(pawl.meta_of(v_meta) -> 'toVersion'), 0), v_at - 1);
  end loop;
  return false;
end
$$;
