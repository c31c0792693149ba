-- Adds events to the log, in order.
-- KEYS   1 log, 2 what this bus appended last
-- ARGV   1 number of the call, 2 channel, 3 most events, 4 milliseconds they are kept, 5 most characters,
--        6 milliseconds an id is known, 7 most ids, 8 most results, 9 milliseconds they are kept, then for each event
--        1 when its id is the caller's, id, topic, body, task of a result ("" none), the result ("" forgets the one kept)
-- RESULT a letter for each event: A accepted, D duplicate
-- @include log

local last = redis.call('GET', KEYS[2])
if last then
  local number, letters = string.match(last, '^(%d+) (.*)$')
  if number == ARGV[1] then return letters end
end

local meta = redis.call('HMGET', META, 'number', 'chars')
local number, chars = tonumber(meta[1] or 0), tonumber(meta[2] or 0)
local given, known = {}, {}
for at = 10, #ARGV, 6 do
  -- A topic has no blank.
  if ARGV[at] == '1' then given[#given + 1] = ARGV[at + 2] .. ' ' .. ARGV[at + 1] end
end
if #given > 0 then
  local times = redis.call('ZMSCORE', IDS, unpack(given))
  for index, id in ipairs(given) do
    if times[index] and tonumber(times[index]) > now then known[id] = true end
  end
end

local letters, remembered, held = {}, {}, {}
local results = 0
for at = 10, #ARGV, 6 do
  local id, topic, body, task, result = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4], ARGV[at + 5]
  local name = topic .. ' ' .. id
  if ARGV[at] == '1' and known[name] then
    letters[#letters + 1] = 'D'
  else
    number = number + 1
    chars = chars + #body
    local key = redis.call('XADD', LOG, '*', 'number', number, 'id', id, 'topic', topic, 'body', body)
    held[#held + 1] = id
    held[#held + 1] = key .. ' ' .. number
    if ARGV[at] == '1' then
      known[name] = true
      remembered[#remembered + 1] = now + tonumber(ARGV[6])
      remembered[#remembered + 1] = name
    end
    if task ~= '' then
      results = results + 1
      if result == '' then
        redis.call('HDEL', RESULTS, task)
        redis.call('ZREM', RESULT_AT, task)
      else
        redis.call('HSET', RESULTS, task, result)
        redis.call('ZADD', RESULT_AT, now, task)
      end
    end
    letters[#letters + 1] = 'A'
  end
end

if #held > 0 then redis.call('HSET', HELD, unpack(held)) end
if #remembered > 0 then
  redis.call('ZREMRANGEBYSCORE', IDS, '-inf', now)
  redis.call('ZADD', IDS, unpack(remembered))
  if redis.call('PTTL', IDS) < tonumber(ARGV[6]) then
    redis.call('PEXPIRE', IDS, string.format('%.0f', math.max(ARGV[6], 1)))
  end
  local over = redis.call('ZCARD', IDS) - tonumber(ARGV[7])
  if over > 0 then
    redis.call('ZREMRANGEBYRANK', IDS, 0, over - 1)
    redis.call('HINCRBY', META, 'forgotten', over)
  end
end
local duplicates = #letters - #held / 2
if duplicates > 0 then redis.call('HINCRBY', META, 'duplicates', duplicates) end

-- Lets go of what is too much or too old, oldest first.
local over = redis.call('XLEN', LOG) - tonumber(ARGV[3])
local oldestTime, mostChars = now - tonumber(ARGV[4]), tonumber(ARGV[5])
local gone = true
while gone do
  gone = false
  local removed = {}
  for _, entry in ipairs(redis.call('XRANGE', LOG, '-', '+', 'COUNT', math.max(1, math.min(over, 500)))) do
    local key, _, id, _, body = partsOf(entry)
    if over > 0 or chars > mostChars or tonumber(string.match(key, '^%d+')) < oldestTime then
      removed[#removed + 1] = key
      over = over - 1
      chars = chars - #body
      local place = redis.call('HGET', HELD, id)
      if place and string.match(place, '^%S+') == key then redis.call('HDEL', HELD, id) end
      gone = true
    end
  end
  if #removed > 0 then redis.call('XDEL', LOG, unpack(removed)) end
end
redis.call('HSET', META, 'number', number, 'chars', chars)

if results > 0 then
  local old = redis.call('ZRANGEBYSCORE', RESULT_AT, '-inf', now - tonumber(ARGV[9]), 'LIMIT', 0, 500)
  local excess = redis.call('ZCARD', RESULT_AT) - #old - tonumber(ARGV[8])
  if excess > 0 then old = redis.call('ZRANGE', RESULT_AT, 0, math.min(#old + excess, 500) - 1) end
  if #old > 0 then
    redis.call('HDEL', RESULTS, unpack(old))
    redis.call('ZREM', RESULT_AT, unpack(old))
  end
end

if #held > 0 then redis.call('PUBLISH', ARGV[2], '') end
local answer = table.concat(letters)
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. answer, 'PX', 300000)
return answer
