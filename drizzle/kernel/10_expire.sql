-- Pending rewards that expired. Each is settled once, by the operation that would have paid it or
-- by the Worker's scheduled handler: a claim of its type and key, which gives what the announcement
-- says for that case, or nothing. It gives back what the announcement had used of limits, and
-- counts towards none.

CREATE OR REPLACE FUNCTION onceward.expiry_operation() RETURNS smallint LANGUAGE plpgsql AS $$
BEGIN
  IF onceward.number_of(3, 'expireReward') IS NULL THEN
    PERFORM onceward.register_names(3::smallint, ARRAY['expireReward']);
  END IF;
  RETURN onceward.number_of(3, 'expireReward');
END $$;

-- These resources, and those that their opening balances and caps follow from.
CREATE OR REPLACE FUNCTION onceward.with_accrual(resources text[]) RETURNS text[]
LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT unnest(resources)
  UNION
  SELECT onceward.name_of(1, needed.no)
    FROM onceward.regeneration_rules r, unnest(ARRAY[r.opening_of, r.cap_of]) AS needed(no)
   WHERE r.resource IN (SELECT onceward.number_of(1, n.name) FROM unnest(resources) AS n(name))
     AND needed.no IS NOT NULL);

-- The operation that settles an expired reward. No caller sends it.
CREATE OR REPLACE FUNCTION onceward.expiry_of(pending onceward.pending_rewards)
RETURNS onceward.operation LANGUAGE plpgsql STABLE AS $$
DECLARE
  plan CONSTANT onceward.plan := jsonb_populate_record(NULL::onceward.plan, pending.plan::jsonb);
  op   onceward.operation;
BEGIN
  SELECT 'commit', 'expireReward', a.id, false, 'operator', 'onceward',
         'onceward:expiry:' || pending.number, uuidv7(), onceward.name_of(2, pending.claim_type),
         pending.claim_key, 'postings', false, 0, pending.expires_at
    INTO op.mode, op.name, op.player, op.creates_player, op.actor_kind, op.actor_id,
         op.idempotency_key, op.correlation_id, op.claim_type,
         op.claim_key, op.source, op.milestones, op.units, op.occurred_at
    FROM onceward.actors a WHERE a.no = pending.player;
  op.input := json_build_object('type', op.claim_type, 'key', op.claim_key);
  op.fingerprint := md5(op.name || op.input::text)::uuid;
  op.source_keys := '{}';
  op.requires := '{}';
  op.advances := '{}';
  op.choices := '{}';
  op.counterparty_postings := '{}';
  op.limits := '{}';
  op.shown := '{}';
  op.resources := onceward.with_accrual(plan.resources);
  op.postings := coalesce(plan.on_expiry, '{}');
  op.milestones := onceward.reaches_levels(op.postings, pending.config_version);
  RETURN op;
END $$;

-- Behind the player's lock.
CREATE OR REPLACE FUNCTION onceward.expire_pending(
  pending onceward.pending_rewards, context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  op         onceward.operation := onceward.expiry_of(pending);
  subject    onceward.subject;
  resolution onceward.resolution;
  state      onceward.state;
  rules      onceward.regeneration_rules[];
  verdict    onceward.verdict;
BEGIN
  subject.player := pending.player;
  subject.actor := coalesce(
    (SELECT a.no FROM onceward.actors a WHERE a.id = op.actor_id AND a.kind = 4),
    onceward.register_actor(op.actor_kind, op.actor_id));
  subject.operation := onceward.expiry_operation();
  subject.claim_type := pending.claim_type;
  resolution.amounts_version := pending.config_version;
  resolution.announced := pending.number;
  resolution.gives_back := ARRAY(
    SELECT ROW(u.kind, u.subject, u.limit_no, u.period, -u.used, NULL, 0, NULL)::onceward.counter
      FROM unnest(onceward.announced_uses(pending.plan)) AS u);
  state := onceward.state_of(op, subject, context.at);
  IF true = ANY ((state.me).regenerates) THEN
    rules := onceward.read_rules(state, context.version);
  END IF;
  verdict := onceward.judge(op, subject, state, resolution, rules, context);
  IF verdict.rejection IS NOT NULL THEN
    -- Ceilings cut what it gives: only the largest amount that there is refuses it.
    op.postings := '{}';
    op.milestones := false;
    verdict := onceward.judge(op, subject, state, resolution, rules, context);
  END IF;
  IF coalesce(cardinality(verdict.moves), 0) = 0 THEN verdict.raises := 0; END IF;
  PERFORM onceward.write_claim(op, subject, state, resolution, verdict, context, NULL);
  IF cardinality(verdict.moves) > 0 THEN PERFORM onceward.write_moves(verdict.moves); END IF;
  PERFORM onceward.write_rare(op, subject, state, resolution, verdict, context);
END $$;

-- Settles what expired and an operation would have paid or moved, and reads the state once more:
-- the operation finds it settled, as if the scheduled handler had come first.
CREATE OR REPLACE FUNCTION onceward.settle_first(
  INOUT op onceward.operation, subject onceward.subject, INOUT resolution onceward.resolution,
  INOUT state onceward.state, context onceward.context)
LANGUAGE plpgsql AS $$
DECLARE
  pending onceward.pending_rewards;
  step    record;
BEGIN
  FOR pending IN
    SELECT * FROM onceward.pending_rewards w
     WHERE w.player = CASE op.source WHEN 'merge' THEN subject.other ELSE subject.player END
       AND CASE op.source WHEN 'merge' THEN w.expires_at <= state.at
                          ELSE w.number = resolution.announced END
     ORDER BY w.number
  LOOP
    PERFORM onceward.expire_pending(pending, context);
  END LOOP;
  IF op.source = 'merge' THEN
    step := onceward.resolve_merge(op, subject, state.at);
    op := step.op;
    resolution := step.resolution;
  END IF;
  state := onceward.state_of(op, subject, context.at);
END $$;

-- Settles at most `at_most` expired rewards and returns how many. Locks are taken in the order of
-- every operation (06_subjects.sql); what another transaction holds is left for the next call. The
-- app role may call this function: what has expired, the clock of the database says.
CREATE OR REPLACE FUNCTION onceward.expire_rewards(at_most integer DEFAULT 100)
RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  many    CONSTANT integer := least(greatest(at_most, 0), 1000);
  moment  CONSTANT timestamptz := clock_timestamp();
  locked  bigint[];
  context onceward.context;
  pending onceward.pending_rewards;
  settled integer := 0;
BEGIN
  locked := ARRAY(
    SELECT a.no FROM onceward.actors a
     WHERE a.no = ANY (ARRAY(SELECT w.player FROM onceward.pending_rewards w
                              WHERE w.expires_at <= moment
                              ORDER BY w.expires_at, w.player LIMIT many))
       -- Their times would go back: the clock of the database was set back (early_answer).
       AND a.updated_at <= moment + interval '5 minutes'
     ORDER BY a.no FOR NO KEY UPDATE SKIP LOCKED);
  context := onceward.read_context();
  IF context.version IS NULL THEN RETURN 0; END IF;
  PERFORM FROM (
      SELECT DISTINCT u.subject, u.limit_no, u.period
        FROM onceward.pending_rewards w, unnest(onceward.announced_uses(w.plan)) AS u
       WHERE w.player = ANY (locked) AND w.expires_at <= context.at AND u.kind = 3) AS used
    JOIN onceward.limit_counters c ON c.subject = used.subject AND c.limit = used.limit_no
         AND c.period = used.period AND c.kind = 3
    ORDER BY c.limit, c.period, c.subject FOR NO KEY UPDATE OF c;
  FOR pending IN
    SELECT * FROM onceward.pending_rewards w
     WHERE w.player = ANY (locked) AND w.expires_at <= context.at
     ORDER BY w.player, w.number LIMIT many
  LOOP
    PERFORM onceward.expire_pending(pending, context);
    settled := settled + 1;
  END LOOP;
  RETURN settled;
END $$;
