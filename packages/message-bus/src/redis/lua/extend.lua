-- Makes leases last longer from now.
-- KEYS   1 queue
-- ARGV   for each lease token, session ("" none), milliseconds
-- RESULT a letter for each: 1 extended, 0 lost
-- OOM    allowed: work that is held must be able to end
-- @include queue

local letters = {}
for at = 1, #ARGV, 3 do
  local token, session, ms = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local counts
  if session == '' then
    counts = redis.call('HEXISTS', OWN, token) == 1
  else
    local value = redis.call('HGET', BUSY, session)
    counts = value and string.match(value, '^%d+') == token
  end
  if counts then redis.call('ZADD', ENDS, 'XX', now + ms, token) end
  letters[#letters + 1] = counts and '1' or '0'
end
return table.concat(letters)
