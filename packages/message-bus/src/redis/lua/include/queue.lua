-- One work queue, as every operation on it sees it. KEYS[1] is the queue; its parts have names of their own behind it,
-- under the same hash tag:
--   :meta    hash    depth, chars, turn, token, leased, wakes, hungry, crowded, deadDropped, duplicates, forgotten
--   :s:NAME  list    messages of a session, in order, each as head and body; one that is leased stays where it is
--   :ready   list    sessions and messages without one, of priority 0, in the order of their turn: entries
--   :high    zset    the same, of higher priority: score -priority, member turn..entry
--   :low     zset    the same, of lower priority
--   :later   zset    delayed messages without a session: score when, member turn..entry
--   :laters  zset    sessions whose first message is delayed: score when
--   :busy    hash    session to the token of its lease, with " count" behind it when it holds several messages
--   :own     hash    token to the message without a session that it leases (an entry)
--   :ends    zset    tokens of leases, by when they end
--   :ids     zset    ids of the caller's, by when they are forgotten
--   :dead    stream  dead letters
--   :turns   hash    the last turns of each bus, so that one that was asked twice is done once
-- A head is "expires available priority attempt maxAttempts timestamp length": epoch milliseconds or 0, characters of
-- the body. A body is JSON. An entry is M..head body, or for a session S, one byte that tells the length of its first
-- message's head, that head, and its name. Lua hashes every string it is handed, whole: bodies are touched as seldom as possible.
local base = KEYS[1]
local META, READY, HIGH, LOW = base .. ':meta', base .. ':ready', base .. ':high', base .. ':low'
local LATER, LATERS, BUSY, OWN = base .. ':later', base .. ':laters', base .. ':busy', base .. ':own'
local ENDS, IDS, DEAD, TURNS = base .. ':ends', base .. ':ids', base .. ':dead', base .. ':turns'
local SESSION = base .. ':s:'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local meta = redis.call('HMGET', META, 'depth', 'chars', 'turn', 'token', 'leased', 'wakes', 'hungry', 'crowded')
local depth, chars = tonumber(meta[1] or 0), tonumber(meta[2] or 0)
local turn, token, leased = tonumber(meta[3] or 0), tonumber(meta[4] or 0), tonumber(meta[5] or 0)
local wakes, hungry, crowded = tonumber(meta[6] or 0), meta[7] == '1', meta[8] == '1'

local function saveMeta()
  redis.call('HSET', META, 'depth', depth, 'chars', chars, 'turn', turn, 'token', token, 'leased', leased,
    'wakes', wakes, 'hungry', hungry and 1 or 0, 'crowded', crowded and 1 or 0)
end

-- expires, available, priority, attempt, maxAttempts, timestamp, length; from: 2 behind an M
local function fieldsOf(head, from)
  local expires, available, priority, attempt, most, timestamp, length =
    string.match(head, '^(%d+) (%d+) (%-?%d+) (%d+) (%d+) (%d+) (%d+)', from)
  return tonumber(expires), tonumber(available), tonumber(priority), tonumber(attempt), tonumber(most),
    tonumber(timestamp), tonumber(length)
end

local function headOf(expires, available, priority, attempt, most, timestamp, length)
  return expires .. ' ' .. available .. ' ' .. priority .. ' ' .. attempt .. ' ' .. most .. ' ' .. timestamp .. ' ' .. length
end

-- Head and body of an M entry.
local function partsOf(entry)
  local head = string.match(entry, '^%d+ %d+ %-?%d+ %d+ %d+ %d+ %d+', 2)
  return head, string.sub(entry, #head + 3)
end

-- What gets in line is gathered, so that a batch costs one command for each line.
local toReady, toHigh, toLow, toLater, toLaters = {}, {}, {}, {}, {}
local soonest = nil

-- Puts a message without a session (its entry), or a session (name, and head of its first message) in line.
-- front: before all others of its priority.
local function place(entry, session, head, front)
  local plain
  if session then
    plain = string.sub(head, 1, 6) == '0 0 0 '
    entry = 'S' .. string.char(#head) .. head .. session
  else
    plain = string.sub(entry, 2, 7) == '0 0 0 '
  end
  if plain then
    if front then redis.call('LPUSH', READY, entry) else toReady[#toReady + 1] = entry end
    return
  end
  local _, available, priority = fieldsOf(head or entry, head and 1 or 2)
  turn = turn + 1
  if available > now then
    if not soonest or available < soonest then soonest = available end
    local line = session and toLaters or toLater
    line[#line + 1] = available
    line[#line + 1] = session or (string.format('%014.0f', turn) .. entry)
  elseif priority == 0 then
    if front then redis.call('LPUSH', READY, entry) else toReady[#toReady + 1] = entry end
  else
    local line = priority > 0 and toHigh or toLow
    line[#line + 1] = -priority
    line[#line + 1] = string.format('%014.0f', front and 0 or turn) .. entry
  end
end

-- Head and name of an S entry.
local function sessionOf(entry)
  local length = string.byte(entry, 2)
  return string.sub(entry, 3, length + 2), string.sub(entry, length + 3)
end

local function flush(command, key, list)
  for from = 1, #list, 4000 do
    redis.call(command, key, unpack(list, from, math.min(from + 3999, #list)))
  end
end

-- Returns whether anything became ready.
local function getInLine()
  flush('RPUSH', READY, toReady)
  flush('ZADD', HIGH, toHigh)
  flush('ZADD', LOW, toLow)
  flush('ZADD', LATER, toLater)
  flush('ZADD', LATERS, toLaters)
  local became = #toReady + #toHigh + #toLow > 0
  toReady, toHigh, toLow, toLater, toLaters = {}, {}, {}, {}, {}
  return became
end

local function bury(session, head, body, reason, err, most)
  if redis.call('XLEN', DEAD) >= most then redis.call('HINCRBY', META, 'deadDropped', 1) end
  redis.call('XADD', DEAD, 'MAXLEN', most, '*', 'reason', reason, 'error', err, 'at', now, 'session', session or '',
    'head', head, 'body', body)
end

-- Tells whoever waits: "number, in how many milliseconds, is there room".
local function wake(channel, inMs, room)
  wakes = wakes + 1
  redis.call('PUBLISH', channel, wakes .. ' ' .. inMs .. ' ' .. (room and 1 or 0))
end
