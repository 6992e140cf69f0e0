-- Whom operations concern, and the locks. Locks are taken in the same order: new actors by ID
-- (insert), players by number, staff members by number, counters of the game, buckets. A key that
-- has its outcome locks nothing. Exception: the buckets of a pending reward that another operation
-- than a payment pays, or whose plan was replaced while the call waited, are locked late. Only a
-- call that holds no bucket waits for them, so no calls wait for each other in a circle. The
-- counters of the game of a reward that expired meanwhile are locked late, too (10_expire.sql): two
-- such calls can end in a deadlock, which is retryable.

CREATE OR REPLACE FUNCTION onceward.number_of(of_kind integer, of_name text) RETURNS smallint
LANGUAGE sql STABLE
RETURN (SELECT n.no FROM onceward.names n WHERE n.name = of_name AND n.kind = of_kind);

CREATE OR REPLACE FUNCTION onceward.kind_number(actor_kind text) RETURNS smallint
LANGUAGE sql IMMUTABLE
RETURN CASE actor_kind WHEN 'player' THEN 1 WHEN 'server' THEN 2 WHEN 'staff' THEN 3
                       WHEN 'operator' THEN 4 END::smallint;

-- Why this staff member may not make the operation; null: they may. The row decides, not the token.
CREATE OR REPLACE FUNCTION onceward.staff_forbidden(of_actor bigint, of_permission text)
RETURNS text LANGUAGE sql STABLE
RETURN nullif(coalesce(
  (SELECT CASE WHEN s.disabled_at IS NOT NULL THEN 'disabled'
               WHEN r.role IS NULL THEN 'role' ELSE '' END
     FROM onceward.staff s LEFT JOIN onceward.role_permissions r
       ON r.permission = of_permission AND r.role = s.role
    WHERE s.actor = of_actor), 'unknown_staff'), '');

-- The buckets of the game-wide keys that an operation takes.
CREATE OR REPLACE FUNCTION onceward.buckets(source_keys onceward.source_key[]) RETURNS smallint[]
LANGUAGE sql IMMUTABLE
RETURN ARRAY(SELECT (hashtextextended(k.resource || ':' || k.key, 7) & 1023)::smallint
               FROM unnest(source_keys) AS k WHERE k.game);

-- Locks buckets of game-wide keys, and waits for those who hold them.
CREATE OR REPLACE FUNCTION onceward.lock_game_keys(buckets smallint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM onceward.lock_buckets b WHERE b.no = ANY (buckets) ORDER BY b.no FOR NO KEY UPDATE;
END $$;

-- Locks buckets without waiting. False: another transaction holds one of them.
CREATE OR REPLACE FUNCTION onceward.try_game_keys(buckets smallint[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT count(*) FROM (
            SELECT FROM onceward.lock_buckets b WHERE b.no = ANY (buckets)
               FOR NO KEY UPDATE SKIP LOCKED) AS held)
       = (SELECT count(DISTINCT wanted) FROM unnest(buckets) AS wanted);
END $$;

-- The counters of the game that an operation uses, each the stripe of this player. 07_state.sql
-- reads the bound once more.
CREATE OR REPLACE FUNCTION onceward.stripes(limits onceward.limit_use[], player bigint)
RETURNS onceward.counter[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT ROW(3, coalesce(player, 0) % g.stripes, n.no, u.period, 0, NULL, 0,
             NULL)::onceward.counter
    FROM unnest(limits) AS u
    JOIN onceward.names n ON n.name = u.name AND n.kind = 4
    JOIN onceward.game_limits g ON g.limit = n.no AND g.period = u.period
   WHERE u.kind = 'game');

-- Whom and what an operation concerns. No lock is held yet: numbers never change once they exist. A
-- player may make what the Worker lets players make; a server needs the permission of its role, and
-- what 63_servers.sql demands; an operator has the owner's connection.
CREATE OR REPLACE FUNCTION onceward.subject_of(nth integer, op onceward.operation)
RETURNS onceward.subject LANGUAGE plpgsql STABLE AS $$
DECLARE
  subject onceward.subject;
BEGIN
  SELECT nth, p.no,
         (SELECT a.no FROM onceward.actors a
           WHERE a.id::text = op.actor_id AND a.kind = onceward.kind_number(op.actor_kind)),
         (SELECT n.no FROM onceward.names n WHERE n.name = op.name AND n.kind = 3),
         (SELECT n.no FROM onceward.names n WHERE n.name = op.claim_type AND n.kind = 2),
         CASE WHEN op.actor_kind = 'server' AND (
           SELECT true FROM onceward.role_permissions r
            WHERE r.permission = op.permission AND r.role = 'server') IS NULL THEN 'role' END,
         coalesce(
           (SELECT true FROM onceward.reward_claims c
             WHERE c.player = p.no AND c.idempotency_key = op.idempotency_key),
           (SELECT true FROM onceward.refusals f
             WHERE f.player = p.no AND f.idempotency_key = op.idempotency_key), false)
    INTO subject.nth, subject.player, subject.actor, subject.operation, subject.claim_type,
         subject.forbidden, subject.known
    FROM (SELECT (SELECT a.no FROM onceward.actors a
                   WHERE a.id::text = coalesce(op.player, op.actor_id)
                     AND a.kind = CASE WHEN op.player IS NULL
                                       THEN onceward.kind_number(op.actor_kind) ELSE 1 END)
            AS no OFFSET 0) AS p;
  IF op.actor_kind = 'staff' OR NOT op.staff IS NULL OR op.counterparty IS NOT NULL
     OR op.source IN ('reversal', 'pending', 'code')
     OR cardinality(op.source_keys) > 0 OR cardinality(op.limits) > 0 THEN
    subject := onceward.rare_subject(op, subject);
  END IF;
  IF op.actor_kind = 'server' AND subject.forbidden IS NULL AND NOT op.server IS NULL THEN
    RETURN onceward.server_subject(op, subject);
  END IF;
  RETURN subject;
END $$;

-- What only some operations concern: a staff member, another player, what the whole game shares.
CREATE OR REPLACE FUNCTION onceward.rare_subject(
  op onceward.operation, INOUT subject onceward.subject)
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF op.actor_kind = 'staff' THEN
    subject.forbidden := onceward.staff_forbidden(subject.actor, op.permission);
    subject.staff := ARRAY[subject.actor];
  END IF;
  subject.buckets := onceward.buckets(op.source_keys);
  IF op.actor_kind = 'server' AND NOT op.staff IS NULL THEN
    -- A server has no row among the staff: its awards wait for each other at a bucket.
    subject.buckets := subject.buckets
      || (hashtextextended('server ' || subject.actor, 7) & 1023)::smallint;
  END IF;
  subject.stripes := onceward.stripes(op.limits, subject.player);
  IF op.source = 'code' THEN
    subject.buckets := subject.buckets || onceward.redeemed_buckets(op.redeems);
  END IF;
  IF op.counterparty IS NOT NULL THEN
    SELECT a.no INTO subject.other FROM onceward.actors a
     WHERE a.id = op.counterparty AND a.kind = 1;
  ELSIF op.source = 'reversal' THEN
    SELECT c.number, c.counterparty INTO subject.target, subject.other
      FROM onceward.actors a JOIN onceward.all_claims c ON c.player = a.no
     WHERE a.no = subject.player AND a.handle = (op.reverses).handle
       AND c.number = (op.reverses).number;
    subject := onceward.reversed_subject(subject);
  ELSIF op.source = 'pending' THEN
    SELECT onceward.buckets(
             (jsonb_populate_record(NULL::onceward.plan, w.plan::jsonb)).source_keys),
           CASE WHEN w.expires_at <= clock_timestamp() THEN ARRAY(
             SELECT u FROM unnest(onceward.announced_uses(w.plan)) AS u WHERE u.kind = 3)
             ELSE '{}' END
      INTO subject.buckets, subject.stripes FROM onceward.pending_rewards w
     WHERE w.player = subject.player AND w.claim_type = subject.claim_type
       AND w.claim_key = op.claim_key;
    subject.stripes := coalesce(subject.stripes, '{}');
  END IF;
END $$;

-- What an announcement had used of limits, from the plan of its pending reward.
CREATE OR REPLACE FUNCTION onceward.announced_uses(plan json) RETURNS onceward.counter[]
LANGUAGE sql IMMUTABLE
RETURN ARRAY(
  SELECT ROW((u->>0)::smallint, (u->>3)::bigint, (u->>1)::smallint, u->>2, (u->>4)::bigint, NULL,
             0, NULL)::onceward.counter
    FROM json_array_elements(plan->'uses') AS u);

-- A reversal may give back what its claim had used of limits and of a code, and free its game-wide
-- keys.
CREATE OR REPLACE FUNCTION onceward.reversed_subject(INOUT subject onceward.subject)
LANGUAGE plpgsql STABLE AS $$
BEGIN
  SELECT subject.staff || array_agg(u.subject) FILTER (WHERE u.kind = 2),
         subject.stripes || array_agg(u) FILTER (WHERE u.kind = 3),
         subject.buckets || array_agg(onceward.code_bucket(u.subject)) FILTER (WHERE u.kind = 4)
    INTO subject.staff, subject.stripes, subject.buckets
    FROM onceward.reward_claims c, unnest(onceward.used_by(c)) AS u
   WHERE c.player = subject.player AND c.number = subject.target;
  subject.buckets := subject.buckets || onceward.buckets(ARRAY(
    SELECT ROW(true, n.name, k.key)::onceward.source_key
      FROM (SELECT s.scope, s.resource, s.key FROM onceward.source_keys s
             -- OFFSET 0: by the claim. By the scope it would read every game-wide key.
             WHERE s.player = subject.player AND s.number = subject.target OFFSET 0) AS k
      JOIN onceward.names n ON n.kind = 1 AND n.no = k.resource
     WHERE k.scope = 0));
END $$;

CREATE OR REPLACE FUNCTION onceward.subjects(
  ops onceward.operation[], OUT subjects onceward.subject[], OUT incomplete boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  subject onceward.subject;
BEGIN
  FOR nth IN 1 .. coalesce(cardinality(ops), 0) LOOP
    subject := onceward.subject_of(nth, ops[nth]);
    subjects := array_append(subjects, subject);
    IF subject.player IS NULL OR subject.actor IS NULL THEN incomplete := true; END IF;
  END LOOP;
END $$;

-- Gives a row to everyone who has none: a player (also one whose only operation will be refused:
-- there must be a row to lock), a server, an operator. Staff members get theirs from an operator.
-- Who may not act creates nothing but, where they claim to be staff, the ID under which the attempt
-- is audited: here, because calls that register several must do so in one order.
CREATE OR REPLACE FUNCTION onceward.create_actors(
  ops onceward.operation[], subjects onceward.subject[])
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  subject onceward.subject;
  op      onceward.operation;
  ids     text[];
  kinds   smallint[];
BEGIN
  FOREACH subject IN ARRAY subjects LOOP
    op := ops[subject.nth];
    IF subject.actor IS NULL AND op.actor_kind = 'staff' THEN
      ids := ids || op.actor_id::text;
      kinds := kinds || 3::smallint;
    END IF;
    CONTINUE WHEN subject.forbidden IS NOT NULL OR op.mode = 'lookup';
    IF subject.player IS NULL AND op.player IS NOT NULL THEN
      ids := ids || op.player::text;
      kinds := kinds || 1::smallint;
    END IF;
    IF subject.actor IS NULL AND op.actor_kind IN ('server', 'operator') THEN
      ids := ids || op.actor_id::text;
      kinds := kinds || onceward.kind_number(op.actor_kind);
    END IF;
  END LOOP;
  IF ids IS NULL THEN RETURN false; END IF;
  INSERT INTO onceward.actors (updated_at, kind, id)
  SELECT DISTINCT date_trunc('milliseconds', clock_timestamp()), unknown.kind, unknown.id
    FROM unnest(kinds, ids) AS unknown(kind, id) ORDER BY unknown.kind, unknown.id
  ON CONFLICT DO NOTHING;
  RETURN true;
END $$;

-- Locks all that the operations concern. It returns the players whose lock it got, where that are
-- not all: of a batch those that another transaction holds are left out, and the other player of a
-- transfer that is refused without them. One operation waits, and the answer is null.
CREATE OR REPLACE FUNCTION onceward.lock_subjects(
  ops onceward.operation[], subjects onceward.subject[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
  subject CONSTANT onceward.subject := subjects[1];
BEGIN
  -- rare_subject sets stripes, also to none.
  IF cardinality(ops) > 1 OR subject.stripes IS NOT NULL THEN
    RETURN onceward.lock_shared(ops, subjects);
  END IF;
  -- The usual call: one operation that shares nothing. Without a row to lock, the statement would
  -- still wait for a publication that holds the table.
  IF NOT subject.known AND subject.forbidden IS NULL THEN
    PERFORM FROM onceward.actors a WHERE a.no = subject.player FOR NO KEY UPDATE;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION onceward.lock_shared(
  ops onceward.operation[], subjects onceward.subject[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
  subject  onceward.subject;
  players  bigint[] := '{}';
  staff    bigint[];
  buckets  smallint[];
  stripes  onceward.counter[];
  locked   bigint[];
  is_alone boolean := false;
BEGIN
  FOREACH subject IN ARRAY subjects LOOP
    CONTINUE WHEN subject.known OR subject.player IS NULL OR subject.forbidden IS NOT NULL;
    players := players || subject.player;
    IF onceward.needs_no_other(ops[subject.nth], subject) THEN
      is_alone := true;
    ELSIF subject.other IS NOT NULL THEN
      players := players || subject.other;
    END IF;
    CONTINUE WHEN ops[subject.nth].mode <> 'commit' AND ops[subject.nth].source <> 'pending';
    staff := staff || subject.staff;
    stripes := stripes || subject.stripes;
    buckets := buckets || subject.buckets;
    -- An operation of this call may pay what this one announces.
    IF cardinality(ops) > 1 AND ops[subject.nth].source = 'announcement' THEN
      buckets := buckets
        || onceward.buckets((((ops[subject.nth]).announces).plan).source_keys);
    END IF;
  END LOOP;
  IF cardinality(players) = 0 THEN RETURN players; END IF;
  IF cardinality(ops) = 1 THEN
    PERFORM FROM onceward.actors a WHERE a.no = ANY (players) ORDER BY a.no FOR NO KEY UPDATE;
    IF is_alone THEN locked := players; END IF;
  ELSE
    locked := ARRAY(SELECT a.no FROM onceward.actors a WHERE a.no = ANY (players)
                     ORDER BY a.no FOR NO KEY UPDATE SKIP LOCKED);
  END IF;
  IF staff IS NOT NULL THEN
    PERFORM FROM onceward.staff s WHERE s.actor = ANY (staff) ORDER BY s.actor FOR NO KEY UPDATE;
  END IF;
  IF cardinality(stripes) > 0 THEN
    PERFORM FROM unnest(stripes) AS s JOIN onceward.limit_counters c
         ON c.subject = s.subject AND c.limit = s.limit_no AND c.period = s.period AND c.kind = 3
      ORDER BY c.limit, c.period, c.subject FOR NO KEY UPDATE OF c;
  END IF;
  IF cardinality(buckets) > 0 THEN
    PERFORM onceward.lock_game_keys(buckets);
  END IF;
  RETURN locked;
END $$;
