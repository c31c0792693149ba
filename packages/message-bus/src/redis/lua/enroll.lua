-- Says how many consumers a bus has on a queue.
-- KEYS   1 queue
-- ARGV   1 bus, 2 consumers
-- RESULT nothing
-- OOM    allowed: consumers must be able to begin
local CONSUMERS = KEYS[1] .. ':consumers'
if ARGV[2] == '0' then
  redis.call('HDEL', CONSUMERS, ARGV[1])
else
  redis.call('HSET', CONSUMERS, ARGV[1], ARGV[2])
end
return false
