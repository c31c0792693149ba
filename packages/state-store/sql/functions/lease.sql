-- renew_lease(namespace, worker, lease_ms, now) -> when the lease ends. Renews a worker's lease.
-- Locks: the worker's row.

create or replace function pawl.renew_lease(p_namespace text, p_worker text, p_lease_ms bigint, p_now bigint) returns bigint
language plpgsql as $$
begin
  insert into pawl.worker (namespace, id, lease_until) values (p_namespace, p_worker, p_now + p_lease_ms)
  on conflict (namespace, id) do update set lease_until = excluded.lease_until;
  return p_now + p_lease_ms;
end
$$;

-- ensure_lease(namespace, worker, lease_ms, now). Makes sure that a holder has a row: one without is never found
-- dead. A known worker keeps its lease; its row is locked so far that nobody forgets the worker before the transaction
-- ends: who is just about to is waited for, and then the row is made anew.
-- Locks: the worker's row, shared.

create or replace function pawl.ensure_lease(p_namespace text, p_worker text, p_lease_ms bigint, p_now bigint) returns void
language plpgsql as $$
begin
  loop
    perform from pawl.worker where namespace = p_namespace and id = p_worker for key share;
    exit when found;
    insert into pawl.worker (namespace, id, lease_until) values (p_namespace, p_worker, p_now + p_lease_ms)
    on conflict (namespace, id) do nothing;
    exit when found;
  end loop;
end
$$;

-- heartbeat(op {worker, leaseMs}) -> {at, leaseUntil, held: [{runId, fence, inbox}]}. Renews the worker's lease; tells
-- what it holds and where there is mail.
-- Locks: the worker's row.

create or replace function pawl.heartbeat(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_until bigint := pawl.renew_lease(p_namespace, p_op ->> 'worker', (p_op ->> 'leaseMs')::bigint, p_now);
  v_held jsonb;
begin
  select jsonb_agg(jsonb_build_object('runId', id, 'fence', fence, 'inbox', inbox) order by no) into v_held
  from pawl.run where namespace = p_namespace and worker = p_op ->> 'worker';
  return jsonb_build_object('at', p_now, 'leaseUntil', v_until, 'held', coalesce(v_held, '[]'));
end
$$;
