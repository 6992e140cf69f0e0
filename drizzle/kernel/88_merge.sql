-- Merging a guest into an account: one operation of the account, with the guest as its other
-- player. What they have moves as one claim: an amount that the account gains, the guest loses, so
-- a merge mints nothing but the level-ups that neither had. What they claimed, used and hold by
-- source keys stays in the guest's history and counts for the account (87_merged.sql). From then on
-- every operation of the guest is refused (05_judge.sql).

-- Rewards of the ledger's own, which are named by their number: what was held back, and what did
-- not fit.
CREATE OR REPLACE FUNCTION onceward.is_named_by_number(w onceward.pending_rewards)
RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN (w).held_type IS NOT NULL OR (w).claim_key = 'received/' || (w).number;

-- The pending rewards that cannot be owed to both as one player: one that both have, of which the
-- account keeps its own; and one that the other has claimed, which is owed no more.
CREATE OR REPLACE FUNCTION onceward.reward_conflicts(guests bigint[], accounts bigint[])
RETURNS TABLE (reward onceward.pending_rewards, conflict json) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT w, json_build_object(
           'conflict', CASE WHEN claimed THEN 'claimed' ELSE 'pending' END,
           'name', onceward.name_of(2, w.claim_type), 'key', w.claim_key, 'period', NULL,
           'total', NULL, 'bound', NULL)
    FROM onceward.pending_rewards w
    CROSS JOIN LATERAL (SELECT w.player = guests[1] AS of_guest) AS o
    CROSS JOIN LATERAL (
      SELECT (onceward.claim_of_any(CASE WHEN o.of_guest THEN accounts ELSE guests END,
                                    w.claim_type, w.claim_key)).number IS NOT NULL AS claimed,
             o.of_guest AND EXISTS (
               SELECT FROM onceward.pending_rewards x
                WHERE x.player = accounts[1] AND x.claim_type = w.claim_type
                  AND x.claim_key = w.claim_key) AS twice OFFSET 0) AS found
   WHERE w.player IN (guests[1], accounts[1]) AND NOT onceward.is_named_by_number(w)
     AND (claimed OR twice)
   ORDER BY w.player = guests[1] DESC, w.number;
END;

-- The limits that the two have used beyond their bound, if the guest used any of them.
CREATE OR REPLACE FUNCTION onceward.limit_conflicts(
  limits onceward.limit_use[], guests bigint[], accounts bigint[])
RETURNS json[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  nothing CONSTANT onceward.counter[] := ARRAY(
    SELECT ROW(1, 0, 0, '', 0, 0, 0, NULL)::onceward.counter
      FROM generate_series(1, cardinality(limits)));
  its  CONSTANT onceward.counter[] := onceward.with_uses_of(nothing, limits, 'player', guests);
  all_ CONSTANT onceward.counter[] := onceward.with_uses_of(its, limits, 'player', accounts);
  use  onceward.limit_use;
  conflicts json[] := '{}';
BEGIN
  FOR place IN 1 .. cardinality(limits) LOOP
    use := limits[place];
    IF its[place].used > 0 AND all_[place].used > use.bound THEN
      conflicts := conflicts || json_build_object(
        'conflict', 'limit_exceeded', 'name', use.name, 'key', NULL, 'period', use.period,
        'total', all_[place].used, 'bound', use.bound);
    END IF;
  END LOOP;
  RETURN conflicts;
END $$;

-- What a balance holds now, without an opening that was never written.
CREATE OR REPLACE FUNCTION onceward.amount_of(
  side onceward.side, resource text, rules onceward.regeneration_rules[], moment timestamptz)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  place CONSTANT integer := array_position(side.resources, resource);
BEGIN
  IF place IS NULL OR side.sequences[place] = 0 THEN RETURN 0; END IF;
  RETURN side.amounts[place] + CASE WHEN side.regenerates[place] THEN
    (onceward.regenerated(rules, side, place, side.amounts[place], moment)).gained ELSE 0 END;
END $$;

-- The guest's amounts, as postings of the account: what the operation says is added up, and what no
-- config has any more. Ceilings cut them.
CREATE OR REPLACE FUNCTION onceward.amounts_to_merge(
  op onceward.operation, guest onceward.side, rules onceward.regeneration_rules[],
  moment timestamptz)
RETURNS onceward.posting[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT ROW(t.resource, held.amount, -9007199254740991, t.ceiling, t.ceiling_per_unit,
             t.ceiling_of, true, NULL, NULL, NULL, NULL)::onceward.posting
    FROM (SELECT p.resource::text, p.ceiling::bigint, p.ceiling_per_unit::bigint,
                 p.ceiling_of::text, row_number() OVER () AS place
            FROM unnest((op).postings) AS p
          UNION ALL
          SELECT r.name, 9007199254740991, 0, NULL, NULL
            FROM unnest((guest).resources) AS r(name)
           WHERE NOT r.name = ANY ((op).merges.keeps)
             AND r.name NOT IN (SELECT c.resource FROM unnest((op).merges.counters) AS c)
             AND r.name NOT IN (SELECT p.resource FROM unnest((op).postings) AS p)) AS t,
         LATERAL (SELECT onceward.amount_of(guest, t.resource, rules, moment) AS amount) AS held
   WHERE held.amount <> 0 ORDER BY t.place, t.resource);

-- Of each counter the higher: what the account lacks, the guest loses. One that was reset since it
-- last moved holds what is left of it; where the guest's is taken, so is the moment of its change.
CREATE OR REPLACE FUNCTION onceward.counters_to_merge(
  counters onceward.posting[], guest onceward.side, account onceward.side)
RETURNS onceward.posting[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  counter onceward.posting;
  its     integer;
  mine    integer;
  theirs  bigint;
  held    bigint;
  given   onceward.posting[] := '{}';
BEGIN
  FOREACH counter IN ARRAY counters LOOP
    its := array_position(guest.resources, counter.resource::text);
    mine := array_position(account.resources, counter.resource::text);
    CONTINUE WHEN its IS NULL OR mine IS NULL;
    counter.reset_before := coalesce(counter.reset_before, '-infinity');
    theirs := onceward.counted(
      guest.amounts[its], guest.anchors[its], counter.reset_before, counter.reset_by);
    held := onceward.counted(
      account.amounts[mine], account.anchors[mine], counter.reset_before, counter.reset_by);
    CONTINUE WHEN theirs <= held;
    given := array_append(given, ROW(
      counter.resource, theirs - held, -9007199254740991, 9007199254740991, 0, NULL, false, NULL,
      held - account.amounts[mine],
      CASE WHEN guest.anchors[its] IS NOT NULL THEN greatest(
        guest.anchors[its], CASE WHEN held > 0 THEN account.anchors[mine] END) END,
      NULL)::onceward.posting);
  END LOOP;
  RETURN given;
END $$;

-- The postings of both players, and what does not fit under the account's ceilings.
CREATE OR REPLACE FUNCTION onceward.balances_to_merge(
  INOUT op onceward.operation, state onceward.state, OUT conflicts json[])
LANGUAGE plpgsql STABLE AS $$
DECLARE
  rules onceward.regeneration_rules[] := onceward.read_rules(state, op.config_version);
  step  record;
BEGIN
  op.postings := onceward.amounts_to_merge(op, state.other, rules, state.at)
    || onceward.counters_to_merge((op.merges).counters, state.other, state.me);
  step := onceward.post(state.me, '{}', op.postings, 1, rules, state.at);
  IF step.rejection IS NOT NULL THEN
    RAISE EXCEPTION 'a merge is cut, and not refused: %', step.rejection;
  END IF;
  conflicts := ARRAY(
    SELECT json_build_object('conflict', 'balance_full', 'name', m.resource, 'key', NULL,
                             'period', NULL, 'total', m.before + m.requested,
                             'bound', m.before + m.delta)
      FROM unnest(step.moves) AS m WHERE m.cause = 1 AND m.delta <> m.requested
     ORDER BY m.ordinal);
  op.counterparty_postings := ARRAY(
    SELECT ROW(m.resource, -m.delta, -9007199254740991, 9007199254740991, 0, NULL, false, NULL,
               NULL, NULL, NULL)::onceward.posting
      FROM unnest(step.moves) AS m WHERE m.cause = 1 AND m.delta <> 0 ORDER BY m.ordinal);
END $$;

-- The operation with what moves, and what refuses it. Whom 05_judge.sql refuses has nothing to
-- move.
CREATE OR REPLACE FUNCTION onceward.resolve_merge(
  INOUT op onceward.operation, subject onceward.subject, moment timestamptz,
  OUT resolution onceward.resolution)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  guests   CONSTANT bigint[] := onceward.with_its_guests(subject.other);
  accounts CONSTANT bigint[] := coalesce(onceward.with_its_guests(subject.player), '{}');
  state     onceward.state;
  conflicts json[];
  step      record;
BEGIN
  IF NOT EXISTS (SELECT FROM onceward.actors a WHERE a.no = subject.other
                    AND a.created_at IS NOT NULL AND a.merged_into IS NULL)
     OR EXISTS (SELECT FROM onceward.actors a WHERE a.no = subject.player
                   AND a.merged_into IS NOT NULL) THEN
    op.postings := '{}';
    RETURN;
  ELSIF (SELECT a.frozen_at FROM onceward.actors a WHERE a.no = subject.other) IS NOT NULL THEN
    op.postings := '{}';
    resolution.rejection := json_build_object('kind', 'player_frozen');
    RETURN;
  END IF;
  op.resources := onceward.with_accrual(ARRAY(
    SELECT unnest(op.resources)
    UNION SELECT n.name FROM onceward.balances b
            JOIN onceward.names n ON n.kind = 1 AND n.no = b.resource
           WHERE b.player = subject.other));
  state.at := moment;
  SELECT onceward.side_of(a.no, 1, a.created_at, op.resources) INTO state.other
    FROM onceward.actors a WHERE a.no = subject.other;
  state.me := onceward.side_of(subject.player, 1, coalesce((
    SELECT a.created_at FROM onceward.actors a WHERE a.no = subject.player), moment), op.resources);
  step := onceward.balances_to_merge(op, state);
  op := step.op;
  conflicts := step.conflicts
    || onceward.limit_conflicts((op.merges).limits, guests, accounts)
    || ARRAY(SELECT r.conflict FROM onceward.reward_conflicts(guests, accounts) AS r);
  IF cardinality(conflicts) > 0 AND NOT (op.merges).takes THEN
    resolution.rejection := json_build_object(
      'kind', 'merge_conflicts', 'total', cardinality(conflicts),
      'conflicts', array_to_json(conflicts[1:100]));
    RETURN;
  END IF;
  resolution.dropped := ARRAY(
    SELECT r.reward FROM onceward.reward_conflicts(guests, accounts) AS r);
  resolution.gives_back := ARRAY(
    SELECT ROW(u.kind, u.subject, u.limit_no, u.period, -u.used, NULL, 0, NULL)::onceward.counter
      FROM unnest(resolution.dropped) AS d, unnest(onceward.announced_uses(d.plan)) AS u);
END $$;

-- What becomes of pending rewards: each that the guest still has is announced to the account, by a
-- claim of its own, because a reward is named by the number of its announcement. What it used of
-- limits stays the guest's use.
CREATE OR REPLACE FUNCTION onceward.move_rewards(
  op onceward.operation, subject onceward.subject, state onceward.state,
  verdict onceward.verdict, context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first CONSTANT integer := state.number + 2;
  moved integer;
BEGIN
  UPDATE onceward.pending_rewards w
     SET player = subject.player, number = m.number, announced_at = state.at,
         claim_key = CASE WHEN w.held_type IS NOT NULL THEN 'held/' || m.number
                          WHEN w.claim_key = 'received/' || w.number THEN 'received/' || m.number
                          ELSE w.claim_key END
    FROM (SELECT x.number AS was, first - 1 + row_number() OVER (ORDER BY x.number) AS number
            FROM onceward.pending_rewards x WHERE x.player = subject.other) AS m
   WHERE w.player = subject.other AND w.number = m.was;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved = 0 THEN RETURN; END IF;
  INSERT INTO onceward.reward_claims (
    player, actor, claimed_at, correlation_id, fingerprint, number, version, config_version,
    operation, claim_type, claim_key, idempotency_key, client_correlation_id, input)
  SELECT subject.player, subject.actor, state.at, op.correlation_id, op.fingerprint, n,
         state.version + verdict.raises, context.version, subject.operation, subject.claim_type,
         'reward/' || n, 'onceward:merge:' || n,
         onceward.sent_correlation(op, subject.player), '{}'
    FROM generate_series(first, first + moved - 1) AS n;
  IF context.outbox THEN
    INSERT INTO onceward.outbox (player, number, slot)
    SELECT subject.player, n, context.outbox_slot
      FROM generate_series(first, first + moved - 1) AS n ORDER BY n;
  END IF;
  UPDATE onceward.actors a SET number = a.number + moved WHERE a.no = subject.player;
END $$;

-- Links both players, and moves what the guest is owed.
CREATE OR REPLACE FUNCTION onceward.write_merge(
  op onceward.operation, subject onceward.subject, state onceward.state,
  resolution onceward.resolution, verdict onceward.verdict, context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE onceward.actors a
     SET merged_from = a.merged_from || subject.other || g.merged_from
    FROM onceward.actors g WHERE a.no = subject.player AND g.no = subject.other;
  UPDATE onceward.actors a SET merged_into = subject.player WHERE a.no = subject.other;
  DELETE FROM onceward.pending_rewards w USING unnest(resolution.dropped) AS d
   WHERE w.player = d.player AND w.number = d.number;
  PERFORM onceward.move_rewards(op, subject, state, verdict, context);
END $$;
