-- How breakers count (77_breakers.sql) without operations waiting for each other.
--
-- A bound has 64 stripes. An operation takes the first stripe that has room and that nobody holds,
-- its player's first, so it waits for nobody. Only where no such stripe has room is the whole bound
-- looked at: what is committed never falls within an hour, so if that leaves no room there is none;
-- otherwise all stripes are locked, and room is taken from several. Nothing is held back early.
-- What a stripe counted under another bound, which a publication replaced, is spread there first.
--
-- Locks: after all others, and in the order of breakers. An operation that shares its call waits
-- for none of them (it is busy), as it may hold those of the operations before it.

-- The part of a bound that a stripe has.
CREATE OR REPLACE FUNCTION onceward.share_of(bound bigint, stripe integer) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN bound / 64 + CASE WHEN stripe < bound % 64 THEN 1 ELSE 0 END;

-- Takes it from one stripe that nobody holds; false: none has room, or there are none yet.
CREATE OR REPLACE FUNCTION onceward.take_of_stripe(INOUT one onceward.emission, OUT taken boolean)
LANGUAGE plpgsql AS $$
DECLARE
  nearest CONSTANT smallint := one.stripe;
BEGIN
  UPDATE onceward.breaker_counters k SET used = k.used + one.amount
   WHERE k.limit = one.limit_no AND k.subject = one.subject AND k.hour = one.hour
     AND k.stripe = (
       SELECT s.stripe FROM onceward.breaker_counters s
        WHERE s.limit = one.limit_no AND s.subject = one.subject AND s.hour = one.hour
          AND s.stripe = nearest AND s.bound = one.bound
          AND s.used + one.amount <= onceward.share_of(one.bound, s.stripe)
          FOR NO KEY UPDATE SKIP LOCKED);
  taken := FOUND;
  IF taken THEN RETURN; END IF;
  UPDATE onceward.breaker_counters k SET used = k.used + one.amount
   WHERE k.limit = one.limit_no AND k.subject = one.subject AND k.hour = one.hour
     AND k.stripe = (
       SELECT s.stripe FROM onceward.breaker_counters s
        WHERE s.limit = one.limit_no AND s.subject = one.subject AND s.hour = one.hour
          AND s.bound = one.bound
          AND s.used + one.amount <= onceward.share_of(one.bound, s.stripe)
        ORDER BY (s.stripe - nearest) & 63 LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING k.stripe INTO one.stripe;
  taken := FOUND;
END $$;

-- The same, and holds no stripe where it took nothing: a stripe that another transaction used up a
-- moment ago would stay locked, and two that then lock all stripes would wait for each other. A
-- subtransaction lets it go; where its stripe has plenty of room, none is needed.
CREATE OR REPLACE FUNCTION onceward.try_stripe(INOUT one onceward.emission, OUT taken boolean)
LANGUAGE plpgsql AS $$
DECLARE
  step record;
BEGIN
  IF (SELECT c.bound = one.bound
         AND c.used::numeric + 8 * one.amount::numeric <= onceward.share_of(one.bound, c.stripe)
        FROM onceward.breaker_counters c
       WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
         AND c.stripe = one.stripe) THEN
    step := onceward.take_of_stripe(one);
    one := step.one;
    taken := step.taken;
    RETURN;
  END IF;
  BEGIN
    step := onceward.take_of_stripe(one);
    IF NOT step.taken THEN RAISE EXCEPTION 'let go' USING ERRCODE = 'OW002'; END IF;
    one := step.one;
    taken := true;
  EXCEPTION WHEN SQLSTATE 'OW002' THEN
    taken := false;
  END;
END $$;

-- Locks a key until the transaction ends; false: another transaction holds it, and this one may not
-- wait.
CREATE OR REPLACE FUNCTION onceward.lock_key(key text, waits boolean) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT waits THEN RETURN pg_try_advisory_xact_lock(hashtextextended(key, 7)); END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(key, 7));
  RETURN true;
END $$;

-- Makes the stripes of an hour, and deletes those that are older than two days; false: they cannot
-- be made now.
CREATE OR REPLACE FUNCTION onceward.make_stripes(one onceward.emission, waits boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF NOT onceward.lock_key(format('breaker %s %s %s', one.limit_no, one.subject, one.hour), waits)
  THEN RETURN false; END IF;
  INSERT INTO onceward.breaker_counters ("limit", subject, hour, stripe, bound)
  SELECT one.limit_no, one.subject, one.hour, s.no, one.bound FROM generate_series(0, 63) AS s(no)
  ON CONFLICT DO NOTHING;
  DELETE FROM onceward.breaker_counters c
   WHERE c.limit = one.limit_no AND c.subject = one.subject
     AND c.hour < one.hour - interval '2 days';
  RETURN true;
END $$;

-- Spreads what was counted under another bound over the stripes, all of which are locked: each gets
-- its part of this bound at most, as long as that is enough.
CREATE OR REPLACE FUNCTION onceward.spread_emission(one onceward.emission) RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  WITH parts AS (
    SELECT c.stripe, s.share, sum(s.share) OVER (ORDER BY c.stripe) - s.share AS before,
           sum(c.used) OVER () AS total
      FROM onceward.breaker_counters c,
           LATERAL (SELECT onceward.share_of(one.bound, c.stripe) AS share) AS s
     WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour)
  UPDATE onceward.breaker_counters c
     SET bound = one.bound, used = least(greatest(p.total - p.before, 0), p.share)
                 + CASE WHEN p.stripe = 0 THEN greatest(p.total - one.bound, 0) ELSE 0 END
    FROM parts AS p
   WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
     AND c.stripe = p.stripe;
END;

-- Takes it from as many stripes as it needs, all of which are locked. `parts`: from each, how much.
CREATE OR REPLACE FUNCTION onceward.take_of_all(one onceward.emission)
RETURNS onceward.emission[] LANGUAGE sql VOLATILE
BEGIN ATOMIC
  WITH room AS (
    SELECT k.stripe, k.free, sum(k.free) OVER (ORDER BY k.stripe) - k.free AS before
      FROM (SELECT c.stripe, greatest(onceward.share_of(one.bound, c.stripe) - c.used, 0) AS free
              FROM onceward.breaker_counters c
             WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour) AS k),
  parts AS (
    SELECT r.stripe, least(r.free, one.amount - r.before)::bigint AS amount
      FROM room AS r WHERE r.free > 0 AND r.before < one.amount),
  taken AS (
    UPDATE onceward.breaker_counters c SET used = c.used + p.amount FROM parts AS p
     WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
       AND c.stripe = p.stripe
    RETURNING c.stripe, p.amount)
  SELECT array_agg(ROW(one.limit_no, one.subject, one.hour, t.amount, one.bound,
                       t.stripe)::onceward.emission) FROM taken AS t;
END;

CREATE OR REPLACE FUNCTION onceward.emitted_in(
  of_limit smallint, of_subject bigint, of_hour timestamptz, OUT used bigint, OUT stripes bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT coalesce(sum(c.used), 0)::bigint, count(*) FROM onceward.breaker_counters c
   WHERE c.limit = of_limit AND c.subject = of_subject AND c.hour = of_hour;
END;

-- Takes it from what is left of its bound. `outcome`: `taken`, with its parts; `full`; or `busy`.
CREATE OR REPLACE FUNCTION onceward.take_emission(
  one onceward.emission, waits boolean, OUT parts onceward.emission[], OUT outcome text)
LANGUAGE plpgsql AS $$
DECLARE
  step   record := onceward.try_stripe(one);
  found  record;
  locked bigint;
BEGIN
  outcome := 'taken';
  parts := ARRAY[step.one];
  IF step.taken THEN RETURN; END IF;
  outcome := 'full';
  found := onceward.emitted_in(one.limit_no, one.subject, one.hour);
  IF found.used + one.amount > one.bound THEN RETURN; END IF;
  outcome := 'busy';
  IF found.stripes = 0 AND NOT onceward.make_stripes(one, waits) THEN RETURN; END IF;
  IF waits THEN
    PERFORM FROM onceward.breaker_counters c
      WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
      ORDER BY c.stripe FOR NO KEY UPDATE;
  ELSE
    SELECT count(*) INTO locked FROM (
      SELECT FROM onceward.breaker_counters c
       WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
       ORDER BY c.stripe FOR NO KEY UPDATE SKIP LOCKED) AS held;
    IF locked < 64 THEN RETURN; END IF;
  END IF;
  outcome := 'full';
  found := onceward.emitted_in(one.limit_no, one.subject, one.hour);
  IF found.used + one.amount > one.bound THEN RETURN; END IF;
  IF EXISTS (SELECT FROM onceward.breaker_counters c
              WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
                AND c.bound <> one.bound) THEN
    PERFORM onceward.spread_emission(one);
  END IF;
  outcome := 'taken';
  parts := onceward.take_of_all(one);
END $$;
