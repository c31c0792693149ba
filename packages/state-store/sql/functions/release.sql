-- requeue(namespace, worker, forgiven, wait, now) -> how many runs. Makes everything that a worker holds ready again
-- and forgets the worker. Fences stay: until a rival claims a run, its old holder may still write. With `wait` false
-- a run that is being written to is left to the next time, and the worker is remembered for its sake.
-- Locks: the worker's runs by id; then the worker's row.

create or replace function pawl.requeue(p_namespace text, p_worker text, p_forgiven integer, p_wait boolean, p_now bigint)
returns integer
language plpgsql as $$
declare
  v_held bigint[];
  v_count integer;
begin
  if p_wait then
    select array_agg(no) into v_held from (
      select no from pawl.run where namespace = p_namespace and worker = p_worker order by id for update
    ) held;
  else
    select array_agg(no) into v_held from (
      select no from pawl.run where namespace = p_namespace and worker = p_worker order by id for update skip locked
    ) held;
  end if;
  update pawl.run set status = 'queued', worker = null, ready_at = p_now, recovered = true,
                      claims = greatest(claims - p_forgiven, 0), updated_at = p_now
  where no = any (v_held);
  get diagnostics v_count = row_count;
  delete from pawl.worker
  where namespace = p_namespace and id = p_worker
    and not exists (select from pawl.run where namespace = p_namespace and worker = p_worker);
  return v_count;
end
$$;

-- release(op {worker}) -> {released}. A worker goes in peace; the claims it gives back do not count towards a crash
-- loop.
-- Locks: the worker's runs by id; then the worker's row.

create or replace function pawl.release(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
begin
  return jsonb_build_object('released', pawl.requeue(p_namespace, p_op ->> 'worker', 1, true, p_now));
end
$$;
