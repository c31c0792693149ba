-- Finds where a subscription begins.
-- KEYS   1 log
-- ARGV   1 now, start, since or behind, 2 a time or an id, 3 milliseconds events are kept
-- RESULT number, key and id of the event before; nothing when the id is not held
-- OOM    allowed: it only looks
-- @include log

local oldest = math.max(now - tonumber(ARGV[3]), 0)

if ARGV[1] == 'behind' then
  local place = redis.call('HGET', HELD, ARGV[2])
  if not place then return {} end
  local key, number = string.match(place, '^(%S+) (%d+)$')
  if tonumber(string.match(key, '^%d+')) < oldest then return {} end
  return { number, key, ARGV[2] }
end

if ARGV[1] ~= 'now' then
  if ARGV[1] == 'since' then oldest = math.max(oldest, tonumber(ARGV[2])) end
  local first = redis.call('XRANGE', LOG, string.format('%.0f', oldest), '+', 'COUNT', 1)[1]
  if first then
    local key, number = partsOf(first)
    local before = redis.call('XREVRANGE', LOG, '(' .. key, '-', 'COUNT', 1)[1]
    return { string.format('%.0f', tonumber(number) - 1), before and before[1] or '0-0', '' }
  end
end

local last = redis.call('XREVRANGE', LOG, '+', '-', 'COUNT', 1)[1]
if not last then return { redis.call('HGET', META, 'number') or '0', '0-0', '' } end
local key, number, id = partsOf(last)
return { number, key, id }
