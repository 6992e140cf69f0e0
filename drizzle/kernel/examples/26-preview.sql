-- A preview judges like a commit and writes nothing.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 3}}');
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT examples.moves(onceward.preview_operation(3, examples.operation(
  '{"player": "alice", "claim_key": "q2", "gives": {"gold": 4}}'), '{}')
  ->'preview'->'changes') AS moves;
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT onceward.preview_operation(3, examples.operation(
  '{"player": "alice", "claim_key": "q2", "takes": {"gold": 4}}'), '{}')
  ->'preview'->'rejection' AS rejection;
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT number FROM onceward.players;
