-- How the ledger tells what it already knows: a claim and its changes as JSON, and the answer to a key that has had its
-- outcome. These functions only read. The shapes are those of src/domain/outcome.ts.

CREATE OR REPLACE FUNCTION onceward.iso_utc(moment timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

CREATE OR REPLACE FUNCTION onceward.claim_json(claim onceward.reward_claims) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', claim.id, 'playerId', claim.player_id, 'operation', claim.operation,
    'type', claim.claim_type, 'key', claim.claim_key, 'idempotencyKey', claim.idempotency_key,
    'actorKind', claim.actor_kind, 'actorId', claim.actor_id, 'reason', claim.reason,
    'configVersion', claim.config_version, 'correlationId', claim.correlation_id,
    'playerVersion', claim.player_version, 'claimedAt', onceward.iso_utc(claim.claimed_at),
    'counterpartyId', claim.counterparty_id, 'draws', coalesce(claim.draws, '[]'),
    'occurredAt', onceward.iso_utc(claim.occurred_at))
$$;

-- STABLE like jsonb_build_object: called IMMUTABLE it would not be inlined, and cost more than all else of an entry.
CREATE OR REPLACE FUNCTION onceward.change_json(resource text, sequence bigint, before_ bigint, delta bigint, requested bigint, cause text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('resource', resource, 'before', before_, 'after', before_ + delta,
                            'delta', delta, 'requested', requested, 'sequence', sequence, 'cause', cause)
$$;

-- What is to move of one player's balances.
CREATE OR REPLACE FUNCTION onceward.changes_json(moves onceward.move[], player text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(onceward.change_json(m.resource, m.sequence, m.before, m.delta, m.requested, m.cause) ORDER BY m.ordinal), '[]')
    FROM unnest(moves) AS m WHERE m.player_id = player AND m.sequence IS NOT NULL
$$;

-- What a claim moved of one player's balances: its own player's, or the other's where it has one.
CREATE OR REPLACE FUNCTION onceward.changes_of(claim uuid, player text, version_ bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(onceward.change_json(e.resource, e.sequence, e.balance_before, e.delta, e.requested, e.cause) ORDER BY e.ordinal), '[]')
    FROM onceward.ledger_entries e
   WHERE e.player_id = player AND e.player_version = version_ AND e.claim_id = claim
$$;

CREATE OR REPLACE FUNCTION onceward.claim_changes(claim onceward.reward_claims) RETURNS jsonb
LANGUAGE sql STABLE AS $$ SELECT onceward.changes_of(claim.id, claim.player_id, claim.player_version) $$;

CREATE OR REPLACE FUNCTION onceward.counterparty_changes(claim onceward.reward_claims) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN claim.counterparty_id IS NOT NULL
              THEN onceward.changes_of(claim.id, claim.counterparty_id, claim.counterparty_version) END
$$;

-- The claim that was paid, where a "no" is that it was paid before.
CREATE OR REPLACE FUNCTION onceward.original_claim(refusal jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('claim', onceward.claim_json(paid), 'changes', onceward.claim_changes(paid))
    FROM onceward.reward_claims paid WHERE refusal->>'kind' = 'already_claimed' AND paid.id = (refusal->>'claimId')::uuid
$$;

CREATE OR REPLACE FUNCTION onceward.rejected_outcome(refused onceward.reward_claims, replayed boolean) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'kind', 'rejected', 'replayed', replayed, 'rejection', refused.rejection,
    'correlationId', refused.correlation_id, 'original', onceward.original_claim(refused.rejection))
$$;

CREATE OR REPLACE FUNCTION onceward.config_json(version_ bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('version', version, 'sha256', sha256, 'document', document)
    FROM onceward.balance_configs WHERE version = version_
$$;

-- A receipt that was computed under another config version than the request's brings that version's document along, so
-- that the Worker derives the same level, tier and stats as it did then, in the same round trip.
CREATE OR REPLACE FUNCTION onceward.granted_outcome(op jsonb, claim onceward.reward_claims, replayed boolean, player_since timestamptz,
                                                    changes jsonb, counterparty_changes jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'kind', 'granted', 'replayed', replayed, 'claim', onceward.claim_json(claim), 'changes', changes,
    'counterpartyChanges', counterparty_changes, 'balances', claim.balances_after,
    'anchors', coalesce(claim.anchors_after, '{}'), 'playerSince', onceward.iso_utc(player_since),
    'config', CASE WHEN claim.config_version <> (op->>'configVersion')::bigint THEN onceward.config_json(claim.config_version) END)
$$;

-- The answer to a key that is known: the outcome it had, or the input fields in which this request differs from that one.
CREATE OR REPLACE FUNCTION onceward.known_key_outcome(op jsonb, known onceward.reward_claims) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF known.fingerprint IS DISTINCT FROM op->>'fingerprint' THEN
    RETURN jsonb_build_object(
      'kind', 'key_reused', 'correlationId', known.correlation_id,
      'fields', CASE WHEN known.operation <> op->>'name' THEN '["mutation"]' ELSE (
        SELECT coalesce(jsonb_agg(field ORDER BY field), '[]')
          FROM (SELECT jsonb_object_keys(known.input) UNION SELECT jsonb_object_keys(op->'input')) AS sent(field)
         WHERE known.input->field IS DISTINCT FROM op->'input'->field) END);
  ELSIF known.outcome = 'rejected' THEN
    RETURN onceward.rejected_outcome(known, true);
  END IF;
  RETURN onceward.granted_outcome(op, known, true, (SELECT p.created_at FROM onceward.players p WHERE p.id = known.player_id),
                                  onceward.claim_changes(known), onceward.counterparty_changes(known));
END $$;
