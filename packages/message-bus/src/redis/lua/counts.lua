-- How a queue stands.
-- KEYS   1 queue
-- ARGV   1 its channel ("" when the server does not know all who listen), 2 beginning of the channels at which buses are alive ("" when they have none)
-- RESULT depth, delayed, leased, dead, dead letters dropped, consumers, age of the oldest that waits at the front (-1 none),
--        duplicates found, ids forgotten early
-- @include queue

local delayed = redis.call('ZCARD', LATER)
for _, session in ipairs(redis.call('ZRANGE', LATERS, 0, -1)) do
  delayed = delayed + redis.call('LLEN', SESSION .. session) / 2
end

local oldest = nil
local function look(head, from)
  if not head then return end
  local _, _, _, _, _, timestamp = fieldsOf(head, from)
  if not oldest or timestamp < oldest then oldest = timestamp end
end
local function lookAt(entry)
  if not entry then return end
  if string.sub(entry, 1, 1) == 'M' then return look(entry, 2) end
  look(sessionOf(entry), 1)
end
local function firstOf(line, from)
  local first = redis.call('ZRANGE', line, 0, 0)[1]
  return first and string.sub(first, from)
end
lookAt(redis.call('LINDEX', READY, 0))
lookAt(firstOf(HIGH, 15))
lookAt(firstOf(LOW, 15))
lookAt(firstOf(LATER, 15))
local first = firstOf(LATERS, 1)
if first then look(redis.call('LINDEX', SESSION .. first, 0), 1) end

-- A bus that died without a word no longer listens.
local CONSUMERS = base .. ':consumers'
local consumers, all = 0, redis.call('HGETALL', CONSUMERS)
local function listens(channel)
  local heard = redis.pcall('PUBSUB', 'NUMSUB', channel)
  return type(heard) ~= 'table' or heard.err or heard[2] ~= 0
end
if #all > 0 and ARGV[1] ~= '' and not listens(ARGV[1]) then
  redis.call('DEL', CONSUMERS)
  all = {}
end
for index = 1, #all, 2 do
  if ARGV[2] == '' or listens(ARGV[2] .. all[index]) then
    consumers = consumers + tonumber(all[index + 1])
  else
    redis.call('HDEL', CONSUMERS, all[index])
    redis.call('HDEL', TURNS, all[index] .. ' 0', all[index] .. ' 1')
  end
end

local more = redis.call('HMGET', META, 'deadDropped', 'duplicates', 'forgotten')
return { depth, delayed, leased, redis.call('XLEN', DEAD), tonumber(more[1] or 0), consumers,
  oldest and math.max(now - oldest, 0) or -1, tonumber(more[2] or 0), tonumber(more[3] or 0) }
