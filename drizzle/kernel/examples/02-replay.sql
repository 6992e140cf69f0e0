-- A key that was used before returns its stored outcome, whatever happened since.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 5}}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

-- A lookup answers a known key, and writes nothing for an unknown one.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}'::jsonb
  || '{"mode": "lookup"}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT examples.commit('{"player": "alice", "mode": "lookup", "claim_key": "q3"}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT count(*) AS claims FROM onceward.reward_claims;
-- → 0
