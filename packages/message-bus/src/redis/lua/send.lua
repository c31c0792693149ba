-- Takes work in order.
-- KEYS   1 queue, 2 what this bus sent last
-- ARGV   1 number of the call, 2 channel, 3 most messages, 4 most characters, 5 milliseconds an id is known,
--        6 most ids, 7 attempts unless said otherwise, 8 most dead letters, 9 characters of all bodies,
--        10 how many messages n, then name and body of each, n sessions, n times "length" or "delay priority ttl 1
--        attempts length", and n ids ("" unless the caller's) or nothing when no id is the caller's
-- RESULT a letter for each message: A accepted, D duplicate, F full (as are all behind it)
-- @include queue
-- @include accept
local letters = accept(KEYS[2])
if getInLine() then
  if hungry then
    hungry = false
    wake(args[2], 0, false)
  end
elseif hungry and soonest then
  wake(args[2], soonest - now, false)
end
saveState()
return letters
