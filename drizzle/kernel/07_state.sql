-- What the ledger holds of the subjects of an operation. It runs after the locks are held; a
-- preview runs it without. One statement for each operation is cheaper than a statement over an
-- array of operations, whose columns must be taken apart (docs/notes/performance.md).

-- The first source key that another claim took: its player and number, and the key.
CREATE OR REPLACE FUNCTION onceward.taken(source_keys onceward.source_key[], of_player bigint)
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT json_build_object('player', k.player, 'number', k.number,
                           'key', json_build_object('type', asked.resource, 'key', asked.key))
    FROM unnest(source_keys) WITH ORDINALITY AS asked(game, resource, key, place), LATERAL (
           -- OFFSET 0: a look-up by the whole key. Joined, it would read all keys of the scope.
           SELECT t.player, t.number FROM onceward.source_keys t
            WHERE t.scope = CASE WHEN asked.game THEN 0 ELSE of_player END
              AND t.resource = onceward.number_of(1, asked.resource) AND t.key = asked.key
           OFFSET 0) AS k
   ORDER BY asked.place LIMIT 1);

-- One player's balances of the resources that the operation names.
CREATE OR REPLACE FUNCTION onceward.side_of(
  of_player bigint, next_number integer, since timestamptz, resources text[])
RETURNS onceward.side LANGUAGE plpgsql STABLE AS $$
DECLARE
  side onceward.side;
BEGIN
  SELECT of_player, next_number, since, array_agg(n.name), array_agg(n.no),
         array_agg(n.regenerates),
         array_agg(coalesce(b.amount, 0)), array_agg(coalesce(b.sequence, 0)),
         array_agg(b.anchored_at), 0
    INTO side
    FROM onceward.names n LEFT JOIN LATERAL (
           -- OFFSET 0: a look-up by the whole key. Joined, it could read all the player's balances.
           SELECT b.amount, b.sequence, b.anchored_at FROM onceward.balances b
            WHERE b.player = of_player AND b.resource = n.no OFFSET 0) AS b ON true
   WHERE n.name = ANY (side_of.resources) AND n.kind = 1;
  RETURN side;
END $$;

-- What the ledger holds of the subjects of an operation.
CREATE OR REPLACE FUNCTION onceward.state_of(
  op onceward.operation, subject onceward.subject, moment timestamptz)
RETURNS onceward.state LANGUAGE plpgsql STABLE AS $$
DECLARE
  state onceward.state;
  since timestamptz;
BEGIN
  SELECT a.id, a.handle, a.zones, coalesce(a.number, 0), coalesce(a.version, 0),
         a.created_at IS NOT NULL OR op.creates_player OR op.player IS NULL,
         greatest(moment, a.updated_at),
         CASE WHEN a.refused_on = (moment AT TIME ZONE 'UTC')::date THEN a.refused ELSE 0 END,
         coalesce(
           (SELECT c.number FROM onceward.reward_claims c
             WHERE c.player = a.no AND c.claim_type = subject.claim_type
               AND c.claim_key = op.claim_key
               AND op.source <> 'reversal'  -- its parts are numbered (04_reversals.sql)
             ORDER BY c.generation DESC LIMIT 1),
           CASE WHEN a.archived > 0 AND op.source <> 'reversal'
                THEN onceward.archived_number(a.no, subject.claim_type, op.claim_key) END),
         (SELECT true FROM onceward.pending_rewards w
           WHERE w.player = a.no AND w.claim_type = subject.claim_type
             AND w.claim_key = op.claim_key),
         coalesce(
           (SELECT true FROM onceward.reward_claims c
             WHERE c.player = a.no AND c.idempotency_key = op.idempotency_key),
           (SELECT true FROM onceward.refusals f
             WHERE f.player = a.no AND f.idempotency_key = op.idempotency_key),
           (SELECT true FROM onceward.bulk_calls b
             WHERE b.actor = a.no AND b.idempotency_key = op.idempotency_key),
           CASE WHEN a.archived > 0 THEN (
             SELECT true FROM onceward.archived_claims z
              WHERE z.player = a.no
                AND z.key_digest = onceward.digest_of(op.idempotency_key)) END, false),
         a.frozen_at IS NOT NULL, a.merged_into, a.merged_from, a.created_at
    INTO state.id, state.handle, state.zones, state.number, state.version, state.present,
         state.at, state.refused_today, state.earlier, state.pending, state.known,
         state.frozen, state.merged_into, state.guests, since
    FROM (SELECT) AS one LEFT JOIN onceward.actors a ON a.no = subject.player;
  IF state.earlier IS NOT NULL OR subject.other IS NOT NULL OR op.actor_kind = 'staff'
     OR NOT op.staff IS NULL
     OR op.source = 'announcement' OR cardinality(op.source_keys) > 0
     OR cardinality(op.limits) > 0 THEN
    state := onceward.rare_state(op, subject, state);
  END IF;
  IF state.guests IS NOT NULL THEN state := onceward.with_guests(op, subject, state); END IF;
  state.me := onceward.side_of(subject.player, state.number + 1, coalesce(since, state.at),
                               op.resources);
  RETURN state;
END $$;

-- The resource that staff may correct, under the operation's config.
CREATE OR REPLACE FUNCTION onceward.corrected(op onceward.operation) RETURNS text
LANGUAGE sql STABLE
RETURN (SELECT n.name FROM onceward.balance_configs b
          JOIN onceward.names n ON n.kind = 1 AND n.no = b.corrects
         WHERE b.version = (op).config_version);

-- What an operation of staff or of a limited server gives, before any ceiling cuts it: in value,
-- and of each resource that does not count in value, which servers may not give. More than the
-- largest amount is one more, which no bound allows. What an announcement gives where it expires
-- counts besides what it gives: nobody knows which it will be. What was announced is no gift of who
-- pays it,
-- and correcting health is none. The config is the operation's: one that is not current is not
-- judged.
CREATE OR REPLACE FUNCTION onceward.handed_out(
  op onceward.operation, of_actor bigint, OUT given bigint, OUT gifts onceward.staff_amount[])
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT least(coalesce(sum(g.amount * v.value), 0), 9007199254740992)::bigint,
         array_agg(ROW(g.resource, least(g.amount, 9007199254740992)::bigint,
                       CASE WHEN v.per_day IS NULL OR (op).actor_kind <> 'staff' THEN 0
                            ELSE coalesce(l.per_call, v.per_reward) END,
                       CASE WHEN v.per_day IS NULL OR (op).actor_kind <> 'staff' THEN 0
                            ELSE coalesce(l.per_day, v.per_day) END,
                       onceward.staff_counter(of_actor, 'staff:resource:' || g.resource,
                                              ((op).staff).day))::onceward.staff_amount
                   ORDER BY g.resource) FILTER (WHERE v.value IS NULL)
    FROM (SELECT p.resource, sum(p.delta::numeric) AS amount
            FROM unnest((op).postings || (op).counterparty_postings
                        || (((op).announces).plan).postings
                        || (((op).announces).plan).on_expiry) AS p
           WHERE p.delta > 0 AND (op).source NOT IN ('pending', 'merge') AND NOT (
             (op).permission = 'combat:correct' AND p.resource = onceward.corrected(op))
           GROUP BY p.resource) AS g
    LEFT JOIN onceward.staff_values v ON v.config_version = (op).config_version
          AND v.resource = onceward.number_of(1, g.resource)
    LEFT JOIN onceward.staff_limits l
           ON l.actor = of_actor AND l.resource = v.resource AND NOT l.takes;
END;

-- What an operation of staff takes, before any floor cuts it. Of other permissions: nothing. What
-- they take is a price, or goes back.
CREATE OR REPLACE FUNCTION onceward.taken_away(op onceward.operation, of_actor bigint)
RETURNS onceward.staff_amount[] LANGUAGE sql STABLE
RETURN (
  SELECT array_agg(ROW(t.resource, least(t.amount, 9007199254740992)::bigint,
                       CASE WHEN l.per_day IS NULL THEN 0 ELSE coalesce(o.per_call, l.per_call) END,
                       CASE WHEN l.per_day IS NULL THEN 0 ELSE coalesce(o.per_day, l.per_day) END,
                       onceward.staff_counter(of_actor, 'staff:take:' || t.resource,
                                              ((op).staff).day))::onceward.staff_amount
                   ORDER BY t.resource)
    FROM (SELECT p.resource, -sum(p.delta::numeric) AS amount FROM unnest((op).postings) AS p
           WHERE p.delta < 0 AND (op).permission = 'reward:take' GROUP BY p.resource) AS t
    LEFT JOIN onceward.take_limits l ON l.config_version = (op).config_version
          AND l.resource = onceward.number_of(1, t.resource)
    LEFT JOIN onceward.staff_limits o
           ON o.actor = of_actor AND o.resource = l.resource AND o.takes);

-- How much a staff member or a server may give, and has given on the day. A member's bounds come
-- first.
CREATE OR REPLACE FUNCTION onceward.staff_state_of(op onceward.operation, of_actor bigint)
RETURNS onceward.staff_state LANGUAGE sql STABLE
RETURN (
  SELECT ROW(coalesce(s.reward_limit, c.reward_limit, 0),
             coalesce(s.daily_budget, c.daily_budget, 0), c.awards_per_day, h.given,
             onceward.staff_counter(of_actor, 'staff:budget', ((op).staff).day),
             onceward.staff_counter(of_actor, 'staff:awards', ((op).staff).day),
             h.gifts, onceward.taken_away(op, of_actor))::onceward.staff_state
    FROM onceward.handed_out(op, of_actor) AS h
    LEFT JOIN onceward.staff s ON s.actor = of_actor
    LEFT JOIN onceward.award_limits c ON c.config_version = (op).config_version
          AND c.kind = onceward.kind_number((op).actor_kind));

-- Refuses to announce what could never be paid.
CREATE OR REPLACE FUNCTION onceward.check_plan(plan onceward.plan) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(onceward.postings_of(plan) || plan.on_expiry) AS p
     WHERE num_nulls(p.delta, p.floor, p.ceiling, p.ceiling_per_unit, p.clamp) > 0
        OR (p.resource = ANY (plan.resources)) IS NOT TRUE
        OR onceward.number_of(1, p.resource) IS NULL
        OR NOT p.converts IS NULL AND (
             num_nulls((p.converts).rate, (p.converts).ceiling, (p.converts).ceiling_per_unit,
                       (p.converts).clamp) > 0
             OR ((p.converts).resource = ANY (plan.resources)) IS NOT TRUE
             OR onceward.number_of(1, (p.converts).resource) IS NULL)
    UNION ALL
    SELECT FROM unnest(plan.choices) AS c
     WHERE (SELECT bool_or(cardinality(a."when") = 0 AND num_nulls(a.draws, a.postings) = 0)
              FROM unnest(c.one_of) AS a) IS NOT TRUE
        OR EXISTS (SELECT FROM unnest(c.one_of) AS a, unnest(a."when") AS w
                    WHERE (w.resource = ANY (plan.resources)) IS NOT TRUE
                       OR onceward.number_of(1, w.resource) IS NULL)
    UNION ALL
    SELECT FROM unnest(plan.source_keys) AS k WHERE onceward.number_of(1, k.resource) IS NULL)
  THEN
    RAISE EXCEPTION 'an announced plan is incomplete, or uses a name that was never published'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END $$;

-- What only some operations need to know: whether the claim was reopened, another player, an
-- announced claim, source keys, limits, staff.
CREATE OR REPLACE FUNCTION onceward.rare_state(
  op onceward.operation, subject onceward.subject, INOUT state onceward.state)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  other onceward.actors;
BEGIN
  IF state.earlier IS NOT NULL THEN
    SELECT c.generation, r.reopened INTO state.generation, state.reopened
      FROM onceward.all_claims c LEFT JOIN onceward.reversed_claims r
           ON r.player = c.player AND r.number = c.number
     WHERE c.player = subject.player AND c.number = state.earlier;
  END IF;
  IF subject.other IS NOT NULL THEN
    SELECT a.* INTO other FROM onceward.actors a WHERE a.no = subject.other;
    state.other_id := other.id;
    state.other_number := other.number;
    state.other_version := other.version;
    state.other_present := other.created_at IS NOT NULL;
    state.other_accepts := other.accepts_gifts AND other.frozen_at IS NULL;
    state.other_merged := other.merged_into IS NOT NULL;
    state.at := greatest(state.at, other.updated_at);
    state.other := onceward.side_of(subject.other, other.number + 1, other.created_at,
                                    op.resources);
  END IF;
  IF op.source = 'announcement' THEN
    PERFORM onceward.check_plan((op.announces).plan);
    SELECT c.number INTO state.announced FROM onceward.reward_claims c
     WHERE c.player = subject.player AND c.claim_key = (op.announces).claim_key
       AND c.claim_type = onceward.number_of(2, (op.announces).claim_type)
       AND (SELECT r.reopened FROM onceward.reversed_claims r
             WHERE r.player = c.player AND r.number = c.number) IS NOT TRUE LIMIT 1;
    state.announced := coalesce(state.announced, (
      SELECT earlier.number
        FROM (SELECT onceward.archived_number(subject.player, onceward.number_of(
                2, (op.announces).claim_type), (op.announces).claim_key) AS number) AS earlier
       WHERE (SELECT r.reopened FROM onceward.reversed_claims r
               WHERE r.player = subject.player AND r.number = earlier.number) IS NOT TRUE));
    -- Announced before under another claim key.
    state.announced := coalesce(state.announced, (
      SELECT w.number FROM onceward.pending_rewards w
       WHERE w.player = subject.player AND w.claim_key = (op.announces).claim_key
         AND w.claim_type = onceward.number_of(2, (op.announces).claim_type)));
  END IF;
  IF cardinality(op.source_keys) > 0 THEN
    state.taken := onceward.taken(op.source_keys, subject.player);
  END IF;
  IF cardinality(op.limits) > 0 THEN
    state.counters := onceward.counters(
      op.limits, subject.player, subject.other, subject.stripes);
    IF other.merged_from IS NOT NULL THEN
      state.counters := onceward.with_uses_of(
        state.counters, op.limits, 'recipient', other.merged_from);
    END IF;
  END IF;
  IF op.actor_kind = 'staff' THEN
    state.forbidden := onceward.staff_forbidden(subject.actor, op.permission);
  END IF;
  IF op.actor_kind = 'staff' OR NOT op.staff IS NULL THEN
    -- A known key is answered on any day. A caller whose clock is wrong gets the time first. One
    -- spelling, or each would have a budget of its own.
    IF NOT state.known AND state.at >= op.holds_from AND state.at < op.holds_until
       AND ((op.staff).day !~ '^\d{4}-\d\d-\d\d$'
            OR abs((op.staff).day::date - (state.at AT TIME ZONE 'UTC')::date) > 1) THEN
      RAISE EXCEPTION 'the day of a budget is the current one in some time zone'
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    state.staff := onceward.staff_state_of(op, subject.actor);
  END IF;
END $$;

-- Whether an operation that depends on the player's day was decided on the player's zones. A player
-- to whom nothing was granted yet has used no day: any zone is right.
CREATE OR REPLACE FUNCTION onceward.are_its_zones(seen text, number integer, zones text)
RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN seen IS NULL OR number = 0 OR seen = coalesce(zones, '');

-- How the balances that an operation touches regenerate, up to the config that it is judged under:
-- a publication that was committed a moment ago counts for the next call.
CREATE OR REPLACE FUNCTION onceward.read_rules(state onceward.state, config integer)
RETURNS onceward.regeneration_rules[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT ROW(r.effective_from, coalesce(lead(r.effective_from) OVER (
               PARTITION BY r.resource ORDER BY r.effective_from), 'infinity'), r.config_version,
             r.every_seconds, r.amount, r.opening_base, r.opening_per_unit, r.cap_base,
             r.cap_per_unit, r.resource, r.opening_of, r.cap_of)::onceward.regeneration_rules
    FROM onceward.regeneration_rules r
   WHERE r.resource = ANY (((state).me).numbers || ((state).other).numbers)
     AND r.config_version <= config
   ORDER BY r.resource, r.effective_from);

-- The milestones of an older config, under which a pending reward was announced.
CREATE OR REPLACE FUNCTION onceward.milestones_of(of_version integer)
RETURNS onceward.milestones[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT m FROM onceward.milestones m WHERE m.config_version = of_version ORDER BY m.resource);
