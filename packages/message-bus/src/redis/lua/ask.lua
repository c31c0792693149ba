-- Puts a question where responders find it.
-- KEYS   1 questions of a topic
-- ARGV   1 channel, 2 milliseconds until nobody waits any more, 3 question, 4 whether the server knows all who listen
--        (of a cluster's channels it knows its own alone), 5 an id of the call, which may be made twice
-- RESULT 1; 0 when nobody responds: then nothing is kept
local RESPONDERS = KEYS[1] .. ':consumers'
if redis.call('EXISTS', RESPONDERS) == 0 then return 0 end
local ms = math.max(1, math.ceil(ARGV[2]))
if not redis.call('SET', KEYS[1] .. ':asked:' .. ARGV[5], '', 'PX', string.format('%.0f', ms), 'NX') then return 1 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('RPUSH', KEYS[1], string.format('%.0f', now + ARGV[2]) .. ' ' .. ARGV[3])
if redis.call('PTTL', KEYS[1]) < ms then redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ms)) end
-- One of them is called upon, each as often as another; the others take what it leaves.
local all = redis.call('HKEYS', RESPONDERS)
if redis.call('PUBLISH', ARGV[1], '+' .. all[time[2] % #all + 1]) > 0 or ARGV[4] == '0' then return 1 end
-- They are enrolled, but died without a word.
redis.call('DEL', RESPONDERS, KEYS[1], KEYS[1] .. ':asked:' .. ARGV[5])
return 0
