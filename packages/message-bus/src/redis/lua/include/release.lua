-- Leases of a queue: which one counts, and how it ends. Deletions are gathered like what gets in line.
local noBusy, noOwn, noEnds = {}, {}, {}

-- Messages under a session's lease; nothing unless the token is the one that counts.
local function countOf(value, held)
  if value == held then return 1 end
  if not value then return nil end
  local current, count = string.match(value, '^(%d+) (%d+)$')
  return current == held and tonumber(count) or nil
end

local function release(session, held, count)
  noBusy[#noBusy + 1] = session
  noEnds[#noEnds + 1] = held
  leased = leased - count
end

local function releaseOwn(held)
  noOwn[#noOwn + 1] = held
  noEnds[#noEnds + 1] = held
  leased = leased - 1
end

-- Puts what is left of a session in line.
local function placeRest(session, front)
  local head = redis.call('LINDEX', SESSION .. session, 0)
  if head then place(nil, session, head, front) end
end

-- The same head for one attempt more.
local function again(head, available, from)
  local expires, _, priority, attempt, most, timestamp, length = fieldsOf(head, from)
  return headOf(expires, available, priority, attempt + 1, most, timestamp, length)
end

-- Makes the first message of a session a dead letter.
local function buryFirst(session, reason, err, most)
  local parts = redis.call('LPOP', SESSION .. session, 2)
  depth = depth - 1
  chars = chars - #parts[2]
  bury(session, parts[1], parts[2], reason, err, most)
end

local function buryOwn(entry, reason, err, most)
  local head, body = partsOf(entry)
  depth = depth - 1
  chars = chars - #body
  bury(nil, head, body, reason, err, most)
end

-- The same entry for one attempt more.
local function ownAgain(entry, available)
  local _, body = partsOf(entry)
  return 'M' .. again(entry, available, 2) .. ' ' .. body
end

local function flushReleases()
  flush('HDEL', BUSY, noBusy)
  flush('HDEL', OWN, noOwn)
  flush('ZREM', ENDS, noEnds)
  noBusy, noOwn, noEnds = {}, {}, {}
end
