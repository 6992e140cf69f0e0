-- An operation under a config that is not current records nothing and gets the current one.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.publish('second config');
-- → 2

SET ROLE onceward_app;

-- The whole answer: the caller does not hold the document.
SELECT onceward.commit_operations(4, jsonb_build_array(examples.operation(
  '{"player": "alice", "claim_key": "q2", "gives": {"gold": 10}}')
  || (SELECT jsonb_build_object('config_version', version, 'config_sha256', sha256)
        FROM onceward.balance_configs WHERE version = 1)), '{}');
-- → ERROR 23514: nothing_is_missing

-- A caller who lists the digest among those it holds gets no document.
SELECT onceward.commit_operations(4, jsonb_build_array(examples.operation(
  '{"player": "alice", "claim_key": "q2", "gives": {"gold": 10}, "config_version": null,
    "config_sha256": null}')), ARRAY(SELECT sha256 FROM onceward.balance_configs));
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

-- A known key is answered first, under whatever config it is sent.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}'::jsonb
  || '{"config_version": null, "config_sha256": null}');
-- → ERROR 23514: nothing_is_missing
