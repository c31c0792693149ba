-- Puts a question where responders find it.
-- KEYS   1 questions of a topic
-- ARGV   1 channel, 2 milliseconds until nobody waits any more, 3 question
-- RESULT 1; 0 when nobody listens: then nothing is kept
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('RPUSH', KEYS[1], string.format('%.0f', now + ARGV[2]) .. ' ' .. ARGV[3])
local ms = math.max(1, math.ceil(ARGV[2]))
if redis.call('PTTL', KEYS[1]) < ms then redis.call('PEXPIRE', KEYS[1], ms) end
if redis.call('PUBLISH', ARGV[1], '') > 0 then return 1 end
redis.call('RPOP', KEYS[1])
return 0
