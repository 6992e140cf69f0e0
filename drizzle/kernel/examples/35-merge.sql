-- A guest is merged into an account: one claim moves what it has, and its history counts.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "guest-7", "gives": {"gold": 30, "pity": 4}}',
  '{"player": "alice", "claim_key": "q2", "gives": {"gold": 12, "pity": 2}}');
-- → granted 1: gold 0→30, pity 0→4
-- → granted 1: gold 0→12, pity 0→2

SELECT examples.commit('{"player": "alice", "name": "mergePlayer", "permission": "player:merge",
  "claim_type": "merge", "claim_key": "merge-1", "source": "merge", "counterparty": "guest-7",
  "gives": {"gold": 0}}'::jsonb
  || jsonb_build_object('merges', jsonb_build_object('takes', false, 'keeps', '["charges"]'::jsonb,
    'limits', '[]'::jsonb, 'counters', examples.postings('{"gives": {"pity": 0}}'))));
-- → granted 2: gold 12→42, pity 2→4; other player: gold 30→0, pity 4→2

-- Amounts are added up, and of a guarantee's counter the higher stays.
SELECT player_id, resource, amount FROM onceward.balances_by_name ORDER BY player_id, resource;
-- → player_id | resource | amount
-- → alice | gold | 42
-- → alice | pity | 4
-- → guest-7 | gold | 0
-- → guest-7 | pity | 2

-- What the guest claimed is taken for the account, and nothing moves for the guest any more.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 30}}',
  '{"player": "guest-7", "claim_key": "q3", "gives": {"gold": 30}}');
-- → rejected: already_claimed (number 1, guestHandle …); original: gold 0→30, pity 0→4
-- → rejected: player_merged (playerId guest-7, mergedInto alice)
