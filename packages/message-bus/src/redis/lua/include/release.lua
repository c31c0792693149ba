-- Leases of a queue: which one counts, and how it ends. Deletions are gathered like what gets in line.
local noBusy, noOwn, noEnds = {}, {}, {}

-- token and count of a session's lease; nothing when it has none
local function leaseOf(value)
  if not value then return nil, 0 end
  local held, count = string.match(value, '^(%d+) (%d+)$')
  return held, tonumber(count)
end

local function release(session, count)
  noBusy[#noBusy + 1] = session
  noEnds[#noEnds + 1] = 'S' .. session
  leased = leased - count
end

local function releaseOwn(held)
  noOwn[#noOwn + 1] = held
  noEnds[#noEnds + 1] = 'M' .. held
  leased = leased - 1
end

-- Puts what is left of a session in line.
local function placeRest(session, front)
  local first = redis.call('LINDEX', SESSION .. session, 0)
  if first then place(session, first, front) end
end

local function again(message, available)
  local expires, _, priority, attempt, most, timestamp, at = fieldsOf(message)
  return messageOf(expires, available, priority, attempt + 1, most, timestamp, string.sub(message, at))
end

local function removeFirst(session)
  local message = redis.call('LPOP', SESSION .. session)
  if message then
    depth = depth - 1
    chars = chars - #message
  end
  return message
end

local function flushReleases()
  flush('HDEL', BUSY, noBusy)
  flush('HDEL', OWN, noOwn)
  flush('ZREM', ENDS, noEnds)
  noBusy, noOwn, noEnds = {}, {}, {}
end
