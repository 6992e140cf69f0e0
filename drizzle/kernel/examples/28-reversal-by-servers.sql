-- A game server takes back claims of the types that the current config allows, and no others.
SELECT examples.publish('refunds', '{"reversible_by_servers": ["order"]}');
-- → 2

INSERT INTO onceward.role_permissions (permission, role) VALUES ('reward:reverse', 'server')
    ON CONFLICT DO NOTHING;

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 5}}',
                       '{"player": "alice", "claim_type": "order", "takes": {"gold": 5},
                         "gives": {"tokens": 1}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit(examples.reversal('alice', 2)
  || '{"actor_kind": "server", "actor_id": "shop-1", "staff": null}');
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

SELECT examples.commit(examples.reversal('alice', 1)
  || '{"actor_kind": "server", "actor_id": "shop-1", "staff": null}');
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

-- The claim under a new key: it was taken back.
SELECT examples.commit('{"player": "alice", "claim_type": "order", "gives": {"tokens": 1},
                         "idempotency_key": "key-0000000000007"}');
-- → ERROR 23514: nothing_is_missing
