-- Takes work in order.
-- KEYS   1 queue, 2 what this bus sent last
-- ARGV   1 number of the call, 2 channel, 3 most messages, 4 most characters, 5 milliseconds an id is known,
--        6 most ids, 7 attempts unless said otherwise,
--        8 whether the sender claims right behind this call, then for each message
--        options ("" or "ttl delay priority attempts", ttl 0: none), id ("" unless the caller's), session ("" none), body
-- RESULT a letter for each message: A accepted, D duplicate, F full (as are all behind it)
-- @include queue

local last = redis.call('GET', KEYS[2])
if last then
  local number, letters = string.match(last, '^(%d+) (.*)$')
  if number == ARGV[1] then return letters end
end

local mostMessages, mostChars, dedupMs = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local ids = {}
for at = 9, #ARGV, 4 do
  if ARGV[at + 1] ~= '' then ids[#ids + 1] = ARGV[at + 1] end
end
local known = {}
if #ids > 0 then
  local times = redis.call('ZMSCORE', IDS, unpack(ids))
  for index, id in ipairs(ids) do
    if times[index] and tonumber(times[index]) > now then known[id] = true end
  end
end

local letters, remembered, sessions, lists = {}, {}, {}, {}
local plain = '0 0 0 1 ' .. ARGV[7] .. ' ' .. now .. ' '
local full, duplicates = false, 0
for at = 9, #ARGV, 4 do
  local options, id, session, body = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local letter = 'A'
  if id ~= '' and known[id] then
    letter = 'D'
    duplicates = duplicates + 1
  else
    full = full or depth >= mostMessages or (depth > 0 and chars + #body > mostChars)
    if full then
      letter = 'F'
    else
      if id ~= '' then
        known[id] = true
        remembered[#remembered + 1] = now + dedupMs
        remembered[#remembered + 1] = id
      end
      local head
      if options == '' then
        head = plain .. #body
      else
        local ttl, delay, priority, most = string.match(options, '^(%d+) (%d+) (%-?%d+) (%d+)$')
        head = headOf(ttl == '0' and 0 or now + ttl, delay == '0' and 0 or now + delay, priority, 1, most, now, #body)
      end
      depth = depth + 1
      chars = chars + #body
      if session == '' then
        place('M' .. head .. ' ' .. body)
      else
        local list = lists[session]
        if not list then
          list = {}
          lists[session] = list
          sessions[#sessions + 1] = session
        end
        list[#list + 1] = head
        list[#list + 1] = body
      end
    end
  end
  letters[#letters + 1] = letter
end

for _, session in ipairs(sessions) do
  local list = lists[session]
  local length = redis.call('RPUSH', SESSION .. session, unpack(list))
  if length == #list then place(nil, session, list[1]) end
end
local became = getInLine()
if #remembered > 0 then
  redis.call('ZREMRANGEBYSCORE', IDS, '-inf', now)
  redis.call('ZADD', IDS, unpack(remembered))
  local over = redis.call('ZCARD', IDS) - tonumber(ARGV[6])
  if over > 0 then
    redis.call('ZREMRANGEBYRANK', IDS, 0, over - 1)
    redis.call('HINCRBY', META, 'forgotten', over)
  end
end
if duplicates > 0 then redis.call('HINCRBY', META, 'duplicates', duplicates) end

if full then crowded = true end
if hungry and became and ARGV[8] == '1' and redis.call('PUBSUB', 'NUMSUB', ARGV[2])[2] <= 1 then
  -- Nobody but the sender listens, and it is awake.
  became = false
elseif hungry and became then
  hungry = false
  wake(ARGV[2], 0, false)
elseif hungry and soonest then
  wake(ARGV[2], soonest - now, false)
end
saveMeta()
local answer = table.concat(letters)
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. answer, 'PX', 300000)
return answer
