-- Takes work in order.
-- KEYS   1 queue, 2 what this bus sent last
-- ARGV   1 number of the call, 2 channel, 3 most messages, 4 most characters, 5 milliseconds an id is known,
--        6 most ids, 7 attempts unless said otherwise, 8 whether the sender claims right behind this call,
--        9 most dead letters, 10 characters of all bodies, 11 how many messages n, then name and body of each,
--        n sessions, n times "length" or "delay priority ttl 1 attempts length", and n ids ("" unless the caller's) or
--        nothing when no id is the caller's
-- RESULT a letter for each message: A accepted, D duplicate, F full (as are all behind it)
-- @include queue

local last = call('GET', KEYS[2])
if last then
  local done, letters = match(last, '^(%d+) (.*)$')
  if done == args[1] then return letters end
end

local mostMessages, mostChars, count = tonumber(args[3]), tonumber(args[4]), tonumber(args[11])
local sessionsAt = 11 + 2 * count
local optionsAt, idsAt = sessionsAt + count, sessionsAt + 2 * count
local fits = depth + count <= mostMessages and chars + args[10] <= mostChars
if not fits then
  buryExpired(tonumber(args[9]))
  fits = depth + count <= mostMessages and chars + args[10] <= mostChars
end
if count > 15 then widen() end

local known, remembered, forgetAt, hasIds = {}, {}, format('%.0f', now + args[5]), #args > idsAt
if hasIds then
  local times = call('ZMSCORE', IDS, unpack(args, idsAt + 1, idsAt + count))
  for index = 1, count do
    if times[index] and tonumber(times[index]) > now then known[args[idsAt + index]] = true end
  end
end
local tails = call('HMGET', ACTIVE, unpack(args, sessionsAt + 1, sessionsAt + count))

local function isTooMuch(options)
  return depth >= mostMessages or (depth > 0 and chars + match(options, '%d+$') > mostChars)
end

local stamp = format(' %.0f ', now)
local plain = stamp .. '0 0 0 1 ' .. args[7] .. ' '
local verdicts, lasts, followers, behinds, taken, full = {}, {}, {}, 0, 0, false
for index = 1, count do
  local name, session, options = args[10 + 2 * index], args[sessionsAt + index], args[optionsAt + index]
  -- A length has nine digits at most, what says more has at least eleven characters.
  local isPlain, delay, priority = #options < 11, nil, nil
  if not isPlain then delay, priority = match(options, '^(%d+) (%-?%d+)') end
  local id = hasIds and args[idsAt + index] or ''
  if id ~= '' and known[id] then
    verdicts[index] = 'D'
  elseif full or (not fits and isTooMuch(options)) then
    full = true
    verdicts[index] = 'F'
  else
    verdicts[index] = 'A'
    taken = taken + 1
    if not fits then
      depth = depth + 1
      chars = chars + match(options, '%d+$')
    end
    if id ~= '' then
      known[id] = true
      remembered[#remembered + 1] = forgetAt
      remembered[#remembered + 1] = id
    end
    local entry = isPlain and ('P' .. name .. plain .. options .. session) or ('F' .. name .. stamp .. options .. session)
    local tail = nil
    if session ~= '' then
      tail = lasts[session] or tails[index]
      lasts[session] = name
    end
    if tail then
      followers[behinds + 1] = tail
      followers[behinds + 2] = entry
      behinds = behinds + 2
    elseif isPlain then
      readies = readies + 1
      toReady[readies] = entry
    else
      enqueue(entry, delay ~= '0' and now + delay, priority)
    end
  end
end

if fits then
  depth = depth + taken
  chars = chars + args[10]
end
if taken == count then
  call('HSET', BODIES, unpack(args, 12, 11 + 2 * count))
else
  for index = 1, count do
    if verdicts[index] == 'A' then
      call('HSET', BODIES, args[10 + 2 * index], args[11 + 2 * index])
    elseif fits then
      chars = chars - match(args[optionsAt + index], '%d+$')
    end
  end
end
flush('HSET', NEXT, followers)
local active, at = {}, 0
for session, name in pairs(lasts) do
  active[at + 1] = session
  active[at + 2] = name
  at = at + 2
end
flush('HSET', ACTIVE, active)
local became = getInLine()
if #remembered > 0 then
  call('ZREMRANGEBYSCORE', IDS, '-inf', format('%.0f', now))
  flush('ZADD', IDS, remembered)
  local over = call('ZCARD', IDS) - tonumber(args[6])
  if over > 0 then
    call('ZREMRANGEBYRANK', IDS, 0, over - 1)
    call('HINCRBY', META, 'forgotten', over)
  end
end
local letters = table.concat(verdicts)
if taken < count then
  local _, duplicates = string.gsub(letters, 'D', 'D')
  if duplicates > 0 then call('HINCRBY', META, 'duplicates', duplicates) end
end

if full then crowded = true end
if hungry and became and args[8] == '1' and call('PUBSUB', 'NUMSUB', args[2])[2] <= 1 then
  -- Nobody but the sender listens, and it is awake.
  became = false
elseif hungry and became then
  hungry = false
  wake(args[2], 0, false)
elseif hungry and soonest then
  wake(args[2], soonest - now, false)
end
saveState()
call('SET', KEYS[2], args[1] .. ' ' .. letters, 'PX', '300000')
return letters
