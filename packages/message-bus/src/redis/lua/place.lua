-- Keeps the place of a durable subscription, unless a later one is kept.
-- KEYS   1 log
-- ARGV   1 its name, 2 number, 3 key, 4 id ("" none)
-- RESULT nothing
-- OOM    allowed: else events come twice
-- @include log

local kept = redis.call('HGET', PLACES, ARGV[1])
if not kept or tonumber(string.match(kept, '^%d+')) < tonumber(ARGV[2]) then
  redis.call('HSET', PLACES, ARGV[1], ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4])
end
return false
