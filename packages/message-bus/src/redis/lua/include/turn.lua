-- A turn (see turn.lua). accepted: letters to answer as well. asleep: somebody else waits for work, who was not woken.
-- lostAt: the keys behind this one are of the turns that were lost.
local wanted, batch, mostDead = tonumber(args[4]), tonumber(args[6]), tonumber(args[7])
local LOST = '{"message":"The lease ran out on the last attempt."}'
local before = state
local waiting, dueBefore, depthBefore, charsBefore = hungry, due, depth, chars

local function release(held, count)
  call('HDEL', OWN, held)
  call('ZREM', ENDS, held)
  leased = leased - count
  if count > 1 then
    call('HDEL', MANY, held)
    batches = batches - 1
  end
end

local function countOf(held)
  return batches > 0 and tonumber(call('HGET', MANY, held) or 1) or 1
end

-- Leases of a claim whose answer was lost belong to nobody.
local function takeBack(claim)
  local prefix = claim .. ':'
  for _, held in ipairs(call('HKEYS', OWN)) do
    if sub(held, 1, #prefix) == prefix then
      local entry = call('HGET', OWN, held)
      release(held, countOf(held))
      place(entry, true)
    end
  end
end

local function readTurn(text)
  if not text then return nil end
  return match(text, '^(%d+) (%d+) (%d*)$')
end

local mine = KEYS[2]
local letters
local doneBefore, claimBefore, saved = readTurn(call('GET', mine))
if doneBefore == args[1] then
  letters = saved
  takeBack(claimBefore)
end
for lost in string.gmatch(args[2], '%d+') do
  lostAt = lostAt + 1
  local seen, claim = readTurn(call('GET', KEYS[lostAt]))
  if seen == lost then takeBack(claim) end
end

-- All that is done, when every lease counts and ends: one command of a kind for all.
local function settleAll(done, owned)
  local namesAt, sessionsAt = 11 + done, 11 + 2 * done
  call('HDEL', OWN, unpack(args, 12, namesAt))
  call('ZREM', ENDS, unpack(args, 12, namesAt))
  call('HDEL', BODIES, unpack(args, namesAt + 1, sessionsAt))
  local nexts = call('HMGET', NEXT, unpack(args, namesAt + 1, sessionsAt))
  local ended, over = {}, 0
  for index = 1, done do
    local entry = nexts[index]
    if entry then
      if byte(entry) == PLAIN then
        readies = readies + 1
        toReady[readies] = entry
      else
        place(entry)
      end
    else
      local session = args[sessionsAt + index]
      if session ~= '' then
        over = over + 1
        ended[over] = session
      end
    end
  end
  if over < done then call('HDEL', NEXT, unpack(args, namesAt + 1, sessionsAt)) end
  if over > 0 then call('HDEL', ACTIVE, unpack(ended)) end
  depth = depth - done
  leased = leased - done
  chars = chars - args[9]
  return string.rep('1', done)
end

-- The same, one by one.
local function settleEach(done, owned)
  local namesAt, sessionsAt, verdicts = 11 + done, 11 + 2 * done, {}
  for index = 1, done do
    local held, name, session = args[11 + index], args[namesAt + index], args[sessionsAt + index]
    -- An earlier one of its batch may just have moved it on. What was told before stands there no more.
    local entry = owned[index] and call('HGET', OWN, held)
    if entry and sub(entry, 2, 17) ~= name then
      -- Nobody tells of this lease any more.
      if byte(args[10], index) ~= 48 then
        release(held, countOf(held))
        place(entry, true)
      end
      entry = nil
    end
    if entry then
      local length = select(8, fieldsOf(entry))
      depth = depth - 1
      chars = chars - length
      call('HDEL', BODIES, name)
      local count, next = countOf(held), moveOn(name, session)
      if next and count > 1 and byte(args[10], index) == 48 then
        leased = leased - 1
        call('HSET', OWN, held, next)
        if count == 2 then
          call('HDEL', MANY, held)
          batches = batches - 1
        else
          call('HSET', MANY, held, format('%d', count - 1))
        end
      else
        release(held, count)
        if next then place(next) end
      end
    end
    verdicts[index] = entry and '1' or '0'
  end
  return table.concat(verdicts)
end

if not letters then
  local done, verdicts = tonumber(args[11]), {}
  letters = ''
  if done > 0 then
    local owned, all = call('HMGET', OWN, unpack(args, 12, 11 + done)), args[10] == '' and batches == 0
    for index = 1, done do all = all and owned[index] end
    letters = (all and settleAll or settleEach)(done, owned)
  end
  for at = 12 + 3 * done, #args, 5 do
    local held, what, detail = args[at], args[at + 2], args[at + 3]
    local entry = call('HGET', OWN, held)
    local isMeant = entry and sub(entry, 2, 17) == args[at + 1]
    if entry then
      release(held, countOf(held))
      if not isMeant then
        place(entry, true)
      elseif what == 'retry' then
        place(again(entry, now + detail))
      elseif what == 'dead' then
        bury(entry, detail, args[at + 4], mostDead)
      else
        place(entry, true)
      end
    end
    verdicts[#verdicts + 1] = isMeant and '1' or '0'
  end
  letters = letters .. table.concat(verdicts)
end

-- What is due; and what was held too long, which counts as an attempt.
local isDue = due > 0 and due <= now
if isDue then
  local nowText = format('%.0f', now)
  local members = call('ZRANGEBYSCORE', LATER, '-inf', nowText, 'LIMIT', '0', '200')
  if #members > 0 then
    laters = laters - #members
    call('ZREM', LATER, unpack(members))
    for _, member in ipairs(members) do place(sub(member, 15)) end
  end
  for _, held in ipairs(call('ZRANGEBYSCORE', ENDS, '-inf', nowText, 'LIMIT', '0', '200')) do
    local entry = call('HGET', OWN, held)
    if entry then
      release(held, countOf(held))
      local attempt, most = select(6, fieldsOf(entry))
      if tonumber(attempt) < tonumber(most) then
        place(again(entry, 0))
      else
        bury(entry, 'lost', LOST, mostDead)
      end
    else
      call('ZREM', ENDS, held)
    end
  end
end
local became = getInLine()
if wanted == 0 then
  buryExpired(mostDead)
  became = getInLine() or became
end

-- What is free.
claims = claims + 1
local claim = format('%d', claims)
local prefix = claim .. ':'
local entries, names, messages, taken = {}, {}, 0, 0
local own, ends, counts, written = {}, {}, {}, 0
local endsAt = format('%.0f', now + args[5])

-- As many more of the session as may go with the entry that was leased last.
local function leaseMore(held, name)
  local count = 1
  for _ = 2, batch do
    local entry = call('HGET', NEXT, name)
    if not entry then break end
    local next, timestamp, delay, _, ttl = fieldsOf(entry)
    if (delay ~= '0' and timestamp + delay > now) or (ttl ~= '0' and timestamp + ttl <= now) then break end
    name = next
    count = count + 1
    messages = messages + 1
    entries[messages] = entry
    names[messages] = name
  end
  counts[taken] = count
  if count == 1 then return end
  leased = leased + count - 1
  batches = batches + 1
  call('HSET', MANY, held, format('%d', count))
end

local function lease(entry)
  if byte(entry) ~= PLAIN and isExpired(entry) then
    bury(entry, 'expired', '', mostDead)
    return
  end
  local name = sub(entry, 2, 17)
  local held = prefix .. name
  taken = taken + 1
  messages = messages + 1
  entries[messages] = entry
  names[messages] = name
  own[written + 1] = held
  own[written + 2] = entry
  ends[written + 1] = endsAt
  ends[written + 2] = held
  written = written + 2
  if batch > 1 then leaseMore(held, name) end
end

while taken < wanted do
  local free = format('%d', wanted - taken)
  if highs > 0 then
    local found = call('ZPOPMIN', HIGH, free)
    highs = highs - #found / 2
    for index = 1, #found, 2 do lease(sub(found[index], 15)) end
  else
    local found = call('LPOP', READY, free)
    if found then
      for index = 1, #found do lease(found[index]) end
    elseif lows > 0 then
      found = call('ZPOPMIN', LOW, free)
      lows = lows - #found / 2
      for index = 1, #found, 2 do lease(sub(found[index], 15)) end
    else
      break
    end
  end
  became = getInLine() or became
end
leased = leased + taken
if taken > 15 then widen() elseif depth == 0 then narrow() end
if taken > 0 then
  flush('HSET', OWN, own)
  flush('ZADD', ENDS, ends)
  if due == 0 or tonumber(endsAt) < due then due = tonumber(endsAt) end
end

-- Who else may want to know.
if hungry and (became or wanted == 0) and (highs + lows > 0 or call('EXISTS', READY) == 1) then
  hungry, asleep = false, false
  wake(args[3], 0, false)
end
if taken < wanted then hungry = true end
if crowded and depth < tonumber(args[8]) and (depth < depthBefore or chars < charsBefore) then
  crowded = false
  wake(args[3], 0, true)
end

-- When somebody should look again. While there is plenty to do a time that is too early does no harm.
if leased + laters == 0 then
  due = 0
elseif isDue or taken < wanted or wanted == 0 then
  due = leased > 0 and leased == messages and tonumber(endsAt) or 0
  local function look(line)
    local first = call('ZRANGE', line, '0', '0', 'WITHSCORES')[2]
    if first and first ~= 'inf' and (due == 0 or tonumber(first) < due) then due = tonumber(first) end
  end
  if leased > messages then look(ENDS) end
  if laters > 0 then look(LATER) end
end
-- Whoever has nothing to do waits for that time: it must hear that there is none any more, or it looks for nothing.
-- Or knows of a later time alone: what failed comes again before its lease would have ended.
if due > 0 and (asleep or (waiting and hungry and due < dueBefore)) then
  told = true
  wake(args[3], due - now, false)
elseif due > 0 and taken == 0 and wanted > 0 then
  told = true
elseif told and due == 0 then
  told = false
  wake(args[3], -1, false)
end
-- Looking at a queue leaves nothing behind.
if taken == 0 and letters == '' then claims = claims - 1 end
if before or wanted > 0 or accepted ~= '' then saveState() end
if taken > 0 or letters ~= '' then call('SET', mine, args[1] .. ' ' .. claim .. ' ' .. letters, 'PX', '300000') end

local bodies = {}
for from = 1, messages, 4000 do
  local part = call('HMGET', BODIES, unpack(names, from, math.min(from + 3999, messages)))
  if messages <= 4000 then
    bodies = part
  else
    for index = 1, #part do bodies[from + index - 1] = part[index] end
  end
end
return { due > 0 and math.max(due - now, 0) or -1, wakes, now, letters, claims, entries, bodies, counts, accepted }
