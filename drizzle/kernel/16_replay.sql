-- Claims of all players in a window, for a replay under another config (src/domain/replay.ts): by
-- player and number, so that a page continues where the last one ended, and no index on time is
-- needed. Of each player with claims in the window halving finds the first. Rows have no names of
-- players and no texts of people.

-- What a request stated, without what names or addresses a person.
CREATE OR REPLACE FUNCTION onceward.replay_input(input json) RETURNS jsonb
LANGUAGE sql IMMUTABLE
RETURN input::jsonb - '{reason,toPlayerId,source,message,title,text,terms}'::text[];

-- Where its amounts come from neither the request nor the config of that moment; null: they do.
CREATE OR REPLACE FUNCTION onceward.replay_fixed(
  units integer, became_pending boolean, actor_kind smallint, actor_id text)
RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN units = 0 THEN 'expired' WHEN became_pending THEN 'pending'
            WHEN actor_kind = 2 AND starts_with(actor_id, 'ranking:') THEN 'ranking' END;

-- The announcement that a claim paid; `[]`: a gift that had not fitted.
CREATE OR REPLACE FUNCTION onceward.replay_announcement(of_player bigint, of_number integer)
RETURNS json LANGUAGE sql STABLE
RETURN CASE WHEN of_number IS NOT NULL THEN coalesce(
  (SELECT json_build_array(c.operation, a.kind, onceward.ms(c.claimed_at),
                           onceward.replay_input(c.input), c.facts_read, c.shown)
     FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.actor
    WHERE c.player = of_player AND c.number = of_number), '[]') END;

-- A player's claims with these numbers, each as the row that src/domain/replay-rows.ts describes.
CREATE OR REPLACE FUNCTION onceward.replay_rows(
  of_player bigint, from_number integer, before_number integer, most integer)
RETURNS json[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT json_build_array(
           c.player, c.number, onceward.ms(c.claimed_at), c.operation, c.claim_type, a.kind,
           coalesce(c.amounts_version, c.config_version), onceward.replay_input(c.input),
           c.facts_read, c.shown, c.draws, c.paid_with,
           (SELECT json_agg(json_build_array(e.resource, coalesce(e.requested, e.delta), e.before)
                            ORDER BY e.ordinal)
              FROM onceward.ledger_entries e
             WHERE e.player = c.player AND e.number = c.number AND e.cause = 1),
           CASE WHEN c.number <= (SELECT e.claims_to FROM onceward.erasures e
                                   WHERE e.player = of_player) THEN 'erased'
                ELSE onceward.replay_fixed(c.units, c.became_pending, a.kind, a.id) END,
           onceward.replay_announcement(c.player, c.announced))
    FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.actor
   WHERE c.player = of_player AND c.number >= from_number AND c.number < before_number
   ORDER BY c.number LIMIT most);

-- The names of a kind, by number.
CREATE OR REPLACE FUNCTION onceward.replay_names(of_kind integer) RETURNS json
LANGUAGE sql STABLE
RETURN (SELECT coalesce(json_object_agg(n.no, n.name), '{}') FROM onceward.names n
         WHERE n.kind = of_kind);

-- A page of at most `most` claims, after this claim of this player. `next`: where the next page
-- begins; null: there is none. A page looks at a bounded number of players, so it may be short, or
-- empty, although there is a next one. `looked_at`: the share of all players up to here.
CREATE OR REPLACE FUNCTION onceward.replay_claims(
  since timestamptz, until timestamptz, after_player bigint, after_number integer, most integer)
RETURNS json LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  most_players CONSTANT integer := 10000;
  most_active  CONSTANT integer := 1000;
  behind_all   CONSTANT integer := 2147483646;
  last_player  CONSTANT bigint := (SELECT max(no) FROM onceward.actors);
  looked     integer := 0;
  active     integer := 0;
  first_one  integer;
  ends_at    json;
  claims     json[] := '{}';
  of_player  json[];
  one        record;
BEGIN
  FOR one IN
    SELECT a.no, a.kind, a.created_at, a.updated_at FROM onceward.actors a
     WHERE a.no >= after_player ORDER BY a.no LIMIT most_players
  LOOP
    looked := looked + 1;
    ends_at := json_build_array(one.no, behind_all);
    CONTINUE WHEN one.kind <> 1 OR one.created_at IS NULL OR one.created_at >= until
               OR one.updated_at < since;
    active := active + 1;
    first_one := CASE WHEN one.no = after_player AND after_number > 0 THEN after_number + 1
                      WHEN one.created_at >= since THEN 1
                      ELSE onceward.claim_number_at(one.no, since) END;
    of_player := onceward.replay_rows(one.no, first_one,
      CASE WHEN one.updated_at < until THEN behind_all
           ELSE onceward.claim_number_at(one.no, until) END,
      most - cardinality(claims));
    claims := claims || of_player;
    IF cardinality(claims) = most THEN
      ends_at := json_build_array(one.no, of_player[cardinality(of_player)]->1);
      EXIT;
    END IF;
    EXIT WHEN active = most_active;
  END LOOP;
  IF cardinality(claims) < most AND active < most_active AND looked < most_players THEN
    ends_at := NULL;
  END IF;
  RETURN json_build_object(
    'claims', array_to_json(claims),
    'names', json_build_object(
      'resources', onceward.replay_names(1), 'types', onceward.replay_names(2),
      'operations', onceward.replay_names(3)),
    'next', ends_at,
    'looked_at', CASE WHEN ends_at IS NULL THEN 1
                      ELSE round((ends_at->>0)::numeric / last_player, 4) END);
END $$;

-- A page for a staff member, of a replay that the audit has: its window ends some seconds before it
-- began, when everything of the window was committed. One page of a member at a time: who asks for
-- a second meanwhile does so too often.
CREATE OR REPLACE FUNCTION onceward.replay_page(
  staff_id text, needs text, replay uuid, after_player bigint, after_number integer, most integer)
RETURNS json LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  settles_in CONSTANT interval := interval '10 seconds';
  by_actor   CONSTANT bigint := (
    SELECT a.no FROM onceward.actors a WHERE a.id = staff_id AND a.kind = 3);
  began      record;
BEGIN
  IF onceward.staff_forbidden(by_actor, needs) IS NOT NULL THEN
    RETURN json_build_object('kind', 'forbidden');
  END IF;
  SELECT e.detail, e.recorded_at - settles_in AS settled INTO began
    FROM onceward.audit_events e
   WHERE e.correlation_id = replay AND e.actor = by_actor AND e.action = 'replayClaims'
     AND e.outcome = 'listed';
  IF NOT FOUND THEN RETURN json_build_object('kind', 'unknown'); END IF;
  IF NOT pg_try_advisory_xact_lock(hashtextextended('replay ' || by_actor, 16)) THEN
    RETURN json_build_object('kind', 'too_often');
  END IF;
  began.settled := least(began.settled, (began.detail->>'until')::timestamptz);
  RETURN json_build_object('kind', 'page', 'until', onceward.ms(began.settled),
    'page', onceward.replay_claims((began.detail->>'from')::timestamptz, began.settled,
                                   after_player, after_number, most));
END $$;
