-- store_time: the store's time in epoch milliseconds, one row. With the test clock, the frozen one.

create or replace view pawl.store_time as
select pawl.now_ms() as now;
