-- Puts dead letters back to the tail of their sessions, with all their attempts.
-- KEYS   1 queue
-- ARGV   1 channel, 2 most messages, 3 most characters, then for each letter its key, milliseconds of delay
-- RESULT how many; -1 when there is no room for all: then none was moved
-- @include queue

local found, more = {}, 0
for at = 4, #ARGV, 2 do
  local entry = redis.call('XRANGE', DEAD, ARGV[at], ARGV[at])[1]
  if entry then
    local letter = { key = ARGV[at], delay = tonumber(ARGV[at + 1]) }
    for index = 1, #entry[2], 2 do letter[entry[2][index]] = entry[2][index + 1] end
    found[#found + 1] = letter
    more = more + #letter.body
  end
end
if depth + #found > tonumber(ARGV[2]) or (depth > 0 and chars + more > tonumber(ARGV[3])) then return -1 end

for _, letter in ipairs(found) do
  redis.call('XDEL', DEAD, letter.key)
  local expires, _, priority, _, most, timestamp, length = fieldsOf(letter.head)
  local head = headOf(expires > 0 and now + expires - timestamp or 0, letter.delay > 0 and now + letter.delay or 0,
    priority, 1, most, now, length)
  depth = depth + 1
  chars = chars + length
  if letter.session == '' then
    place('M' .. head .. ' ' .. letter.body)
  elseif redis.call('RPUSH', SESSION .. letter.session, head, letter.body) == 2 then
    place(nil, letter.session, head)
  end
end
local became = getInLine()
if hungry and became then
  hungry = false
  wake(ARGV[1], 0, false)
elseif hungry and soonest then
  wake(ARGV[1], soonest - now, false)
end
saveMeta()
return #found
