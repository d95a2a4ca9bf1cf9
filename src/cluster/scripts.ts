// The steps that must be atomic, as Lua for Redis 7.0 and Valkey. Redis loads each once and runs it by its digest.

export type Script = { readonly lua: string; readonly sha: string }

const script = (lua: string): Script => ({
  lua,
  sha: new Bun.CryptoHasher('sha1').update(lua).digest('hex'),
})

/** KEYS: value. ARGV: version, text, ttl. A value is `<version>:<text>`; an older version replaces nothing. */
export const putScript = script(`
local old = redis.call('GET', KEYS[1])
if old and tonumber(string.match(old, '^(%d+):') or '0') > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 1`)

/**
 * KEYS: value. ARGV: the version that must be there (0: none), version, text. Returns 1 when it was, and the text is
 * there now; else 0.
 */
export const swapScript = script(`
local old = redis.call('GET', KEYS[1])
if tonumber(string.match(old or '', '^(%d+):') or '0') ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2] .. ':' .. ARGV[3])
return 1`)

/** KEYS: value or list. ARGV: version. A value of a higher version stays. */
export const removeScript = script(`
if redis.call('TYPE', KEYS[1]).ok == 'string' then
  local old = redis.call('GET', KEYS[1])
  if tonumber(string.match(old, '^(%d+):') or '0') > tonumber(ARGV[1]) then return 0 end
end
return redis.call('DEL', KEYS[1])`)

/**
 * KEYS: claim. ARGV: owner, prefix of the owners' keys, wall clock, ttl. Returns granted, generation, the owner before,
 * lost.
 * A claim that another living machine holds is refused, unless the call has ended or was found lost.
 */
export const claimScript = script(`
local c = redis.call('HMGET', KEYS[1], 'owner', 'generation', 'state', 'rescued')
local owner, generation, state = c[1], tonumber(c[2] or '0'), c[3]
local lost = state == 'lost'
if owner and owner ~= ARGV[1] and state == 'live' and redis.call('EXISTS', ARGV[2] .. owner) == 1 then
  return {0, generation, owner, 0}
end
generation = math.max(generation + 1, tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'generation', string.format('%d', generation), 'state', 'live',
  'rescued', lost and '1' or '0')
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {1, generation, owner, lost and 1 or 0}`)

/** KEYS: claims. ARGV: owner, ttl, the generation of each claim. Returns the numbers of the claims that were taken. */
export const renewScript = script(`
local taken = {}
for i, key in ipairs(KEYS) do
  local c = redis.call('HMGET', key, 'owner', 'generation')
  if c[2] and tonumber(c[2]) > tonumber(ARGV[i + 2]) then
    taken[#taken + 1] = i
  else
    if not c[1] then
      redis.call('HSET', key, 'owner', ARGV[1], 'generation', ARGV[i + 2], 'state', 'live', 'rescued', '0')
    end
    redis.call('PEXPIRE', key, ARGV[2])
  end
end
return taken`)

/** KEYS: claim. ARGV: generation, state. Changes nothing when the claim is of another generation. */
export const releaseScript = script(`
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
return 1`)

/** KEYS: set of ids, own key. ARGV: id, text, ttl, prefix. Returns id, text, id, text … of all that live. */
export const beatScript = script(`
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('SADD', KEYS[1], ARGV[1])
local found = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local text = redis.call('GET', ARGV[4] .. id)
  if text then
    found[#found + 1] = id
    found[#found + 1] = text
  else
    redis.call('SREM', KEYS[1], id)
  end
end
return found`)

/**
 * KEYS: stream. ARGV: group, ms. Returns id and line of one that nobody took, or that was taken longer ago than
 * `ms` and not dropped since; nothing when no such line waits.
 */
export const takeLineScript = script(`
redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
local old = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], 'any', ARGV[2], '0', 'COUNT', 1)[2][1]
local new = not old and redis.call('XREADGROUP', 'GROUP', ARGV[1], 'any', 'COUNT', 1, 'STREAMS', KEYS[1], '>')
local found = old or (new and new[1][2][1])
if not found then return {} end
return {found[1], found[2][2]}`)

/** KEYS: stream. ARGV: group, id. */
export const dropLineScript = script(`
redis.pcall('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])`)

/**
 * KEYS: stream. ARGV: line, ttl, lines that stay, whether it is sent again. Redis may have taken a line whose answer
 * came too late: one that is sent again is looked for among the newest first.
 */
export const appendScript = script(`
if ARGV[4] == '1' then
  for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1000)) do
    if entry[2][2] == ARGV[1] then return entry[1] end
  end
end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'l', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return id`)

/**
 * KEYS: bucket. ARGV: tokens, per minute, spent, learnt, level at most or nothing. Returns granted, level, per minute.
 * A bucket is full at first. Tokens that are spent already are subtracted below zero too; that is paid back first.
 */
export const spendScript = script(`
local b = redis.call('HMGET', KEYS[1], 'level', 'at', 'limit')
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local limit = tonumber(ARGV[4] == '1' and ARGV[2] or b[3] or ARGV[2])
local level = tonumber(b[1] or limit)
if b[2] then level = level + math.max(0, now - tonumber(b[2])) / 60000 * limit end
level = math.min(level, limit, tonumber(ARGV[5]) or limit)
local tokens = tonumber(ARGV[1])
local granted = ARGV[3] == '1' or level >= tokens
if granted then level = math.min(limit, level - tokens) end
redis.call('HSET', KEYS[1], 'level', string.format('%.3f', level), 'at', string.format('%.3f', now), 'limit', limit)
redis.call('PEXPIRE', KEYS[1], 600000)
return {granted and 1 or 0, math.floor(level), limit}`)

/**
 * KEYS: places of an account. ARGV: machine, used, most of all machines, ttl, machines. Each machine has a line: used,
 * leased, until when. Returns the places of this one: what it uses and its part of what is free, as far as the others
 * have not leased it.
 */
export const leaseScript = script(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local used, most, ttl = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local others, leased, machines = 0, 0, 1
local lines = redis.call('HGETALL', KEYS[1])
for i = 1, #lines, 2 do
  local u, l, ends = string.match(lines[i + 1], '^(%d+) (%d+) (%d+)$')
  if lines[i] ~= ARGV[1] then
    if tonumber(ends) <= now then
      redis.call('HDEL', KEYS[1], lines[i])
    else
      others, leased, machines = others + tonumber(u), leased + tonumber(l), machines + 1
    end
  end
end
local free = math.max(0, most - others - used)
local part = math.max(math.min(1, free), math.floor(free / math.max(machines, tonumber(ARGV[5]))))
local places = math.max(0, math.min(used + part, most - leased))
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d %d %d', used, places, now + ttl))
redis.call('PEXPIRE', KEYS[1], ttl)
return places`)

/** KEYS: stream, value. ARGV: line, text, ttl, lines that stay, wall clock. Returns 1 when the value is kept now. */
export const shelveScript = script(`
redis.call('XTRIM', KEYS[1], 'MINID', string.format('%d', tonumber(ARGV[5]) - tonumber(ARGV[3])))
if redis.call('EXISTS', KEYS[2]) == 1 or redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('SET', KEYS[2], '0:' .. ARGV[2], 'PX', ARGV[3])
redis.call('XADD', KEYS[1], '*', 'l', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`)
