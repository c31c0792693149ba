-- The log of events of one namespace, as every operation on it sees it. KEYS[1] is the log; its parts:
--   :log      stream  events: number, id, topic, body
--   :meta     hash    number of the last event, characters held, duplicates, forgotten
--   :held     hash    id of an event to "key number"
--   :ids      zset    ids of the caller's, by when they are forgotten
--   :results  hash    task to its last final result
--   :resultAt zset    task by when its result came
--   :places   hash    name of a subscription to its place
local base = KEYS[1]
local LOG, META, HELD, IDS = base .. ':log', base .. ':meta', base .. ':held', base .. ':ids'
local RESULTS, RESULT_AT, PLACES = base .. ':results', base .. ':resultAt', base .. ':places'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- An event's fields stand in the order in which append.lua wrote them.
local function partsOf(entry)
  local fields = entry[2]
  return entry[1], fields[2], fields[4], fields[6], fields[8]
end
