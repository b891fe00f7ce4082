#!lua
-- Purpose      Starts a scope, or starts it anew for another code, from staged keys.
-- KEYS         1 meta, 2-5 conv pane dir rule, 6 out, 7-10 the staged four (may not exist)
-- ARGV         1 own, 2 off, 3 tail ('' at 0), 4 cid, 5 code, 6 T (ms)
-- Returns      'OK' | 'EXISTS'
-- Idempotency  The second run answers EXISTS and drops what it staged.

-- 1. A state of this code stays as it is.
if redis.call('HGET', KEYS[1], 'code') == ARGV[5] then
  redis.call('UNLINK', KEYS[7], KEYS[8], KEYS[9], KEYS[10])
  return 'EXISTS'
end

-- 2. The old state goes, the staged one takes its place.
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
for i = 7, 10 do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('RENAME', KEYS[i], KEYS[i - 5]) end
end

-- 3. Last: from here on the scope exists.
redis.call('HSET', KEYS[1], 'own', ARGV[1], 'off', ARGV[2], 'tail', ARGV[3], 'cid', ARGV[4], 'code', ARGV[5], 'T', ARGV[6])
return 'OK'
