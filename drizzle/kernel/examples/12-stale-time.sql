-- An operation that does not hold at the kernel's time records nothing and gets that time.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10},
  "holds_from": "2020-01-01T00:00:00Z", "holds_until": "2020-01-02T00:00:00Z"}');
-- → stale_time (at …)

-- The caller decides again for the right day, under the same key.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10},
  "holds_from": "2020-01-01T00:00:00Z", "holds_until": "infinity"}');
-- → granted 1: gold 0→10
