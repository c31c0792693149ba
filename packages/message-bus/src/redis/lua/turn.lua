-- Settles what is finished, takes back what was lost, makes ready what is due, and leases what is free.
-- KEYS   1 queue
-- ARGV   1 bus, 2 number of the turn, 3 numbers of its turns whose answer was lost ("" or "7,8"), 4 channel,
--        5 leases wanted, 6 milliseconds of a lease, 7 most messages of a session in one, 8 most dead letters,
--        9 most messages of the queue, 10 how many are done; for each of these
--        token, session ("" none), 1 when the lease ends with it, characters of the body; then for each of the others
--        token, session, what (retry, dead, returned), milliseconds or reason, error
-- RESULT milliseconds until something is due (-1 nothing), wake-ups so far, time, a letter for each settlement
--        (1 counted, 0 lost), then for each lease token, session, number of messages and each as head and body; of a
--        message without a session the number is 0, and it is one text (M..head body)
-- OOM    allowed: under memory pressure finished work must still leave
-- @include queue
-- @include release

local bus, number = ARGV[1], ARGV[2]
local wanted, leaseMs, batch, mostDead = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
-- Longer than hash-max-listpack-value and zset-max-listpack-value; no session is called so, for it is no lease.
local WIDE = string.rep(' ', 256)
local wide = redis.call('HGET', META, 'wide') == '1'
local wasWide = wide
local wakesBefore, depthBefore = wakes, depth
local LOST = '{"message":"The lease ran out on the last attempt."}'
local field = bus .. ' ' .. (tonumber(number) % 2)

-- Leases of a turn whose answer was lost belong to nobody.
local function takeBack(from, to)
  if to < from then return end
  for held = from, to do
    local entry = redis.call('HGET', OWN, held)
    if entry then
      releaseOwn(tostring(held))
      place(entry, nil, nil, true)
    end
  end
  local all = redis.call('HGETALL', BUSY)
  for index = 1, #all, 2 do
    local held = string.match(all[index + 1], '^%d+')
    if tonumber(held) >= from and tonumber(held) <= to then
      release(all[index], held, countOf(all[index + 1], held))
      placeRest(all[index], true)
    end
  end
end

local function readTurn(text)
  if not text then return nil end
  return string.match(text, '^(%d+) (%d+) (%d+) (%d*)$')
end

local letters
local doneBefore, from, to, saved = readTurn(redis.call('HGET', TURNS, field))
if doneBefore == number then
  letters = saved
  takeBack(tonumber(from), tonumber(to))
end
for lost in string.gmatch(ARGV[3], '%d+') do
  local seen, first, last = readTurn(redis.call('HGET', TURNS, bus .. ' ' .. (tonumber(lost) % 2)))
  if seen == lost then takeBack(tonumber(first), tonumber(last)) end
end

if not letters then
  local verdicts = {}
  local done = tonumber(ARGV[10])
  local rest = 11 + done * 4
  -- Which leases count is asked for once, for all.
  local sessions, tokens, current, owned = {}, {}, {}, {}
  local function note(held, session)
    if session == '' then tokens[#tokens + 1] = held else sessions[#sessions + 1] = session end
  end
  for at = 11, rest - 1, 4 do note(ARGV[at], ARGV[at + 1]) end
  for at = rest, #ARGV, 5 do note(ARGV[at], ARGV[at + 1]) end
  if #sessions > 0 then
    for index, value in ipairs(redis.call('HMGET', BUSY, unpack(sessions))) do current[sessions[index]] = value end
  end
  if #tokens > 0 then
    for index, value in ipairs(redis.call('HMGET', OWN, unpack(tokens))) do owned[tokens[index]] = value end
  end

  for at = 11, rest - 1, 4 do
    local held, session, length = ARGV[at], ARGV[at + 1], ARGV[at + 3]
    local counts = false
    if session == '' then
      counts = owned[held]
      if counts then
        owned[held] = nil
        releaseOwn(held)
      end
    else
      local count = countOf(current[session], held)
      counts = count
      if counts then
        local key = SESSION .. session
        redis.call('LTRIM', key, 2, -1)
        if ARGV[at + 2] == '1' or count == 1 then
          current[session] = nil
          release(session, held, count)
          local head = redis.call('LINDEX', key, 0)
          if head then place(nil, session, head) end
        else
          leased = leased - 1
          current[session] = held .. ' ' .. (count - 1)
          redis.call('HSET', BUSY, session, current[session])
        end
      end
    end
    if counts then
      depth = depth - 1
      chars = chars - length
    end
    verdicts[#verdicts + 1] = counts and '1' or '0'
  end

  for at = rest, #ARGV, 5 do
    local held, session, what, detail, err = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
    local counts
    if session == '' then
      local entry = owned[held]
      counts = entry and true
      if counts then
        owned[held] = nil
        releaseOwn(held)
        if what == 'retry' then
          place(ownAgain(entry, now + detail))
        elseif what == 'dead' then
          buryOwn(entry, detail, err, mostDead)
        else
          place(entry, nil, nil, true)
        end
      end
    else
      counts = countOf(current[session], held)
      if counts then
        current[session] = nil
        release(session, held, counts)
        if what == 'retry' then
          local key = SESSION .. session
          redis.call('LSET', key, 0, again(redis.call('LINDEX', key, 0), now + detail))
        elseif what == 'dead' then
          buryFirst(session, detail, err, mostDead)
        end
        placeRest(session, what == 'returned')
      end
    end
    verdicts[#verdicts + 1] = counts and '1' or '0'
  end
  letters = table.concat(verdicts)
end
flushReleases()

-- What is due.
local due = redis.call('ZRANGEBYSCORE', LATER, '-inf', now, 'LIMIT', 0, 200)
if #due > 0 then
  redis.call('ZREM', LATER, unpack(due))
  for _, member in ipairs(due) do place(string.sub(member, 15)) end
end
due = redis.call('ZRANGEBYSCORE', LATERS, '-inf', now, 'LIMIT', 0, 200)
if #due > 0 then
  redis.call('ZREM', LATERS, unpack(due))
  for _, session in ipairs(due) do placeRest(session) end
end

-- What was held too long counts as an attempt.
due = redis.call('ZRANGEBYSCORE', ENDS, '-inf', now, 'LIMIT', 0, 200)
local holders = {}
if #due > 0 then
  local all = redis.call('HGETALL', BUSY)
  for index = 1, #all, 2 do holders[string.match(all[index + 1], '^%d+')] = { all[index], all[index + 1] } end
end
for _, held in ipairs(due) do
  local holder = holders[held]
  local entry = not holder and redis.call('HGET', OWN, held)
  if holder then
    local session = holder[1]
    local key = SESSION .. session
    local head = redis.call('LINDEX', key, 0)
    release(session, held, countOf(holder[2], held))
    local _, _, _, attempt, most = fieldsOf(head)
    if attempt >= most then
      buryFirst(session, 'lost', LOST, mostDead)
    else
      redis.call('LSET', key, 0, again(head, 0))
    end
    placeRest(session)
  elseif entry then
    releaseOwn(held)
    local _, _, _, attempt, most = fieldsOf(entry, 2)
    if attempt >= most then buryOwn(entry, 'lost', LOST, mostDead) else place(ownAgain(entry, 0)) end
  else
    noEnds[#noEnds + 1] = held
  end
end
flushReleases()
local became = getInLine()

-- What is free.
local taken, firstToken = 0, token + 1
local answer = { -1, 0, now, letters }
local busy, own, ends = {}, {}, {}
-- Written once: Redis formats every number that a script hands over.
local endsAt = string.format('%.0f', now + leaseMs)

local function begin(count)
  token = token + 1
  taken = taken + 1
  leased = leased + count
  ends[#ends + 1] = endsAt
  return string.format('%d', token)
end

local function leaseOwn(entry)
  local name = begin(1)
  ends[#ends + 1] = name
  own[#own + 1] = name
  own[#own + 1] = entry
  answer[#answer + 1] = name
  answer[#answer + 1] = ''
  answer[#answer + 1] = 0
  answer[#answer + 1] = entry
end

local function lease(session, list)
  local count = #list / 2
  local name = begin(count)
  ends[#ends + 1] = name
  busy[#busy + 1] = session
  busy[#busy + 1] = count == 1 and name or (name .. ' ' .. count)
  answer[#answer + 1] = name
  answer[#answer + 1] = session
  answer[#answer + 1] = count
  for index = 1, #list do answer[#answer + 1] = list[index] end
end

-- May it not be handed out? Most never expire, which the first characters tell.
local function isExpired(head, from)
  if string.sub(head, from, from + 1) == '0 ' then return false end
  return fieldsOf(head, from) <= now
end

local function leaseSession(head, session)
  local key = SESSION .. session
  if isExpired(head, 1) then
    buryFirst(session, 'expired', '', mostDead)
    placeRest(session)
    return
  end
  if batch == 1 then
    lease(session, { head, redis.call('LINDEX', key, 1) })
    return
  end
  local list = redis.call('LRANGE', key, 0, batch * 2 - 1)
  for index = 3, #list, 2 do
    local _, available = fieldsOf(list[index])
    if available > now or isExpired(list[index], 1) then
      for rest = #list, index, -1 do list[rest] = nil end
      break
    end
  end
  lease(session, list)
end

local function leaseEntry(entry)
  if string.sub(entry, 1, 1) == 'S' then
    leaseSession(sessionOf(entry))
  elseif isExpired(entry, 2) then
    buryOwn(entry, 'expired', '', mostDead)
  else
    leaseOwn(entry)
  end
end

while taken < wanted do
  local found = redis.call('ZPOPMIN', HIGH, wanted - taken)
  if #found > 0 then
    for index = 1, #found, 2 do leaseEntry(string.sub(found[index], 15)) end
  else
    found = redis.call('LPOP', READY, wanted - taken) or {}
    if #found > 0 then
      for _, entry in ipairs(found) do leaseEntry(entry) end
    else
      found = redis.call('ZPOPMIN', LOW, wanted - taken)
      if #found == 0 then break end
      for index = 1, #found, 2 do leaseEntry(string.sub(found[index], 15)) end
    end
  end
  became = getInLine() or became
end
-- Small hashes and sorted sets are searched from end to end; a long member makes Redis keep them as tables, for as long
-- as there is much to do.
if taken > 15 and not wide then
  wide = true
  redis.call('HSET', BUSY, WIDE, '0')
  redis.call('ZADD', ENDS, '+inf', WIDE)
elseif wide and depth == 0 then
  wide = false
  redis.call('HDEL', BUSY, WIDE)
  redis.call('ZREM', ENDS, WIDE)
end
flush('HSET', BUSY, busy)
flush('HSET', OWN, own)
flush('ZADD', ENDS, ends)

-- Who else may want to know.
if hungry and (became or wanted == 0) and (redis.call('LLEN', READY) > 0 or redis.call('ZCARD', HIGH) > 0
    or redis.call('ZCARD', LOW) > 0) then
  hungry = false
  wake(ARGV[4], 0, false)
end
if taken < wanted then hungry = true end
if crowded and depth < tonumber(ARGV[9]) then
  crowded = false
  wake(ARGV[4], 0, true)
end

local next = nil
for _, line in ipairs({ ENDS, LATER, LATERS }) do
  local first = redis.call('ZRANGE', line, 0, 0, 'WITHSCORES')
  if first[2] and first[2] ~= 'inf' and (not next or tonumber(first[2]) < next) then next = tonumber(first[2]) end
end
if next then answer[1] = math.max(next - now, 0) end
answer[2] = wakes
-- Looking at a queue leaves nothing behind.
if wanted > 0 or letters ~= '' or became or wakes ~= wakesBefore or depth ~= depthBefore then saveMeta() end
if wide ~= wasWide then redis.call('HSET', META, 'wide', wide and 1 or 0) end
if taken > 0 or letters ~= '' then
  redis.call('HSET', TURNS, field, number .. ' ' .. firstToken .. ' ' .. token .. ' ' .. letters)
end
return answer
