-- An operation under a config that is not current records nothing and gets the current one.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}');
-- → granted 1: gold 0→10

SELECT examples.publish('second config');
-- → 2

SET ROLE onceward_app;

-- The whole answer: the caller does not hold the document.
SELECT onceward.commit_operations(10, jsonb_build_array(examples.operation(
  '{"player": "alice", "claim_key": "q2", "gives": {"gold": 10}}')
  || (SELECT jsonb_build_object('config_version', version, 'config_sha256', sha256)
        FROM onceward.balance_configs WHERE version = 1)), '{}');
-- → {
-- →   "outcomes": [{"kind": "stale_config"}],
-- →   "current": {"version": 2, "sha256": "…"},
-- →   "configs": [
-- →     {
-- →       "version": 2,
-- →       "sha256": "…",
-- →       "document": {"name": "second config"}
-- →     }
-- →   ]
-- → }

-- A caller who lists the digest among those it holds gets no document.
SELECT onceward.commit_operations(10, jsonb_build_array(examples.operation(
  '{"player": "alice", "claim_key": "q2", "gives": {"gold": 10}, "config_version": null,
    "config_sha256": null}')), ARRAY(SELECT sha256 FROM onceward.balance_configs));
-- → {
-- →   "outcomes": [{"kind": "stale_config"}],
-- →   "current": {"version": 2, "sha256": "…"},
-- →   "configs": [
-- →     {
-- →       "version": 2,
-- →       "sha256": "…",
-- →       "document": null
-- →     }
-- →   ]
-- → }

SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 10}}');
-- → granted 2: gold 10→20

-- A known key is answered first, under whatever config it is sent.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}'::jsonb
  || '{"config_version": null, "config_sha256": null}');
-- → replayed 1: gold 0→10
