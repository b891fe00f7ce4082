#!lua
-- Purpose      Removes outbox entries that are in the log.
-- KEYS         1 meta, 2 out
-- ARGV         1 own, then fields `topic|seq` (at most 1,000)
-- Returns      number removed, -1 if another owner has the scope
-- Idempotency  What is gone already is not counted.

if redis.call('HGET', KEYS[1], 'own') ~= ARGV[1] then return -1 end
return redis.call('HDEL', KEYS[2], unpack(ARGV, 2))
