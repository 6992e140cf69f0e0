-- The ledger kernel: the only writer of the ledger. One call commits 1 to 100 operations in one
-- transaction.
--
-- Steps: find the subjects of all, lock all, then one operation after the other: read its state,
-- judge it, write it; answer in order. An operation sees what the ones before it in the call wrote:
-- the same player's balances, a staff member's budget, a counter of the game, a game-wide key.
-- Reading and writing in sets was built and cost more (docs/notes/performance.md).
--
-- Order of checks for one operation, part of the public contract:
--   permission | known key | config | clock | player read | zones | the checks of 05_judge.sql
-- A rejection never fails the call; an unexpected error does, and the caller sends halves. It runs
-- as its owner with a search path of its own, with pg_temp last: left out, it would come first.

-- The time of the call, the current config and the settings. Read after the locks are held, so that
-- a publication that was acknowledged before the call started is seen. VOLATILE: its statement sees
-- what was committed while it waited for the table, which a cancellation locks (22_schedule.sql).
CREATE OR REPLACE FUNCTION onceward.read_context() RETURNS onceward.context
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  moment  timestamptz := date_trunc('milliseconds', clock_timestamp());
  context onceward.context;
BEGIN
  SELECT moment, b.version, b.sha256, s.refusals_per_day, s.refusal_retention_days, s.outbox,
         s.outbox_slot, ARRAY(SELECT m FROM onceward.milestones m
                               WHERE m.config_version = b.version ORDER BY m.resource),
         ARRAY(SELECT e FROM onceward.breakers e
                WHERE e.config_version = b.version ORDER BY e.limit)
    INTO context
    FROM onceward.settings s LEFT JOIN LATERAL (
      SELECT c.version, c.sha256 FROM onceward.balance_configs c WHERE c.effective_from <= moment
       ORDER BY c.effective_from DESC, c.version DESC LIMIT 1) AS b ON true;
  RETURN context;
END $$;

-- Whether an operation is to be judged; otherwise early_answer answers it.
CREATE OR REPLACE FUNCTION onceward.is_to_judge(
  op onceward.operation, subject onceward.subject, state onceward.state, context onceward.context)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN subject.forbidden IS NULL AND state.forbidden IS NULL
    AND NOT state.known AND NOT subject.known
    AND (state.id = coalesce(op.player, op.actor_id) OR subject.player IS NULL)
    AND (state.other_id = op.counterparty) IS NOT FALSE
    AND op.config_version = context.version AND op.config_sha256 = context.sha256
    AND op.mode <> 'lookup' AND state.at - context.at <= interval '5 minutes'
    AND state.at >= op.holds_from AND state.at < op.holds_until
    AND (op.decided_on = state.number) IS NOT FALSE
    AND onceward.are_its_zones(op.zones_seen, state.number, state.zones)
    AND subject.operation IS NOT NULL
    AND (op.mode = 'reject'
         -- Nothing was ever announced under a name that no config has had.
         OR (subject.claim_type IS NOT NULL OR op.source = 'pending')
         AND (cardinality(op.limits) = 0 OR array_position(state.counters, NULL) IS NULL));
END $$;

-- What answers an operation that is not to be judged, and the config version that the answer refers
-- to.
CREATE OR REPLACE FUNCTION onceward.early_answer(
  op onceward.operation, subject onceward.subject, state onceward.state, context onceward.context,
  OUT answer json, OUT config_version integer)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  known record;
BEGIN
  IF coalesce(subject.forbidden, state.forbidden) IS NOT NULL THEN
    answer := json_build_object(
      'kind', 'forbidden', 'why', coalesce(subject.forbidden, state.forbidden));
  ELSIF state.known THEN
    known := onceward.known_outcome(op, subject.player);
    answer := known.answer;
    config_version := nullif(known.config_version, op.config_version);
  ELSIF subject.known OR subject.player IS NOT NULL
     AND state.id <> coalesce(op.player, op.actor_id) OR state.other_id <> op.counterparty THEN
    -- The key expired, or the player was renamed, while this call waited.
    RAISE EXCEPTION 'the key or the player changed just now'
      USING ERRCODE = 'serialization_failure';
  ELSIF op.config_version IS DISTINCT FROM context.version
     OR op.config_sha256 IS DISTINCT FROM context.sha256 OR context.version IS NULL THEN
    answer := '{"kind": "stale_config"}';
    config_version := context.version;
  ELSIF op.mode = 'lookup' THEN
    answer := '{"kind": "unknown_key"}';
  ELSIF state.at - context.at > interval '5 minutes' THEN
    -- A player's times never go back. Recorded while the clock was ahead, they would hold the
    -- player in the future, and with them those to whom they give something.
    answer := json_build_object(
      'kind', 'clock_behind', 'seconds', ceil(extract(epoch FROM state.at - context.at)));
  ELSIF state.at < op.holds_from OR state.at >= op.holds_until THEN
    answer := json_build_object('kind', 'stale_time', 'at', onceward.ms(state.at));
  ELSIF op.decided_on <> state.number THEN
    -- Something was granted to the player since the caller read them.
    answer := '{"kind": "stale_player"}';
  ELSIF NOT onceward.are_its_zones(op.zones_seen, state.number, state.zones) THEN
    answer := json_build_object('kind', 'stale_zones', 'zones', coalesce(state.zones, ''));
  ELSE
    RAISE EXCEPTION 'the operation uses a name that was never published'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END $$;

-- What level, tier and stats follow from and the claim did not move: by number to be stored, and by
-- name.
CREATE OR REPLACE FUNCTION onceward.shown_of(
  shown text[], was onceward.side, side onceward.side)
RETURNS onceward.shown LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  by_number text;
  by_name   text;
BEGIN
  FOR i IN 1 .. coalesce(cardinality(side.resources), 0) LOOP
    IF side.amounts[i] <> 0 AND side.sequences[i] = was.sequences[i]
       AND side.resources[i] = ANY (shown) THEN
      by_number := concat(by_number, ',"', side.numbers[i], '":', side.amounts[i]);
      by_name := concat(by_name, ',', to_json(side.resources[i]), ':', side.amounts[i]);
    END IF;
  END LOOP;
  IF by_number IS NULL THEN RETURN ROW(NULL, '{}')::onceward.shown; END IF;
  RETURN ROW('{' || substr(by_number, 2) || '}', '{' || substr(by_name, 2) || '}')::onceward.shown;
END $$;

-- The buckets of a plan that was found after the locks were taken are locked here; where it is the
-- plan that was found before, they are held already. `waits`: the call has no other operation. One
-- that holds other buckets does not wait: two of them could wait for each other.
CREATE OR REPLACE FUNCTION onceward.resolve_and_lock(
  INOUT op onceward.operation, subject onceward.subject, waits boolean,
  OUT resolution onceward.resolution, OUT is_busy boolean)
LANGUAGE plpgsql AS $$
DECLARE
  step    record := onceward.resolve(op, subject);
  buckets smallint[];
BEGIN
  op := step.op;
  resolution := step.resolution;
  -- A code that was created while this call waited was counted without its lock.
  is_busy := op.source = 'code'
    AND NOT onceward.redeemed_buckets(op.redeems) <@ coalesce(subject.buckets, '{}');
  IF op.source <> 'pending' THEN RETURN; END IF;
  buckets := onceward.buckets(op.source_keys);
  IF cardinality(buckets) = 0 THEN RETURN; END IF;
  IF waits AND coalesce(cardinality(subject.buckets), 0) = 0 THEN
    PERFORM onceward.lock_game_keys(buckets);
  ELSE
    is_busy := NOT onceward.try_game_keys(buckets);
  END IF;
END $$;

-- The bounds of an hour: those of the server, and breakers, which may hold back what it gives.
-- `answer`: what answers it instead.
CREATE OR REPLACE FUNCTION onceward.within_hour(
  op onceward.operation, subject onceward.subject, state onceward.state,
  rules onceward.regeneration_rules[], context onceward.context,
  INOUT verdict onceward.verdict, waits boolean, OUT answer json)
LANGUAGE plpgsql AS $$
DECLARE
  step record;
BEGIN
  IF subject.hourly THEN
    answer := onceward.beyond_hour(op, subject, verdict, context);
    IF answer IS NOT NULL THEN RETURN; END IF;
  END IF;
  IF cardinality(context.breakers) > 0 THEN
    step := onceward.withhold(op, subject, state, rules, context, verdict, waits);
    verdict := step.verdict;
    IF step.is_busy THEN answer := '{"kind": "busy"}'; END IF;
  END IF;
END $$;

-- Reads, judges and writes one operation. A claim of an announced reward pays what was announced,
-- whatever its caller computed.
CREATE OR REPLACE FUNCTION onceward.commit_operation(
  op onceward.operation, subject onceward.subject, context onceward.context, waits boolean,
  OUT answer json, OUT config_version integer)
LANGUAGE plpgsql AS $$
DECLARE
  state      onceward.state;
  resolution onceward.resolution;
  verdict    onceward.verdict;
  shown      onceward.shown;
  rules      onceward.regeneration_rules[];
  moved      integer;
  step       record;
BEGIN
  IF subject.known AND subject.forbidden IS NULL THEN
    SELECT k.answer, nullif(k.config_version, op.config_version) INTO answer, config_version
      FROM onceward.known_outcome(op, subject.player) AS k;
    IF answer IS NOT NULL THEN RETURN; END IF;
  END IF;
  answer := '{"kind": "busy"}';
  IF op.source IN ('pending', 'reversal', 'code') AND op.mode <> 'lookup' THEN
    step := onceward.resolve_and_lock(op, subject, waits);
    IF step.is_busy THEN RETURN; END IF;
    op := step.op;
    resolution := step.resolution;
  END IF;
  state := onceward.state_of(op, subject, context.at);
  IF state.pending AND op.source = 'postings' AND op.mode = 'commit' THEN
    op.source := 'pending';
    step := onceward.resolve_and_lock(op, subject, waits);
    IF step.is_busy THEN RETURN; END IF;
    op := step.op;
    resolution := step.resolution;
    state := onceward.state_of(op, subject, context.at);
  END IF;
  IF onceward.is_to_judge(op, subject, state, context) IS NOT TRUE THEN
    SELECT * INTO answer, config_version FROM onceward.answer_early(op, subject, state, context);
    RETURN;
  END IF;
  IF op.source = 'code' THEN
    answer := onceward.tried_too_often(subject.player, state.at);
    IF answer IS NOT NULL THEN RETURN; END IF;
  ELSIF op.source = 'merge' OR op.source = 'pending' AND resolution.expires_at <= state.at THEN
    step := onceward.settle_first(op, subject, resolution, state, context);
    op := step.op; resolution := step.resolution;
    state := step.state;
  END IF;
  rules := CASE WHEN true = ANY ((state.me).regenerates || (state.other).regenerates)
                THEN onceward.read_rules(state, context.version) END;
  IF op.source = 'reversal' AND op.actor_kind = 'staff' THEN
    state.staff := onceward.counted_award(op, state, rules, context);
  END IF;
  verdict := onceward.judge(op, subject, state, resolution, rules, context);
  IF (subject.hourly OR cardinality(context.breakers) > 0) AND verdict.rejection IS NULL THEN
    step := onceward.within_hour(op, subject, state, rules, context, verdict, waits);
    IF step.answer IS NOT NULL THEN answer := step.answer; RETURN; END IF;
    verdict := step.verdict;
  END IF;
  IF verdict.rejection IS NOT NULL THEN
    answer := onceward.refuse(op, subject, state, verdict, context); RETURN;
  END IF;
  shown := onceward.shown_of(op.shown, state.me, verdict.me);
  answer := onceward.write_claim(op, subject, state, resolution, verdict, context, shown.by_number);
  moved := CASE WHEN cardinality(verdict.moves) > 0 OR cardinality(verdict.other_moves) > 0
                THEN onceward.write_moves(array_cat(verdict.moves, verdict.other_moves)) END;
  IF state.pending OR verdict.uses IS NOT NULL OR op.actor_kind = 'staff'
     OR cardinality(op.source_keys) > 0 OR op.source <> 'postings' OR verdict.became_pending THEN
    PERFORM onceward.write_rare(op, subject, state, resolution, verdict, context);
  END IF;
  answer := onceward.new_claim_json(op, state, resolution, verdict, context, shown.by_name, answer);
END $$;

-- Records a refusal and answers it. Beyond the player's number for a day nothing is recorded; that
-- the claim was made before is still answered.
CREATE OR REPLACE FUNCTION onceward.refuse(
  op onceward.operation, subject onceward.subject, state onceward.state,
  verdict onceward.verdict, context onceward.context)
RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  verdict.rejection := onceward.with_reversal(verdict.rejection, subject.player);
  IF verdict.rejection->>'kind' = 'unknown_code' THEN
    PERFORM onceward.count_wrong_code(subject.player, state.at);
  END IF;
  IF op.actor_kind = 'staff' THEN
    PERFORM onceward.write_refusal(op, subject, state, verdict.rejection, context);
    PERFORM onceward.write_audit(op, subject, state, NULL);
  ELSIF state.refused_today < context.refusals_per_day THEN
    PERFORM onceward.write_refusal(op, subject, state, verdict.rejection, context);
  ELSIF verdict.rejection->>'kind' <> 'already_claimed' THEN
    RETURN json_build_object('kind', 'rate_limited', 'retryAt', onceward.ms(
      ((state.at AT TIME ZONE 'UTC')::date + 1)::timestamp AT TIME ZONE 'UTC'));
  END IF;
  RETURN onceward.rejected_json(false, verdict.rejection, subject.player,
    json_build_object('kind', op.actor_kind, 'id', op.actor_id), op.correlation_id,
    op.client_correlation_id);
END $$;

-- Commits operations whose subjects are found.
CREATE OR REPLACE FUNCTION onceward.commit_found(
  ops onceward.operation[], subjects onceward.subject[],
  OUT answers json[], OUT versions integer[], OUT context onceward.context)
LANGUAGE plpgsql AS $$
DECLARE
  locked  bigint[];
  subject onceward.subject;
  step    record;
BEGIN
  locked := onceward.lock_subjects(ops, subjects);
  context := onceward.read_context();
  FOREACH subject IN ARRAY subjects LOOP
    IF locked IS NULL THEN
      step := onceward.commit_operation(ops[subject.nth], subject, context, waits => true);
    ELSIF onceward.is_busy(subject, locked) THEN
      step := onceward.commit_alone(ops[subject.nth], subject, locked, context);
    ELSE
      step := onceward.commit_operation(
        ops[subject.nth], subject, context, waits => cardinality(ops) = 1);
    END IF;
    answers := array_append(answers, step.answer);
    IF step.config_version IS NOT NULL THEN versions := versions || step.config_version; END IF;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION onceward.commit_operations(
  contract integer, operations jsonb, held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  ops   onceward.operation[];
  found record;
  step  record;
BEGIN
  -- A condition starts no statement of its own, as PERFORM does.
  IF onceward.check_call(contract, jsonb_array_length(operations)) THEN
    ops := onceward.read_operations(operations);
  END IF;
  found := onceward.subjects(ops);
  IF found.incomplete THEN
    IF onceward.create_actors(ops, found.subjects) THEN found := onceward.subjects(ops); END IF;
  END IF;
  step := onceward.commit_found(ops, found.subjects);
  IF step.versions IS NULL THEN RETURN json_build_object('outcomes', step.answers); END IF;
  -- Some answers refer to a config that the caller may not know.
  RETURN json_build_object('outcomes', step.answers, 'current', json_build_object(
    'version', (step.context).version, 'sha256', (step.context).sha256),
    'configs', onceward.configs_json(step.versions, held));
END $$;
