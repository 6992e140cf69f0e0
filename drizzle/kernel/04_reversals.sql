-- Reversals: what taking a claim back moves, and what of limits it gives back. These functions
-- read and never write (04_resolve.sql).

-- What a guarantee's counter would be if this claim had never drawn: what was counted since the
-- last draw that began again and was not taken back. The claims that took draws back are no draws.
CREATE OR REPLACE FUNCTION onceward.counted_without(
  target integer, of_player bigint, counter smallint, reversal smallint)
RETURNS bigint LANGUAGE sql STABLE
RETURN (
  WITH counted AS NOT MATERIALIZED (
    SELECT e.sequence, e.delta, coalesce(e.requested, e.delta) < 0 AND made.drawn AS begins_again
      FROM onceward.ledger_entries e CROSS JOIN LATERAL (
        SELECT c.draws IS NOT NULL AS drawn, c.operation FROM onceward.reward_claims c
         WHERE c.player = e.player AND c.number = e.number OFFSET 0) AS made
     WHERE e.player = of_player AND e.resource = counter AND e.number <> target
       AND made.operation <> reversal
       AND (SELECT r.reversed = r.units FROM onceward.reversed_claims r
             WHERE r.player = e.player AND r.number = e.number) IS NOT TRUE)
  SELECT greatest(coalesce(sum(since.delta), 0)
                  -- What was counted in claims that are in the archive.
                  + CASE WHEN EXISTS (SELECT FROM counted AS last WHERE last.begins_again) THEN 0
                         ELSE coalesce((
                           SELECT k.balance::bigint FROM onceward.checkpoints k
                            WHERE k.player = of_player AND k.resource = counter), 0) END,
                  0)::bigint
    FROM counted AS since
   WHERE since.sequence > coalesce(
     (SELECT last.sequence FROM counted AS last WHERE last.begins_again
       ORDER BY last.sequence DESC LIMIT 1), 0));

-- What a claim moved of one player's balances, the other way round, for the units from `from_unit`
-- to `to_unit`. What time had added stays, levels are computed again from what is left, and a
-- guarantee's counter is what the draws that are left make of it. A progress counter is the only
-- balance with a moment that does not regenerate. Where a cap depends on a balance that changes,
-- what regenerated under the old cap is written first.
CREATE OR REPLACE FUNCTION onceward.reversed_postings(
  op onceward.operation, subject onceward.subject, of_player bigint, of_number integer,
  units integer, from_unit integer, to_unit integer)
RETURNS onceward.posting[] LANGUAGE sql STABLE
RETURN ARRAY(
  WITH moved AS (
    SELECT n.name, e.resource,
           sum(div(e.delta::numeric * to_unit, units)
               - div(e.delta::numeric * from_unit, units))::bigint AS delta,
           bool_or(e.anchored_at IS NOT NULL AND NOT n.regenerates AND to_unit > from_unit)
             AS counts
      FROM onceward.ledger_entries e JOIN onceward.names n ON n.kind = 1 AND n.no = e.resource
     WHERE e.player = of_player AND e.number = of_number AND e.cause IN (1, 6)
     GROUP BY n.name, e.resource),
  back AS (
    SELECT m.name, m.resource, CASE
             WHEN m.name = ANY (((op).reverses).counters) AND (
               SELECT v.value FROM onceward.staff_values v
                WHERE v.config_version = (op).config_version AND v.resource = m.resource) = 0
             THEN onceward.counted_without(of_number, of_player, m.resource, (subject).operation)
                  - (SELECT b.amount FROM onceward.balances b
                      WHERE b.player = of_player AND b.resource = m.resource)
             WHEN m.counts THEN c.delta
             ELSE -m.delta END AS delta, c.restored, c.changed_at, m.counts
      FROM moved AS m LEFT JOIN LATERAL (
        SELECT w.* FROM onceward.counter_without(
          of_number, of_player, m.resource, (subject).operation) AS w
         WHERE m.counts OFFSET 0) AS c ON true),
  ordered AS (
    SELECT 2 AS place, b.name, b.delta, b.restored, b.changed_at, b.counts FROM back AS b
     WHERE b.delta <> 0 OR b.changed_at IS NOT NULL
    UNION ALL
    SELECT 1, n.name, 0, NULL, NULL, false FROM onceward.regeneration_rules g
      JOIN onceward.names n ON n.kind = 1 AND n.no = g.resource
     WHERE g.config_version <= (op).config_version
       AND NOT EXISTS (SELECT FROM onceward.regeneration_rules AS later
                        WHERE later.resource = g.resource
                          AND later.config_version <= (op).config_version
                          AND later.effective_from > g.effective_from)
       AND g.cap_of IN (SELECT b.resource FROM back AS b WHERE b.delta <> 0)
       AND (SELECT true FROM onceward.balances b
             WHERE b.player = of_player AND b.resource = g.resource))
  SELECT ROW(o.name, o.delta,
             CASE WHEN ((op).reverses).allow_debt AND NOT o.counts THEN -9007199254740991
                  ELSE 0 END,
             9007199254740991, 0, NULL, o.counts, NULL, o.restored,
             o.changed_at, NULL)::onceward.posting
    FROM ordered AS o ORDER BY o.place, o.name);

-- Whether a claim paid a reward that was announced before this moment and used the limit then. What
-- an announcement used ends with the time of the announcement.
CREATE OR REPLACE FUNCTION onceward.used_before(
  limits_used json, of_kind integer, of_limit smallint, moment timestamptz)
RETURNS boolean LANGUAGE sql STABLE
RETURN limits_used IS NOT NULL AND EXISTS (
  SELECT FROM json_array_elements(limits_used) AS u
   WHERE (u->>0)::integer = of_kind AND (u->>1)::smallint = of_limit
     AND to_timestamp((u->>5)::float8 / 1000) < moment);

-- What counters that are newer than a claim counted of it: it has no use of them recorded. Of a
-- shared counter that the claim's type joined later, what was counted then. A counter is as old as
-- the first type that it counted.
CREATE OR REPLACE FUNCTION onceward.counted_of(claim onceward.reward_claims)
RETURNS onceward.counter[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT ROW(k.kind, k.subject, k.limit, k.period,
             coalesce(sum(CASE WHEN (claim).claimed_at < k.since
                    OR onceward.used_before((claim).limits_used, k.kind, k.limit, k.since) THEN 0
                  WHEN k.resource IS NULL THEN (claim).units
                  -- What others received is what it took, also where that did not fit.
                  ELSE (SELECT coalesce(-sum(e.delta), 0) FROM onceward.ledger_entries e
                         WHERE e.player = (claim).player AND e.number = (claim).number
                           AND e.cause = 1 AND e.delta < 0 AND e.resource = k.resource) END)
               FILTER (WHERE k.claim_type = (claim).claim_type AND k.up_to >= k.position), 0),
             NULL, 0, NULL)::onceward.counter
    FROM (SELECT c.*, (claim).number AS position
            FROM onceward.counted_claims c
           WHERE c.subject = (claim).player AND c.kind = 1 AND NOT c.received
          UNION ALL
          SELECT c.*, (claim).counterparty_number
            FROM onceward.counted_claims c
           WHERE c.subject = (claim).counterparty AND c.kind = 1 AND c.received
          UNION ALL
          SELECT c.*, (claim).config_version
            FROM onceward.game_limits g JOIN onceward.counted_claims c
              ON c.subject = (claim).player % g.stripes AND c.limit = g.limit
                 AND c.period = g.period AND c.kind = 3) AS k
   GROUP BY k.kind, k.subject, k.limit, k.period
  HAVING min(k.up_to) >= min(k.position)
      OR bool_or(k.claim_type = (claim).claim_type AND k.up_to >= k.position));

-- What the claim had used of limits, by counter: what is recorded with it, of an announcement with
-- its pending reward, and what was counted. A counter that counted the claim is newer than a use
-- that the claim recorded.
CREATE OR REPLACE FUNCTION onceward.used_by(claim onceward.reward_claims)
RETURNS onceward.counter[] LANGUAGE sql STABLE
RETURN (
  WITH counted AS (SELECT * FROM unnest(onceward.counted_of(claim)))
  SELECT array_agg(ROW(u.kind, u.subject, u.limit_no, u.period, u.used, NULL, 0,
                       NULL)::onceward.counter)
    FROM (SELECT c.kind, c.subject, c.limit_no, c.period, c.used FROM counted AS c WHERE c.used > 0
          UNION ALL
          SELECT (r->>0)::smallint, (r->>3)::bigint, (r->>1)::smallint, r->>2, (r->>4)::bigint
            FROM (SELECT (claim).limits_used AS list
                  UNION ALL
                  SELECT w.plan->'uses' FROM onceward.pending_rewards w
                   WHERE w.player = (claim).player AND w.number = (claim).number) AS recorded,
                 json_array_elements(recorded.list) AS r
           WHERE NOT EXISTS (SELECT FROM counted AS c
                              WHERE (c.kind, c.limit_no, c.period)
                                    = ((r->>0)::smallint, (r->>1)::smallint, r->>2))) AS u);

-- What the claim had used of limits, where this reversal frees it: all of it when the claim can be
-- made again, and a staff member's own award when they complete its reversal on the same day.
CREATE OR REPLACE FUNCTION onceward.given_back(
  claim onceward.reward_claims, op onceward.operation, actor bigint, whole boolean,
  reopens boolean, budget_returned boolean)
RETURNS onceward.counter[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT ROW(u.kind, u.subject, u.limit_no, u.period, -u.used, NULL, 0, NULL)::onceward.counter
    FROM unnest(onceward.used_by(claim)) AS u
   WHERE CASE WHEN u.kind <> 2 THEN reopens
              ELSE whole AND budget_returned IS NOT TRUE AND (
                reopens OR (claim).actor = actor AND u.period = ((op).staff).day) END);

CREATE OR REPLACE FUNCTION onceward.not_reversible(
  op onceward.operation, why text, remaining integer)
RETURNS json LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'not_reversible', 'claimId', ((op).reverses).claim_id,
                         'why', why, 'remaining', remaining);

-- The claim whose reversal takes this one back: where it paid what another claim could not give at
-- once, that one; otherwise itself.
CREATE OR REPLACE FUNCTION onceward.taken_back_with(
  of_player bigint, of_number integer, announced integer, OUT player bigint, OUT number integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT g.player, g.number
    FROM (SELECT 1 AS place, d.player, d.number FROM onceward.all_claims d
           WHERE d.player = of_player AND d.number = taken_back_with.announced
             AND d.became_pending
          UNION ALL
          SELECT 1, d.player, d.number FROM onceward.all_claims d
           WHERE d.counterparty = of_player AND d.became_pending
             AND d.counterparty_number = taken_back_with.announced
          UNION ALL
          SELECT 2, of_player, of_number) AS g ORDER BY g.place LIMIT 1;
END;

CREATE OR REPLACE FUNCTION onceward.paid_for_another(claim onceward.reward_claims)
RETURNS boolean LANGUAGE sql STABLE
RETURN (claim).announced IS NOT NULL
   AND onceward.taken_back_with((claim).player, (claim).number, (claim).announced)
       <> ((claim).player, (claim).number);

-- The claim that paid what this one could not give at once; null: it is pending, or taken back.
CREATE OR REPLACE FUNCTION onceward.paid_later(claim onceward.reward_claims)
RETURNS onceward.reward_claims LANGUAGE sql STABLE
RETURN (
  SELECT p FROM onceward.reward_claims p
   WHERE p.player = coalesce((claim).counterparty, (claim).player)
     AND p.announced = coalesce((claim).counterparty_number, (claim).number));

-- Whether a reward expired and gave nothing instead.
CREATE OR REPLACE FUNCTION onceward.expired_for_nothing(claim onceward.reward_claims)
RETURNS boolean LANGUAGE sql STABLE
RETURN (claim).units = 0 AND NOT EXISTS (
  SELECT FROM onceward.ledger_entries e
   WHERE e.player = (claim).player AND e.number = (claim).number AND e.cause IN (1, 6));

-- Why this actor may not take the claim back, whatever is left of it; null: they may. A reversal
-- and a merge cannot be reversed, nor that a reward expired and gave nothing; what did not fit at
-- first is taken back with the claim that gave it. Staff and operators reverse every other claim,
-- servers what the config that the operation names allows: the row, because an operation says
-- nothing of its claim's type.
CREATE OR REPLACE FUNCTION onceward.irreversible(
  claim onceward.reward_claims, op onceward.operation, reversal smallint)
RETURNS text LANGUAGE sql STABLE
RETURN CASE
  WHEN (claim).operation = reversal THEN 'reversal'
  WHEN (claim).counterparty IS NOT NULL AND (claim).claim_type = (
    SELECT n.no FROM onceward.names n WHERE n.name = 'merge' AND n.kind = 2) THEN 'merge'
  WHEN onceward.expired_for_nothing(claim) THEN 'expired'
  WHEN onceward.paid_for_another(claim) THEN 'collected'
  WHEN (op).actor_kind NOT IN ('staff', 'operator') AND (
    SELECT (claim).claim_type = ANY (b.reversible_by_servers) FROM onceward.balance_configs b
     WHERE b.version = (op).config_version) IS NOT TRUE THEN 'not_by_servers' END;

-- A reversal with its postings, for the units of the claim from `from_unit` to `to_unit`.
CREATE OR REPLACE FUNCTION onceward.with_reversed(
  INOUT op onceward.operation, subject onceward.subject, claim onceward.reward_claims,
  from_unit integer, to_unit integer)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  units CONSTANT integer := greatest(claim.units, 1);
  paid  onceward.reward_claims;
BEGIN
  op.choices := '{}';
  op.counterparty_postings := '{}';
  op.postings := onceward.reversed_postings(
    op, subject, claim.player, claim.number, units, from_unit, to_unit);
  IF claim.counterparty IS NOT NULL THEN
    op.counterparty_postings := onceward.reversed_postings(
      op, subject, claim.counterparty, claim.counterparty_number, units, from_unit, to_unit);
  END IF;
  IF claim.became_pending THEN
    -- What was collected since; while it is pending, nothing.
    paid := onceward.paid_later(claim);
    IF claim.counterparty IS NULL THEN
      -- A claim whose reward was held has moved its counters.
      op.postings := op.postings || onceward.reversed_postings(
        op, subject, paid.player, paid.number, units, from_unit, to_unit);
    ELSE
      op.counterparty_postings := onceward.reversed_postings(
        op, subject, paid.player, paid.number, units, from_unit, to_unit);
    END IF;
  END IF;
  op.resources := ARRAY(
    SELECT unnest(op.resources) UNION SELECT p.resource FROM unnest(op.postings) AS p
    UNION SELECT p.resource FROM unnest(op.counterparty_postings) AS p);
END $$;

CREATE OR REPLACE FUNCTION onceward.resolve_reversal(
  INOUT op onceward.operation, subject onceward.subject, OUT resolution onceward.resolution)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  claim    onceward.reward_claims;
  state    onceward.reversed_claims;
  before   integer;
  quantity integer;
  reopens  boolean;
  units    integer;
  refusal  text;
BEGIN
  SELECT * INTO claim FROM onceward.reward_claims c
   WHERE c.player = subject.player AND c.number = subject.target;
  IF claim.player IS NULL OR onceward.is_archived(claim) THEN
    resolution.rejection := CASE WHEN subject.target IS NOT NULL
      THEN onceward.not_reversible(op, 'archived', 0)
      ELSE json_build_object('kind', 'unknown_claim', 'claimId', (op.reverses).claim_id) END;
    RETURN;
  END IF;
  refusal := onceward.irreversible(claim, op, subject.operation);
  IF refusal IS NOT NULL THEN
    resolution.rejection := onceward.not_reversible(op, refusal, 0);
    RETURN;
  END IF;
  SELECT * INTO state FROM onceward.reversed_claims r
   WHERE r.player = claim.player AND r.number = claim.number;
  -- What an expiry gave is one unit, which counts towards no limit.
  units := greatest(claim.units, 1);
  before := coalesce(state.reversed, 0);
  quantity := coalesce((op.reverses).quantity, units - before);
  IF before = units AND NOT ((op.reverses).reopen AND NOT state.reopened) THEN
    resolution.rejection := json_build_object(
      'kind', 'already_claimed', 'number', state.reversed_by, 'sourceKey', NULL);
    RETURN;
  END IF;
  refusal := CASE
    WHEN quantity < sign(units - before) OR quantity > units - before THEN 'quantity'
    WHEN quantity < units AND before < units AND claim.draws IS NOT NULL THEN 'draws'
    WHEN (op.reverses).reopen AND before + quantity < units THEN 'reopen' END;
  IF refusal IS NOT NULL THEN
    resolution.rejection := onceward.not_reversible(op, refusal, units - before);
    RETURN;
  END IF;
  resolution.target := claim.number;
  resolution.target_units := units;
  resolution.reversed := before + quantity;
  resolution.part := coalesce(state.parts, 0) + 1;
  -- An announcement that is taken back whole before it is paid can be made again.
  reopens := (op.reverses).reopen OR before + quantity = units AND EXISTS (
    SELECT FROM onceward.pending_rewards w
     WHERE w.player = claim.player AND w.number = claim.number AND w.held_type IS NULL);
  resolution.gives_back := onceward.given_back(claim, op, subject.actor,
    before + quantity = units, reopens, state.budget_returned);
  resolution.budget_returned := coalesce(state.budget_returned, false)
    OR 2 = ANY (SELECT g.kind FROM unnest(resolution.gives_back) AS g);
  IF resolution.part > 1 THEN
    op.claim_key := op.claim_key || '/' || resolution.part;
  END IF;
  op := onceward.with_reversed(op, subject, claim, before, before + quantity);
END $$;
