"""The scripts that Redis runs: the window of a token, and its pause after a 429.

Redis calls a script atomically, so that no lock is needed. All times are those of its server, in
milliseconds: the clocks of the processes need not agree. The decisions are those of `places.py` and
`token_state.py`.

A token has three keys: a sorted set with the time of each request; a hash with the end of the
pause, the longest window of any process, and the recovery after a loss (see `share.py`); and a
sorted set with the time of the last question of each process.
"""

from .places import HASTE, UNPACED
from .share import KNOWN_WINDOWS

#: What `ACQUIRE` replies first. The other numbers are the milliseconds of a wait, the number of
#: known processes, and the milliseconds until the recovery ends.
ACQUIRED, WAIT, PAUSED, FORGOTTEN = range(4)

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%d', number) end
local function noted(name) return tonumber(redis.call('HGET', KEYS[2], name) or 0) end
local function note(name, number) redis.call('HSET', KEYS[2], name, text(number)) end
local function keep(longest)
    local last = math.max(noted('paused') + longest, noted('recovery_end'), now + 2 * longest)
    redis.call('PEXPIRE', KEYS[1], text(2 * longest))
    redis.call('PEXPIRE', KEYS[2], text(last - now))
    redis.call('PEXPIRE', KEYS[3], text(KNOWN_WINDOWS * longest))
end
""".replace("KNOWN_WINDOWS", str(KNOWN_WINDOWS))

#: Arguments: the member of the request; the last member that this process knows of, or nothing;
#: the process, and whether it must be known; whether it obeys the pause; the milliseconds between
#: requests after a pause; whether it is a background request; the milliseconds until its share of
#: the limit has a place; the milliseconds of a recovery that begins, or 0, and how many processes
#: take part; and for each limit its places, window in milliseconds, and group size.
ACQUIRE = f"""{_NOW}
local requests, processes = KEYS[1], KEYS[3]
local member, known, process, is_known, obeys, interval, is_background = unpack(ARGV, 1, 7)
local share_wait, recovery, participants = unpack(ARGV, 8, 10)
local longest = noted('window')
for i = 11, #ARGV - 2, 3 do longest = math.max(longest, tonumber(ARGV[i + 1])) end
local function trim(key, length)
    redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now - length))
    -- The clock may have been set back: nobody waits for what lies in the future.
    redis.call('ZREMRANGEBYSCORE', key, '(' .. text(now + longest), '+inf')
end
trim(requests, longest)
trim(processes, {KNOWN_WINDOWS} * longest)
if known ~= '' and not redis.call('ZSCORE', requests, known)
    or is_known == '1' and not redis.call('ZSCORE', processes, process) then
    return {{{FORGOTTEN}, 0, 0, 0}}
end
redis.call('ZADD', processes, text(now), process)

local count, recovery_end = redis.call('ZCARD', processes), noted('recovery_end')
if tonumber(recovery) > 0 then
    if recovery_end <= now then note('participants', 0) end
    note('participants', math.max(noted('participants'), participants))
    note('recovery_start', now)
    recovery_end = math.max(recovery_end, now + recovery)
    note('recovery_end', recovery_end)
end
if now < recovery_end then
    participants = noted('participants')
    count = math.max(count, participants)
    if redis.call('ZCOUNT', processes, text(noted('recovery_start')), '+inf') >= participants then
        note('recovery_end', 0)
        recovery_end = 0
    end
end
local function reply(kind, wait)
    keep(longest)
    return {{kind, math.ceil(wait), count, math.max(0, recovery_end - now)}}
end
local paused = noted('paused')
if obeys == '1' and now < paused then return reply({PAUSED}, paused - now) end

local function latest(rank)
    return tonumber(redis.call('ZREVRANGE', requests, rank - 1, rank - 1, 'WITHSCORES')[2])
end

local function pace(places, start, group)
    local window = '(' .. text(start)
    local current = redis.call('ZRANGEBYSCORE', requests, window, '+inf', 'WITHSCORES')
    local count = #current / 2
    if count < {UNPACED} * places then return 0 end
    local rate = places / (now - start)
    for left = 0, count - 1 do
        rate = math.min(rate, (places - count + left) / (current[2 * left + 2] - start))
    end
    local due = current[2 * (count - group + 1)] + group / ({HASTE} * rate)
    return math.min(due - now, current[2] - start)
end

local wait = now < recovery_end and tonumber(share_wait) or 0
if obeys == '1' and now < paused + longest then
    wait = math.max(wait, (latest(1) or 0) + interval - now)
end
for i = 11, #ARGV - 2, 3 do
    local places, window, group = tonumber(ARGV[i]), tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
    local start, oldest = now - window, latest(places)
    if oldest and oldest > start then
        wait = math.max(wait, math.min(oldest - start, window))
    elseif is_background == '1' then
        wait = math.max(wait, pace(places, start, group))
    end
end
if wait > 0 then return reply({WAIT}, wait) end
redis.call('ZADD', requests, text(now), member)
note('window', longest)
return reply({ACQUIRED}, 0)
"""

#: Records requests again. Arguments: the longest window; the process; each member, and its age.
#: What others have sent may be missing as well until they ask: until then requests are spread, as
#: after a pause.
RESTORE = f"""{_NOW}
redis.call('ZADD', KEYS[3], text(now), ARGV[2])
for i = 3, #ARGV - 1, 2 do
    redis.call('ZADD', KEYS[1], text(now - ARGV[i + 1]), ARGV[i])
end
note('paused', math.max(noted('paused'), now))
keep(ARGV[1])
"""

#: Starts a pause, unless a longer one is active. Arguments: its length; the longest window.
PAUSE = f"""{_NOW}
note('paused', math.max(noted('paused'), now + ARGV[1]))
keep(ARGV[2])
"""
