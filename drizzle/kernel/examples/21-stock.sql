-- A stock is a limit of the whole game: its bound is published, and no caller can name another.
SELECT examples.publish('stock', '{"game_limits": [{"limit": "stock:order", "period": "ever",
  "since": "-infinity", "claim_type": "order", "bound": 2, "stripes": 1}]}');
-- → 2

SET ROLE onceward_app;

SELECT examples.commit(VARIADIC ARRAY(
  SELECT jsonb_build_object('player', player, 'claim_type', 'order', 'gives', '{"hero": 1}'::jsonb,
    'limits', '[{"kind": "game", "name": "stock:order", "period": "ever", "since": "-infinity",
      "claim_type": "order", "amount": 1, "bound": 1000000, "rejection": "stock"}]'::jsonb)
    FROM unnest(ARRAY['alice', 'bob', 'carol']) AS player));
-- → granted 1: hero 0→1
-- → granted 1: hero 0→1
-- → rejected: limit_exceeded (bound 2, limit stock, remaining 0, requested 1)

SELECT kind, "limit", period, used FROM onceward.limits_by_name;
-- → kind | limit | period | used
-- → game | stock:order | ever | 2
