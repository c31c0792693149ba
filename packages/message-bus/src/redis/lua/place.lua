-- Keeps the place of a durable subscription, unless somebody else holds it now.
-- KEYS   1 log
-- ARGV   1 its name, 2 who holds it, 3 number, 4 key, 5 id ("" none)
-- RESULT 1, or 0: it is somebody else's
-- OOM    allowed: else events come twice
-- @include log

local holder = redis.call('HGET', HOLDERS, ARGV[1])
-- A server that lost its data knows of nobody.
if not holder then redis.call('HSET', HOLDERS, ARGV[1], ARGV[2]) end
if holder and holder ~= ARGV[2] then return 0 end
redis.call('HSET', PLACES, ARGV[1], ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
return 1
