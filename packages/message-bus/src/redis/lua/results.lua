-- Results that are kept for tasks.
-- KEYS   1 log
-- ARGV   1 milliseconds they are kept, then the tasks
-- RESULT for each task its result, or nothing
-- OOM    allowed: it only looks
-- @include log

local texts = redis.call('HMGET', RESULTS, unpack(ARGV, 2))
local times = redis.call('ZMSCORE', RESULT_AT, unpack(ARGV, 2))
for index = 1, #texts do
  if not times[index] or tonumber(times[index]) < now - tonumber(ARGV[1]) then texts[index] = false end
end
return texts
