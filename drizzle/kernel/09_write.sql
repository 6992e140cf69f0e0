-- Writes what was decided about one operation, behind the locks: the next operation of the call
-- sees it.

-- The caller's correlation ID as it is stored: a player's behind their number, so that it files
-- nothing that anybody else looks for.
CREATE OR REPLACE FUNCTION onceward.sent_correlation(op onceward.operation, player bigint)
RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE (op).actor_kind WHEN 'player' THEN player::text || '/' || (op).client_correlation_id
                            ELSE (op).client_correlation_id END;

-- Returns what it recorded of limits.
CREATE OR REPLACE FUNCTION onceward.write_claim(
  op onceward.operation, subject onceward.subject, state onceward.state,
  resolution onceward.resolution, verdict onceward.verdict, context onceward.context, shown json)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  uses CONSTANT json := CASE WHEN verdict.uses IS NOT NULL OR op.source = 'pending'
                             THEN onceward.recorded_uses(op, subject, verdict) END;
BEGIN
  INSERT INTO onceward.reward_claims (
    player, actor, claimed_at, counterparty, occurred_at, correlation_id, fingerprint, number,
    version, config_version, amounts_version, counterparty_number, counterparty_version, announced,
    units,
    operation, claim_type, generation, claim_key, idempotency_key, client_correlation_id, reason,
    input, draws, shown, limits_used, facts_read, paid_with, became_pending)
  VALUES (
    subject.player, subject.actor, state.at, subject.other, op.occurred_at, op.correlation_id,
    op.fingerprint, state.number + 1, state.version + verdict.raises, context.version,
    nullif(resolution.amounts_version, context.version), state.other_number + 1,
    state.other_version + verdict.other_raises, resolution.announced, op.units,
    subject.operation, subject.claim_type,
    CASE WHEN state.reopened THEN state.generation + 1 ELSE 0 END, op.claim_key,
    op.idempotency_key, onceward.sent_correlation(op, subject.player), op.reason, op.input,
    array_to_json(verdict.draws), shown, uses, op.facts_read, verdict.paid_with,
    verdict.became_pending);
  UPDATE onceward.actors a
     SET number = a.number + 1, version = a.version + verdict.raises, updated_at = state.at,
         created_at = coalesce(a.created_at, state.at),
         accepts_gifts = coalesce(op.accepts_gifts, a.accepts_gifts),
         frozen_at = CASE op.freezes WHEN true THEN coalesce(a.frozen_at, state.at)
                                     WHEN false THEN NULL ELSE a.frozen_at END,
         zones = CASE WHEN op.zones_next IS NULL THEN a.zones ELSE nullif(op.zones_next, '') END
   WHERE a.no = subject.player;
  IF subject.other IS NOT NULL THEN
    UPDATE onceward.actors a
       SET number = a.number + 1, version = a.version + verdict.other_raises, updated_at = state.at
     WHERE a.no = subject.other;
  END IF;
  IF subject.hourly THEN
    PERFORM onceward.count_hour(op, subject, verdict, context);
  END IF;
  IF context.outbox THEN
    INSERT INTO onceward.outbox (player, number, slot)
    VALUES (subject.player, state.number + 1, context.outbox_slot);
  END IF;
  RETURN uses;
END $$;

CREATE OR REPLACE FUNCTION onceward.used_json(uses onceward.counter[]) RETURNS json
LANGUAGE sql IMMUTABLE
RETURN (SELECT json_agg(json_build_array(u.kind, u.limit_no, u.period, u.subject, u.used))
          FROM unnest(uses) AS u WHERE u.used > 0);

-- What a claim records of limits. The uses of an announcement belong to its pending reward, and are
-- those of the claim that pays it.
CREATE OR REPLACE FUNCTION onceward.recorded_uses(
  op onceward.operation, subject onceward.subject, verdict onceward.verdict)
RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF op.source = 'pending' THEN
    RETURN (SELECT w.plan->'uses' FROM onceward.pending_rewards w
             WHERE w.player = subject.player AND w.claim_type = subject.claim_type
               AND w.claim_key = op.claim_key);
  ELSIF op.source = 'announcement' THEN
    RETURN onceward.used_json(ARRAY(SELECT u FROM unnest(verdict.uses) AS u WHERE u.kind = 2));
  END IF;
  RETURN onceward.used_json(verdict.uses);
END $$;

-- What an announced reward will give, with what its announcement used of limits and when.
CREATE OR REPLACE FUNCTION onceward.announced_plan(
  op onceward.operation, state onceward.state, verdict onceward.verdict)
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT CASE WHEN uses.list IS NULL THEN row_to_json(((op).announces).plan)
              ELSE json_build_object(
                'resources', (((op).announces).plan).resources,
                'postings', (((op).announces).plan).postings,
                'choices', (((op).announces).plan).choices,
                'source_keys', (((op).announces).plan).source_keys,
                'on_expiry', (((op).announces).plan).on_expiry, 'uses', uses.list) END
    FROM (SELECT json_agg(json_build_array(u.kind, u.limit_no, u.period, u.subject, u.used,
                                           onceward.ms((state).at))) AS list
            FROM unnest((verdict).uses) AS u WHERE u.kind <> 2 AND u.used > 0) AS uses);

-- Returns how many. (An assignment starts no statement of its own, as PERFORM does.)
CREATE OR REPLACE FUNCTION onceward.write_moves(moves onceward.move[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  move onceward.move;
BEGIN
  INSERT INTO onceward.ledger_entries (
    player, delta, before, requested, anchored_at, number, sequence, resource, ordinal, cause)
  SELECT m.player, m.delta, m.before, nullif(m.requested, m.delta), m.anchored_at, m.number,
         m.sequence, m.resource_no, m.ordinal, m.cause
    FROM unnest(moves) AS m WHERE m.sequence IS NOT NULL;
  FOREACH move IN ARRAY moves LOOP
    IF move.sequence = 1 THEN
      INSERT INTO onceward.balances (player, amount, anchored_at, sequence, resource)
      VALUES (move.player, move.delta, move.anchored_at, 1, move.resource_no);
    ELSE
      UPDATE onceward.balances b
         SET amount = b.amount::bigint + move.delta, sequence = coalesce(move.sequence, b.sequence),
             anchored_at = coalesce(move.anchored_at, b.anchored_at)
       WHERE b.player = move.player AND b.resource = move.resource_no;
    END IF;
  END LOOP;
  RETURN cardinality(moves);
END $$;

-- What only some operations write: an audit row, used limits, source keys, pending rewards, the
-- state of a reversed claim.
CREATE OR REPLACE FUNCTION onceward.write_rare(
  op onceward.operation, subject onceward.subject, state onceward.state,
  resolution onceward.resolution, verdict onceward.verdict, context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  use onceward.counter;
BEGIN
  IF op.actor_kind = 'staff' OR NOT op.staff IS NULL THEN
    PERFORM onceward.write_audit(op, subject, state, state.number + 1);
  END IF;
  IF state.pending THEN
    -- A claim settles what was announced for it, by whatever mutation it is made.
    DELETE FROM onceward.pending_rewards w
     WHERE w.player = subject.player AND w.claim_type = subject.claim_type
       AND w.claim_key = op.claim_key;
  END IF;
  IF verdict.uses IS NOT NULL THEN
    FOREACH use IN ARRAY verdict.uses LOOP
      IF use.used < 0 THEN
        UPDATE onceward.limit_counters k SET used = greatest(k.used + use.used, 0)
         WHERE k.subject = use.subject AND k.limit = use.limit_no AND k.period = use.period
           AND k.kind = use.kind;
      ELSE
        INSERT INTO onceward.limit_counters AS k (subject, used, "limit", kind, period)
        VALUES (use.subject, use.used + use.base, use.limit_no, use.kind, use.period)
        ON CONFLICT ON CONSTRAINT limit_counters_one_per_period
          DO UPDATE SET used = k.used + excluded.used;
        IF cardinality(use.added) > 0 THEN
          INSERT INTO onceward.counted_claims (
            subject, since, up_to, "limit", kind, claim_type, resource, period, received)
          SELECT use.subject, u.since,
                 CASE u.kind WHEN 'recipient' THEN state.other_number ELSE state.number END,
                 use.limit_no, use.kind, added.claim_type,
                 onceward.number_of(1, u.resource), use.period, u.kind = 'recipient'
            FROM unnest(op.limits) AS u, unnest(use.added) AS added(claim_type)
           WHERE u.kind <> 'game' AND u.period = use.period
             AND onceward.number_of(4, u.name) = use.limit_no;
        END IF;
      END IF;
    END LOOP;
  END IF;
  IF cardinality(op.source_keys) > 0 THEN
    INSERT INTO onceward.source_keys (scope, player, number, resource, key)
    SELECT CASE WHEN k.game THEN 0 ELSE subject.player END, subject.player, state.number + 1,
           onceward.number_of(1, k.resource), k.key FROM unnest(op.source_keys) AS k;
  END IF;
  IF NOT op.announces IS NULL THEN
    INSERT INTO onceward.pending_rewards (
      player, announced_at, expires_at, number, config_version, claim_type, origin, claim_key,
      message, plan)
    SELECT subject.player, state.at, (op.announces).expires_at, state.number + 1, context.version,
           onceward.number_of(2, (op.announces).claim_type), (op.announces).origin,
           (op.announces).claim_key, (op.announces).message,
           onceward.announced_plan(op, state, verdict);
  END IF;
  IF verdict.became_pending THEN
    IF verdict.hold IS NULL THEN
      PERFORM onceward.write_what_did_not_fit(op, subject, state, context);
    ELSE
      PERFORM onceward.write_held(op, subject, state, verdict, context);
    END IF;
  END IF;
  IF resolution.target IS NOT NULL THEN
    PERFORM onceward.write_reversal(op, subject, state, resolution);
  ELSIF op.source = 'merge' THEN
    PERFORM onceward.write_merge(op, subject, state, resolution, verdict, context);
  END IF;
END $$;

-- What did not fit, as a pending reward of who should have received it. Its key is the receiver's
-- number of the claim. What it used of limits, the claim has recorded.
CREATE OR REPLACE FUNCTION onceward.write_what_did_not_fit(
  op onceward.operation, subject onceward.subject, state onceward.state,
  context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  receiver CONSTANT bigint := coalesce(subject.other, subject.player);
  number   CONSTANT integer := coalesce(state.other_number, state.number) + 1;
  plan     CONSTANT onceward.plan := ROW(
    op.resources, CASE WHEN subject.other IS NULL THEN op.postings
                       ELSE op.counterparty_postings END, '{}', '{}', NULL);
BEGIN
  PERFORM onceward.check_plan(plan);
  INSERT INTO onceward.pending_rewards (
    player, announced_at, number, config_version, claim_type, origin, claim_key, message, plan)
  VALUES (receiver, state.at, number, context.version, subject.claim_type, (op.on_full).origin,
          'received/' || number, (op.on_full).message, row_to_json(plan));
END $$;

-- The state of a reversed claim, and what became free with it.
CREATE OR REPLACE FUNCTION onceward.write_reversal(
  op onceward.operation, subject onceward.subject, state onceward.state,
  resolution onceward.resolution)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO onceward.reversed_claims AS r (
    player, number, units, reversed, reversed_by, parts, reopened, budget_returned)
  VALUES (subject.player, resolution.target, resolution.target_units, resolution.reversed,
          state.number + 1, resolution.part, (op.reverses).reopen, resolution.budget_returned)
  ON CONFLICT (player, number) DO UPDATE
    SET reversed = excluded.reversed, reversed_by = excluded.reversed_by, parts = excluded.parts,
        reopened = r.reopened OR excluded.reopened,
        budget_returned = excluded.budget_returned;
  -- An announcement that is taken back whole is owed no more, and can be made again. A claim whose
  -- reward is held stays made.
  WITH taken_back AS (
    DELETE FROM onceward.pending_rewards o
     WHERE o.player = subject.player AND o.number = resolution.target
       AND resolution.reversed = resolution.target_units
    RETURNING o.player, o.number, o.held_type)
  UPDATE onceward.reversed_claims r SET reopened = true FROM taken_back t
   WHERE r.player = t.player AND r.number = t.number AND t.held_type IS NULL;
  IF subject.other IS NOT NULL THEN
    -- A transfer that its recipient has not collected yet.
    DELETE FROM onceward.pending_rewards w USING onceward.reward_claims c
     WHERE c.player = subject.player AND c.number = resolution.target
       AND w.player = c.counterparty AND w.number = c.counterparty_number;
  END IF;
  IF (op.reverses).reopen THEN
    DELETE FROM onceward.source_keys k
     WHERE k.player = subject.player AND k.number = resolution.target;
  END IF;
END $$;

-- Records a refusal under its key, and counts it.
CREATE OR REPLACE FUNCTION onceward.write_refusal(
  op onceward.operation, subject onceward.subject, state onceward.state, rejection json,
  context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  today CONSTANT date := (state.at AT TIME ZONE 'UTC')::date;
BEGIN
  INSERT INTO onceward.refusals (
    player, actor, refused_at, correlation_id, fingerprint, config_version, version, expires_on,
    operation, idempotency_key, claim_type, claim_key, client_correlation_id, reason, input,
    rejection)
  VALUES (
    subject.player, subject.actor, state.at, op.correlation_id, op.fingerprint, context.version,
    state.version,
    CASE WHEN op.actor_kind <> 'staff' AND op.player IS NOT NULL
         THEN today + context.retention_days + 1 END,
    subject.operation, op.idempotency_key, op.claim_type, op.claim_key,
    onceward.sent_correlation(op, subject.player), op.reason, op.input, rejection);
  IF op.actor_kind <> 'staff' THEN
    UPDATE onceward.actors a SET refused = state.refused_today + 1, refused_on = today
     WHERE a.no = subject.player;
  END IF;
END $$;

-- One audit row for each claim or refusal of staff. `number`: of the granted claim; null: it was
-- refused.
CREATE OR REPLACE FUNCTION onceward.write_audit(
  op onceward.operation, subject onceward.subject, state onceward.state, number integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO onceward.audit_events (
    recorded_at, actor, player, amount, correlation_id, number, client_correlation_id, action,
    outcome, reason, detail)
  VALUES (
    state.at, subject.actor, CASE WHEN op.player IS NOT NULL THEN subject.player END,
    CASE WHEN op.player IS NOT NULL THEN least((state.staff).given, 9007199254740991) END,
    op.correlation_id, number,
    op.client_correlation_id, op.name,
    CASE WHEN number IS NULL THEN 'rejected' ELSE 'granted' END, op.reason,
    CASE WHEN op.player IS NOT NULL THEN jsonb_build_object(
      'budgetDay', (op.staff).day, 'spentBefore', ((state.staff).budget).used) END);
END $$;

-- One audit row for each attempt of a staff member who may not make it, as many in a day as are
-- recorded of a player's refusals. What another transaction counts just now is recorded and not
-- counted: it waits for no row. Who is not registered was registered before (06_subjects.sql).
CREATE OR REPLACE FUNCTION onceward.write_forbidden(
  op onceward.operation, subject onceward.subject, why text, context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  today    CONSTANT date := (context.at AT TIME ZONE 'UTC')::date;
  counted  integer;
BEGIN
  SELECT CASE WHEN a.refused_on = today THEN a.refused ELSE 0 END INTO counted
    FROM onceward.actors a WHERE a.no = subject.actor FOR NO KEY UPDATE SKIP LOCKED;
  IF counted >= context.refusals_per_day THEN RETURN; END IF;
  UPDATE onceward.actors a SET refused = counted + 1, refused_on = today
   WHERE a.no = subject.actor AND counted IS NOT NULL;
  INSERT INTO onceward.audit_events (
    recorded_at, actor, player, amount, correlation_id, client_correlation_id, action, outcome,
    reason, detail)
  VALUES (
    context.at, subject.actor, CASE WHEN op.player IS NOT NULL THEN subject.player END,
    (SELECT least(h.given, 9007199254740991) FROM onceward.handed_out(op, subject.actor) AS h),
    op.correlation_id, op.client_correlation_id, op.name, 'forbidden',
    op.reason, jsonb_build_object('why', why));
END $$;
