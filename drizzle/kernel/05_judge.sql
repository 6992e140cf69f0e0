-- Judges one operation: a pure function of the operation and of what the ledger holds, to a
-- rejection or to what is to be written. Order of checks, which is part of the public contract:
--   whether a player was merged | caller's rejection | player | other player | claim |
--   the code's window |
--   pending reward, code or reversed claim | source keys | expected version | progress |
--   staff limits | limits | balances, draws, milestones |
--   whether the player is frozen (79_freeze.sql) |
--   whether the other player accepts gifts | the other player's balances

CREATE OR REPLACE FUNCTION onceward.limit_exceeded(
  which text, resource text, bound bigint, remaining bigint, requested bigint, renews_at text)
RETURNS json LANGUAGE sql STABLE
RETURN json_build_object('kind', 'limit_exceeded', 'limit', which, 'resource', resource,
  'bound', bound, 'remaining', remaining, 'requested', requested, 'renewsAt', renews_at);

CREATE OR REPLACE FUNCTION onceward.already_claimed(number integer, source_key json)
RETURNS json LANGUAGE sql STABLE
RETURN json_build_object('kind', 'already_claimed', 'number', number, 'sourceKey', source_key);

-- The same where a guest made the claim, before they were merged into this player: it has the
-- guest's number, and `guestHandle`.
CREATE OR REPLACE FUNCTION onceward.claimed_as_guest(
  guest bigint, number integer, source_key json)
RETURNS json LANGUAGE sql STABLE
RETURN (SELECT json_build_object('kind', 'already_claimed', 'number', claimed_as_guest.number,
                                 'sourceKey', source_key, 'guestHandle', encode(a.handle, 'hex'))
          FROM onceward.actors a WHERE a.no = guest);

-- The rejection that names a limit of a player or of the game, with what the caller says about it.
CREATE OR REPLACE FUNCTION onceward.beyond_limit(
  use onceward.limit_use, bound bigint, remaining bigint)
RETURNS json LANGUAGE sql STABLE
RETURN (onceward.limit_exceeded((use).rejection, (use).resource, bound, remaining, (use).amount,
                                (use).renews_at)::jsonb
        || coalesce((use).about::jsonb, '{}'))::json;

CREATE OR REPLACE FUNCTION onceward.judge_limits(
  op onceward.operation, state onceward.state, INOUT uses onceward.counter[], OUT rejection json)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  use     onceward.limit_use;
  counter onceward.counter;
  place   integer := 0;
BEGIN
  FOREACH use IN ARRAY op.limits::onceward.limit_use[] LOOP
    place := place + 1;
    CONTINUE WHEN use.kind = 'recipient';
    counter := state.counters[place];
    IF place > 1 AND (counter.kind, counter.limit_no, counter.period) IN (
         SELECT u.kind, u.limit_no, u.period FROM unnest(uses) AS u) THEN
      RAISE EXCEPTION 'an operation uses a limit once' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF counter.used + use.amount > counter.bound THEN
      rejection := onceward.beyond_limit(
        use, counter.bound, greatest(counter.bound - counter.used, 0));
      RETURN;
    END IF;
    counter.used := use.amount;
    uses := uses || counter;
  END LOOP;
END $$;

-- What the other player may receive. How much that is and how much they received stays private.
CREATE OR REPLACE FUNCTION onceward.judge_received(
  op onceward.operation, state onceward.state, INOUT uses onceward.counter[], OUT rejection json)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  use     onceward.limit_use;
  counter onceward.counter;
  place   integer := 0;
BEGIN
  FOREACH use IN ARRAY op.limits::onceward.limit_use[] LOOP
    place := place + 1;
    CONTINUE WHEN use.kind <> 'recipient';
    counter := state.counters[place];
    IF counter.used + use.amount > counter.bound THEN
      rejection := onceward.beyond_limit(use, 0, 0);
      RETURN;
    END IF;
    counter.used := use.amount;
    uses := uses || counter;
  END LOOP;
END $$;

-- The rejection of an account that is too young; null: it is not.
CREATE OR REPLACE FUNCTION onceward.too_young(age onceward.required_age, state onceward.state)
RETURNS json LANGUAGE sql STABLE
RETURN CASE WHEN ((state).me).since + make_interval(hours => (age).hours::integer) > (state).at
  THEN onceward.limit_exceeded('account_age', (age).resource, (age).hours, 0, (age).requested,
    onceward.iso(((state).me).since + make_interval(hours => (age).hours::integer))) END;

-- The rejection for what refuses an operation before any balance is looked at (`judge` says what).
CREATE OR REPLACE FUNCTION onceward.refusal(
  reason text, op onceward.operation, state onceward.state, resolution onceward.resolution,
  subject onceward.subject)
RETURNS json LANGUAGE sql STABLE
RETURN CASE reason
  WHEN 'merged' THEN json_build_object('kind', 'player_merged', 'playerId', (state).id)
  WHEN 'other merged' THEN json_build_object('kind', 'player_merged', 'playerId', (state).other_id)
  WHEN 'caller' THEN op.rejection
  WHEN 'player' THEN json_build_object('kind', 'unknown_player', 'playerId', op.player)
  WHEN 'other player' THEN json_build_object('kind', 'unknown_player', 'playerId', op.counterparty)
  WHEN 'claim' THEN onceward.already_claimed((state).earlier, NULL)
  WHEN 'claim of a guest' THEN
    onceward.claimed_as_guest((state).claimed_by, (state).claimed_as, NULL)
  WHEN 'announced claim' THEN onceward.already_claimed((state).announced, NULL)
  WHEN 'window' THEN onceward.code_not_valid(resolution, (state).at)
  WHEN 'resolution' THEN (resolution).rejection
  WHEN 'expired' THEN onceward.reward_expired(NULL, (resolution).expires_at)
  WHEN 'source key' THEN
    CASE WHEN ((state).taken->>'player')::bigint = ANY ((state).guests)
         THEN onceward.claimed_as_guest(((state).taken->>'player')::bigint,
                ((state).taken->>'number')::integer, (state).taken->'key')
         ELSE onceward.already_claimed(
           CASE WHEN ((state).taken->>'player')::bigint = (subject).player
                THEN ((state).taken->>'number')::integer END, (state).taken->'key') END
  WHEN 'version' THEN json_build_object('kind', 'version_conflict',
    'expected', op.expected_version, 'current', (state).version)
  WHEN 'progress' THEN onceward.unmet(op.requires, (state).me) END;

-- The limits that an operation uses or gives back: staff limits first, then the others.
CREATE OR REPLACE FUNCTION onceward.judge_uses(
  op onceward.operation, state onceward.state, resolution onceward.resolution,
  INOUT verdict onceward.verdict)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  step record;
BEGIN
  -- What a server announced is no gift of the staff member who pays it.
  IF NOT op.staff IS NULL AND op.source <> 'pending' THEN
    step := onceward.judge_staff(op, state.staff);
    verdict.rejection := step.rejection;
    verdict.uses := step.uses;
    IF verdict.rejection IS NOT NULL THEN RETURN; END IF;
  END IF;
  IF NOT op.age IS NULL THEN
    verdict.rejection := onceward.too_young(op.age, state);
    IF verdict.rejection IS NOT NULL THEN RETURN; END IF;
  END IF;
  IF cardinality(op.limits) > 0 THEN
    step := onceward.judge_limits(op, state, verdict.uses);
    verdict.rejection := step.rejection;
    verdict.uses := step.uses;
    IF verdict.rejection IS NOT NULL THEN RETURN; END IF;
  END IF;
  IF cardinality(resolution.gives_back) > 0 THEN
    verdict.uses := verdict.uses || resolution.gives_back;
  END IF;
  IF cardinality(resolution.uses) > 0 THEN
    verdict.uses := verdict.uses || resolution.uses;
  END IF;
END $$;

-- The other player's side. Who declines gifts, or is frozen, gets none. That their balance is full
-- the caller learns, and not how full; who lacks something is named.
CREATE OR REPLACE FUNCTION onceward.judge_other(
  op onceward.operation, state onceward.state, rules onceward.regeneration_rules[],
  verdict onceward.verdict)
RETURNS onceward.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE
  step record;
BEGIN
  -- Taking a gift back needs no consent.
  IF op.source = 'postings' AND NOT state.other_accepts THEN
    verdict.rejection := json_build_object('kind', 'gifts_declined', 'playerId', state.other_id);
    RETURN verdict;
  END IF;
  IF cardinality(op.limits) > 0 THEN
    step := onceward.judge_received(op, state, verdict.uses);
    verdict.uses := step.uses;
    verdict.rejection := step.rejection;
    IF verdict.rejection IS NOT NULL THEN RETURN verdict; END IF;
  END IF;
  step := onceward.post(state.other, '{}', op.counterparty_postings, 1, rules, state.at);
  verdict.other_moves := step.moves;
  -- A gift leaves the version of who receives it; taking it back, or a merge, raises it.
  verdict.other_raises := CASE WHEN op.source IN ('reversal', 'merge') THEN 1 ELSE 0 END;
  IF step.rejection->>'kind' = 'limit_exceeded' AND NOT op.on_full IS NULL THEN
    verdict.other_moves := '{}';
    verdict.became_pending := true;
    RETURN verdict;
  END IF;
  verdict.rejection := CASE step.rejection->>'kind'
    WHEN 'limit_exceeded' THEN onceward.limit_exceeded('recipient_ceiling',
      step.rejection->>'resource', 0, 0, (step.rejection->>'requested')::bigint, NULL)
    WHEN 'insufficient_balance' THEN (step.rejection::jsonb
      || jsonb_build_object('playerId', state.other_id))::json END;
  RETURN verdict;
END $$;

-- The first check that refuses an operation before any balance is looked at; null: none.
CREATE OR REPLACE FUNCTION onceward.reason_of(
  op onceward.operation, state onceward.state, resolution onceward.resolution)
RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN CASE
    WHEN state.merged_into IS NOT NULL THEN 'merged'
    -- Taking the merge itself back has a rejection of its own.
    WHEN state.other_merged AND (op.source <> 'reversal' OR resolution.rejection IS NULL)
      THEN 'other merged'
    WHEN op.mode = 'reject' THEN 'caller'
    WHEN NOT state.present THEN 'player'
    WHEN op.counterparty IS NOT NULL AND state.other_present IS NOT TRUE THEN 'other player'
    WHEN state.earlier IS NOT NULL AND state.reopened IS NOT TRUE THEN 'claim'
    WHEN state.claimed_by IS NOT NULL THEN 'claim of a guest'
    WHEN state.announced IS NOT NULL THEN 'announced claim'
    WHEN state.at < resolution.opens_at OR state.at >= resolution.closes_at THEN 'window'
    WHEN resolution.rejection IS NOT NULL THEN 'resolution'
    WHEN resolution.expires_at <= state.at THEN 'expired'
    WHEN state.taken IS NOT NULL THEN 'source key'
    WHEN op.expected_version <> state.version THEN 'version'
    WHEN cardinality(op.requires) > 0 AND onceward.unmet(op.requires, state.me) IS NOT NULL
      THEN 'progress' END;
END $$;

CREATE OR REPLACE FUNCTION onceward.judge(
  op onceward.operation, subject onceward.subject, state onceward.state,
  resolution onceward.resolution, rules onceward.regeneration_rules[],
  context onceward.context)
RETURNS onceward.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE
  verdict onceward.verdict;
  reason  text;
  step    record;
  lowest  bigint;
  rules_of_levels onceward.milestones[] := context.milestones;
  earned  onceward.posting[];
BEGIN
  -- Everything that a reason speaks of. Only another source than postings has a resolution, or
  -- something that was announced.
  IF op.mode <> 'commit' OR op.source <> 'postings' OR NOT state.present
     OR state.earlier IS NOT NULL OR state.taken IS NOT NULL OR op.counterparty IS NOT NULL
     OR state.merged_into IS NOT NULL OR state.claimed_by IS NOT NULL
     OR op.expected_version IS NOT NULL OR cardinality(op.requires) > 0 THEN
    reason := onceward.reason_of(op, state, resolution);
    IF reason IS NOT NULL THEN
      verdict.rejection := onceward.refusal(reason, op, state, resolution, subject);
      RETURN verdict;
    END IF;
  END IF;
  IF cardinality(op.limits) > 0 OR NOT op.staff IS NULL OR NOT op.age IS NULL
     OR cardinality(resolution.gives_back || resolution.uses) > 0 THEN
    verdict := onceward.judge_uses(op, state, resolution, verdict);
    IF verdict.rejection IS NOT NULL THEN RETURN verdict; END IF;
  END IF;
  step := onceward.post(state.me, '{}', op.postings || op.advances, 1, rules, state.at);
  IF cardinality(op.choices) > 0 AND step.rejection IS NULL THEN
    step := onceward.post_choices(step.side, step.moves, op.choices, rules, state.at);
    verdict.draws := step.draws;
    verdict.paid_with := step.paid_with;
  END IF;
  IF op.milestones AND step.rejection IS NULL THEN
    lowest := CASE WHEN op.source = 'reversal' AND NOT (op.reverses).allow_debt THEN 0
                   ELSE -9007199254740991 END;
    IF op.source <> 'code' AND resolution.amounts_version <> context.version THEN
      rules_of_levels := onceward.milestones_of(resolution.amounts_version);
    END IF;
    earned := onceward.milestone_postings(rules_of_levels, state.me, step.side, lowest);
    IF cardinality(earned) > 0 THEN
      step := onceward.post(step.side, step.moves, earned, 2, rules, state.at);
    END IF;
  END IF;
  verdict.rejection := step.rejection;
  verdict.me := step.side;
  verdict.moves := step.moves;
  verdict.raises := CASE op.source WHEN 'announcement' THEN 0 ELSE 1 END;
  IF step.rejection IS NOT NULL AND NOT op.on_full IS NULL AND op.counterparty IS NULL THEN
    verdict := onceward.or_pending(state, verdict);
  END IF;
  IF state.frozen THEN
    verdict := onceward.judge_frozen(op, subject, state, rules, context, verdict);
  END IF;
  IF subject.other IS NOT NULL AND verdict.rejection IS NULL THEN
    RETURN onceward.judge_other(op, state, rules, verdict);
  END IF;
  RETURN verdict;
END $$;
