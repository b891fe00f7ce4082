#!lua
-- Purpose      Takes the ownership of a scope and answers where its state stands.
-- KEYS         1 meta
-- ARGV         1 own, 2 code of the fold
-- Returns      {'EMPTY'} | {'CODE', stored code} | {'claimed', off, tail, cid, T}
-- Idempotency  The same owner may claim again.

-- 1. Nothing was ever started here, or the store lost it.
local m = redis.call('HMGET', KEYS[1], 'off', 'tail', 'cid', 'code', 'T')
if not m[1] then return {'EMPTY'} end

-- 2. State of another meaning is not touched.
if m[4] ~= ARGV[2] then return {'CODE', m[4]} end

-- 3. From here on every other owner is fenced.
redis.call('HSET', KEYS[1], 'own', ARGV[1])
return {'claimed', m[1], m[2], m[3], m[5]}
