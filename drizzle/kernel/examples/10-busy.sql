-- A call with several operations waits for no player; an operation of a locked player is `busy`.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 1}}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

-- In another session, which leaves its transaction open:
BEGIN;

-- In another session:
SET ROLE onceward_app;

-- In another session:
SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 1}}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 1}}',
                       '{"player": "bob", "claim_key": "q3", "gives": {"gold": 1}}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

-- In another session:
COMMIT;

-- Nothing was recorded, so the operation is sent again. On its own it would have waited.
SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 1}}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy
