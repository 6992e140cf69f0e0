-- A game server takes back claims of the types that the current config allows, and no others.
SELECT examples.publish('refunds', '{"reversible_by_servers": ["order"]}');
-- → 2

INSERT INTO onceward.role_permissions (permission, role) VALUES ('reward:reverse', 'server')
    ON CONFLICT DO NOTHING;

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 5}}',
                       '{"player": "alice", "claim_type": "order", "takes": {"gold": 5},
                         "gives": {"tokens": 1}}');
-- → granted 1: gold 0→5
-- → granted 2: gold 5→0, tokens 0→1

SELECT examples.commit(examples.reversal('alice', 2)
  || '{"actor_kind": "server", "actor_id": "shop-1", "staff": null}');
-- → granted 3: gold 0→5, tokens 1→0

SELECT examples.commit(examples.reversal('alice', 1)
  || '{"actor_kind": "server", "actor_id": "shop-1", "staff": null}');
-- → rejected: not_reversible (claimId claim-1, why not_by_servers, remaining 0)

-- The claim under a new key: it was taken back.
SELECT examples.commit('{"player": "alice", "claim_type": "order", "gives": {"tokens": 1},
                         "idempotency_key": "key-0000000000007"}');
-- → rejected: already_claimed (number 2, reversedBy number 3 at …); original: gold 5→0, tokens 0→1
