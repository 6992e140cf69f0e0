-- What a call may ask for: the operations that a Worker of this version could send.

-- What is wrong with an operation that is no plain claim; null: nothing. Each name says what its
-- rule demands.
CREATE OR REPLACE FUNCTION onceward.broken_rare_rule(op onceward.operation) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN CASE
    WHEN NOT CASE op.actor_kind
      WHEN 'staff' THEN NOT op.staff IS NULL OR op.mode = 'lookup' OR op.player IS NULL
      -- A server's awards are limited as those of staff, and nothing else that it does.
      WHEN 'server' THEN (op.permission = 'reward:manual') = (NOT op.staff IS NULL)
                         OR op.mode = 'lookup' OR op.player IS NULL
      ELSE op.staff IS NULL END THEN 'staff_act_under_staff_terms'
    -- Its key, its claim and its refusals belong to the actor.
    WHEN op.player IS NULL AND NOT (
      op.actor_kind <> 'player' AND op.source = 'postings' AND op.staff IS NULL
      AND op.counterparty IS NULL AND op.expected_version IS NULL
      AND NOT op.creates_player AND NOT op.milestones AND op.age IS NULL
      AND op.accepts_gifts IS NULL AND op.freezes IS NULL
      AND cardinality(op.postings) = 0 AND cardinality(op.choices) = 0
      AND cardinality(op.advances) = 0 AND cardinality(op.requires) = 0
      AND cardinality(op.counterparty_postings) = 0 AND cardinality(op.limits) = 0
      AND cardinality(op.source_keys) = 0 AND cardinality(op.resources) = 0)
      THEN 'only_players_have_balances_limits_and_rewards'
    WHEN op.freezes IS NOT NULL
     AND (op.actor_kind = 'staff' AND op.permission = 'player:freeze') IS NOT TRUE
      THEN 'staff_freeze_players'
    WHEN op.actor_kind = 'staff' AND NOT (
      cardinality(op.choices) = 0
      AND coalesce(cardinality(((op.announces).plan).choices), 0) = 0) THEN 'staff_make_no_draws'
    WHEN (op.source = 'code') <> (op.redeems IS NOT NULL)
      OR op.redeems !~ '^[0-9a-f]{64}$' THEN 'a_redemption_names_its_code'
    WHEN op.source = 'code' AND op.counterparty IS NOT NULL THEN 'a_redemption_is_of_one_player'
    WHEN (op.source = 'reversal') = (op.reverses IS NULL) THEN 'a_reversal_names_its_claim'
    WHEN op.source = 'reversal' AND cardinality(op.limits) > 0 THEN 'a_reversal_uses_no_limits'
    WHEN (op.source = 'merge') = (op.merges IS NULL) OR op.source = 'merge' AND NOT (
      op.actor_kind IN ('server', 'staff') AND op.counterparty IS NOT NULL
      AND num_nulls((op.merges).takes, (op.merges).counters, (op.merges).keeps,
                    (op.merges).limits) = 0
      AND cardinality((op.merges).counters) <= 1000 AND cardinality((op.merges).keeps) <= 1000
      AND cardinality((op.merges).limits) <= 1000
      AND cardinality(op.counterparty_postings) = 0 AND cardinality(op.choices) = 0
      AND cardinality(op.limits) = 0 AND cardinality(op.source_keys) = 0
      AND cardinality(op.requires) = 0) THEN 'a_merge_is_of_two_players'
    WHEN op.source NOT IN ('postings', 'pending') AND cardinality(op.advances) > 0
      THEN 'only_claims_advance_counters'
    WHEN NOT op.on_full IS NULL AND NOT (
      op.source = 'postings' AND op.player IS NOT NULL
      AND cardinality(op.choices) = 0 AND cardinality(op.advances) = 0
      AND cardinality(op.source_keys) = 0 AND (op.on_full).origin BETWEEN 1 AND 4
      AND (length((op.on_full).message::text) <= 16384) IS NOT FALSE)
      THEN 'only_a_plain_gift_becomes_pending'
    WHEN (op.source = 'announcement') = (op.announces IS NULL)
      THEN 'an_announcement_names_its_claim'
    WHEN op.announces IS NULL THEN NULL
    WHEN num_nulls(((op.announces).plan).resources, ((op.announces).plan).postings,
                   ((op.announces).plan).choices, ((op.announces).plan).source_keys) > 0
      THEN 'an_announcement_has_a_whole_plan'
    WHEN NOT (op.announces).origin BETWEEN 1 AND 3 THEN 'an_announcement_has_an_origin'
    WHEN length((op.announces).message::text) > 16384 THEN 'nothing_is_too_long'
    WHEN NOT (op.announces).expires_at
      BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999Z'
      THEN 'an_announcement_expires_at_a_time_of_the_calendar' END;
END $$;

-- An operation from its JSON. The rule that it breaks is the constraint of the error. As
-- constraints of a domain, these rules cost twice as much (docs/notes/performance.md).
CREATE OR REPLACE FUNCTION onceward.read_operation(sent jsonb) RETURNS onceward.operation
LANGUAGE plpgsql STABLE AS $$
DECLARE
  op     onceward.operation := jsonb_populate_record(NULL::onceward.operation, sent);
  broken text := CASE
    WHEN num_nulls(
      op.mode, op.name, op.creates_player, op.actor_kind, op.actor_id, op.permission,
      op.idempotency_key, op.fingerprint, op.input, op.correlation_id, op.holds_from,
      op.holds_until, op.claim_type, op.claim_key, op.source_keys, op.source, op.requires,
      op.resources, op.postings, op.advances, op.choices, op.milestones,
      op.counterparty_postings, op.limits, op.units, op.shown) > 0 THEN 'nothing_is_missing'
    WHEN greatest(length(op.claim_key), length(op.reason), length(op.actor_id),
                  length(op.client_correlation_id)) > 512
      -- As the Worker bounds bodies.
      OR length(op.facts_read::text) > 65536
      OR length(op.input::text) > CASE op.actor_kind WHEN 'player' THEN 65536 ELSE 1048576 END
      OR length(op.zones_next) > 4096
      OR cardinality(op.resources) > 1000 OR cardinality(op.limits) > 20
      OR cardinality(op.source_keys) > 100 OR cardinality(op.postings) > 1000
      OR cardinality(op.choices) > 1000 OR cardinality(op.advances) > 100
      OR cardinality(op.requires) > 100 OR cardinality(op.counterparty_postings) > 1000
      OR cardinality((op.server).claim_types) > 100
      THEN 'nothing_is_too_long'
    WHEN (op.zones_seen IS NULL) <> (op.zones_next IS NULL) THEN 'zones_follow_from_zones'
    WHEN length(op.idempotency_key) NOT BETWEEN 16 AND 255
      OR op.idempotency_key !~ '^[A-Za-z0-9_.:-]*$' THEN 'idempotency_key_is_well_formed'
    WHEN op.actor_kind <> 'operator' AND starts_with(op.idempotency_key, 'onceward:')
      THEN 'reserved_keys_are_for_operators'
    WHEN op.mode NOT IN ('commit', 'reject', 'lookup') THEN 'mode_is_known'
    WHEN (op.mode = 'reject') <> (op.rejection IS NOT NULL) THEN 'a_rejection_belongs_to_reject'
    WHEN op.actor_kind NOT IN ('player', 'server', 'staff', 'operator')
      THEN 'actor_kind_is_known'
    WHEN op.actor_kind = 'player' AND op.actor_id <> op.player THEN 'players_act_for_themselves'
    WHEN op.actor_kind <> 'server' AND NOT op.server IS NULL THEN 'servers_have_scopes'
    WHEN op.actor_kind = 'operator' AND NOT pg_has_role(session_user, current_user, 'MEMBER')
      THEN 'operators_have_a_connection_of_their_own'
    WHEN op.source NOT IN ('postings', 'pending', 'reversal', 'announcement', 'code', 'merge')
      THEN 'source_is_known'
    WHEN op.counterparty = op.player THEN 'a_counterparty_is_another_player'
    WHEN NOT op.occurred_at BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59Z'
      THEN 'it_occurred_at_a_time_of_the_calendar'
    WHEN op.units NOT BETWEEN 1 AND 1000000 THEN 'units_are_countable' END;
BEGIN
  -- Everything that a rare rule speaks of.
  IF broken IS NULL AND (
       op.player IS NULL OR op.actor_kind = 'staff' OR op.permission = 'reward:manual'
       OR op.source <> 'postings' OR NOT op.staff IS NULL OR NOT op.announces IS NULL
       OR NOT op.reverses IS NULL OR op.redeems IS NOT NULL OR NOT op.on_full IS NULL
       OR op.freezes IS NOT NULL OR NOT op.merges IS NULL) THEN
    broken := onceward.broken_rare_rule(op);
  END IF;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'no Worker of this version sends such an operation: %', broken
      USING ERRCODE = 'check_violation', CONSTRAINT = broken;
  END IF;
  RETURN op;
END $$;

CREATE OR REPLACE FUNCTION onceward.check_call(contract integer, operations integer)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF contract IS DISTINCT FROM 10 THEN
    RAISE EXCEPTION 'this kernel speaks contract 10, not %: migrate before you deploy', contract
      USING ERRCODE = 'invalid_parameter_value';
  ELSIF (operations BETWEEN 1 AND 100) IS NOT TRUE THEN
    RAISE EXCEPTION 'a call commits 1 to 100 operations' USING ERRCODE = 'invalid_parameter_value';
  ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
    -- The looks after the locks must be new ones.
    RAISE EXCEPTION 'the kernel runs under READ COMMITTED'
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION onceward.read_operations(operations jsonb)
RETURNS onceward.operation[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  ops onceward.operation[];
BEGIN
  FOR nth IN 0 .. jsonb_array_length(operations) - 1 LOOP
    ops := array_append(ops, onceward.read_operation(operations->nth));
  END LOOP;
  RETURN ops;
END $$;
