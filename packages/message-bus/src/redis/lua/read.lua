-- Events behind a place, oldest first.
-- KEYS   1 log
-- ARGV   1 key of the place, 2 milliseconds events are kept, 3 most events
-- RESULT for each event key, number, id, topic, body; about a mebibyte at most, but always one
-- OOM    allowed: it only looks
-- @include log

local from = '(' .. ARGV[1]
local oldest = now - tonumber(ARGV[2])
if tonumber(string.match(ARGV[1], '^%d+')) < oldest then from = string.format('%.0f', oldest) end
local answer, chars = {}, 0
for _, entry in ipairs(redis.call('XRANGE', LOG, from, '+', 'COUNT', ARGV[3])) do
  local key, number, id, topic, body = partsOf(entry)
  chars = chars + #body
  if #answer > 0 and chars > 1048576 then break end
  for _, part in ipairs({ key, number, id, topic, body }) do answer[#answer + 1] = part end
end
return answer
