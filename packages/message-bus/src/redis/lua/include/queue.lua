-- One work queue, as every operation on it sees it. KEYS[1] is the queue; its parts have names of their own behind it,
-- under the same hash tag:
--   :meta    hash    state (numbers in one text), deadDropped, duplicates, forgotten
--   :bodies  hash    number of a message to its JSON
--   :ready   list    messages of priority 0 that could be delivered, in the order of their turn: entries
--   :high    zset    the same, of higher priority: score -priority, member turn..entry
--   :low     zset    the same, of lower priority
--   :later   zset    delayed messages without a session: score when, member turn..entry
--   :laters  zset    delayed messages that are the first of their session
--   :active  hash    session that has messages to how many stand behind its first one
--   :s:NAME  list    those, in order: entries
--   :own     hash    token of a lease to its message (the first one of a batch): entry
--   :many    hash    token to the messages of its batch, when there are several; those but the first stay in :s:NAME
--   :ends    zset    tokens of leases, by when they end
--   :ids     zset    ids of the caller's, by when they are forgotten
--   :dead    stream  dead letters
-- An entry is "FLAGnumber timestamp ttl delay priority attempt maxAttempts length session": epoch milliseconds of
-- acceptance, milliseconds behind it or 0, characters of the body, and " session" only if there is one. The flag is P
-- when ttl, delay and priority are 0, else F: most entries are looked at no further. Of a session only the first
-- message is in line or leased. Lua hashes every string it is handed, whole, and each command has its price: bodies
-- are touched twice, and nearly everything is gathered into one command for all messages of a call.
local base = KEYS[1]
local META, BODIES, READY, HIGH, LOW = base .. ':meta', base .. ':bodies', base .. ':ready', base .. ':high', base .. ':low'
local LATER, LATERS, ACTIVE, OWN = base .. ':later', base .. ':laters', base .. ':active', base .. ':own'
local MANY, ENDS, IDS, DEAD = base .. ':many', base .. ':ends', base .. ':ids', base .. ':dead'
local SESSION = base .. ':s:'
local PLAIN = 80
local call, format, match, byte, sub = redis.call, string.format, string.match, string.byte, string.sub
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Numbers are written by format: Redis would write each one that it is handed with all digits of a double.
local depth, chars, turn, token, leased, wakes, batches, number = 0, 0, 0, 0, 0, 0, 0, 0
local hungry, crowded, wide = false, false, false
local state = call('HGET', META, 'state')
if state then
  local h, c, w
  depth, chars, turn, token, leased, wakes, batches, number, h, c, w =
    match(state, '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d)(%d)(%d)$')
  depth, chars, turn, token = tonumber(depth), tonumber(chars), tonumber(turn), tonumber(token)
  leased, wakes, batches, number = tonumber(leased), tonumber(wakes), tonumber(batches), tonumber(number)
  hungry, crowded, wide = h == '1', c == '1', w == '1'
end

local function saveState()
  local text = format('%d %d %d %d %d %d %d %d %d%d%d', depth, math.max(chars, 0), turn, token, leased, wakes, batches,
    number, hungry and 1 or 0, crowded and 1 or 0, wide and 1 or 0)
  if text ~= state then call('HSET', META, 'state', text) end
end

-- Small hashes and sorted sets are searched from end to end; a member longer than hash-max-listpack-value and
-- zset-max-listpack-value makes Redis keep them as tables, for as long as there is much to do. No session is called so.
local WIDE = string.rep(' ', 256)
local function widen()
  if wide then return end
  wide = true
  call('HSET', BODIES, WIDE, '')
  call('HSET', ACTIVE, WIDE, '')
  call('HSET', OWN, WIDE, '')
  call('ZADD', ENDS, '+inf', WIDE)
end
local function narrow()
  if not wide then return end
  wide = false
  call('HDEL', BODIES, WIDE)
  call('HDEL', ACTIVE, WIDE)
  call('HDEL', OWN, WIDE)
  call('ZREM', ENDS, WIDE)
end

-- number, timestamp, ttl, delay, priority, attempt, maxAttempts, length, session ('' none)
local function fieldsOf(entry)
  return match(entry, '^.(%d+) (%d+) (%d+) (%d+) (%-?%d+) (%d+) (%d+) (%d+) ?(.*)$')
end

-- The same message for one attempt more, not before a time.
local function again(entry, available)
  local id, timestamp, ttl, _, priority, attempt, most, length, session = fieldsOf(entry)
  local text = format('F%s %s %s %.0f %s %d %s %s', id, timestamp, ttl, math.max(available - timestamp, 0), priority,
    attempt + 1, most, length)
  return session == '' and text or (text .. ' ' .. session)
end

-- May it not be handed out any more?
local function isExpired(entry)
  if byte(entry) == PLAIN then return false end
  local timestamp, ttl = match(entry, '^.%d+ (%d+) (%d+)')
  return ttl ~= '0' and timestamp + ttl <= now
end

-- What gets in line is gathered.
local toReady, readies = {}, 0
local toHigh, toLow, toLater, toLaters = {}, {}, {}, {}
local soonest = nil

local function getReady(entry, front)
  if front then
    call('LPUSH', READY, entry)
  else
    readies = readies + 1
    toReady[readies] = entry
  end
end

-- Puts an entry in line. front: before all others of its priority.
local function enqueue(entry, available, priority, session, front)
  if available and available > now then
    if not soonest or available < soonest then soonest = available end
    turn = turn + 1
    local line = session and toLaters or toLater
    line[#line + 1] = format('%.0f', available)
    line[#line + 1] = format('%014d', turn) .. entry
  elseif priority == '0' then
    getReady(entry, front)
  else
    turn = turn + 1
    local isLow = byte(priority) == 45
    local line = isLow and toLow or toHigh
    line[#line + 1] = isLow and sub(priority, 2) or ('-' .. priority)
    line[#line + 1] = format('%014d', front and 0 or turn) .. entry
  end
end

local function place(entry, front)
  if byte(entry) == PLAIN then return getReady(entry, front) end
  local timestamp, delay, priority, session = match(entry, '^.%d+ (%d+) %d+ (%d+) (%-?%d+) %d+ %d+ %d+( ?)')
  enqueue(entry, delay ~= '0' and timestamp + delay, priority, session ~= '', front)
end

local function flush(command, key, list)
  for from = 1, #list, 4000 do
    call(command, key, unpack(list, from, math.min(from + 3999, #list)))
  end
end

-- Returns whether anything became ready.
local function getInLine()
  flush('RPUSH', READY, toReady)
  flush('ZADD', HIGH, toHigh)
  flush('ZADD', LOW, toLow)
  flush('ZADD', LATER, toLater)
  flush('ZADD', LATERS, toLaters)
  local became = readies + #toHigh + #toLow > 0
  toReady, readies = {}, 0
  toHigh, toLow, toLater, toLaters = {}, {}, {}, {}
  return became
end

-- How many messages stand behind the first of a session. What is changed is gathered as well.
local behind, touched = {}, {}

local function behindOf(session)
  local count = behind[session]
  if count == nil then
    count = tonumber(call('HGET', ACTIVE, session) or '0')
    behind[session] = count
  end
  return count
end

-- The first message of a session is gone: the next one is the first. Returns its entry, if there is one.
local function moveOn(session)
  local count = tonumber(behindOf(session) or 0)
  local entry = count > 0 and call('LPOP', SESSION .. session)
  behind[session] = entry and (count - 1) or false
  touched[session] = true
  return entry
end

local function saveActive()
  local changed, ended = {}, {}
  for session in pairs(touched) do
    local count = behind[session]
    if count then
      changed[#changed + 1] = session
      changed[#changed + 1] = format('%d', count)
    else
      ended[#ended + 1] = session
    end
  end
  flush('HSET', ACTIVE, changed)
  flush('HDEL', ACTIVE, ended)
  touched = {}
end

-- Makes a message that is not in line a dead letter, and goes on with its session.
local function bury(entry, reason, err, most)
  local id, _, _, _, _, _, _, length, session = fieldsOf(entry)
  if call('XLEN', DEAD) >= most then call('HINCRBY', META, 'deadDropped', 1) end
  call('XADD', DEAD, 'MAXLEN', most, '*', 'reason', reason, 'error', err, 'at', format('%.0f', now), 'entry', entry,
    'body', call('HGET', BODIES, id) or '')
  call('HDEL', BODIES, id)
  depth = depth - 1
  chars = chars - length
  return session ~= '' and moveOn(session) or nil
end

-- Buries what has expired at the head of the lines. Whoever claims does it as well; this is for when nobody does.
local function buryExpired(most)
  local function buryIt(entry)
    local next = bury(entry, 'expired', '', most)
    if next then place(next) end
  end
  for _ = 1, 1000 do
    local entry = call('LINDEX', READY, '0')
    if not entry or not isExpired(entry) then break end
    call('LPOP', READY)
    buryIt(entry)
  end
  for _, line in ipairs({ HIGH, LOW }) do
    for _ = 1, 1000 do
      local member = call('ZRANGE', line, '0', '0')[1]
      if not member or not isExpired(sub(member, 15)) then break end
      call('ZREM', line, member)
      buryIt(sub(member, 15))
    end
  end
end

-- Tells whoever waits: "number, in how many milliseconds, is there room".
local function wake(channel, inMs, room)
  wakes = wakes + 1
  call('PUBLISH', channel, format('%d %.0f %d', wakes, inMs, room and 1 or 0))
end
