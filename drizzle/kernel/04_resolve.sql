-- Operations whose postings the ledger holds, and not the caller: a pending reward that is paid, a
-- code that is redeemed (04_codes.sql), and a claim that is reversed (04_reversals.sql). Each
-- function returns the operation with its postings and a resolution. They read and never write;
-- they run after the players are locked. The plan of a pending reward also has what its
-- announcement used of limits: paying uses none.

-- What a plan gives, and what it may give.
CREATE OR REPLACE FUNCTION onceward.postings_of(plan onceward.plan) RETURNS onceward.posting[]
LANGUAGE sql IMMUTABLE
RETURN (plan).postings || ARRAY(
  SELECT p FROM unnest((plan).choices) AS c, unnest(c.one_of) AS a, unnest(a.postings) AS p);

-- `number`: of the claim that settled it; null in a preview, as an operation settles it first.
CREATE OR REPLACE FUNCTION onceward.reward_expired(number integer, expired_at timestamptz)
RETURNS json LANGUAGE sql STABLE
RETURN json_build_object('kind', 'reward_expired', 'number', number, 'expiredAt',
  to_char(expired_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));

-- Levels only where a reward gives what they follow from: a later curve alone pays nobody.
CREATE OR REPLACE FUNCTION onceward.reaches_levels(given onceward.posting[], of_version integer)
RETURNS boolean LANGUAGE sql STABLE
RETURN coalesce((
  SELECT bool_or(p.delta > 0) FROM onceward.milestones m
    JOIN onceward.names n ON n.kind = 1 AND n.no = m.resource
    JOIN unnest(given) AS p ON p.resource = n.name
   WHERE m.config_version = of_version), false);

CREATE OR REPLACE FUNCTION onceward.reward_held(of_player bigint, number integer) RETURNS json
LANGUAGE sql STABLE
RETURN (SELECT json_build_object('kind', 'reward_held', 'handle', encode(a.handle, 'hex'),
                                 'number', reward_held.number)
          FROM onceward.actors a WHERE a.no = of_player);

CREATE OR REPLACE FUNCTION onceward.resolve_pending(
  INOUT op onceward.operation, subject onceward.subject, OUT resolution onceward.resolution)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  plan    onceward.plan;
  pending onceward.pending_rewards;
BEGIN
  -- The caller's rejection holds only where nothing is pending.
  op.mode := 'commit';
  SELECT * INTO pending FROM onceward.pending_rewards r
   WHERE r.player = subject.player AND r.claim_type = subject.claim_type
     AND r.claim_key = op.claim_key;
  IF NOT FOUND THEN
    resolution.rejection := coalesce(op.rejection, json_build_object(
      'kind', 'not_announced', 'claimType', op.claim_type, 'claimKey', op.claim_key));
    RETURN;
  END IF;
  -- Staff release it (78_release.sql).
  IF pending.is_held AND op.permission <> 'breaker:release' THEN
    resolution.rejection := onceward.reward_held(subject.player, pending.number);
    RETURN;
  END IF;
  -- What was announced is paid whatever has become of the player.
  op.decided_on := NULL;
  op.facts_read := NULL;
  plan := jsonb_populate_record(NULL::onceward.plan, pending.plan::jsonb);
  op.postings := plan.postings;
  -- What it requires was required when it was announced.
  op.requires := '{}';
  op.choices := plan.choices;
  op.counterparty_postings := '{}';
  op.source_keys := plan.source_keys;
  op.limits := '{}';
  op.resources := ARRAY(SELECT unnest(op.resources) UNION SELECT unnest(plan.resources));
  resolution.amounts_version := pending.config_version;
  resolution.announced := pending.number;
  resolution.expires_at := pending.expires_at;
  op.milestones := onceward.reaches_levels(onceward.postings_of(plan), pending.config_version);
END $$;

-- What exceeds a ceiling becomes a pending reward: nothing of it moves.
CREATE OR REPLACE FUNCTION onceward.or_pending(state onceward.state, verdict onceward.verdict)
RETURNS onceward.verdict LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF verdict.rejection->>'kind' = 'limit_exceeded' THEN
    verdict.rejection := NULL;
    verdict.me := state.me;
    verdict.moves := '{}';
    verdict.raises := 0;
    verdict.became_pending := true;
  END IF;
  RETURN verdict;
END $$;

CREATE OR REPLACE FUNCTION onceward.resolve(
  INOUT op onceward.operation, subject onceward.subject, OUT resolution onceward.resolution)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  step record;
BEGIN
  IF op.source = 'pending' THEN
    step := onceward.resolve_pending(op, subject);
  ELSIF op.source = 'code' THEN
    step := onceward.resolve_code(op, subject);
  ELSE
    step := onceward.resolve_reversal(op, subject);
  END IF;
  op := step.op;
  resolution := step.resolution;
END $$;

-- What an operation counts towards the limits of its staff member. Returning what the player paid
-- is no award as long as what it bought is taken back whole. Where a debt is left, all of it is.
CREATE OR REPLACE FUNCTION onceward.counted_award(
  op onceward.operation, state onceward.state, rules onceward.regeneration_rules[],
  context onceward.context)
RETURNS onceward.staff_state LANGUAGE plpgsql STABLE AS $$
DECLARE
  nothing onceward.staff_state := state.staff;
  step    record;
  moves   onceward.move[];
BEGIN
  IF op.source <> 'reversal' THEN RETURN state.staff; END IF;
  nothing.given := 0;
  nothing.gifts := NULL;
  IF NOT (op.reverses).allow_debt THEN RETURN nothing; END IF;
  step := onceward.post(state.me, '{}', op.postings, 1, rules, state.at);
  IF op.milestones AND step.rejection IS NULL THEN
    step := onceward.post(step.side, step.moves, onceward.milestone_postings(
      context.milestones, state.me, step.side, -9007199254740991), 2, rules, state.at);
  END IF;
  moves := step.moves;
  step := onceward.post(state.other, '{}', op.counterparty_postings, 1, rules, state.at);
  IF EXISTS (
    SELECT FROM unnest(moves || step.moves) AS m WHERE m.delta < 0 AND m.before + m.delta < 0)
  THEN RETURN state.staff; END IF;
  RETURN nothing;
END $$;
