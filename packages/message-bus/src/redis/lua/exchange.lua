-- Takes work in order, then does a turn: the sender works on the queue itself.
-- KEYS   1 queue, 2 what became of this turn, 3 what this bus sent last, then of each turn whose answer was lost
-- ARGV   1 whether the server knows who listens, 2 how many arguments of send.lua n, these n, those of turn.lua
-- RESULT that of turn.lua, its last element that of send.lua
-- @include queue
-- @include accept
local asleep = hungry
args = { unpack(ARGV, 3, 2 + ARGV[2]) }
-- Who is the only one that listens is awake.
if asleep and ARGV[1] == '1' then asleep = call('PUBSUB', 'NUMSUB', args[2])[2] > 1 end
local accepted, lostAt = accept(KEYS[3]), 3
args = { unpack(ARGV, 3 + ARGV[2]) }
-- @include turn
