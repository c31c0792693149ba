-- The log of events of one namespace, as every operation on it sees it. KEYS[1] is the log; its parts:
--   :log      stream  events: number, id, topic, body
--   :meta     hash    number of the last event, characters held, duplicates, forgotten
--   :held     hash    id of an event to "key number"
--   :ids      zset    "topic id" of the caller's ids, by when they are forgotten
--   :results  hash    task to its last final result
--   :resultAt zset    task by when its result came
--   :places   hash    name of a subscription to its place
--   :holders  hash    name of a subscription to who holds it
local base = KEYS[1]
local LOG, META, HELD, IDS = base .. ':log', base .. ':meta', base .. ':held', base .. ':ids'
local RESULTS, RESULT_AT = base .. ':results', base .. ':resultAt'
local PLACES, HOLDERS = base .. ':places', base .. ':holders'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- An event's fields stand in the order in which append.lua wrote them.
local function partsOf(entry)
  local fields = entry[2]
  return entry[1], fields[2], fields[4], fields[6], fields[8]
end
