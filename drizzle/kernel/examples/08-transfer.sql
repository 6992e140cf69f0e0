-- A transfer moves two players' balances under one claim: both sides or neither.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}',
                       '{"player": "bob", "gives": {"gold": 1}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "actor_kind": "player", "actor_id": "alice",
  "name": "transferResource", "claim_type": "transfer", "takes": {"gold": 4},
  "counterparty": "bob"}'::jsonb
  || jsonb_build_object('counterparty_postings', examples.postings('{"gives": {"gold": 4}}')));
-- → ERROR 23514: nothing_is_missing

-- Each player counts the claim with a number of their own. Receiving leaves the version.
SELECT id, number, version FROM onceward.players ORDER BY id;

SELECT player_id, number, resource, before, delta, after FROM onceward.entries_by_name
 WHERE claim_type = 'transfer' ORDER BY player_id;

SELECT examples.commit('{"player": "alice", "name": "transferResource", "claim_type": "transfer",
  "claim_key": "too-much", "takes": {"gold": 40}, "counterparty": "bob"}'::jsonb
  || jsonb_build_object('counterparty_postings', examples.postings('{"gives": {"gold": 40}}')));
-- → ERROR 23514: nothing_is_missing
