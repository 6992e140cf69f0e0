-- A transfer moves two players' balances under one claim: both sides or neither.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}',
                       '{"player": "bob", "gives": {"gold": 1}}');
-- → granted 1: gold 0→10
-- → granted 1: gold 0→1

SELECT examples.commit('{"player": "alice", "actor_kind": "player", "actor_id": "alice",
  "name": "transferResource", "claim_type": "transfer", "takes": {"gold": 4},
  "counterparty": "bob"}'::jsonb
  || jsonb_build_object('counterparty_postings', examples.postings('{"gives": {"gold": 4}}')));
-- → granted 2: gold 10→6; other player: gold 1→5

-- Each player counts the claim with a number of their own. Receiving leaves the version.
SELECT id, number, version FROM onceward.players ORDER BY id;
-- → id | number | version
-- → alice | 2 | 2
-- → bob | 2 | 1

SELECT player_id, number, resource, before, delta, after FROM onceward.entries_by_name
 WHERE claim_type = 'transfer' ORDER BY player_id;
-- → player_id | number | resource | before | delta | after
-- → alice | 2 | gold | 10 | -4 | 6
-- → bob | 2 | gold | 1 | 4 | 5

SELECT examples.commit('{"player": "alice", "name": "transferResource", "claim_type": "transfer",
  "claim_key": "too-much", "takes": {"gold": 40}, "counterparty": "bob"}'::jsonb
  || jsonb_build_object('counterparty_postings', examples.postings('{"gives": {"gold": 40}}')));
-- → rejected: insufficient_balance (resource gold, available 6, required 40)
