-- Leases of a queue: how they end. Deletions are gathered like what gets in line.
local noOwn, ended = {}, 0

-- count: messages under it.
local function release(held, count)
  ended = ended + 1
  noOwn[ended] = held
  leased = leased - count
  if count > 1 then
    call('HDEL', MANY, held)
    batches = batches - 1
  end
end

local function flushReleases()
  flush('HDEL', OWN, noOwn)
  flush('ZREM', ENDS, noOwn)
  noOwn, ended = {}, 0
end
