-- Puts dead letters back to the tail of their sessions, with all their attempts.
-- KEYS   1 queue, 2 what this bus put back last
-- ARGV   1 number of the call, 2 channel, 3 most messages, 4 most characters, then for each letter its key, milliseconds of delay
-- RESULT how many; -1 when there is no room for all: then none was moved
-- @include queue

local last = call('GET', KEYS[2])
if last then
  local done, moved = match(last, '^(%d+) (%d+)$')
  if done == ARGV[1] then return tonumber(moved) end
end

local found, more = {}, 0
for at = 5, #ARGV, 2 do
  local there = call('XRANGE', DEAD, ARGV[at], ARGV[at])[1]
  if there then
    local letter = { key = ARGV[at], delay = ARGV[at + 1] }
    for index = 1, #there[2], 2 do letter[there[2][index]] = there[2][index + 1] end
    local _, _, _, priority, ttl, _, most, length, session = fieldsOf(letter.entry)
    letter.ttl, letter.priority, letter.most, letter.length, letter.session = ttl, priority, most, length, session
    found[#found + 1] = letter
    more = more + length
  end
end
if depth + #found > tonumber(ARGV[3]) or (depth > 0 and chars + more > tonumber(ARGV[4])) then return -1 end

for _, letter in ipairs(found) do
  local session = letter.session
  call('XDEL', DEAD, letter.key)
  number = number + 1
  local name = format('r%015d', number)
  call('HSET', BODIES, name, letter.body)
  local entry = format('F%s %.0f %s %s %s 1 %s %s', name, now, letter.delay, letter.priority, letter.ttl, letter.most,
    letter.length)
  entry = entry .. session
  depth = depth + 1
  chars = chars + letter.length
  local tail = session ~= '' and call('HGET', ACTIVE, session)
  if session ~= '' then call('HSET', ACTIVE, session, name) end
  if tail then call('HSET', NEXT, tail, entry) else place(entry) end
end
local became = getInLine()
if hungry and became then
  hungry = false
  wake(ARGV[2], 0, false)
elseif hungry and soonest then
  wake(ARGV[2], soonest - now, false)
end
saveState()
call('SET', KEYS[2], ARGV[1] .. ' ' .. #found, 'PX', '300000')
return #found
