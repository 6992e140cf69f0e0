-- A call that leaves out a value or names what was never published fails, and nothing is recorded.
SET ROLE onceward_app;

-- A limit without a bound is not "no limit".
SELECT examples.commit('{"player": "alice", "gives": {"gold": 1}, "limits": [
  {"kind": "player", "name": "claims:quest", "period": "2026-11-02", "since": "-infinity",
   "claim_type": "quest", "amount": 1, "rejection": "claims"}]}');
-- → ERROR 23502: domain onceward.given_count does not allow null values

SELECT examples.commit('{"player": "alice", "claim_type": "unknown", "gives": {"gold": 1}}');
-- → ERROR 22023: the operation uses a name that was never published

SELECT examples.commit('{"player": "alice", "gives": {"silver": 1}}');
-- → ERROR 22023: a posting is incomplete, or its resource is not listed or has no number

SELECT examples.commit('{"player": "alice", "actor_kind": "player", "actor_id": "bob",
                         "gives": {"gold": 1}}');
-- → ERROR 23514: players_act_for_themselves

-- A staff member has a budget for the day, and none for other days or spellings of it.
SELECT examples.commit(examples.as_staff('sam', 'manualReward', 'reward:manual')
  || '{"player": "alice", "claim_type": "manual_reward", "gives": {"gold": 1}}'
  || jsonb_build_object('staff', examples.as_staff('sam', '', '')->'staff'
                                 || '{"day": "2020-01-01"}'));
-- → ERROR 22023: the day of a budget is the current one in some time zone

SELECT examples.commit(examples.as_staff('sam', 'manualReward', 'reward:manual')
  || '{"player": "alice", "claim_type": "manual_reward", "gives": {"gold": 1}}'
  || jsonb_build_object('staff', examples.as_staff('sam', '', '')->'staff' || '{"day": "today"}'));
-- → ERROR 22023: the day of a budget is the current one in some time zone

SELECT onceward.commit_operations(1, jsonb_build_array(examples.operation(
  '{"player": "alice"}')), '{}');
-- → ERROR 22023: this kernel speaks contract 10, not 1: migrate before you deploy

SELECT count(*) AS rows FROM onceward.actors;
-- → 1
