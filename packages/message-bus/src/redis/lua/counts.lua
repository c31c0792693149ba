-- How a queue stands.
-- KEYS   1 queue
-- ARGV   1 its channel ("" when the server does not know all who listen), 2 beginning of the channels at which buses are alive ("" when they have none)
-- RESULT depth, delayed, leased, dead, dead letters dropped, consumers, age of the oldest that waits at the front (-1 none),
--        duplicates found, ids forgotten early
-- OOM    allowed: it only looks
-- @include queue

local oldest = nil
local function look(entry)
  local timestamp = entry and tonumber(match(entry, '^%S+ (%d+)'))
  if timestamp and (not oldest or timestamp < oldest) then oldest = timestamp end
end
look(call('LINDEX', READY, '0'))
for _, line in ipairs({ HIGH, LOW, LATER }) do
  local first = call('ZRANGE', line, '0', '0')[1]
  look(first and sub(first, 15))
end

-- A bus that died without a word no longer listens.
local CONSUMERS = base .. ':consumers'
local consumers, all = 0, call('HGETALL', CONSUMERS)
local function listens(channel)
  local heard = redis.pcall('PUBSUB', 'NUMSUB', channel)
  return type(heard) ~= 'table' or heard.err or heard[2] ~= 0
end
if #all > 0 and ARGV[1] ~= '' and not listens(ARGV[1]) then
  call('DEL', CONSUMERS)
  all = {}
end
for index = 1, #all, 2 do
  if ARGV[2] == '' or listens(ARGV[2] .. all[index]) then
    consumers = consumers + tonumber(all[index + 1])
  else
    call('HDEL', CONSUMERS, all[index])
  end
end

local more = call('HMGET', META, 'deadDropped', 'duplicates', 'forgotten')
return { depth, laters, leased, call('XLEN', DEAD), tonumber(more[1] or 0), consumers,
  oldest and math.max(now - oldest, 0) or -1, tonumber(more[2] or 0), tonumber(more[3] or 0) }
