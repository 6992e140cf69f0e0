-- What a screen of offers or claimables needs of one player, in one statement that only reads. The
-- Worker decides from it what the player sees, by the functions that decide operations; what is
-- counted here is counted as an operation would find it.

CREATE OR REPLACE FUNCTION onceward.exact_ms(moment timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN moment < 'infinity' THEN floor(extract(epoch FROM moment) * 1000)::bigint END;

-- The rules by which balances regenerate that were in force at some time since the balance's
-- anchor; of a new player, those in force now.
CREATE OR REPLACE FUNCTION onceward.screen_rules(
  of_player bigint, since timestamptz, numbers smallint[])
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(json_build_object(
           'resource', onceward.name_of(1, r.resource),
           'from', onceward.exact_ms(r.effective_from),
           'until', onceward.exact_ms(r.effective_until),
           'everySeconds', r.every_seconds, 'amount', r.amount,
           'openingBase', r.opening_base, 'openingPerUnit', r.opening_per_unit,
           'openingOf', onceward.name_of(1, r.opening_of),
           'capBase', r.cap_base, 'capPerUnit', r.cap_per_unit,
           'capOf', onceward.name_of(1, r.cap_of)) ORDER BY r.effective_from), '[]')
    FROM onceward.regeneration_rules r
   WHERE r.resource = ANY (numbers) AND r.effective_until > coalesce(
           (SELECT b.anchored_at FROM onceward.balances b
             WHERE b.player = of_player AND b.resource = r.resource), since));

-- The player with the balances of these resources.
CREATE OR REPLACE FUNCTION onceward.screen_player(whole onceward.actors, resources text[])
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT json_build_object(
           'number', (whole).number, 'version', (whole).version,
           'acceptsGifts', (whole).accepts_gifts, 'zones', coalesce((whole).zones, ''),
           'frozenAt', onceward.exact_ms((whole).frozen_at),
           'since', onceward.exact_ms((whole).created_at),
           'balances', coalesce(json_object_agg(n.name, b.amount)
                                FILTER (WHERE b.player IS NOT NULL), '{}'),
           'anchors', coalesce(json_object_agg(n.name, onceward.exact_ms(b.anchored_at))
                               FILTER (WHERE b.anchored_at IS NOT NULL), '{}'),
           'rules', onceward.screen_rules((whole).no, (whole).created_at,
                      array_agg(n.no) FILTER (WHERE n.regenerates)))
    FROM onceward.names n
    LEFT JOIN onceward.balances b ON b.player = (whole).no AND b.resource = n.no
   WHERE n.kind = 1 AND n.name = ANY (resources));

-- The limits that a screen asks for. Those of one period come together, each as
-- [counter, claim type, bound, the types that share it].
CREATE OR REPLACE FUNCTION onceward.screen_uses(periods jsonb) RETURNS onceward.limit_use[]
LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(array_agg(
           ROW(p.kind, u.asked->>0, p.period, p.since, u.asked->>1,
               CASE WHEN jsonb_typeof(u.asked->3) = 'array'
                    THEN ARRAY(SELECT jsonb_array_elements_text(u.asked->3)) END,
               NULL, 0, (u.asked->>2)::bigint, '', NULL, NULL)::onceward.limit_use
           ORDER BY p.place, u.place), '{}')
    FROM ROWS FROM (jsonb_to_recordset(periods) AS (
           kind text, period text, since timestamptz, uses jsonb)) WITH ORDINALITY
           AS p(kind, period, since, uses, place),
         jsonb_array_elements(p.uses) WITH ORDINALITY AS u(asked, place));

-- What the player with their guests, or the game, has used of limits, in their order. Null: the
-- limit is unknown.
CREATE OR REPLACE FUNCTION onceward.screen_limits(
  of_player bigint, limits onceward.limit_use[])
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(
           CASE WHEN c.limit_no IS NOT NULL THEN json_build_object(
             'used', c.used, 'bound', c.bound) END ORDER BY c.place), '[]')
    FROM unnest(onceward.with_uses_of(onceward.counters(
           limits, of_player, NULL, onceward.stripes(limits, of_player)), limits, 'player', (
             SELECT a.merged_from FROM onceward.actors a WHERE a.no = of_player))) WITH ORDINALITY
         AS c(kind, subject, limit_no, period, used, bound, base, added, place));

-- Which of these claims were made and not reopened, by their place.
CREATE OR REPLACE FUNCTION onceward.claims_made(of_player bigint, claims jsonb)
RETURNS SETOF bigint LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT asked.place - 1
    FROM jsonb_array_elements(claims) WITH ORDINALITY AS asked(claim, place), LATERAL (
           SELECT coalesce((
             SELECT c.number FROM onceward.reward_claims c
              WHERE c.player = of_player
                AND c.claim_type = onceward.number_of(2, asked.claim->>'type')
                AND c.claim_key = asked.claim->>'key'
              ORDER BY c.generation DESC LIMIT 1),
             (SELECT onceward.archived_number(a.no, onceward.number_of(2, asked.claim->>'type'),
                                              asked.claim->>'key')
                FROM onceward.actors a WHERE a.no = of_player AND a.archived > 0)) AS number
           OFFSET 0) AS found
   WHERE found.number IS NOT NULL
     AND (SELECT r.reopened FROM onceward.reversed_claims r
           WHERE r.player = of_player AND r.number = found.number) IS NOT TRUE;
END;

-- The same for the player and their guests.
CREATE OR REPLACE FUNCTION onceward.screen_claims(players bigint[], claims jsonb) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(DISTINCT m.place ORDER BY m.place), '[]')
    FROM unnest(players) AS p(no), onceward.claims_made(p.no, claims) AS m(place));

-- Which of these source keys the player or a guest of theirs has, by their place.
CREATE OR REPLACE FUNCTION onceward.screen_held(players bigint[], keys jsonb) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(asked.place - 1 ORDER BY asked.place), '[]')
    FROM jsonb_array_elements(keys) WITH ORDINALITY AS asked(key, place)
   WHERE EXISTS (SELECT FROM unnest(players) AS p(no), LATERAL (
                   SELECT FROM onceward.source_keys k
                    WHERE k.scope IN (0, p.no) AND k.player = p.no
                      AND k.resource = onceward.number_of(1, asked.key->>'type')
                      AND k.key = asked.key->>'key' OFFSET 0) AS held));

-- The player's pending rewards of these claim types, oldest first; at most 100.
CREATE OR REPLACE FUNCTION onceward.screen_pending(of_player bigint, types text[]) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(json_build_object(
           'type', p.type, 'key', p.claim_key, 'announcedAt', onceward.exact_ms(p.announced_at),
           'plan', p.plan) ORDER BY p.number), '[]')
    FROM (SELECT onceward.name_of(2, w.claim_type) AS type, w.*
            FROM onceward.pending_rewards w
           WHERE w.player = of_player
             AND (w.expires_at > clock_timestamp()) IS NOT FALSE
             AND w.claim_type = ANY (ARRAY(
                   SELECT n.no FROM onceward.names n WHERE n.kind = 2 AND n.name = ANY (types)))
           ORDER BY w.number LIMIT 100) AS p);

-- `screen`: player, config_version, config_sha256, resources, limits, claims, source_keys, pending.
-- Where the caller's config is not the current one, the answer is that config and nothing else.
CREATE OR REPLACE FUNCTION onceward.read_screen(contract integer, screen jsonb, held text[])
RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  context onceward.context := onceward.read_context();
  player  onceward.actors;
BEGIN
  PERFORM onceward.check_call(contract, 1);
  IF context.version IS NULL
     OR (screen->>'config_version')::integer IS DISTINCT FROM context.version
     OR screen->>'config_sha256' IS DISTINCT FROM context.sha256 THEN
    RETURN json_build_object(
      'current', CASE WHEN context.version IS NOT NULL THEN
        json_build_object('version', context.version, 'sha256', context.sha256) END,
      'configs', onceward.configs_json(ARRAY[context.version], held));
  END IF;
  SELECT * INTO player FROM onceward.actors a WHERE a.id::text = screen->>'player' AND a.kind = 1;
  RETURN json_build_object(
    'at', onceward.exact_ms(greatest(context.at, player.updated_at)),
    'player', CASE WHEN player.created_at IS NOT NULL THEN onceward.screen_player(player, ARRAY(
      SELECT jsonb_array_elements_text(screen->'resources'))) END,
    'limits', onceward.screen_limits(player.no, onceward.screen_uses(screen->'limits')),
    'claims', onceward.screen_claims(player.no || player.merged_from, screen->'claims'),
    'held', onceward.screen_held(player.no || player.merged_from, screen->'source_keys'),
    'pending', onceward.screen_pending(player.no, ARRAY(
      SELECT jsonb_array_elements_text(screen->'pending'))));
END $$;
