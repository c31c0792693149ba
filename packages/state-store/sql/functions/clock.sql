-- now_ms() -> the store's time in epoch milliseconds: the frozen one of the test clock, else the machine's.
-- Not the transaction's: that one stands still while a batch waits for a lock.
-- Locks: none.

create or replace function pawl.now_ms() returns bigint
language plpgsql volatile as $$
begin
  return coalesce(
    (select now from pawl.clock where one = 1),
    floor(extract(epoch from clock_timestamp()) * 1000)::bigint
  );
end
$$;

-- set_clock(op {now}, now_ms) -> null. Freezes the clock, or lets it run again with `now` null.
-- Locks: the row of `clock`.

create or replace function pawl.set_clock(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
begin
  update pawl.clock set now = (p_op ->> 'now')::bigint where one = 1;
  return null;
end
$$;
