-- The ledger kernel: the only writer of the ledger, one call for each mutation, one transaction for each call.
--
-- It takes an Operation (src/domain/operation.ts) and returns an Outcome (src/domain/outcome.ts). It knows postings, floors,
-- ceilings, milestones and staff limits; it knows no quest and no price: game rules are decided before they reach it.
--
-- Phases, in an order that is part of the public contract:
--   permission → known key → lock → known key again → plan's "no" → business claim and further keys → what is reversed
--   → version → staff limits → balances → record → move → audit.
-- Locks: the player's row, then the acting staff member's. Business rejections are values: they are recorded under the
-- key like a grant and replayed as they were. Only infrastructure raises.
--
-- It runs as its owner, so pg_temp stands last in the search path: left out, it would be searched first, and a caller's
-- own pg_temp.date would stand for date here, with a CHECK that runs as the owner. The planner gets no choice either:
-- every lookup has its index, but a plan made while a table had a page, kept for the session, would go on reading all
-- of the table, and one made for a player thought new would go on reading all of that player's history.

CREATE OR REPLACE FUNCTION onceward.commit_operation(op jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  max_amount CONSTANT bigint := 9007199254740991;  -- 2^53 − 1: what a JSON number holds exactly
  player_id_ CONSTANT text := op->>'playerId';
  key_       CONSTANT text := op->>'idempotencyKey';
  mode_      CONSTANT text := op->>'mode';
  check_     CONSTANT jsonb := nullif(op->'staffCheck', 'null');
  reverses   CONSTANT jsonb := nullif(op->'reverses', 'null');
  further    CONSTANT jsonb := coalesce(op->'furtherKeys', '[]');

  member     onceward.staff;          -- the acting staff member
  player     onceward.players;
  known      onceward.reward_claims;  -- what this key, or this business claim, has had before
  taken      onceward.claim_keys;     -- a further key that another claim took
  claim      onceward.reward_claims;  -- what this call records
  rejection_ jsonb := nullif(op->'rejection', 'null');

  balances_  jsonb;                   -- every balance of the player, moved along as postings are applied
  sequences  jsonb;
  postings   jsonb := op->'postings';
  posting    record;
  before_    bigint;
  after_     bigint;
  low        bigint;
  high       bigint;
  bound      bigint;
  handed_out bigint := 0;             -- what a staff operation gives, before any ceiling cuts it
  spent_     bigint := 0;             -- of the staff member's budget of the day

  resources  text[] := '{}';          -- the entries to write, column by column
  befores    bigint[] := '{}';
  afters     bigint[] := '{}';
  requests   bigint[] := '{}';
  positions  bigint[] := '{}';        -- the sequence of each
  changes    jsonb := '[]';
BEGIN
  IF mode_ IS NULL OR mode_ NOT IN ('commit', 'reject', 'lookup') OR (mode_ = 'reject') <> (rejection_ IS NOT NULL) THEN
    RAISE EXCEPTION 'an operation commits, rejects with a rejection, or looks up' USING ERRCODE = 'invalid_parameter_value';
  END IF;

  -- Permission: the staff row decides, not the token. Nothing is recorded for somebody who may not ask.
  IF (op->'actor'->>'kind' = 'staff') <> (check_ IS NOT NULL) THEN
    RAISE EXCEPTION 'staff act under a staff check, and nobody else does' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF check_ IS NOT NULL THEN
    SELECT * INTO member FROM onceward.staff s WHERE s.id = op->'actor'->>'id';
    IF NOT FOUND THEN
      RETURN '{"kind": "forbidden", "why": "unknown_staff"}';
    ELSIF member.disabled_at IS NOT NULL THEN
      RETURN '{"kind": "forbidden", "why": "disabled"}';
    ELSIF NOT check_->'roles' ? member.role THEN
      RETURN '{"kind": "forbidden", "why": "role"}';
    END IF;
    SELECT least(coalesce(sum(greatest((p->>'delta')::bigint, 0)), 0), max_amount) INTO handed_out FROM jsonb_array_elements(postings) AS p;
  END IF;

  -- A key that has had its outcome is answered before anything else is judged, without a lock and without a write.
  SELECT * INTO known FROM onceward.reward_claims c WHERE c.player_id = player_id_ AND c.idempotency_key = key_;
  IF FOUND THEN
    RETURN onceward.known_key_outcome(op, known);
  END IF;

  -- Lock: from here on this player's operations go one after the other.
  SELECT * INTO player FROM onceward.players p WHERE p.id = player_id_ FOR NO KEY UPDATE;
  IF NOT FOUND AND (op->>'createPlayer')::boolean AND mode_ <> 'lookup' THEN
    INSERT INTO onceward.players (id) VALUES (player_id_) ON CONFLICT DO NOTHING;
    SELECT * INTO player FROM onceward.players p WHERE p.id = player_id_ FOR NO KEY UPDATE;
  END IF;

  -- The same key may have been in flight while this call waited for the lock.
  SELECT * INTO known FROM onceward.reward_claims c WHERE c.player_id = player_id_ AND c.idempotency_key = key_;
  IF FOUND THEN
    RETURN onceward.known_key_outcome(op, known);
  ELSIF mode_ = 'lookup' THEN
    RETURN '{"kind": "unknown_key"}';
  END IF;

  <<judge>>
  BEGIN
    EXIT judge WHEN rejection_ IS NOT NULL;

    IF player.id IS NULL THEN
      rejection_ := jsonb_build_object('kind', 'unknown_player', 'playerId', player_id_);
      EXIT judge;
    END IF;

    -- The business claim is granted once, whoever asks and under whatever key.
    SELECT * INTO known FROM onceward.reward_claims c
     WHERE c.player_id = player_id_ AND c.claim_type = op->>'claimType' AND c.claim_key = op->>'claimKey' AND c.outcome = 'granted';
    IF FOUND THEN
      rejection_ := jsonb_build_object('kind', 'already_claimed', 'claimId', known.id, 'sharedKey', NULL);
      EXIT judge;
    END IF;

    -- So is each of its further keys: another claim, of whatever type, may have given the same for the same source.
    IF further <> '[]' THEN
      SELECT k.* INTO taken
        FROM jsonb_array_elements(further) WITH ORDINALITY AS asked(key, place)
        JOIN onceward.claim_keys k
          ON k.player_id = player_id_ AND k.key_type = asked.key->>'type' AND k.key = asked.key->>'key'
       ORDER BY asked.place LIMIT 1;
      IF FOUND THEN
        rejection_ := jsonb_build_object('kind', 'already_claimed', 'claimId', taken.claim_id,
          'sharedKey', jsonb_build_object('type', taken.key_type, 'key', taken.key));
        EXIT judge;
      END IF;
    END IF;

    -- A reversal moves back what its original moved: the postings are what the ledger says, not what the caller says.
    IF reverses IS NOT NULL THEN
      SELECT * INTO known FROM onceward.reward_claims c
       WHERE c.id = (reverses->>'claimId')::uuid AND c.player_id = player_id_ AND c.outcome = 'granted';
      IF NOT FOUND THEN
        rejection_ := jsonb_build_object('kind', 'unknown_claim', 'claimId', reverses->'claimId');
        EXIT judge;
      ELSIF known.operation = op->>'name' THEN
        rejection_ := jsonb_build_object('kind', 'not_reversible', 'claimId', reverses->'claimId');
        EXIT judge;
      END IF;
      SELECT coalesce(jsonb_agg(jsonb_build_object('resource', e.resource, 'delta', -e.moved, 'ceiling', NULL, 'atLimit', 'reject',
               'floor', CASE WHEN NOT (reverses->>'allowDebt')::boolean THEN 0 END) ORDER BY e.resource), '[]'),
             coalesce(sum(greatest(-e.moved, 0)), 0)
        INTO postings, handed_out
        FROM (SELECT l.resource, sum(l.delta)::bigint AS moved FROM onceward.ledger_entries l
               WHERE l.player_id = player_id_ AND l.player_version = known.player_version AND l.claim_id = known.id
               GROUP BY l.resource HAVING sum(l.delta) <> 0) AS e;
    END IF;

    IF (op->>'expectedVersion')::bigint <> player.version THEN
      rejection_ := jsonb_build_object(
        'kind', 'version_conflict', 'expected', (op->>'expectedVersion')::bigint, 'current', player.version);
      EXIT judge;
    END IF;

    IF check_ IS NOT NULL THEN
      -- One staff member's awards go one after the other, whichever players they are for: the budget is exact. What counts
      -- is what the row says now, not what it said before this call waited for the player.
      SELECT * INTO member FROM onceward.staff s WHERE s.id = member.id FOR NO KEY UPDATE;
      IF member.disabled_at IS NOT NULL THEN
        RETURN '{"kind": "forbidden", "why": "disabled"}';
      ELSIF NOT check_->'roles' ? member.role THEN
        RETURN '{"kind": "forbidden", "why": "role"}';
      END IF;
      bound := coalesce(member.reward_limit, (check_->>'defaultLimit')::bigint);
      IF handed_out > bound THEN
        rejection_ := jsonb_build_object('kind', 'limit_exceeded', 'limit', 'staff_reward', 'resource', NULL,
          'bound', bound, 'remaining', bound, 'requested', handed_out, 'renewsAt', NULL);
        EXIT judge;
      END IF;
      SELECT b.spent INTO spent_ FROM onceward.staff_budget_days b
       WHERE b.staff_id = member.id AND b.day = (check_->>'day')::date;
      spent_ := coalesce(spent_, 0);
      bound := coalesce(member.daily_budget, (check_->>'defaultBudget')::bigint);
      IF spent_ + handed_out > bound THEN
        rejection_ := jsonb_build_object('kind', 'limit_exceeded', 'limit', 'staff_daily_budget', 'resource', NULL,
          'bound', bound, 'remaining', greatest(bound - spent_, 0), 'requested', handed_out,
          'renewsAt', check_->'renewsAt');
        EXIT judge;
      END IF;
    END IF;

    -- Balances: first the operation's own postings, then what the milestones that they crossed give.
    SELECT coalesce(jsonb_object_agg(b.resource, b.amount), '{}'), coalesce(jsonb_object_agg(b.resource, b.last_sequence), '{}')
      INTO balances_, sequences FROM onceward.balances b WHERE b.player_id = player_id_;
    FOR pass IN 1..2 LOOP
      FOR posting IN SELECT p->>'resource' AS resource, (p->>'delta')::bigint AS delta, (p->>'floor')::bigint AS floor,
                            (p->>'ceiling')::bigint AS ceiling, p->>'atLimit' = 'clamp' AS clamp
                       FROM jsonb_array_elements(postings) AS p LOOP
        before_ := coalesce((balances_->>posting.resource)::bigint, 0);
        after_ := before_ + posting.delta;
        low := coalesce(posting.floor, -max_amount);
        high := coalesce(posting.ceiling, max_amount);
        -- A balance already past its limit (the config moved the limit) is never pushed further, and never pulled back.
        IF posting.delta < 0 AND after_ < low THEN
          IF NOT posting.clamp OR posting.floor IS NULL THEN
            rejection_ := jsonb_build_object('kind', 'insufficient_balance', 'resource', posting.resource,
              'available', greatest(before_ - low, 0), 'required', -posting.delta);
            EXIT judge;
          END IF;
          after_ := least(before_, low);
        ELSIF posting.delta > 0 AND after_ > high THEN
          IF NOT posting.clamp OR posting.ceiling IS NULL THEN
            rejection_ := jsonb_build_object('kind', 'limit_exceeded', 'limit', 'resource_ceiling', 'resource', posting.resource,
              'bound', high, 'remaining', greatest(high - before_, 0), 'requested', posting.delta, 'renewsAt', NULL);
            EXIT judge;
          END IF;
          after_ := greatest(before_, high);
        END IF;
        resources := resources || posting.resource;
        befores := befores || before_;
        afters := afters || after_;
        requests := requests || posting.delta;
        positions := positions || coalesce((sequences->>posting.resource)::bigint, 0) + 1;
        balances_ := balances_ || jsonb_build_object(posting.resource, after_);
        sequences := sequences || jsonb_build_object(posting.resource, positions[cardinality(positions)]);
      END LOOP;
      EXIT WHEN pass = 2 OR op->'milestones' = '[]';
      postings := onceward.milestone_postings(op->'milestones', balances_);
    END LOOP;
  END judge;

  -- Record: one row under the key, whatever the outcome. Times of one player's claims never run backwards.
  INSERT INTO onceward.reward_claims AS c (
    player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input, outcome, rejection,
    actor_kind, actor_id, reason, config_version, correlation_id, player_version, balances_after, claimed_at)
  VALUES (
    player_id_, op->>'name', op->>'claimType', op->>'claimKey', key_, op->>'fingerprint', op->'input',
    CASE WHEN rejection_ IS NULL THEN 'granted' ELSE 'rejected' END, rejection_,
    op->'actor'->>'kind', op->'actor'->>'id', op->>'reason', (op->>'configVersion')::bigint, op->>'correlationId',
    CASE WHEN rejection_ IS NULL THEN player.version + 1 ELSE coalesce(player.version, 0) END,
    CASE WHEN rejection_ IS NULL THEN balances_ END, greatest(clock_timestamp(), player.updated_at))
  ON CONFLICT (player_id, idempotency_key) DO NOTHING
  RETURNING * INTO claim;
  IF NOT FOUND THEN
    -- Only where there is no player row to lock: the same key for the same unknown player, twice at once.
    SELECT * INTO known FROM onceward.reward_claims c WHERE c.player_id = player_id_ AND c.idempotency_key = key_;
    RETURN onceward.known_key_outcome(op, known);
  END IF;

  -- Move: balances by relative updates, an entry for each posting, the player's version, the staff member's budget.
  IF rejection_ IS NULL THEN
    IF further <> '[]' THEN
      INSERT INTO onceward.claim_keys (player_id, key_type, key, claim_id)
      SELECT player_id_, k->>'type', k->>'key', claim.id FROM jsonb_array_elements(further) AS k;
    END IF;
    INSERT INTO onceward.balances AS b (player_id, resource, amount, last_sequence)
    SELECT player_id_, e.resource, sum(e.after_ - e.before_), count(*)
      FROM unnest(resources, befores, afters) AS e(resource, before_, after_)
     GROUP BY e.resource ORDER BY e.resource
    ON CONFLICT (player_id, resource) DO UPDATE
      SET amount = b.amount + excluded.amount, last_sequence = b.last_sequence + excluded.last_sequence;

    WITH written AS (
      INSERT INTO onceward.ledger_entries (player_id, resource, sequence, claim_id, player_version, ordinal,
                                           delta, balance_before, balance_after, requested, recorded_at)
      SELECT player_id_, e.resource, e.sequence, claim.id, claim.player_version, e.ordinal,
             e.after_ - e.before_, e.before_, e.after_, e.requested, claim.claimed_at
        FROM unnest(resources, positions, befores, afters, requests) WITH ORDINALITY
             AS e(resource, sequence, before_, after_, requested, ordinal)
      RETURNING *)
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'resource', w.resource, 'before', w.balance_before, 'after', w.balance_after,
             'delta', w.delta, 'requested', w.requested, 'sequence', w.sequence) ORDER BY w.ordinal), '[]')
      INTO changes FROM written w;

    UPDATE onceward.players p SET version = claim.player_version, updated_at = claim.claimed_at WHERE p.id = player_id_;

    IF check_ IS NOT NULL THEN
      INSERT INTO onceward.staff_budget_days AS b (staff_id, day, spent)
      VALUES (member.id, (check_->>'day')::date, handed_out)
      ON CONFLICT (staff_id, day) DO UPDATE SET spent = b.spent + excluded.spent;
    END IF;
  END IF;

  -- Audit: what staff did, and what they were refused, one row for each claim recorded.
  IF check_ IS NOT NULL THEN
    INSERT INTO onceward.audit_events (actor_kind, actor_id, action, outcome, player_id, claim_id, amount, reason, correlation_id, detail)
    VALUES ('staff', member.id, op->>'name', claim.outcome, player_id_, claim.id, handed_out,
            op->>'reason', op->>'correlationId', jsonb_build_object('budgetDay', check_->'day', 'spentBefore', spent_));
  END IF;

  IF rejection_ IS NOT NULL THEN
    RETURN onceward.rejected_outcome(claim, false);
  END IF;
  RETURN jsonb_build_object('kind', 'granted', 'replayed', false, 'claim', onceward.claim_json(claim),
                            'changes', changes, 'balances', balances_, 'config', NULL);
END $$;
