-- The benchmark's claim as a module of Nakama's Lua runtime: the way its documentation suggests for
-- rewards. A claim is a storage object that may be written once; it and the wallet change in one
-- transaction. Put this file into Nakama's runtime.path (data/modules) and restart the server.
--
-- Like PostGraphile in this benchmark it reads no token of a player, no config and no limit. Unlike
-- Onceward it has no version of the player, and a level-up is paid in a second transaction, because
-- the wallet before is known only after the first one.

local nk = require("nakama")

local COLLECTION = "onceward_claims"
local POINTS_PER_LEVEL = 3

-- Servers call with the HTTP key and have no user ID.
local function require_server(context)
  if context.user_id and context.user_id ~= "" then
    error({ "only servers may call this", 7 })
  end
end

-- Level n starts at 50 * n * (n - 1) experience, as in the example config.
local function level_at(experience)
  return math.floor((1 + math.sqrt(1 + experience / 12.5)) / 2)
end

local function pay_of(facts)
  local coins = 1
  if facts.rating_gap >= 200 then coins = 2 end
  local lumees = math.min(250, math.max(50, 100 + math.floor(facts.rating_gap / 10)))
  return { auric_coins = coins, experience = 60, lumees = lumees }
end

local function changes_of(changeset, before)
  local changes = {}
  for resource, delta in pairs(changeset) do
    local amount = before[resource] or 0
    table.insert(changes, { resource = resource, before = amount, after = amount + delta, delta = delta })
  end
  return changes
end

local function player(context, payload)
  require_server(context)
  local request = nk.json_decode(payload)
  local user_id = nk.authenticate_custom(request.custom_id, request.custom_id, true)
  return nk.json_encode({ user_id = user_id })
end

local function claim(context, payload)
  require_server(context)
  local request = nk.json_decode(payload)
  local id = { collection = COLLECTION, key = request.type .. ":" .. request.key, user_id = request.user_id }
  local known = nk.storage_read({ id })[1]
  if known then
    if known.value.idempotency_key ~= request.idempotency_key then
      error({ "already claimed with another key", 6 })
    end
    return nk.json_encode({
      replayed = true, key = request.key, changes = changes_of(known.value.paid, {}),
    })
  end

  local paid = pay_of(request.facts)
  local object = {
    collection = id.collection,
    key = id.key,
    user_id = id.user_id,
    value = { idempotency_key = request.idempotency_key, facts = request.facts, paid = paid },
    version = "*", -- Only if there is no such object: of two claims at once, one fails.
    permission_read = 1,
    permission_write = 0,
  }
  local wallet = { user_id = request.user_id, changeset = paid, metadata = { claim = id.key } }
  -- Account updates, storage writes, storage deletes, wallet updates, and whether to write wallet_ledger.
  local _, results = nk.multi_update({}, { object }, {}, { wallet }, true)
  local result = results[1]
  local changes = changes_of(paid, result.previous)

  local level_before = level_at(result.previous.experience or 0)
  local level_after = level_at(result.updated.experience)
  local levels = level_after - level_before
  if levels > 0 then
    local level_up = { levels_paid = levels, stat_points = levels * POINTS_PER_LEVEL }
    nk.wallet_update(request.user_id, level_up, { level_up = id.key }, true)
    for _, change in ipairs(changes_of(level_up, result.updated)) do table.insert(changes, change) end
  end
  return nk.json_encode({
    replayed = false, key = request.key, changes = changes,
    level_before = level_before, level_after = level_after,
  })
end

nk.register_rpc(player, "onceward_bench_player")
nk.register_rpc(claim, "onceward_bench_claim")
