-- store_time: the store's time in epoch milliseconds, one row. With the test clock, the frozen one. Not `pawl.now_ms`:
-- that reads with the rights of who asks.

create or replace view pawl.store_time as
select coalesce(
  (select now from pawl.clock where one = 1), floor(extract(epoch from clock_timestamp()) * 1000)::bigint
) as now;
