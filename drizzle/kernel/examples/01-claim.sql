-- A granted operation is recorded as a claim with a number, ledger entries and balances.
SET ROLE onceward_app;

-- The whole answer. Other examples show an outcome in one line.
SELECT onceward.commit_operations(4, jsonb_build_array(examples.operation(
  '{"player": "alice", "claim_key": "tower-7", "gives": {"gold": 10, "experience": 25}}')), '{}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "claim_key": "tower-8", "takes": {"gold": 4}}');
-- → ERROR 23514: nothing_is_missing

SELECT number, resource, sequence, before, delta, after, cause FROM onceward.entries_by_name
 ORDER BY number, ordinal;

SELECT resource, amount, sequence FROM onceward.balances_by_name ORDER BY resource;
