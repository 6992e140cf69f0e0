-- A milestone pays for each threshold that a balance reaches, and takes it back below it.
SELECT examples.publish('levels', '{"milestones": [{"resource": "experience", "paid_resource":
  "levels_paid", "thresholds": [100, 300], "grants": [{"resource": "stat_points", "amounts": [3, 3],
  "ceiling": 9007199254740991, "ceiling_per_unit": 0, "ceiling_of": null}]}]}');
-- → 2

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "milestones": true,
                         "gives": {"experience": 90}}',
                       '{"player": "alice", "claim_key": "q2", "milestones": true,
                         "gives": {"experience": 20}}',
                       '{"player": "alice", "claim_key": "q3", "milestones": true,
                         "takes": {"experience": 50}}',
                       '{"player": "alice", "claim_key": "q4", "milestones": true,
                         "gives": {"experience": 60}}',
                       '{"player": "alice", "claim_key": "q5", "milestones": true,
                         "gives": {"experience": 180}}');
-- → granted 1: experience 0→90
-- → granted 2: experience 90→110, levels_paid 0→1, stat_points 0→3
-- → granted 3: experience 110→60, levels_paid 1→0, stat_points 3→0
-- → granted 4: experience 60→120, levels_paid 0→1, stat_points 0→3
-- → granted 5: experience 120→300, levels_paid 1→2, stat_points 3→6
