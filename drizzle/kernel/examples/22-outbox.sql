-- Every granted operation leaves one outbox row in its own transaction; a rejected one leaves none.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 1}}',
                       '{"player": "alice", "claim_key": "q2", "takes": {"gold": 9}}',
                       '{"player": "bob", "claim_key": "q1", "gives": {"gold": 1}}');
-- → granted 1: gold 0→1
-- → rejected: insufficient_balance (resource gold, available 1, required 9)
-- → granted 1: gold 0→1

-- A reader takes the rows whose transaction is older than every running one, in this order.
SELECT p.id, o.number FROM onceward.outbox o JOIN onceward.actors p ON p.no = o.player
 WHERE o.transaction < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY o.transaction, o.no;
-- → id | number
-- → alice | 1
-- → bob | 1
