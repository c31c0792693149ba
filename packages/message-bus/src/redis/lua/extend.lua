-- Makes leases last at least this much longer from now. None becomes shorter.
-- KEYS   1 queue
-- ARGV   for each lease, milliseconds
-- RESULT a letter for each: 1 extended, 0 lost
-- OOM    allowed: work that is held must be able to end
local OWN, ENDS = KEYS[1] .. ':own', KEYS[1] .. ':ends'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local letters = {}
for at = 1, #ARGV, 2 do
  local holds = redis.call('HEXISTS', OWN, ARGV[at]) == 1
  if holds then redis.call('ZADD', ENDS, 'XX', 'GT', string.format('%.0f', now + ARGV[at + 1]), ARGV[at]) end
  letters[#letters + 1] = holds and '1' or '0'
end
return table.concat(letters)
