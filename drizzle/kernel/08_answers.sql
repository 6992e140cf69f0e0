-- The answers as JSON, in the shapes of src/ledger/kernel-contract.ts. These functions only read.
-- Times are milliseconds since 1970. A replay is answered from the claim and its entries alone,
-- whatever came after.

CREATE OR REPLACE FUNCTION onceward.ms(moment timestamptz) RETURNS bigint LANGUAGE sql STABLE
RETURN (extract(epoch FROM moment) * 1000)::bigint;

CREATE OR REPLACE FUNCTION onceward.kind_name(kind smallint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (ARRAY['player', 'server', 'staff', 'operator'])[kind];

CREATE OR REPLACE FUNCTION onceward.name_of(of_kind integer, of_number smallint) RETURNS text
LANGUAGE sql STABLE
RETURN (SELECT n.name FROM onceward.names n WHERE n.kind = of_kind AND n.no = of_number);

-- What a claim used of limits: of the game, and of the player whose claim it is. The budgets of
-- staff are in the audit. Each as [whether of the game, counter, period, amount].
CREATE OR REPLACE FUNCTION onceward.used_limits(limits_used json, of_player bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_agg(json_build_array(u->>0 = '3', n.name, u->>2, (u->>4)::bigint) ORDER BY place)
    FROM json_array_elements(limits_used) WITH ORDINALITY AS used(u, place)
    JOIN onceward.names n ON n.kind = 4 AND n.no = (u->>1)::smallint
   WHERE u->>0 = '3' OR u->>0 = '1' AND (u->>3)::bigint = of_player);

CREATE OR REPLACE FUNCTION onceward.claim_json(claim onceward.reward_claims)
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT json_build_object(
      'handle', encode(p.handle, 'hex'), 'number', claim.number, 'version', claim.version,
      'playerId', p.id, 'operation', onceward.name_of(3, claim.operation),
      'type', onceward.name_of(2, claim.claim_type),
      'key', claim.claim_key, 'idempotencyKey', claim.idempotency_key,
      'actorKind', onceward.kind_name(a.kind), 'actorId', a.id, 'reason', claim.reason,
      'configVersion', claim.config_version, 'amountsVersion', claim.amounts_version,
      'correlationId', claim.correlation_id, 'clientCorrelationId', claim.client_correlation_id,
      'claimedAt', onceward.ms(claim.claimed_at), 'counterpartyId',
      CASE WHEN claim.counterparty IS NOT NULL
           THEN (SELECT c.id FROM onceward.actors c WHERE c.no = claim.counterparty) END,
      'draws', claim.draws, 'input', claim.input, 'occurredAt', onceward.ms(claim.occurred_at),
      'factsRead', claim.facts_read, 'paidWith', claim.paid_with,
      'becamePending', claim.became_pending,
      'limitsUsed', CASE WHEN claim.limits_used IS NOT NULL
                         THEN onceward.used_limits(claim.limits_used, claim.player) END)
    FROM onceward.actors p, onceward.actors a WHERE p.no = claim.player AND a.no = claim.actor);

CREATE OR REPLACE FUNCTION onceward.entry_json(e onceward.ledger_entries) RETURNS json
LANGUAGE sql STABLE
RETURN json_build_object(
  'resource', onceward.name_of(1, (e).resource), 'before', (e).before, 'delta', (e).delta,
  'requested', coalesce((e).requested, (e).delta), 'sequence', (e).sequence, 'cause', (e).cause,
  'anchored_at', (e).anchored_at);

-- What a claim moved of one player's balances.
CREATE OR REPLACE FUNCTION onceward.entries_json(of_player bigint, of_number integer) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(onceward.entry_json(e) ORDER BY e.ordinal), '[]')
    FROM onceward.ledger_entries e WHERE e.player = of_player AND e.number = of_number);

CREATE OR REPLACE FUNCTION onceward.shown_json(shown json) RETURNS json LANGUAGE sql STABLE
RETURN (SELECT coalesce(json_object_agg(onceward.name_of(1, s.key::smallint), s.value), '{}')
          FROM json_each(shown) AS s);

CREATE OR REPLACE FUNCTION onceward.granted_json(
  replayed boolean, claim json, changes json, counterparty_changes json, shown json)
RETURNS json LANGUAGE sql STABLE
RETURN json_build_object('kind', 'granted', 'replayed', replayed, 'claim', claim,
  'changes', changes, 'counterpartyChanges', counterparty_changes, 'shown', shown);

-- A claim that was granted just now: what the caller does not know yet. `limits_used`: as it was
-- stored, so that a replay says the same.
CREATE OR REPLACE FUNCTION onceward.new_claim_json(
  op onceward.operation, state onceward.state, resolution onceward.resolution,
  verdict onceward.verdict, context onceward.context, shown json, limits_used json)
RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object(
    'kind', 'granted', 'replayed', false, 'handle', encode(state.handle, 'hex'),
    'number', state.number + 1, 'version', state.version + verdict.raises, 'key', op.claim_key,
    'configVersion', context.version,
    'amountsVersion', nullif(resolution.amounts_version, context.version),
    'claimedAt', state.at, 'counterpartyId', state.other_id, 'draws', verdict.draws,
    'factsRead', op.facts_read, 'paidWith', verdict.paid_with,
    'becamePending', verdict.became_pending, 'limitsUsed',
    CASE WHEN limits_used IS NOT NULL
         THEN onceward.used_limits(limits_used, (state.me).player) END,
    'changes', verdict.moves, 'counterpartyChanges', verdict.other_moves, 'shown', shown);
END $$;

-- Whose number an `already_claimed` has: the player's, or that of a guest who was merged into them.
CREATE OR REPLACE FUNCTION onceward.claimant_of(rejection json, of_player bigint) RETURNS bigint
LANGUAGE sql STABLE
RETURN CASE WHEN rejection->>'guestHandle' IS NULL THEN of_player ELSE (
  SELECT a.no FROM onceward.actors a
   WHERE a.handle = decode(rejection->>'guestHandle', 'hex')) END;

-- That a claim was made before, with the reversal that took it back whole, or that its reward had
-- expired. It is stored with the rejection: a replay says the same after a later reversal.
CREATE OR REPLACE FUNCTION onceward.claimed_before(rejection json, of_player bigint) RETURNS json
LANGUAGE sql STABLE
RETURN coalesce((
  SELECT onceward.reward_expired(c.number, c.expired_at) FROM onceward.all_claims c
   WHERE c.player = of_player AND c.number = (rejection->>'number')::integer
     AND c.expired_at IS NOT NULL LIMIT 1),
  json_build_object(
  'kind', 'already_claimed', 'number', rejection->'number', 'sourceKey', rejection->'sourceKey',
  'reversedBy', (
    SELECT json_build_object('number', CASE c.player WHEN of_player THEN c.number
                                       ELSE c.counterparty_number END,
                             'at', onceward.ms(c.claimed_at))
      FROM onceward.all_claims m
      CROSS JOIN LATERAL onceward.taken_back_with(m.player, m.number, m.announced) AS w
      JOIN onceward.reversed_claims r ON r.player = w.player AND r.number = w.number
      JOIN onceward.all_claims c ON c.player = r.player AND c.number = r.reversed_by
     WHERE m.player = of_player AND m.number = (rejection->>'number')::integer
       AND r.reversed = r.units LIMIT 1)));

CREATE OR REPLACE FUNCTION onceward.with_reversal(rejection json, of_player bigint) RETURNS json
LANGUAGE sql STABLE
RETURN CASE WHEN rejection->>'kind' <> 'already_claimed' THEN rejection
  WHEN rejection->>'guestHandle' IS NULL THEN onceward.claimed_before(rejection, of_player)
  ELSE (onceward.claimed_before(rejection, onceward.claimant_of(rejection, of_player))::jsonb
        || jsonb_build_object('guestHandle', rejection->'guestHandle'))::json END;

-- The claim that was granted first, where a rejection is that it was claimed before; of an expired
-- reward the claim that settled it.
CREATE OR REPLACE FUNCTION onceward.original_json(rejection json, of_player bigint) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT json_build_object('claim', onceward.claim_json(c),
                           'changes', onceward.entries_json(c.player, c.number))
    FROM onceward.reward_claims c
   WHERE rejection->>'kind' IN ('already_claimed', 'reward_expired') AND c.player = of_player
     AND c.number = (rejection->>'number')::integer AND NOT onceward.is_archived(c));

-- Where an archived claim is, and what its file does not hold.
CREATE OR REPLACE FUNCTION onceward.place_json(z onceward.archived_claims) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT json_build_object(
      'part', p.no, 'claimsSha256', encode(p.claims_sha256, 'hex'), 'claimsBytes', p.claims_bytes,
      'entriesSha256', encode(p.entries_sha256, 'hex'), 'entriesBytes', p.entries_bytes,
      'row', (z).row, 'entryRow', (z).entry_row, 'entries', (z).entries, 'texts', (z).texts,
      'key', (SELECT encode(k.key, 'hex') FROM onceward.archive_keys k WHERE k.player = (z).player))
    FROM onceward.archive_parts p WHERE p.no = (z).part);

-- Where the claim is that was granted first, if it is archived.
CREATE OR REPLACE FUNCTION onceward.archived_original(rejection json, of_player bigint) RETURNS json
LANGUAGE sql STABLE
RETURN CASE WHEN rejection->>'kind' IN ('already_claimed', 'reward_expired') THEN (
  SELECT json_build_object('archived', onceward.place_json(z)) FROM onceward.archived_claims z
   WHERE z.player = of_player AND z.number = (rejection->>'number')::integer) END;

-- Who made the attempt that took a key: players do not see what concerns a staff member.
CREATE OR REPLACE FUNCTION onceward.actor_json(of_actor bigint) RETURNS json
LANGUAGE sql STABLE
RETURN (SELECT json_build_object('kind', onceward.kind_name(a.kind), 'id', a.id)
          FROM onceward.actors a WHERE a.no = of_actor);

-- The account that holds what a merged player had: as it is called when this is answered.
CREATE OR REPLACE FUNCTION onceward.with_account(rejection json) RETURNS json LANGUAGE sql STABLE
RETURN (rejection::jsonb || jsonb_build_object(
  'mergedInto', onceward.account_of(rejection->>'playerId')))::json;

CREATE OR REPLACE FUNCTION onceward.rejected_json(
  replayed boolean, rejection json, of_player bigint, made_by json, correlation_id uuid,
  client_id text)
RETURNS json LANGUAGE sql STABLE
RETURN json_build_object('kind', 'rejected', 'replayed', replayed,
  'rejection', CASE WHEN rejection->>'kind' = 'player_merged'
                    THEN onceward.with_account(rejection) ELSE rejection END,
  'madeBy', made_by, 'correlationId', correlation_id, 'clientCorrelationId', client_id,
  'original', coalesce(
    onceward.original_json(rejection, onceward.claimant_of(rejection, of_player)),
    onceward.archived_original(rejection, onceward.claimant_of(rejection, of_player))));

CREATE OR REPLACE FUNCTION onceward.reused_json(
  op onceward.operation, operation text, input json, made_by json, correlation_id uuid,
  client_id text)
RETURNS json LANGUAGE sql STABLE
RETURN json_build_object('kind', 'key_reused', 'madeBy', made_by,
  'correlationId', correlation_id, 'clientCorrelationId', client_id, 'fields',
  CASE WHEN operation <> op.name THEN '["mutation"]'::json ELSE (
    SELECT coalesce(json_agg(field ORDER BY field), '[]')
      FROM (SELECT json_object_keys(reused_json.input) UNION
            SELECT json_object_keys((op).input)) AS sent(field)
     WHERE (reused_json.input::jsonb)->field IS DISTINCT FROM ((op).input::jsonb)->field) END);

-- The answer to a key that has its outcome, and the config version that a replayed claim was made
-- under; null: the key is new.
CREATE OR REPLACE FUNCTION onceward.known_outcome(
  op onceward.operation, of_player bigint, OUT answer json, OUT config_version integer)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  claim   onceward.reward_claims;
  refused onceward.refusals;
  bulk    onceward.bulk_calls;
  stored  onceward.archived_claims;
BEGIN
  SELECT * INTO stored FROM onceward.archived_claims z
   WHERE z.player = of_player AND z.key_digest = onceward.digest_of(op.idempotency_key);
  IF FOUND THEN
    answer := json_build_object('kind', 'archived', 'place', onceward.place_json(stored),
                                'reused', stored.fingerprint <> op.fingerprint);
    RETURN;
  END IF;
  SELECT * INTO claim FROM onceward.reward_claims c
   WHERE c.player = of_player AND c.idempotency_key = op.idempotency_key;
  IF FOUND THEN
    IF claim.fingerprint <> op.fingerprint THEN
      answer := onceward.reused_json(op, onceward.name_of(3, claim.operation), claim.input,
        onceward.actor_json(claim.actor), claim.correlation_id, claim.client_correlation_id);
      RETURN;
    END IF;
    config_version := claim.config_version;
    answer := onceward.granted_json(true, onceward.claim_json(claim),
      onceward.entries_json(claim.player, claim.number),
      CASE WHEN claim.counterparty IS NOT NULL
           THEN onceward.entries_json(claim.counterparty, claim.counterparty_number) END,
      onceward.shown_json(claim.shown));
    RETURN;
  END IF;
  SELECT * INTO refused FROM onceward.refusals f
   WHERE f.player = of_player AND f.idempotency_key = op.idempotency_key;
  IF NOT FOUND THEN
    -- A key that a bulk took is reused by any single operation.
    SELECT * INTO bulk FROM onceward.bulk_calls b
     WHERE b.actor = of_player AND b.idempotency_key = op.idempotency_key;
    IF FOUND THEN
      answer := onceward.reused_json(op, '', bulk.input, onceward.actor_json(bulk.actor),
                                     bulk.correlation_id, bulk.client_correlation_id);
    END IF;
    RETURN;
  END IF;
  answer := CASE WHEN refused.fingerprint <> op.fingerprint
    THEN onceward.reused_json(op, onceward.name_of(3, refused.operation), refused.input,
      onceward.actor_json(refused.actor), refused.correlation_id, refused.client_correlation_id)
    ELSE onceward.rejected_json(true, refused.rejection, of_player,
      onceward.actor_json(refused.actor), refused.correlation_id, refused.client_correlation_id)
    END;
END $$;

-- The answer to a player who has no tries left: nothing is recorded, and the code is not looked at.
CREATE OR REPLACE FUNCTION onceward.tried_too_often(of_player bigint, moment timestamptz)
RETURNS json LANGUAGE sql STABLE
RETURN (SELECT json_build_object('kind', 'rate_limited', 'retryAt', onceward.ms(again.at))
          FROM (SELECT onceward.next_try(of_player, moment) AS at) AS again
         WHERE again.at IS NOT NULL);

-- The configs that the answers refer to. A document travels once, and only to a caller who does not
-- hold it.
CREATE OR REPLACE FUNCTION onceward.configs_json(versions integer[], held text[]) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(json_build_object('version', b.version, 'sha256', b.sha256, 'document',
           CASE WHEN b.sha256 = ANY (held) THEN NULL ELSE b.document END)), '[]')
    FROM onceward.balance_configs b WHERE b.version = ANY (versions));
