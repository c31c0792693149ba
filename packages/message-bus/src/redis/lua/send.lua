-- Takes work in order.
-- KEYS   1 queue, 2 what this bus sent last
-- ARGV   1 number of the call, 2 channel, 3 most messages, 4 most characters, 5 milliseconds an id is known,
--        6 most ids, 7 attempts unless said otherwise, 8 whether the sender claims right behind this call,
--        9 most dead letters, then for each message
--        "length" or "ttl delay priority 1 attempts length", with a blank behind it when there is a session;
--        id ("" unless the caller's), session ("" none), body
-- RESULT a letter for each message: A accepted, D duplicate, F full (as are all behind it)
-- @include queue

local last = call('GET', KEYS[2])
if last then
  local done, letters = match(last, '^(%d+) (.*)$')
  if done == ARGV[1] then return letters end
end

local mostMessages, mostChars = tonumber(ARGV[3]), tonumber(ARGV[4])
local ids, asked, sessions = {}, {}, 0
for at = 10, #ARGV, 4 do
  if ARGV[at + 1] ~= '' then ids[#ids + 1] = ARGV[at + 1] end
  local session = ARGV[at + 2]
  if session ~= '' then
    sessions = sessions + 1
    asked[sessions] = session
  end
end
local known = {}
if #ids > 0 then
  local times = call('ZMSCORE', IDS, unpack(ids))
  for index, id in ipairs(ids) do
    if times[index] and tonumber(times[index]) > now then known[id] = true end
  end
end
if sessions > 0 then
  local counts = call('HMGET', ACTIVE, unpack(asked))
  for index = 1, sessions do behind[asked[index]] = counts[index] end
end
if #ARGV > 70 then widen() end

local forgetAt = format('%.0f', now + ARGV[5])
local stamp = format(' %.0f ', now)
local plain = stamp .. '0 0 0 1 ' .. ARGV[7] .. ' '
local letters, remembered, bodies, lists, behinds, answers, puts = {}, {}, {}, {}, {}, 0, 0
local full, swept, duplicates = false, false, 0

local function pushBehind()
  for _, session in ipairs(behinds) do flush('RPUSH', SESSION .. session, lists[session]) end
  lists, behinds = {}, {}
end

for at = 10, #ARGV, 4 do
  local options, id, session, body = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local letter = 'A'
  if id ~= '' and known[id] then
    letter = 'D'
    duplicates = duplicates + 1
  else
    -- A length has nine digits at most, what says more has at least eleven characters.
    local isPlain, length, delay, priority = #options < 11, options, nil, nil
    if not isPlain then delay, priority, length = match(options, '^%d+ (%d+) (%-?%d+) %d+ %d+ (%d+)') end
    if not full and (depth >= mostMessages or (depth > 0 and chars + length > mostChars)) then
      if not swept then
        swept = true
        pushBehind()
        buryExpired(tonumber(ARGV[9]))
      end
      full = depth >= mostMessages or (depth > 0 and chars + length > mostChars)
    end
    if full then
      letter = 'F'
    else
      if id ~= '' then
        known[id] = true
        remembered[#remembered + 1] = forgetAt
        remembered[#remembered + 1] = id
      end
      number = number + 1
      local name = format('%d', number)
      local entry = isPlain and ('P' .. name .. plain .. options .. session) or ('F' .. name .. stamp .. options .. session)
      bodies[puts + 1] = name
      bodies[puts + 2] = body
      puts = puts + 2
      depth = depth + 1
      chars = chars + length
      local isFirst = true
      if session ~= '' then
        local count = behind[session]
        isFirst = not count
        behind[session] = isFirst and 0 or (count + 1)
        touched[session] = true
        if not isFirst then
          local list = lists[session]
          if not list then
            list = {}
            lists[session] = list
            behinds[#behinds + 1] = session
          end
          list[#list + 1] = entry
        end
      end
      if isFirst then
        if isPlain then
          readies = readies + 1
          toReady[readies] = entry
        else
          enqueue(entry, delay ~= '0' and now + delay, priority, session ~= '')
        end
      end
    end
  end
  answers = answers + 1
  letters[answers] = letter
end

flush('HSET', BODIES, bodies)
pushBehind()
saveActive()
local became = getInLine()
if #remembered > 0 then
  call('ZREMRANGEBYSCORE', IDS, '-inf', format('%.0f', now))
  flush('ZADD', IDS, remembered)
  local over = call('ZCARD', IDS) - tonumber(ARGV[6])
  if over > 0 then
    call('ZREMRANGEBYRANK', IDS, 0, over - 1)
    call('HINCRBY', META, 'forgotten', over)
  end
end
if duplicates > 0 then call('HINCRBY', META, 'duplicates', duplicates) end

if full then crowded = true end
if hungry and became and ARGV[8] == '1' and call('PUBSUB', 'NUMSUB', ARGV[2])[2] <= 1 then
  -- Nobody but the sender listens, and it is awake.
  became = false
elseif hungry and became then
  hungry = false
  wake(ARGV[2], 0, false)
elseif hungry and soonest then
  wake(ARGV[2], soonest - now, false)
end
saveState()
local answer = table.concat(letters)
call('SET', KEYS[2], ARGV[1] .. ' ' .. answer, 'PX', '300000')
return answer
