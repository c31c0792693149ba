-- read_output(run_no | null, op {after, limit, maxBytes}) -> [chunk] by place, or null for no run.
-- Locks: none. Chunks of one run are committed in the order of their places (see `write_output`).

create or replace function pawl.read_output(p_run_no bigint, p_op jsonb) returns json
language plpgsql as $$
begin
  if p_run_no is null then
    return null;
  end if;
  return (
    select coalesce(json_agg(json_build_object(
      'place', place, 'at', at, 'step', step, 'epoch', epoch, 'fence', fence, 'attempt', attempt, 'start', start,
      'payload', payload
    ) order by place), '[]')
    from (
      select *, sum(octet_length(payload)) over (
        order by place rows between unbounded preceding and 1 preceding
      ) as before
      from (
        select * from pawl.output_chunk where run_no = p_run_no and place > (p_op ->> 'after')::bigint
        order by place limit (p_op ->> 'limit')::bigint
      ) found
    ) page
    where before is null or p_op ->> 'maxBytes' is null or before < (p_op ->> 'maxBytes')::bigint
  );
end
$$;
