-- The ledger kernel: the only writer of the ledger, one call for each mutation, one transaction for each call.
--
-- It takes an Operation (src/domain/operation.ts) and returns an Outcome (src/domain/outcome.ts). It knows postings, limits,
-- milestones and budgets; it knows no quest and no price: game rules are decided before they reach it.
--
-- Phases, in an order that is part of the public contract:
--   permission → known key → lock → known key again → judgement (judge_operation.sql) → record → move → audit.
-- Locks: the players in the order of their IDs, then the acting staff member; whoever is new is made before any lock is
-- taken. Business rejections are values: they are recorded under the key like a grant and replayed as they were. Only
-- infrastructure raises. A Worker of an older version, during a deploy, leaves fields out that it does not know: what is
-- not there must mean the same as nothing.
--
-- It runs as its owner, so pg_temp stands last in the search path: left out, it would be searched first, and a caller's
-- own pg_temp.date would stand for date here, with a CHECK that runs as the owner. So in every PL/pgSQL function that the
-- kernel calls: its variables' types are looked up once in a session, and the session's first call may be the caller's own.
-- The planner gets no choice either:
-- every lookup has its index, but a plan made while a table had a page, kept for the session, would go on reading all
-- of the table, and one made for a player thought new would go on reading all of that player's history.

-- Why this staff member may not do it, or null. The row decides, not the token.
CREATE OR REPLACE FUNCTION onceward.staff_refusal(member onceward.staff, check_ jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN member.id IS NULL THEN '{"kind": "forbidden", "why": "unknown_staff"}'::jsonb
              WHEN member.disabled_at IS NOT NULL THEN '{"kind": "forbidden", "why": "disabled"}'
              WHEN NOT check_->'roles' ? member.role THEN '{"kind": "forbidden", "why": "role"}' END
$$;

CREATE OR REPLACE FUNCTION onceward.commit_operation(op jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  player_id_ CONSTANT text := op->>'playerId';
  key_       CONSTANT text := op->>'idempotencyKey';
  mode_      CONSTANT text := op->>'mode';
  check_     CONSTANT jsonb := nullif(op->'staffCheck', 'null');
  other_id   text;

  member     onceward.staff;          -- the acting staff member
  player     onceward.players;
  other      onceward.players;        -- the other player of a transfer, or of its reversal
  locked     onceward.players;
  known      onceward.reward_claims;  -- what this key has had before
  claim      onceward.reward_claims;  -- what this call records
  verdict    record;
  granted    boolean;
  moment     timestamptz;
BEGIN
  IF mode_ IS NULL OR mode_ NOT IN ('commit', 'reject', 'lookup') OR (mode_ = 'reject') <> (coalesce(op->'rejection', 'null') <> 'null') THEN
    RAISE EXCEPTION 'an operation commits, rejects with a rejection, or looks up' USING ERRCODE = 'invalid_parameter_value';
  END IF;

  -- Permission: nothing is recorded for somebody who may not ask. An operator is who could write past the kernel anyway.
  IF (op->'actor'->>'kind' = 'staff') <> (check_ IS NOT NULL) THEN
    RAISE EXCEPTION 'staff act under a staff check, and nobody else does' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF op->'actor'->>'kind' = 'operator' AND NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    RAISE EXCEPTION 'operators have a connection of their own' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF check_ IS NOT NULL THEN
    SELECT * INTO member FROM onceward.staff s WHERE s.id = op->'actor'->>'id';
    IF onceward.staff_refusal(member, check_) IS NOT NULL THEN
      RETURN onceward.staff_refusal(member, check_);
    END IF;
  END IF;

  -- A key that has had its outcome is answered before anything else is judged, without a lock and without a write.
  SELECT * INTO known FROM onceward.reward_claims c WHERE c.player_id = player_id_ AND c.idempotency_key = key_;
  IF FOUND THEN
    RETURN onceward.known_key_outcome(op, known);
  END IF;

  -- Lock: from here on the operations of these players go one after the other. What is read of a player from here on is
  -- what the lock was taken on: a row seen without it could be another operation's to change.
  other_id := CASE WHEN op->'reverses' <> 'null' THEN onceward.reversed_counterparty(op) ELSE op->'counterparty'->>'playerId' END;
  IF other_id IS NULL THEN
    SELECT * INTO player FROM onceward.players p WHERE p.id = player_id_ FOR NO KEY UPDATE;
  END IF;
  IF player.id IS NULL THEN
    IF (op->>'createPlayer')::boolean AND mode_ <> 'lookup' THEN
      INSERT INTO onceward.players (id, created_at, updated_at)
      VALUES (player_id_, date_trunc('milliseconds', clock_timestamp()), date_trunc('milliseconds', clock_timestamp()))
      ON CONFLICT DO NOTHING;
    END IF;
    FOR locked IN SELECT * FROM onceward.players p WHERE p.id IN (player_id_, other_id) ORDER BY p.id FOR NO KEY UPDATE LOOP
      IF locked.id = player_id_ THEN player := locked; ELSE other := locked; END IF;
    END LOOP;
  END IF;

  -- The same key may have been in flight while this call waited for the lock.
  SELECT * INTO known FROM onceward.reward_claims c WHERE c.player_id = player_id_ AND c.idempotency_key = key_;
  IF FOUND THEN
    RETURN onceward.known_key_outcome(op, known);
  ELSIF mode_ = 'lookup' THEN
    RETURN '{"kind": "unknown_key"}';
  END IF;

  -- One staff member's awards go one after the other, whichever players they are for: the budget is exact. What counts
  -- is what the row says now, not what it said before this call waited.
  IF check_ IS NOT NULL AND mode_ = 'commit' THEN
    SELECT * INTO member FROM onceward.staff s WHERE s.id = member.id FOR NO KEY UPDATE;
    IF onceward.staff_refusal(member, check_) IS NOT NULL THEN
      RETURN onceward.staff_refusal(member, check_);
    END IF;
  END IF;

  -- Times of one player's claims never run backwards. They are whole milliseconds, as everybody is told them: what a
  -- client or the domain reckons from them (accrual.ts) is what the ledger does.
  moment := greatest(date_trunc('milliseconds', clock_timestamp()), player.updated_at, other.updated_at);
  verdict := onceward.judge_operation(op, player, other, member, moment);
  granted := verdict.rejection IS NULL;

  -- Record: one row under the key, whatever the outcome.
  INSERT INTO onceward.reward_claims AS c (
    player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input, outcome, rejection,
    actor_kind, actor_id, reason, config_version, correlation_id, player_version, balances_after, anchors_after, draws,
    counterparty_id, counterparty_version, counterparty_balances_after, occurred_at, claimed_at)
  VALUES (
    player_id_, op->>'name', op->>'claimType', op->>'claimKey', key_, op->>'fingerprint', op->'input',
    CASE WHEN granted THEN 'granted' ELSE 'rejected' END, verdict.rejection,
    op->'actor'->>'kind', op->'actor'->>'id', op->>'reason',
    CASE WHEN granted THEN verdict.config_version ELSE (op->>'configVersion')::bigint END, op->>'correlationId',
    CASE WHEN granted THEN player.version + 1 ELSE coalesce(player.version, 0) END,
    CASE WHEN granted THEN verdict.balances END, CASE WHEN granted THEN nullif(verdict.anchors, '{}') END,
    CASE WHEN granted THEN nullif(verdict.draws, '[]') END,
    CASE WHEN granted THEN other.id END, CASE WHEN granted THEN other.version + 1 END, CASE WHEN granted THEN verdict.other_balances END,
    (op->>'occurredAt')::timestamptz, moment)
  ON CONFLICT (player_id, idempotency_key) DO NOTHING
  RETURNING * INTO claim;
  IF NOT FOUND THEN
    -- Only where there is no player row to lock: the same key for the same unknown player, twice at once.
    SELECT * INTO known FROM onceward.reward_claims c WHERE c.player_id = player_id_ AND c.idempotency_key = key_;
    RETURN onceward.known_key_outcome(op, known);
  END IF;

  -- Move: balances, entries and versions of the players, and what counts against keys, quotas, budgets and what is owed.
  IF granted THEN
    PERFORM onceward.write_moves(claim.id, verdict.moves, ARRAY[player_id_, other.id], moment);
    IF verdict.further_keys <> '[]' THEN
      INSERT INTO onceward.claim_keys (player_id, key_type, key, claim_id)
      SELECT player_id_, k->>'type', k->>'key', claim.id FROM jsonb_array_elements(verdict.further_keys) AS k;
    END IF;
    IF op->'quotas' <> '[]' THEN
      INSERT INTO onceward.player_quotas AS q (player_id, name, period, used)
      SELECT player_id_, u->>'name', u->>'period', (u->>'amount')::bigint FROM jsonb_array_elements(op->'quotas') AS u
      ON CONFLICT (player_id, name, period) DO UPDATE SET used = q.used + excluded.used;
    END IF;
    IF op->'owes' <> 'null' THEN
      INSERT INTO onceward.owed_claims (player_id, claim_type, claim_key, announced_by, announced_at, plan)
      VALUES (player_id_, op->'owes'->>'claimType', op->'owes'->>'claimKey', claim.id, moment,
              op->'owes'->'plan' || jsonb_build_object('configVersion', claim.config_version));
    END IF;
    -- Whoever makes the claim settles what was announced for it.
    DELETE FROM onceward.owed_claims o
     WHERE o.player_id = player_id_ AND o.claim_type = claim.claim_type AND o.claim_key = claim.claim_key;
    IF op->'reverses' <> 'null' THEN
      -- An announcement that is taken back is owed no more.
      DELETE FROM onceward.owed_claims o
       WHERE o.announced_by = (op->'reverses'->>'claimId')::uuid AND o.player_id = player_id_;
    END IF;
    IF check_ IS NOT NULL AND (op->>'paysOwed')::boolean IS NOT TRUE THEN
      INSERT INTO onceward.staff_budget_days AS b (staff_id, day, spent, awards)
      VALUES (member.id, (check_->>'day')::date, verdict.handed_out, CASE WHEN op->'reverses' <> 'null' THEN 0 ELSE 1 END)
      ON CONFLICT (staff_id, day) DO UPDATE SET spent = b.spent + excluded.spent, awards = b.awards + excluded.awards;
    END IF;
  END IF;

  -- Audit: what staff did, and what they were refused, one row for each claim recorded.
  IF check_ IS NOT NULL THEN
    INSERT INTO onceward.audit_events (actor_kind, actor_id, action, outcome, player_id, claim_id, amount, reason, correlation_id, detail)
    SELECT 'staff', member.id, op->>'name', claim.outcome, player_id_, claim.id, gift.amount, op->>'reason', op->>'correlationId',
           jsonb_build_object('budgetDay', check_->'day', 'spentBefore', coalesce((
             SELECT b.spent FROM onceward.staff_budget_days b WHERE b.staff_id = member.id AND b.day = (check_->>'day')::date), 0)
             - CASE WHEN granted THEN gift.amount ELSE 0 END)
      FROM (SELECT coalesce(verdict.handed_out, onceward.handed_out(op->'postings')) AS amount) AS gift;
  END IF;

  IF NOT granted THEN
    RETURN onceward.rejected_outcome(claim, false);
  END IF;
  RETURN onceward.granted_outcome(op, claim, false, player.created_at, onceward.changes_json(verdict.moves, player_id_),
    CASE WHEN other.id IS NOT NULL THEN onceward.changes_json(verdict.moves, other.id) END);
END $$;
