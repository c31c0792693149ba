-- Takes the oldest question that somebody still waits for.
-- KEYS   1 questions of a topic
-- ARGV   none
-- RESULT the question, or nothing
-- OOM    allowed: it frees memory
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
while true do
  local question = redis.call('LPOP', KEYS[1])
  if not question then return false end
  local till, at = string.match(question, '^(%d+) ()')
  if tonumber(till) > now then return string.sub(question, at) end
end
