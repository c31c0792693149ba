-- write_cell(op {key, value, expected | null, id, ttlMs | null, knownMs})
--   -> {ok: true, revision} | {ok: false, current: cell | null}
--
-- Compare-and-set. The same write again, by its id, is the first verdict again for `knownMs`.
-- Locks: `write` holds the lock of the cell's name; then its row, and rows that have had their time where nobody else
-- has them (skip locked).

create or replace function pawl.write_cell(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_verdict jsonb := pawl.settled_cell_write(p_namespace, p_op, p_now);
  v_expires_at bigint := p_now + (p_op ->> 'ttlMs')::bigint;
  v_revision bigint;
begin
  if v_verdict is not null then
    return v_verdict;
  end if;
  -- Not as one upsert: that would draw two numbers.
  update pawl.cell set revision = default, value = p_op ->> 'value', at = p_now, expires_at = v_expires_at
  where namespace = p_namespace and key = p_op ->> 'key' returning revision into v_revision;
  if not found then
    insert into pawl.cell (namespace, key, value, at, expires_at)
    values (p_namespace, p_op ->> 'key', p_op ->> 'value', p_now, v_expires_at) returning revision into v_revision;
  end if;
  return pawl.accepted_cell_write(p_namespace, p_op, v_revision, p_now);
end
$$;

-- remove_cell(op {key, expected, id, knownMs}) -> as write_cell, with the revision that was removed.
-- Locks: as write_cell.

create or replace function pawl.remove_cell(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_verdict jsonb := pawl.settled_cell_write(p_namespace, p_op, p_now);
begin
  if v_verdict is not null then
    return v_verdict;
  end if;
  delete from pawl.cell where namespace = p_namespace and key = p_op ->> 'key';
  return pawl.accepted_cell_write(p_namespace, p_op, (p_op ->> 'expected')::bigint, p_now);
end
$$;

-- settled_cell_write(namespace, op, now) -> the first verdict, or the refusal; null if the write may be done.

create or replace function pawl.settled_cell_write(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_known pawl.cell_write;
  v_cell pawl.cell;
begin
  select * into v_known from pawl.cell_write
  where namespace = p_namespace and key = p_op ->> 'key' and id = p_op ->> 'id'
    and at > p_now - (p_op ->> 'knownMs')::bigint;
  if found then
    return jsonb_build_object('ok', true, 'revision', v_known.revision);
  end if;
  -- An expired one is locked as well, so that nobody sweeps it away under this write.
  select * into v_cell from pawl.cell where namespace = p_namespace and key = p_op ->> 'key' for update;
  if v_cell.expires_at <= p_now then
    v_cell := null;
  end if;
  if v_cell.revision is distinct from (p_op ->> 'expected')::bigint then
    return jsonb_build_object('ok', false, 'current', pawl.cell_json(v_cell)::jsonb);
  end if;
  return null;
end
$$;

-- accepted_cell_write(namespace, op, revision, now) -> {ok: true, revision}. Remembers the write by its id; takes away more
-- rows that have had their time than it adds, so that they never pile up.

create or replace function pawl.accepted_cell_write(
  p_namespace text, p_op jsonb, p_revision bigint, p_now bigint
) returns jsonb
language plpgsql as $$
begin
  insert into pawl.cell_write (namespace, key, id, revision, at)
  values (p_namespace, p_op ->> 'key', p_op ->> 'id', p_revision, p_now)
  on conflict (namespace, key, id) do update set revision = excluded.revision, at = excluded.at;
  perform pawl.sweep_cells(p_namespace, p_now - (p_op ->> 'knownMs')::bigint, p_now);
  return jsonb_build_object('ok', true, 'revision', p_revision);
end
$$;

-- sweep_cells(namespace, known_since, now). Takes away up to eight writes that need not be known any more, and as many
-- cells that have expired.
-- Locks: those rows, where nobody else has them (skip locked).

create or replace function pawl.sweep_cells(p_namespace text, p_known_since bigint, p_now bigint) returns void
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
begin
  -- By their places, and ranges by rows (see read_newest): nothing that could be turned around and walk over a table.
  delete from pawl.cell_write where ctid = any (array(
    select ctid from pawl.cell_write
    where (namespace, at) >= (p_namespace, 0) and (namespace, at) <= (p_namespace, p_known_since)
    order by namespace, at limit 8 for update skip locked
  ));
  delete from pawl.cell where ctid = any (array(
    select ctid from pawl.cell
    where (namespace, expires_at) >= (p_namespace, 0) and (namespace, expires_at) <= (p_namespace, p_now)
      and expires_at is not null
    order by namespace, expires_at limit 8 for update skip locked
  ));
end
$$;

-- cell_json(cell) -> the cell as a read answers it; null for none.

create or replace function pawl.cell_json(p_cell pawl.cell) returns json
language sql stable as $$
  select case when p_cell.revision is not null then json_build_object(
    'value', p_cell.value, 'revision', p_cell.revision, 'at', p_cell.at, 'expires_at', p_cell.expires_at
  ) end
$$;
