-- A source key is taken once, per player or in the whole game, by whatever claim comes first.
SET ROLE onceward_app;

-- Per player: one award of `points` for match 7.
SELECT examples.commit('{"player": "alice", "claim_key": "coach", "gives": {"points": 5},
  "source_keys": [{"game": false, "resource": "points", "key": "match/7"}]}');
-- → granted 1: points 0→5

SELECT examples.commit('{"player": "alice", "claim_key": "league", "gives": {"points": 5},
  "source_keys": [{"game": false, "resource": "points", "key": "match/7"}]}');
-- → rejected: already_claimed (number 1, sourceKey type points key match/7); original: points 0→5

SELECT examples.commit('{"player": "bob", "claim_key": "league", "gives": {"points": 5},
  "source_keys": [{"game": false, "resource": "points", "key": "match/7"}]}');
-- → granted 1: points 0→5

-- Per game: one receipt of a store. The answer does not say who used it.
SELECT examples.commit('{"player": "alice", "claim_key": "buy-1", "gives": {"gold": 99},
  "source_keys": [{"game": true, "resource": "gold", "key": "receipt/GPA.1"}]}');
-- → granted 2: gold 0→99

SELECT examples.commit('{"player": "bob", "claim_key": "buy-1", "gives": {"gold": 99},
  "source_keys": [{"game": true, "resource": "gold", "key": "receipt/GPA.1"}]}');
-- → rejected: already_claimed (sourceKey type gold key receipt/GPA.1)
