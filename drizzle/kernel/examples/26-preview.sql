-- A preview judges like a commit and writes nothing.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 3}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.moves(onceward.preview_operation(4, examples.operation(
  '{"player": "alice", "claim_key": "q2", "gives": {"gold": 4}}'), '{}')
  ->'preview'->'changes') AS moves;
-- → ERROR 23514: nothing_is_missing

SELECT onceward.preview_operation(4, examples.operation(
  '{"player": "alice", "claim_key": "q2", "takes": {"gold": 4}}'), '{}')
  ->'preview'->'rejection' AS rejection;
-- → ERROR 23514: nothing_is_missing

SELECT number FROM onceward.players;
