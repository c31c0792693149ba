-- Settles what is finished, takes back what was lost, makes ready what is due, and leases what is free.
-- KEYS   1 queue, 2 and 3 the last turns of this bus with an even and an odd number
-- ARGV   1 number of the turn, 2 numbers of its turns whose answer was lost ("" or "7,8"), 3 channel, 4 leases wanted,
--        5 milliseconds of a lease, 6 most messages of a session in one, 7 most dead letters, 8 most messages of the
--        queue, 9 how many are done; for each of these token, number, session ("" none), characters of the body (below
--        0 when more messages of its lease follow); then for each of the others
--        token, what (retry, dead, returned), milliseconds or reason, error
-- RESULT milliseconds until something is due (-1 nothing), wake-ups so far, time, a letter for each settlement
--        (1 counted, 0 lost), token of the first lease (each of the others is higher by one), entries, bodies, and when
--        several may be in one lease how many of them each has
-- OOM    allowed: under memory pressure finished work must still leave
-- @include queue
-- @include release

local wanted, batch, mostDead = tonumber(ARGV[4]), tonumber(ARGV[6]), tonumber(ARGV[7])
local LOST = '{"message":"The lease ran out on the last attempt."}'
local wakesBefore, depthBefore, wasWide = wakes, depth, wide

local function ask(key, fields)
  local values = {}
  for from = 1, #fields, 4000 do
    local part = call('HMGET', key, unpack(fields, from, math.min(from + 3999, #fields)))
    if #fields <= 4000 then return part end
    for index = 1, #part do values[from + index - 1] = part[index] end
  end
  return values
end

-- Leases of a turn whose answer was lost belong to nobody. The first of them ends up first again.
local function takeBack(from, to)
  if to < from then return end
  local tokens = {}
  for held = to, from, -1 do tokens[#tokens + 1] = format('%d', held) end
  local entries, counts = ask(OWN, tokens), ask(MANY, tokens)
  for index, held in ipairs(tokens) do
    if entries[index] then
      release(held, tonumber(counts[index] or 1))
      place(entries[index], true)
    end
  end
end

local function readTurn(text)
  if not text then return nil end
  return match(text, '^(%d+) (%d+) (%d+) (%d*)$')
end

local mine = KEYS[2 + tonumber(ARGV[1]) % 2]
local letters
local doneBefore, first, last, saved = readTurn(call('GET', mine))
if doneBefore == ARGV[1] then
  letters = saved
  takeBack(tonumber(first), tonumber(last))
end
for lost in string.gmatch(ARGV[2], '%d+') do
  local seen, from, to = readTurn(call('GET', KEYS[2 + tonumber(lost) % 2]))
  if seen == lost then takeBack(tonumber(from), tonumber(to)) end
end

if not letters then
  local verdicts, answers = {}, 0
  local rest = 10 + tonumber(ARGV[9]) * 4
  -- Which leases count, and which sessions go on, is asked for once, for all.
  local tokens, sessions, asked, named = {}, {}, 0, 0
  for at = 10, #ARGV, 4 do
    asked = asked + 1
    tokens[asked] = ARGV[at]
    if at < rest and ARGV[at + 2] ~= '' then
      named = named + 1
      sessions[named] = ARGV[at + 2]
    end
  end
  local owned, many = {}, {}
  if asked > 0 then
    local entries = ask(OWN, tokens)
    for index = 1, asked do owned[tokens[index]] = entries[index] end
    if batches > 0 then
      local counts = ask(MANY, tokens)
      for index = 1, asked do many[tokens[index]] = tonumber(counts[index] or 1) end
    end
  end
  if named > 0 then
    local counts = ask(ACTIVE, sessions)
    for index = 1, named do behind[sessions[index]] = counts[index] end
  end

  local gone, gones = {}, 0
  for at = 10, rest - 1, 4 do
    local held, session, length = ARGV[at], ARGV[at + 2], ARGV[at + 3] + 0
    local counts = owned[held]
    if counts then
      gones = gones + 1
      gone[gones] = ARGV[at + 1]
      depth = depth - 1
      local count = many[held] or 1
      if length > 0 or count == 1 then
        chars = chars - math.abs(length)
        owned[held] = nil
        release(held, count)
        if session ~= '' then
          -- Most have nothing behind them.
          if behind[session] == '0' then
            behind[session] = false
            touched[session] = true
          else
            local entry = moveOn(session)
            if entry then place(entry) end
          end
        end
      else
        chars = chars + length
        leased = leased - 1
        many[held] = count - 1
        owned[held] = moveOn(session)
        call('HSET', OWN, held, owned[held])
        if count == 2 then
          call('HDEL', MANY, held)
          batches = batches - 1
        else
          call('HSET', MANY, held, format('%d', count - 1))
        end
      end
    end
    answers = answers + 1
    verdicts[answers] = counts and '1' or '0'
  end
  flush('HDEL', BODIES, gone)

  for at = rest, #ARGV, 4 do
    local held, what, detail = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    local entry = owned[held]
    if entry then
      owned[held] = nil
      release(held, many[held] or 1)
      if what == 'retry' then
        place(again(entry, now + detail))
      elseif what == 'dead' then
        local next = bury(entry, detail, ARGV[at + 3], mostDead)
        if next then place(next) end
      else
        place(entry, true)
      end
    end
    answers = answers + 1
    verdicts[answers] = entry and '1' or '0'
  end
  letters = table.concat(verdicts)
end
flushReleases()

-- What is due.
local nowText = format('%.0f', now)
for _, line in ipairs({ LATER, LATERS }) do
  local due = call('ZRANGEBYSCORE', line, '-inf', nowText, 'LIMIT', '0', '200')
  if #due > 0 then
    call('ZREM', line, unpack(due))
    for _, member in ipairs(due) do place(sub(member, 15)) end
  end
end

-- What was held too long counts as an attempt.
local over = call('ZRANGEBYSCORE', ENDS, '-inf', nowText, 'LIMIT', '0', '200')
if #over > 0 then
  local entries, counts = ask(OWN, over), ask(MANY, over)
  for index, held in ipairs(over) do
    local entry = entries[index]
    if entry then
      release(held, tonumber(counts[index] or 1))
      local attempt, most = match(entry, '^.%d+ %d+ %d+ %d+ %-?%d+ (%d+) (%d+)')
      if tonumber(attempt) < tonumber(most) then
        place(again(entry, 0))
      else
        local next = bury(entry, 'lost', LOST, mostDead)
        if next then place(next) end
      end
    else
      call('ZREM', ENDS, held)
    end
  end
  flushReleases()
end
local became = getInLine()
if wanted == 0 then
  buryExpired(mostDead)
  became = getInLine() or became
end

-- What is free.
local taken, firstToken, messages = 0, token + 1, 0
local entries, names, own, ends, counts, written = {}, {}, {}, {}, {}, 0
local endsAt = format('%.0f', now + ARGV[5])

local function lease(entry)
  local name, timestamp, ttl
  if byte(entry) == PLAIN then
    name = match(entry, '^P(%d+)')
  else
    name, timestamp, ttl = match(entry, '^.(%d+) (%d+) (%d+)')
    if ttl ~= '0' and timestamp + ttl <= now then
      local next = bury(entry, 'expired', '', mostDead)
      if next then place(next) end
      return
    end
  end
  token = token + 1
  taken = taken + 1
  leased = leased + 1
  messages = messages + 1
  entries[messages] = entry
  names[messages] = name
  local held = format('%d', token)
  own[written + 1] = held
  own[written + 2] = entry
  ends[written + 1] = endsAt
  ends[written + 2] = held
  written = written + 2
end

-- As many more of the session of the entry that was leased last as may go with it.
local function leaseMore()
  local session = match(entries[messages], '^.%d+ %d+ %d+ %d+ %-?%d+ %d+ %d+ %d+ (.*)$')
  local count = 1
  if session and tonumber(behindOf(session) or 0) > 0 then
    for _, entry in ipairs(call('LRANGE', SESSION .. session, '0', format('%d', batch - 2))) do
      local name, timestamp, ttl, delay = fieldsOf(entry)
      if (delay ~= '0' and timestamp + delay > now) or (ttl ~= '0' and timestamp + ttl <= now) then break end
      count = count + 1
      messages = messages + 1
      entries[messages] = entry
      names[messages] = name
    end
  end
  counts[taken] = count
  if count == 1 then return end
  leased = leased + count - 1
  batches = batches + 1
  call('HSET', MANY, format('%d', token), format('%d', count))
end

local function take(entry)
  local before = taken
  lease(entry)
  if batch > 1 and taken > before then leaseMore() end
end

while taken < wanted do
  local free = format('%d', wanted - taken)
  local found = call('ZPOPMIN', HIGH, free)
  if #found > 0 then
    for index = 1, #found, 2 do take(sub(found[index], 15)) end
  else
    found = call('LPOP', READY, free) or {}
    if #found > 0 then
      for index = 1, #found do take(found[index]) end
    else
      found = call('ZPOPMIN', LOW, free)
      if #found == 0 then break end
      for index = 1, #found, 2 do take(sub(found[index], 15)) end
    end
  end
  if readies + #toHigh + #toLow + #toLater + #toLaters > 0 then became = getInLine() or became end
end
saveActive()
if taken > 15 then widen() elseif depth == 0 then narrow() end
flush('HSET', OWN, own)
flush('ZADD', ENDS, ends)

-- Who else may want to know.
if hungry and (became or wanted == 0) and (call('EXISTS', READY, HIGH, LOW) > 0) then
  hungry = false
  wake(ARGV[3], 0, false)
end
if taken < wanted then hungry = true end
if crowded and depth < tonumber(ARGV[8]) then
  crowded = false
  wake(ARGV[3], 0, true)
end

local next = nil
for _, line in ipairs({ ENDS, LATER, LATERS }) do
  local soon = call('ZRANGE', line, '0', '0', 'WITHSCORES')
  if soon[2] and soon[2] ~= 'inf' and (not next or tonumber(soon[2]) < next) then next = tonumber(soon[2]) end
end
-- Looking at a queue leaves nothing behind.
if wanted > 0 or letters ~= '' or became or wakes ~= wakesBefore or depth ~= depthBefore or wide ~= wasWide then
  saveState()
end
if taken > 0 or letters ~= '' then
  call('SET', mine, format('%s %d %d %s', ARGV[1], firstToken, token, letters), 'PX', '300000')
end
return { next and math.max(next - now, 0) or -1, wakes, now, letters, firstToken, entries, ask(BODIES, names), counts }
