#!lua
-- Purpose      Moves state, outbox and offset of a scope together, if nobody else did.
-- KEYS         1 meta, 2-5 conv pane dir rule, 6 out
-- ARGV         1 own, 2 expected offset, 3 next offset, 4 tail, 5 cid, 6 code, 7 T (ms);
--              then for each of KEYS 2-6: s, s times (field, value), d, d times field to delete
-- Returns      'OK' | 'APPLIED' | 'EMPTY' | 'FENCED' | 'CODE' | 'OFFSET'
-- Idempotency  The same cid again answers APPLIED. Nothing is written unless all of it can be: who
--              loads a state that was torn counts again what it takes for new.

-- 1. Checks, compared as text: a Lua number would lose large offsets.
local m = redis.call('HMGET', KEYS[1], 'own', 'off', 'cid', 'code')
if not m[2]        then return 'EMPTY'   end
if m[3] == ARGV[5] then return 'APPLIED' end -- only the reply was lost
if m[1] ~= ARGV[1] then return 'FENCED'  end
if m[4] ~= ARGV[6] then return 'CODE'    end
if m[2] ~= ARGV[2] then return 'OFFSET'  end

-- 2. State and outbox, at most 1,000 arguments a call (Lua's stack has a limit).
for k = 2, 6 do
  local kind = redis.call('TYPE', KEYS[k]).ok
  if kind ~= 'hash' and kind ~= 'none' then
    return redis.error_reply('WRONGTYPE ' .. KEYS[k] .. ' is a ' .. kind)
  end
end
local at = 8
local function apply(command, key, count)
  local last = at + count - 1
  while at <= last do
    local to = math.min(at + 999, last)
    redis.call(command, key, unpack(ARGV, at, to))
    at = to + 1
  end
end
for k = 2, 6 do
  local sets = tonumber(ARGV[at])
  at = at + 1
  apply('HSET', KEYS[k], sets * 2)
  local deletes = tonumber(ARGV[at])
  at = at + 1
  apply('HDEL', KEYS[k], deletes)
end

-- 3. The offset, last.
redis.call('HSET', KEYS[1], 'off', ARGV[3], 'tail', ARGV[4], 'cid', ARGV[5], 'T', ARGV[7])
return 'OK'
