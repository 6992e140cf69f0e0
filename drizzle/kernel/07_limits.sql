-- How much of limits the subjects of an operation have used. It runs after the locks are held; a
-- preview and a screen run it without.

-- What the archived claims of these types count towards a period that began at `since`.
CREATE OR REPLACE FUNCTION onceward.archived_use(
  of_player bigint, claim_types smallint[], of_resource smallint, is_received boolean,
  since timestamptz)
RETURNS bigint LANGUAGE sql STABLE
RETURN coalesce((
  SELECT sum(n.amount)
    FROM onceward.archived_uses u, unnest(u.numbers, u.amounts) AS n(number, amount)
   WHERE u.player = of_player AND u.claim_type = ANY (claim_types)
     AND u.resource = coalesce(of_resource, 0) AND u.received = is_received
     AND u.until >= since
     AND n.number >= (SELECT onceward.claim_number_at(of_player, since))), 0)::bigint;

-- How much of a limit a player used since the beginning of its period, of which no counter knows:
-- the units of the player's claims of these types, or what they took of the resource. One range of
-- claims for each type.
CREATE OR REPLACE FUNCTION onceward.used_since(
  of_player bigint, limit_no smallint, claim_types smallint[], resource text, since timestamptz)
RETURNS bigint LANGUAGE sql STABLE
RETURN onceward.archived_use(
    of_player, claim_types, onceward.number_of(1, resource), false, since) + (
  SELECT CASE
    WHEN used_since.resource IS NULL THEN (
      SELECT coalesce(sum(c.units), 0)
        FROM unnest(claim_types) AS t(no) JOIN onceward.reward_claims c
          ON c.player = of_player AND c.claim_type = t.no AND c.number >= first.number
       WHERE NOT onceward.used_before(c.limits_used, 1, limit_no, since)
         AND (SELECT r.reopened FROM onceward.reversed_claims r
               WHERE r.player = c.player AND r.number = c.number) IS NOT TRUE)
    ELSE (
      SELECT coalesce(-sum(e.delta), 0)
        FROM unnest(claim_types) AS t(no) JOIN onceward.reward_claims c
          ON c.player = of_player AND c.claim_type = t.no AND c.number >= first.number
        JOIN onceward.ledger_entries e ON e.player = c.player AND e.number = c.number
       WHERE NOT onceward.used_before(c.limits_used, 1, limit_no, since)
         AND e.cause = 1 AND e.delta < 0
         AND e.resource = onceward.number_of(1, used_since.resource)
         AND (SELECT r.reopened FROM onceward.reversed_claims r
               WHERE r.player = c.player AND r.number = c.number) IS NOT TRUE) END
    -- Null, which no number reaches, for a player who never made such a claim: finding the first
    -- number of the period costs far more than this look.
    FROM (SELECT CASE WHEN EXISTS (
                   SELECT FROM unnest(claim_types) AS t(no) JOIN onceward.reward_claims c
                     ON c.player = of_player AND c.claim_type = t.no)
                 THEN greatest(onceward.claim_number_at(of_player, since), (
                   SELECT a.archived + 1 FROM onceward.actors a WHERE a.no = of_player)) END
                   AS number OFFSET 0
         ) AS first)::bigint;

-- How much of a resource others gave a player in claims of these types: what those claims took of
-- the others, because what did not fit counts, too.
CREATE OR REPLACE FUNCTION onceward.received_since(
  of_player bigint, claim_types smallint[], resource text, since timestamptz)
RETURNS bigint LANGUAGE sql STABLE
RETURN onceward.archived_use(
    of_player, claim_types, onceward.number_of(1, resource), true, since) + (
  SELECT coalesce(-sum(e.delta), 0)
    FROM (SELECT onceward.claim_number_at(of_player, since) AS number OFFSET 0) AS first
    JOIN onceward.reward_claims c
      ON c.counterparty = of_player AND c.counterparty_number >= first.number
         AND c.claim_type = ANY (claim_types)
    JOIN onceward.ledger_entries e
      ON e.player = c.player AND e.number = c.number
   WHERE e.cause = 1 AND e.delta < 0
     AND e.resource = onceward.number_of(1, received_since.resource)
     AND (SELECT r.reopened FROM onceward.reversed_claims r
           WHERE r.player = c.player AND r.number = c.number) IS NOT TRUE)::bigint;

-- The claim types whose earlier claims a player's counter does not have: all of them before it
-- exists; of a shared one those that it was never used with.
CREATE OR REPLACE FUNCTION onceward.uncounted(
  of_player bigint, limit_no smallint, of_period text, claim_type text, shares_with text[],
  counter_exists boolean)
RETURNS smallint[] LANGUAGE sql STABLE
RETURN CASE WHEN counter_exists AND shares_with IS NULL THEN '{}'::smallint[] ELSE ARRAY(
  SELECT n.no FROM onceward.names n
   WHERE n.kind = 2 AND n.name = ANY (shares_with || uncounted.claim_type)
     AND NOT EXISTS (
       SELECT FROM onceward.counted_claims c
        WHERE c.subject = of_player AND c.limit = limit_no AND c.period = of_period
          AND c.kind = 1 AND c.claim_type = n.no)
   ORDER BY n.no) END;

-- The counters of an operation's limits, in their order. What a player's counter does not have yet
-- is counted; those of the game have everything since their publication. Null: the limit is
-- unknown.
CREATE OR REPLACE FUNCTION onceward.counters(
  limits onceward.limit_use[], of_player bigint, of_other bigint, stripes onceward.counter[])
RETURNS onceward.counter[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT CASE WHEN n.no IS NULL OR u.kind = 'game' AND g.bound IS NULL THEN NULL
    ELSE ROW(w.kind, w.subject, n.no, u.period, coalesce(k.used, 0) + coalesce(base.used, 0),
             w.bound, coalesce(base.used, 0),
             CASE WHEN base.used > 0 OR u.shares_with IS NOT NULL THEN base.types END
            )::onceward.counter END
    FROM unnest(limits) WITH ORDINALITY AS u(kind, name, period, since, claim_type, shares_with,
                                             resource, amount, bound, rejection, about, renews_at,
                                             place)
    LEFT JOIN onceward.names n ON n.name = u.name AND n.kind = 4
    LEFT JOIN LATERAL (
      -- The bound that is published now, as long as its stripe is the one that was locked.
      SELECT s.subject, b.bound / b.stripes
               + CASE WHEN s.subject < b.bound % b.stripes THEN 1 ELSE 0 END AS bound
        FROM unnest(stripes) AS s JOIN onceward.game_limits b
             ON b.limit = s.limit_no AND b.period = s.period
                AND s.subject = coalesce(of_player, 0) % b.stripes
       WHERE u.kind = 'game' AND s.limit_no = n.no AND s.period = u.period) AS g ON true
    CROSS JOIN LATERAL (
      SELECT CASE u.kind WHEN 'game' THEN 3 ELSE 1 END AS kind,
             CASE u.kind WHEN 'game' THEN g.subject WHEN 'recipient' THEN of_other
                         ELSE of_player END AS subject,
             CASE u.kind WHEN 'game' THEN g.bound ELSE u.bound END AS bound) AS w
    LEFT JOIN onceward.limit_counters k
      ON k.subject = w.subject AND k.limit = n.no AND k.period = u.period AND k.kind = w.kind
    LEFT JOIN LATERAL (
      SELECT late.types, CASE
               WHEN cardinality(late.types) = 0 THEN 0
               WHEN u.kind = 'recipient'
               THEN onceward.received_since(w.subject, late.types, u.resource, u.since)
               ELSE onceward.used_since(w.subject, n.no, late.types, u.resource, u.since)
               END AS used
        FROM (SELECT onceward.uncounted(w.subject, n.no, u.period, u.claim_type, u.shares_with,
                                        k.used IS NOT NULL) AS types OFFSET 0) AS late
       -- Where nothing can be missing, two calls for each of a screen's limits are saved.
       WHERE n.no IS NOT NULL AND u.kind <> 'game'
         AND (u.shares_with IS NOT NULL OR k.used IS NULL AND (u.kind = 'recipient' OR EXISTS (
               SELECT FROM onceward.names t JOIN onceward.reward_claims c
                      ON c.player = w.subject AND c.claim_type = t.no
                WHERE t.kind = 2 AND t.name = u.claim_type
               UNION ALL
               SELECT FROM onceward.names t JOIN onceward.archived_uses z
                      ON z.player = w.subject AND z.claim_type = t.no
                WHERE t.kind = 2 AND t.name = u.claim_type))) OFFSET 0) AS base ON true
   ORDER BY u.place);

-- Counters with what these players, the guests of a player, have used of the limits of this kind,
-- too (87_merged.sql). No guests: as they are.
CREATE OR REPLACE FUNCTION onceward.with_uses_of(
  counters onceward.counter[], limits onceward.limit_use[], of_kind text, players bigint[])
RETURNS onceward.counter[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  guest bigint;
  its   onceward.counter[];
  all_  onceward.counter[] := counters;
BEGIN
  FOREACH guest IN ARRAY coalesce(players, '{}') LOOP
    its := onceward.counters(limits, guest, guest, '{}');
    FOR place IN 1 .. cardinality(limits) LOOP
      CONTINUE WHEN limits[place].kind <> of_kind OR all_[place] IS NULL;
      all_[place].used := all_[place].used + coalesce(its[place].used, 0);
    END LOOP;
  END LOOP;
  RETURN all_;
END $$;

-- What a staff member has used of a limit on a day.
CREATE OR REPLACE FUNCTION onceward.staff_counter(of_actor bigint, limit_name text, day text)
RETURNS onceward.counter LANGUAGE sql STABLE
RETURN (
  SELECT ROW(2, of_actor, n.no, day, coalesce(k.used, 0), NULL, 0, NULL)::onceward.counter
    FROM onceward.names n LEFT JOIN onceward.limit_counters k
      ON k.subject = of_actor AND k.limit = n.no AND k.period = day AND k.kind = 2
   WHERE n.name = limit_name AND n.kind = 4);
