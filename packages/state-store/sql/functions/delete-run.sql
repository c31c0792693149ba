-- delete_run(op {runId, version}) -> {entries, messages} | null. Takes a finished run away with its journal, its
-- mail and its output, unless it moved on from that version or has a message to send.
-- Locks: none of its own; `write` has locked the row of the run by id.

create or replace function pawl.delete_run(p_namespace text, p_op jsonb) returns jsonb
language plpgsql as $$
declare
  v_run pawl.run;
  v_entries integer;
  v_messages integer;
begin
  select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found or not pawl.is_finished(v_run.status) or v_run.unsent_from is not null
     or v_run.version <> (p_op ->> 'version')::bigint then
    return null;
  end if;
  delete from pawl.entry where run_no = v_run.no;
  get diagnostics v_entries = row_count;
  delete from pawl.inbox where run_no = v_run.no;
  get diagnostics v_messages = row_count;
  delete from pawl.output_chunk where run_no = v_run.no;
  delete from pawl.run where no = v_run.no;
  return jsonb_build_object('entries', v_entries, 'messages', v_messages);
end
$$;
