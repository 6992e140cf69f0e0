-- Whether an operation may be carried out, and how the balances would move: every rule of the ledger after the key, in an
-- order that is part of the public contract. It reads and never writes; commit_operation calls it behind the players' locks,
-- preview_operation without. As a STABLE function it sees what its caller sees at the call: commit_operation, being
-- VOLATILE, takes a new look for each of its statements, so this one sees all that was committed before the locks were had.
--
--   returns  rejection: set where the answer is "no"; everything else then means nothing
--            moves          what to write, for both players (plan_moves.sql)
--            balances, anchors, draws   of the player; other_balances of the other one
--            handed_out     what a staff member gives, before any ceiling cuts it
--            further_keys, config_version   the operation's own, or those of what was announced

CREATE OR REPLACE FUNCTION onceward.judge_operation(
  op jsonb, player onceward.players, other onceward.players, member onceward.staff, moment timestamptz,
  OUT rejection jsonb, OUT moves onceward.move[], OUT balances jsonb, OUT anchors jsonb, OUT draws jsonb, OUT other_balances jsonb,
  OUT handed_out bigint, OUT further_keys jsonb, OUT config_version bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  check_     CONSTANT jsonb := nullif(op->'staffCheck', 'null');
  reverses   CONSTANT jsonb := nullif(op->'reverses', 'null');
  accruals   CONSTANT jsonb := nullif(op->'accruals', 'null');
  other_id   CONSTANT text := op->'counterparty'->>'playerId';
  postings   jsonb := op->'postings';
  other_postings jsonb := coalesce(op->'counterparty'->'postings', '[]');
  milestones jsonb := op->'milestones';
  set_off    jsonb;   -- of a claim that is reversed: the milestones that it may have set off
  known      onceward.reward_claims;
  taken      onceward.claim_keys;
  owed       onceward.owed_claims;
  quota      jsonb;
  bound      bigint;
  used_      bigint;
  budget     onceward.staff_budget_days;
  own_moves  record;
  other_moves record;
BEGIN
  IF op->>'mode' = 'reject' THEN
    rejection := op->'rejection';
    RETURN;
  ELSIF player.id IS NULL THEN
    rejection := jsonb_build_object('kind', 'unknown_player', 'playerId', op->'playerId');
    RETURN;
  ELSIF other_id IS NOT NULL AND other.id IS NULL THEN
    rejection := jsonb_build_object('kind', 'unknown_player', 'playerId', other_id);
    RETURN;
  END IF;
  further_keys := coalesce(op->'furtherKeys', '[]');
  config_version := (op->>'configVersion')::bigint;

  -- The business claim is granted once, whoever asks and under whatever key; what was paid can't be announced as owed.
  SELECT * INTO known FROM onceward.reward_claims c
   WHERE c.player_id = player.id AND c.claim_type = op->>'claimType' AND c.claim_key = op->>'claimKey' AND c.outcome = 'granted';
  IF NOT FOUND AND op->'owes' <> 'null' THEN
    SELECT * INTO known FROM onceward.reward_claims c
     WHERE c.player_id = player.id AND c.claim_type = op->'owes'->>'claimType' AND c.claim_key = op->'owes'->>'claimKey'
       AND c.outcome = 'granted';
  END IF;
  IF known.id IS NOT NULL THEN
    rejection := jsonb_build_object('kind', 'already_claimed', 'claimId', known.id, 'sharedKey', NULL);
    RETURN;
  END IF;

  -- What was announced is paid as it was announced, with the rules of that time. What the balance begins with and what time
  -- has brought is no part of it: the player has seen that by the rules of today.
  IF (op->>'paysOwed')::boolean THEN
    SELECT * INTO owed FROM onceward.owed_claims o
     WHERE o.player_id = player.id AND o.claim_type = op->>'claimType' AND o.claim_key = op->>'claimKey';
    IF NOT FOUND THEN
      rejection := jsonb_build_object('kind', 'not_announced', 'claimType', op->'claimType', 'claimKey', op->'claimKey');
      RETURN;
    END IF;
    postings := onceward.accruing_by(accruals, owed.plan->'postings');
    milestones := coalesce((
      SELECT jsonb_agg(m || jsonb_build_object('grants', onceward.accruing_by(accruals, m->'grants')) ORDER BY nth)
        FROM jsonb_array_elements(owed.plan->'milestones') WITH ORDINALITY AS announced(m, nth)), '[]');
    further_keys := owed.plan->'furtherKeys';
    config_version := (owed.plan->>'configVersion')::bigint;
  END IF;

  -- Each further key is taken once too: another claim, of whatever type, may have given the same for the same source.
  IF further_keys <> '[]' THEN
    SELECT k.* INTO taken
      FROM jsonb_array_elements(further_keys) WITH ORDINALITY AS asked(key, place)
      JOIN onceward.claim_keys k
        ON k.player_id = player.id AND k.key_type = asked.key->>'type' AND k.key = asked.key->>'key'
     ORDER BY asked.place LIMIT 1;
    IF FOUND THEN
      rejection := jsonb_build_object('kind', 'already_claimed', 'claimId', taken.claim_id,
        'sharedKey', jsonb_build_object('type', taken.key_type, 'key', taken.key));
      RETURN;
    END IF;
  END IF;

  -- A reversal moves back what its original moved: the postings are what the ledger says, not what the caller says. An
  -- original whose other player is not the one at hand was not there yet when the players were locked: it is unknown still.
  IF reverses IS NOT NULL THEN
    SELECT * INTO known FROM onceward.reward_claims c
     WHERE c.id = (reverses->>'claimId')::uuid AND c.player_id = player.id AND c.outcome = 'granted';
    IF NOT FOUND OR known.counterparty_id IS DISTINCT FROM other.id THEN
      rejection := jsonb_build_object('kind', 'unknown_claim', 'claimId', reverses->'claimId');
      RETURN;
    ELSIF known.operation = op->>'name' THEN
      rejection := jsonb_build_object('kind', 'not_reversible', 'claimId', reverses->'claimId');
      RETURN;
    END IF;
    -- An import sets off no levels: a row for the levels' counter is what was imported.
    set_off := CASE WHEN known.operation <> 'import' THEN milestones ELSE '[]' END;
    postings := onceward.reversed_postings(known.id, player.id, known.player_version, reverses, set_off);
    other_postings := onceward.reversed_postings(known.id, known.counterparty_id, known.counterparty_version, reverses, set_off);
  END IF;

  IF (op->>'expectedVersion')::bigint <> player.version THEN
    rejection := jsonb_build_object(
      'kind', 'version_conflict', 'expected', (op->>'expectedVersion')::bigint, 'current', player.version);
    RETURN;
  END IF;

  IF (op->>'paysOwed')::boolean THEN
    -- What a server announced is not the staff member's gift: no limit of theirs stands against it.
    handed_out := 0;
  ELSIF check_ IS NOT NULL THEN
    -- Draws that count again are no gift: their counter is nothing that a player could spend.
    SELECT onceward.handed_out(coalesce(jsonb_agg(p), '[]')) INTO handed_out FROM jsonb_array_elements(postings || other_postings) AS p
     WHERE (reverses->'counters' ? (p->>'resource')) IS NOT TRUE;
    bound := coalesce(member.reward_limit, (check_->>'defaultLimit')::bigint);
    IF handed_out > bound THEN
      rejection := onceward.limit_exceeded('staff_reward', bound, bound, handed_out, NULL);
      RETURN;
    END IF;
    SELECT * INTO budget FROM onceward.staff_budget_days b WHERE b.staff_id = member.id AND b.day = (check_->>'day')::date;
    used_ := coalesce(budget.spent, 0);
    bound := coalesce(member.daily_budget, (check_->>'defaultBudget')::bigint);
    IF used_ + handed_out > bound THEN
      rejection := onceward.limit_exceeded('staff_daily_budget', bound, greatest(bound - used_, 0), handed_out, check_->>'renewsAt');
      RETURN;
    END IF;
    -- Taking back is no award: a mistake can be mended after the day's last one.
    bound := CASE WHEN reverses IS NULL THEN (check_->>'awardsPerDay')::bigint END;
    IF coalesce(budget.awards, 0) >= bound THEN
      rejection := onceward.limit_exceeded('staff_daily_awards', bound, 0, 1, check_->>'renewsAt');
      RETURN;
    END IF;
  END IF;

  IF op->'quotas' <> '[]' THEN
    FOR quota IN SELECT jsonb_array_elements(op->'quotas') LOOP
      SELECT q.used INTO used_ FROM onceward.player_quotas q
       WHERE q.player_id = player.id AND q.name = quota->>'name' AND q.period = quota->>'period';
      used_ := coalesce(used_, 0);
      bound := (quota->>'bound')::bigint;
      IF used_ + (quota->>'amount')::bigint > bound THEN
        rejection := onceward.limit_exceeded(quota->>'limit', bound, greatest(bound - used_, 0), (quota->>'amount')::bigint,
                                             quota->>'renewsAt');
        RETURN;
      END IF;
    END LOOP;
  END IF;

  own_moves := onceward.plan_moves(player, postings, coalesce(op->'choices', '[]'), milestones, moment);
  IF own_moves.rejection IS NOT NULL THEN
    rejection := own_moves.rejection;
    RETURN;
  END IF;
  moves := own_moves.moves;
  balances := own_moves.balances;
  anchors := own_moves.anchors;
  draws := own_moves.draws;

  IF other.id IS NOT NULL THEN
    other_moves := onceward.plan_moves(other, other_postings, '[]', '[]', moment);
    -- That another player's balance is full the caller learns, and not how full. Who lacks something in a reversal is named.
    IF other_moves.rejection->>'kind' = 'limit_exceeded' THEN
      rejection := other_moves.rejection || '{"limit": "recipient_ceiling", "bound": 0, "remaining": 0}';
      RETURN;
    ELSIF other_moves.rejection IS NOT NULL THEN
      rejection := other_moves.rejection || jsonb_build_object('playerId', other.id);
      RETURN;
    END IF;
    moves := moves || other_moves.moves;
    other_balances := other_moves.balances;
  END IF;
END $$;

-- What postings give, before any ceiling cuts it.
CREATE OR REPLACE FUNCTION onceward.handed_out(postings jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT least(coalesce(sum(greatest((p->>'delta')::bigint, 0)), 0), 9007199254740991)::bigint FROM jsonb_array_elements(postings) AS p
$$;

CREATE OR REPLACE FUNCTION onceward.limit_exceeded(limit_ text, bound bigint, remaining bigint, requested bigint, renews_at text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('kind', 'limit_exceeded', 'limit', limit_, 'resource', NULL,
    'bound', bound, 'remaining', remaining, 'requested', requested, 'renewsAt', renews_at)
$$;

-- The other player whom the claim had moved that is to be reversed.
CREATE OR REPLACE FUNCTION onceward.reversed_counterparty(op jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT c.counterparty_id FROM onceward.reward_claims c
   WHERE c.id = (op->'reverses'->>'claimId')::uuid AND c.player_id = op->>'playerId'
$$;
