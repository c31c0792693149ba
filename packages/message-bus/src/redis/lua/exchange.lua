-- Takes work in order, then does a turn: the sender works on the queue itself.
-- KEYS   1 queue, 2 and 3 the last turns of this bus with an even and an odd number, 4 what this bus sent last
-- ARGV   1 whether the server knows who listens, 2 how many arguments of send.lua n, these n, those of turn.lua
-- RESULT that of turn.lua, its last element that of send.lua
-- @include queue
-- @include accept
local asleep = hungry
args = { unpack(ARGV, 3, 2 + ARGV[2]) }
-- Who is the only one that listens is awake.
if asleep and ARGV[1] == '1' then asleep = call('PUBSUB', 'NUMSUB', args[2])[2] > 1 end
local accepted = accept(KEYS[4])
args = { unpack(ARGV, 3 + ARGV[2]) }
-- @include turn
