-- The place of a durable subscription, which is the caller's from now on.
-- KEYS   1 log
-- ARGV   1 its name, 2 who holds it
-- RESULT "number key id", or nothing
-- OOM    allowed: subscriptions must be able to begin
-- @include log

redis.call('HSET', HOLDERS, ARGV[1], ARGV[2])
return redis.call('HGET', PLACES, ARGV[1])
