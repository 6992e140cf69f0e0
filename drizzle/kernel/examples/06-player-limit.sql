-- A limit counts what a player used in a period; an operation beyond the bound is rejected whole.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 1}}');
-- → granted 1: gold 0→1

-- There is no counter yet, so what was claimed in the period before is counted: one claim.
SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 1}, "limits": [
  {"kind": "player", "name": "claims:quest", "period": "2026-11-02", "since": "-infinity",
   "claim_type": "quest", "amount": 1, "bound": 2, "rejection": "claims_per_day",
   "renews_at": "2026-11-03T00:00:00Z"}]}');
-- → granted 2: gold 1→2

SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 1}, "limits": [
  {"kind": "player", "name": "claims:quest", "period": "2026-11-02", "since": "-infinity",
   "claim_type": "quest", "amount": 1, "bound": 2, "rejection": "claims_per_day",
   "renews_at": "2026-11-03T00:00:00Z"}]}');
-- → rejected: limit_exceeded (bound 2, limit claims_per_day, remaining 0, requested 1)

SELECT kind, subject_id, "limit", period, used FROM onceward.limits_by_name;
-- → kind | subject_id | limit | period | used
-- → player | alice | claims:quest | 2026-11-02 | 2
