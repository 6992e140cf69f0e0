-- A preview judges like a commit and writes nothing.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 3}}');
-- → granted 1: gold 0→3

SELECT examples.moves(onceward.preview_operation(10, examples.operation(
  '{"player": "alice", "claim_key": "q2", "gives": {"gold": 4}}'), '{}')
  ->'preview'->'changes') AS moves;
-- → gold 3→7

SELECT onceward.preview_operation(10, examples.operation(
  '{"player": "alice", "claim_key": "q2", "takes": {"gold": 4}}'), '{}')
  ->'preview'->'rejection' AS rejection;
-- → {"kind": "insufficient_balance", "resource": "gold", "available": 3, "required": 4}

SELECT number FROM onceward.players;
-- → 1
