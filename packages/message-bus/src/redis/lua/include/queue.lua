-- One work queue, as every operation on it sees it. KEYS[1] is the queue; its parts have names of their own behind it,
-- under the same hash tag:
--   :meta    hash    state (numbers in one text), deadDropped, duplicates, forgotten
--   :bodies  hash    name of a message to its JSON
--   :ready   list    messages of priority 0 that could be delivered, in the order of their turn: entries
--   :high    zset    the same, of higher priority: score -priority, member turn..entry
--   :low     zset    the same, of lower priority
--   :later   zset    delayed messages that are the first of their session: score when, member turn..entry
--   :active  hash    session that has messages to the name of its last one
--   :next    hash    name of a message to the entry of the one behind it in its session
--   :own     hash    lease to its message (the first one that is left of a batch): entry
--   :many    hash    lease to the messages of its batch, when there are several
--   :ends    zset    leases, by when they end
--   :ids     zset    ids of the caller's, by when they are forgotten
--   :dead    stream  dead letters
-- A name has sixteen characters and is made by the sender. A lease is called "claim:name". An entry is "FLAGname
-- timestamp delay priority ttl attempt maxAttempts length session": epoch milliseconds of acceptance (thirteen digits
-- until the year 2286), milliseconds behind it or 0, characters of the body. The flag is P when delay, priority and ttl
-- are 0, else F: most entries are looked at no further. A session begins with a blank; '' is none. Only its first
-- message is in line or leased.
-- Lua hashes every string it is handed, whole, and each step and each command has its price: what is done for every
-- message is done by one command for all of a call, with the arguments as they came where that is possible.
local base, args = KEYS[1], ARGV
local META, BODIES, READY, HIGH, LOW = base .. ':meta', base .. ':bodies', base .. ':ready', base .. ':high', base .. ':low'
local LATER, ACTIVE, NEXT, OWN = base .. ':later', base .. ':active', base .. ':next', base .. ':own'
local MANY, ENDS, IDS, DEAD = base .. ':many', base .. ':ends', base .. ':ids', base .. ':dead'
local PLAIN, STAMP, DELAY = 80, 19, 33
local call, format, match, byte, sub = redis.call, string.format, string.match, string.byte, string.sub
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Numbers are written by format: Redis would write each one that it is handed with all digits of a double. due: nothing
-- ends or becomes ready before; 0 when nothing will. told: somebody with nothing to do was told so.
local depth, chars, turn, claims, leased, wakes, batches, number = 0, 0, 0, 0, 0, 0, 0, 0
local highs, lows, laters, due = 0, 0, 0, 0
local hungry, crowded, wide, told = false, false, false, false
local state = call('HGET', META, 'state')
if not state then
  -- Nothing is known of who waits. Wake-ups are counted from the time, so that they go on after data was lost.
  hungry, wakes = true, now
else
  depth, chars, turn, claims, leased, wakes, batches, number, highs, lows, laters, due, hungry, crowded, wide, told =
    match(state, '^' .. string.rep('(%-?%d+) ', 12) .. '(%d) (%d) (%d) (%d)$')
  -- Reckoned with, a text becomes a number.
  depth, chars, turn, claims, leased, wakes = depth + 0, chars + 0, turn + 0, claims + 0, leased + 0, wakes + 0
  batches, number, highs, lows, laters, due = batches + 0, number + 0, highs + 0, lows + 0, laters + 0, due + 0
  hungry, crowded, wide, told = hungry == '1', crowded == '1', wide == '1', told == '1'
end

local function saveState()
  local text = format('%d %.0f %d %d %d %.0f %d %d %d %d %d %.0f %d %d %d %d', depth, math.max(chars, 0), turn, claims,
    leased, wakes, batches, number, highs, lows, laters, due, hungry and 1 or 0, crowded and 1 or 0, wide and 1 or 0,
    told and 1 or 0)
  if text ~= state then call('HSET', META, 'state', text) end
end

-- Small hashes and sorted sets are searched from end to end; a member longer than hash-max-listpack-value and
-- zset-max-listpack-value makes Redis keep them as tables, for as long as there is much to do. No message or session
-- is called so.
local function widen()
  if wide then return end
  wide = true
  local long = string.rep(' ', 300)
  for _, key in ipairs({ BODIES, ACTIVE, NEXT, OWN }) do call('HSET', key, long, '') end
  call('ZADD', ENDS, '+inf', long)
end
local function narrow()
  if not wide then return end
  wide = false
  local long = string.rep(' ', 300)
  for _, key in ipairs({ BODIES, ACTIVE, NEXT, OWN }) do call('HDEL', key, long) end
  call('ZREM', ENDS, long)
end

-- name, timestamp, delay, priority, ttl, attempt, maxAttempts, length, session
local function fieldsOf(entry)
  return match(entry, '^.(%S+) (%d+) (%d+) (%-?%d+) (%d+) (%d+) (%d+) (%d+)(.*)$')
end

-- The same message for one attempt more, not before a time.
local function again(entry, available)
  local name, timestamp, _, priority, ttl, attempt, most, length, session = fieldsOf(entry)
  return format('F%s %s %.0f %s %s %d %s %s', name, timestamp, math.max(available - timestamp, 0), priority, ttl,
    attempt + 1, most, length) .. session
end

-- May it not be handed out any more?
local function isExpired(entry)
  if byte(entry) == PLAIN then return false end
  local ttl = match(entry, '^%d+ %-?%d+ (%d+)', DELAY)
  return ttl ~= '0' and sub(entry, STAMP, DELAY - 2) + ttl <= now
end

-- What gets in line is gathered.
local toReady, readies, fronts = {}, 0, false
local toHigh, toLow, toLater = {}, {}, {}
local soonest = nil

-- Puts an entry that is not plain in line. available: when, if it is delayed. front: before all others of its priority.
local function enqueue(entry, available, priority, front)
  if available and available > now then
    if not soonest or available < soonest then soonest = available end
    turn = turn + 1
    toLater[#toLater + 1] = format('%.0f', available)
    toLater[#toLater + 1] = format('%014d', turn) .. entry
  elseif priority == '0' then
    if front then
      fronts = true
      call('LPUSH', READY, entry)
    else
      readies = readies + 1
      toReady[readies] = entry
    end
  else
    turn = turn + 1
    local isLow = byte(priority) == 45
    local line = isLow and toLow or toHigh
    line[#line + 1] = isLow and sub(priority, 2) or ('-' .. priority)
    line[#line + 1] = format('%014d', front and 0 or turn) .. entry
  end
end

local function place(entry, front)
  if byte(entry) == PLAIN then return enqueue(entry, nil, '0', front) end
  local delay, priority = match(entry, '^(%d+) (%-?%d+)', DELAY)
  enqueue(entry, delay ~= '0' and sub(entry, STAMP, DELAY - 2) + delay, priority, front)
end

local function flush(command, key, list)
  for from = 1, #list, 4000 do
    call(command, key, unpack(list, from, math.min(from + 3999, #list)))
  end
end

-- Returns whether anything became ready.
local function getInLine()
  local became = fronts or readies > 0
  fronts = false
  if readies > 0 then
    flush('RPUSH', READY, toReady)
    toReady, readies = {}, 0
  end
  if #toHigh + #toLow > 0 then
    became = true
    highs, lows = highs + #toHigh / 2, lows + #toLow / 2
    flush('ZADD', HIGH, toHigh)
    flush('ZADD', LOW, toLow)
    toHigh, toLow = {}, {}
  end
  if #toLater > 0 then
    laters = laters + #toLater / 2
    flush('ZADD', LATER, toLater)
    toLater = {}
    if due == 0 or soonest < due then due = soonest end
  end
  return became
end

-- The first message of a session is gone: the next one is the first. Returns its entry, if there is one.
local function moveOn(name, session)
  if session == '' then return nil end
  local entry = call('HGET', NEXT, name)
  if entry then
    call('HDEL', NEXT, name)
    return entry
  end
  call('HDEL', ACTIVE, session)
  return nil
end

-- Makes a message that is neither in line nor leased a dead letter, and goes on with its session.
local function bury(entry, reason, err, most)
  local name, _, _, _, _, _, _, length, session = fieldsOf(entry)
  if call('XLEN', DEAD) >= most then call('HINCRBY', META, 'deadDropped', 1) end
  call('XADD', DEAD, 'MAXLEN', most, '*', 'reason', reason, 'error', err, 'at', format('%.0f', now), 'entry', entry,
    'body', call('HGET', BODIES, name) or '')
  call('HDEL', BODIES, name)
  depth = depth - 1
  chars = chars - length
  local next = moveOn(name, session)
  if next then place(next) end
end

-- Buries what has expired at the head of the lines. Whoever claims does it as well; this is for when nobody does.
local function buryExpired(most)
  for _ = 1, 1000 do
    local entry = call('LINDEX', READY, '0')
    if not entry or not isExpired(entry) then break end
    call('LPOP', READY)
    bury(entry, 'expired', '', most)
  end
  for _, line in ipairs({ HIGH, LOW }) do
    for _ = 1, highs + lows > 0 and 1000 or 0 do
      local member = call('ZRANGE', line, '0', '0')[1]
      if not member or not isExpired(sub(member, 15)) then break end
      call('ZREM', line, member)
      if line == HIGH then highs = highs - 1 else lows = lows - 1 end
      bury(sub(member, 15), 'expired', '', most)
    end
  end
end

-- Tells whoever waits: "number, in how many milliseconds, is there room"; below 0: nothing is due any more.
local function wake(channel, inMs, room)
  wakes = wakes + 1
  call('PUBLISH', channel, format('%.0f %.0f %d', wakes, inMs, room and 1 or 0))
end
