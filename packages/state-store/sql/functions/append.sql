-- append_entry(run_no, version, epoch, fence, entry, now) -> the entry's bytes. Puts one line into a journal.
-- Locks: none of its own; the caller holds the run's row.

create or replace function pawl.append_entry(
  p_run_no bigint, p_version integer, p_epoch integer, p_fence integer, p_entry jsonb, p_now bigint
) returns bigint
language plpgsql as $$
begin
  insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta)
  values (
    p_run_no, p_now, p_version, p_epoch, p_fence, coalesce((p_entry ->> 'format')::smallint, 1),
    (p_entry ->> 'slot')::smallint, p_entry ->> 'kind', p_entry ->> 'step', p_entry ->> 'hash', p_entry ->> 'payload',
    coalesce(p_entry ->> 'meta', '{}')
  );
  return pawl.entry_bytes(p_entry);
end
$$;

-- entry_bytes(entry) -> the UTF-8 bytes of its payload and metadata, as they count towards a run's limit.

create or replace function pawl.entry_bytes(p_entry jsonb) returns bigint
language sql immutable as $$
  select octet_length(p_entry ->> 'payload')::bigint + coalesce(octet_length(p_entry ->> 'meta'), 2)
$$;

-- is_finished(status) -> whether a run in this status has ended.

create or replace function pawl.is_finished(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('completed', 'failed', 'cancelled')
$$;

-- key_taken(run) -> whether another open run has the key, so that this one may not be opened again.

create or replace function pawl.key_taken(p_run pawl.run) returns boolean
language plpgsql as $$
begin
  return p_run.key is not null and exists (
    select from pawl.run
    where namespace = p_run.namespace and key = p_run.key and finished_at is null and no <> p_run.no
  );
end
$$;
