-- Takes the work that `args` tell of, in order (see send.lua). sent: the key of what this bus sent last.
-- Returns a letter for each message. What could be delivered is gathered, not yet in line.
local function accept(sent)
  local last = call('GET', sent)
  if last then
    local done, letters = match(last, '^(%d+) (.*)$')
    if done == args[1] then return letters end
  end

  local mostMessages, mostChars, count = tonumber(args[3]), tonumber(args[4]), tonumber(args[10])
  local sessionsAt = 10 + 2 * count
  local optionsAt, idsAt = sessionsAt + count, sessionsAt + 2 * count
  local fits = depth + count <= mostMessages and chars + args[9] <= mostChars
  if not fits then
    buryExpired(tonumber(args[8]))
    fits = depth + count <= mostMessages and chars + args[9] <= mostChars
  end
  if count > 15 then widen() end

  local known, remembered, forgetAt, hasIds = {}, {}, format('%.0f', now + args[5]), #args > idsAt
  if hasIds then
    local times = call('ZMSCORE', IDS, unpack(args, idsAt + 1, idsAt + count))
    for index = 1, count do
      if times[index] and tonumber(times[index]) > now then known[args[idsAt + index]] = true end
    end
  end
  local tails, hasSessions = {}, false
  for index = sessionsAt + 1, sessionsAt + count do hasSessions = hasSessions or args[index] ~= '' end
  if hasSessions then tails = call('HMGET', ACTIVE, unpack(args, sessionsAt + 1, sessionsAt + count)) end

  local function isTooMuch(options)
    return depth >= mostMessages or (depth > 0 and chars + match(options, '%d+$') > mostChars)
  end

  local stamp = format(' %.0f ', now)
  local plain = stamp .. '0 0 0 1 ' .. args[7] .. ' '
  local verdicts, lasts, followers, behinds, taken, full = {}, {}, {}, 0, 0, false
  for index = 1, count do
    local name, session, options = args[9 + 2 * index], args[sessionsAt + index], args[optionsAt + index]
    -- A length has nine digits at most, what says more has at least eleven characters.
    local isPlain, delay, priority = #options < 11, nil, nil
    if not isPlain then delay, priority = match(options, '^(%d+) (%-?%d+)') end
    local id = hasIds and args[idsAt + index] or ''
    if id ~= '' and known[id] then
      verdicts[index] = 'D'
    elseif full or (not fits and isTooMuch(options)) then
      full = true
      verdicts[index] = 'F'
    else
      verdicts[index] = 'A'
      taken = taken + 1
      if not fits then
        depth = depth + 1
        chars = chars + match(options, '%d+$')
      end
      if id ~= '' then
        known[id] = true
        remembered[#remembered + 1] = forgetAt
        remembered[#remembered + 1] = id
      end
      local entry = isPlain and ('P' .. name .. plain .. options .. session) or ('F' .. name .. stamp .. options .. session)
      local tail = nil
      if session ~= '' then
        tail = lasts[session] or tails[index]
        lasts[session] = name
      end
      if tail then
        followers[behinds + 1] = tail
        followers[behinds + 2] = entry
        behinds = behinds + 2
      elseif isPlain then
        readies = readies + 1
        toReady[readies] = entry
      else
        enqueue(entry, delay ~= '0' and now + delay, priority)
      end
    end
  end

  if fits then
    depth = depth + taken
    chars = chars + args[9]
  end
  if taken == count then
    call('HSET', BODIES, unpack(args, 11, 10 + 2 * count))
  else
    for index = 1, count do
      if verdicts[index] == 'A' then
        call('HSET', BODIES, args[9 + 2 * index], args[10 + 2 * index])
      elseif fits then
        chars = chars - match(args[optionsAt + index], '%d+$')
      end
    end
  end
  flush('HSET', NEXT, followers)
  local active, at = {}, 0
  for session, name in pairs(lasts) do
    active[at + 1] = session
    active[at + 2] = name
    at = at + 2
  end
  flush('HSET', ACTIVE, active)
  if #remembered > 0 then
    call('ZREMRANGEBYSCORE', IDS, '-inf', format('%.0f', now))
    flush('ZADD', IDS, remembered)
    if call('PTTL', IDS) < tonumber(args[5]) then call('PEXPIRE', IDS, format('%.0f', math.max(args[5], 1))) end
    local over = call('ZCARD', IDS) - tonumber(args[6])
    if over > 0 then
      call('ZREMRANGEBYRANK', IDS, 0, over - 1)
      call('HINCRBY', META, 'forgotten', over)
    end
  end
  local letters = table.concat(verdicts)
  if taken < count then
    local _, duplicates = string.gsub(letters, 'D', 'D')
    if duplicates > 0 then call('HINCRBY', META, 'duplicates', duplicates) end
  end
  if full then crowded = true end
  call('SET', sent, args[1] .. ' ' .. letters, 'PX', '300000')
  return letters
end
