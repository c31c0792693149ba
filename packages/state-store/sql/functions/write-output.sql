-- write_output(op {runId, keep, chunks: [{step, epoch, fence, attempt, start, payload, weight}]}) -> {kept}
--
-- Adds chunks to a run's output and lets the oldest go that are more than `keep` behind the end. Chunks of another fence
-- than the run's are passed over, as are all of a run that is unknown or compacted. An operation whose last chunk is the
-- run's last one was done before, and its answer lost: it is not done again.
-- Locks: none of its own; `write` has locked the row of the run by id.

create or replace function pawl.write_output(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_run pawl.run;
  v_last pawl.output_chunk;
  v_chunk jsonb := p_op #> '{chunks,-1}';
  v_place bigint;
  v_kept integer := 0;
begin
  select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId';
  if not found or v_run.compacted_at is not null then
    return '{"kept": 0}';
  end if;
  select * into v_last from pawl.output_chunk where run_no = v_run.no order by place desc limit 1;
  if v_last.step = v_chunk ->> 'step' and v_last.epoch = (v_chunk ->> 'epoch')::integer
     and v_last.fence = (v_chunk ->> 'fence')::integer and v_last.attempt = (v_chunk ->> 'attempt')::integer
     and v_last.start = (v_chunk ->> 'start')::bigint and v_last.payload = v_chunk ->> 'payload' then
    return jsonb_build_object('kept', jsonb_array_length(p_op -> 'chunks'));
  end if;
  v_place := coalesce(v_last.place, 0);
  for v_chunk in select * from jsonb_array_elements(p_op -> 'chunks') loop
    continue when (v_chunk ->> 'fence')::integer <> v_run.fence;
    v_place := v_place + (v_chunk ->> 'weight')::bigint;
    v_kept := v_kept + 1;
    insert into pawl.output_chunk (run_no, place, at, start, epoch, fence, attempt, step, payload) values (
      v_run.no, v_place, p_now, (v_chunk ->> 'start')::bigint, (v_chunk ->> 'epoch')::integer,
      (v_chunk ->> 'fence')::integer, (v_chunk ->> 'attempt')::integer, v_chunk ->> 'step', v_chunk ->> 'payload'
    );
  end loop;
  if v_kept > 0 then
    delete from pawl.output_chunk where run_no = v_run.no and place <= v_place - (p_op ->> 'keep')::bigint;
  end if;
  return jsonb_build_object('kept', v_kept);
end
$$;
