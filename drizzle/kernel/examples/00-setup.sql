-- The other files need this one: it publishes a small config and fills in what an example leaves
-- out. Run it as a superuser in a database of its own, after `npm run migrate`.

CREATE SCHEMA examples;
GRANT USAGE ON SCHEMA examples TO onceward_app;

-- Publishes a config. Its document does not matter to the kernel; its effects do.
CREATE FUNCTION examples.publish(document text, effects jsonb DEFAULT '{}') RETURNS integer
LANGUAGE sql RETURN onceward.publish_config(
  jsonb_build_object('name', document), encode(sha256(document::bytea), 'hex'), 'examples', NULL,
  jsonb_build_object(
    'names', jsonb_build_object(
      'resource', '["gold", "experience", "levels_paid", "stat_points", "charges", "tokens",
                    "pity", "hero", "points", "ore", "matches"]'::jsonb,
      'claim_type', '["quest", "order", "summon", "payout"]'::jsonb,
      'limit', '["claims:quest", "stock:order", "staff:resource:hero"]'::jsonb),
    'milestones', '[]'::jsonb, 'regeneration', '[]'::jsonb, 'game_limits', '[]'::jsonb,
    'staff', '{"reward_limit": 100, "daily_budget": 250, "awards_per_day": 10, "values": [
      {"resource": "gold", "value": 1}, {"resource": "points", "value": 1},
      {"resource": "tokens", "value": 50}, {"resource": "pity", "value": 0},
      {"resource": "matches", "value": 0},
      {"resource": "hero", "per_reward": 1, "per_day": 2}]}'::jsonb) || effects);

-- Shorthands of an example: {"gives": {"gold": 10}} and {"takes": {"gold": 10}} are postings.
CREATE FUNCTION examples.postings(given jsonb) RETURNS jsonb LANGUAGE sql RETURN (
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'resource', m.resource, 'delta', m.delta, 'floor', m.floor, 'ceiling', 9007199254740991,
           'ceiling_per_unit', 0, 'ceiling_of', NULL, 'clamp', false)), '[]')
    FROM (SELECT t.key AS resource, -t.value::bigint AS delta, 0 AS floor
            FROM jsonb_each_text(coalesce(given->'takes', '{}')) AS t
          UNION ALL
          SELECT g.key, g.value::bigint, -9007199254740991
            FROM jsonb_each_text(coalesce(given->'gives', '{}')) AS g) AS m);

-- The input of an operation, of which its fingerprint is made.
CREATE FUNCTION examples.input(given jsonb) RETURNS jsonb LANGUAGE sql
RETURN given - '{idempotency_key, player, mode, config_version, config_sha256}'::text[];

-- The whole operation: what the example names, and defaults for the rest.
CREATE FUNCTION examples.operation(given jsonb) RETURNS jsonb LANGUAGE sql RETURN (
  SELECT jsonb_build_object(
      'mode', 'commit', 'name', 'claimReward', 'creates_player', true, 'actor_kind', 'server',
      'actor_id', 'arena-1', 'permission', 'reward:claim', 'claim_type', 'quest', 'claim_key', 'q1',
      'idempotency_key', regexp_replace(format('key-of-%s-%s-%s', given->>'player',
        coalesce(given->>'claim_type', 'quest'), coalesce(given->>'claim_key', 'q1')), '/', '-'),
      'fingerprint', md5(examples.input(given)::text)::uuid, 'input', examples.input(given),
      'correlation_id', uuidv7(), 'config_version', c.version, 'config_sha256', c.sha256,
      'holds_from', '-infinity', 'holds_until', 'infinity', 'source_keys', '[]'::jsonb,
      'source', 'postings', 'requires', '[]'::jsonb, 'advances', '[]'::jsonb,
      'choices', '[]'::jsonb, 'milestones', false, 'limits', '[]'::jsonb,
      'counterparty_postings', '[]'::jsonb, 'units', 1, 'shown', '[]'::jsonb,
      'resources', '["gold", "experience", "levels_paid", "stat_points", "charges", "tokens",
                     "pity", "hero", "points", "ore", "matches"]'::jsonb,
      'postings', examples.postings(given))
    || (given - '{gives, takes}'::text[])
    FROM (SELECT version, sha256 FROM onceward.balance_configs
           ORDER BY effective_from DESC LIMIT 1) AS c);

-- An outcome in one line: what was granted and moved, or why not.
CREATE FUNCTION examples.moves(changes json) RETURNS text STRICT LANGUAGE sql RETURN (
  SELECT coalesce(string_agg(format('%s %s→%s', c->>'resource', c->>'before',
           (c->>'before')::bigint + (c->>'delta')::bigint), ', '), 'nothing')
    FROM json_array_elements(changes) AS c WHERE c->>'sequence' IS NOT NULL);

CREATE FUNCTION examples.members(object json) RETURNS text LANGUAGE sql RETURN (
  SELECT string_agg(key || ' ' || btrim(regexp_replace(value, '[]{}[" :,]+', ' ', 'g')), ', ')
    FROM json_each_text(object) WHERE key NOT IN ('kind', 'renewsAt') AND value IS NOT NULL);

CREATE FUNCTION examples.brief(answer json) RETURNS text LANGUAGE sql RETURN CASE answer->>'kind'
  WHEN 'granted' THEN format('%s %s: %s%s',
    CASE WHEN (answer->>'replayed')::boolean THEN 'replayed' ELSE 'granted' END,
    coalesce(answer->'claim'->>'number', answer->>'number'),
    coalesce(examples.moves((answer->>'changes')::json), 'nothing'),
    '; other player: ' || examples.moves((answer->>'counterpartyChanges')::json))
  WHEN 'rejected' THEN format('%s: %s%s%s',
    CASE WHEN (answer->>'replayed')::boolean THEN 'replayed' ELSE 'rejected' END,
    answer->'rejection'->>'kind', ' (' || examples.members(answer->'rejection') || ')',
    '; original: ' || examples.moves(answer->'original'->'changes'))
  ELSE concat(answer->>'kind', ' (' || examples.members(answer) || ')') END;

-- Commits the operations in one call, and shows each outcome in one line.
CREATE FUNCTION examples.commit(VARIADIC given jsonb[]) RETURNS SETOF text LANGUAGE sql
BEGIN ATOMIC
  SELECT examples.brief(outcome)
    FROM json_array_elements(onceward.commit_operations(10, (
           SELECT jsonb_agg(examples.operation(g) ORDER BY place)
             FROM unnest(given) WITH ORDINALITY AS asked(g, place)), '{}')->'outcomes') AS outcome;
END;

-- A staff member, and the day that their limits count.
CREATE FUNCTION examples.as_staff(id text, name text, permission text) RETURNS jsonb LANGUAGE sql
RETURN jsonb_build_object(
  'actor_kind', 'staff', 'actor_id', id, 'name', name, 'permission', permission,
  'reason', 'an example', 'creates_player', false, 'staff', jsonb_build_object(
    'day', (now() AT TIME ZONE 'UTC')::date, 'renews_at', '2026-11-03T00:00:00Z'));

-- The reversal of a claim by a staff member.
CREATE FUNCTION examples.reversal(
  of_player text, of_number integer, over jsonb DEFAULT '{}', key text DEFAULT 'first')
RETURNS jsonb LANGUAGE sql RETURN (
  SELECT examples.as_staff('sam', 'reverseClaim', 'reward:reverse') || jsonb_build_object(
      'player', of_player, 'claim_type', 'reversal', 'claim_key', 'claim-' || of_number,
      'idempotency_key', format('reversal-%s-%s-%s', of_player, of_number, key),
      'source', 'reversal', 'reverses', jsonb_build_object(
        'claim_id', 'claim-' || of_number, 'handle', '\x' || p.handle, 'number', of_number,
        'quantity', NULL, 'reopen', false, 'allow_debt', false, 'counters', '["pity"]'::jsonb)
        || over)
    FROM onceward.players p WHERE p.id = of_player);

-- Moves what is stored into the past, as if the hours had passed.
CREATE FUNCTION examples.pass_hours(hours integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  UPDATE onceward.actors SET created_at = created_at - make_interval(hours => hours);
  UPDATE onceward.balances SET anchored_at = anchored_at - make_interval(hours => hours);
  UPDATE onceward.regeneration_rules
     SET effective_from = effective_from - make_interval(hours => hours),
         effective_until = effective_until - make_interval(hours => hours);
END;

SELECT examples.publish('first config');
