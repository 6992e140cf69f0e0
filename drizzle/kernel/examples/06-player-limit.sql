-- A limit counts what a player used in a period; an operation beyond the bound is rejected whole.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 1}}');
-- → ERROR 23514: nothing_is_missing

-- There is no counter yet, so what was claimed in the period before is counted: one claim.
SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 1}, "limits": [
  {"kind": "player", "name": "claims:quest", "period": "2026-11-02", "since": "-infinity",
   "claim_type": "quest", "amount": 1, "bound": 2, "rejection": "claims_per_day",
   "renews_at": "2026-11-03T00:00:00Z"}]}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 1}, "limits": [
  {"kind": "player", "name": "claims:quest", "period": "2026-11-02", "since": "-infinity",
   "claim_type": "quest", "amount": 1, "bound": 2, "rejection": "claims_per_day",
   "renews_at": "2026-11-03T00:00:00Z"}]}');
-- → ERROR 23514: nothing_is_missing

SELECT kind, subject_id, "limit", period, used FROM onceward.limits_by_name;
