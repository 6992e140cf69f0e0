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
    'playerVersion', claim.player_version, 'claimedAt', onceward.iso_utc(claim.claimed_at))
$$;

CREATE OR REPLACE FUNCTION onceward.claim_changes(claim onceward.reward_claims) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'resource', e.resource, 'before', e.balance_before, 'after', e.balance_after,
           'delta', e.delta, 'requested', e.requested, 'sequence', e.sequence) ORDER BY e.ordinal), '[]')
    FROM onceward.ledger_entries e
   WHERE e.player_id = claim.player_id AND e.player_version = claim.player_version AND e.claim_id = claim.id
$$;

-- A "no", with the claim that was paid where the "no" is that it was paid before.
CREATE OR REPLACE FUNCTION onceward.rejected_outcome(refused onceward.reward_claims, replayed boolean) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'kind', 'rejected', 'replayed', replayed, 'rejection', refused.rejection,
    'correlationId', refused.correlation_id,
    'original', (SELECT jsonb_build_object('claim', onceward.claim_json(paid), 'changes', onceward.claim_changes(paid))
                   FROM onceward.reward_claims paid WHERE paid.id = (refused.rejection->>'claimId')::uuid))
$$;

-- The answer to a key that is known: the outcome it had, or the input fields in which this request differs from that one.
-- A receipt that was computed under another config version brings that version's document along, so that the Worker
-- derives the same level, tier and stats as it did then, in the same round trip.
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
  RETURN jsonb_build_object(
    'kind', 'granted', 'replayed', true, 'claim', onceward.claim_json(known),
    'changes', onceward.claim_changes(known), 'balances', known.balances_after,
    'config', CASE WHEN known.config_version <> (op->>'configVersion')::bigint THEN (
      SELECT jsonb_build_object('version', version, 'sha256', sha256, 'document', document)
        FROM onceward.balance_configs WHERE version = known.config_version) END);
END $$;
