-- Mutations that make several claims: a row for each call of an actor, and its items. The key of a
-- call belongs to its actor; the key of an item is derived from it, here and nowhere else, so that
-- no caller can send one. Each item is an operation like any other: it has a claim or a refusal,
-- and its outcome is replayed. What identifies the items is recorded with the first commit, so a
-- retry answers for the same list, whatever else could be listed by then.
--
-- Order of checks: permission | known key | config | the items, as in 10_commit.sql.

-- The idempotency key of an item.
CREATE OR REPLACE FUNCTION onceward.item_key(bulk onceward.bulk, place integer) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN 'onceward:' || substr(encode(sha256(convert_to(concat(
  (bulk).actor_kind, ' ', length((bulk).actor_id), ':', (bulk).actor_id, ' ',
  (bulk).idempotency_key, ' ', place), 'UTF8')), 'hex'), 1, 32);

-- The operation of an item, under its own key.
CREATE OR REPLACE FUNCTION onceward.item_of(
  INOUT op onceward.operation, bulk onceward.bulk, nth integer)
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF (op.name, op.actor_kind, op.actor_id) IS DISTINCT FROM
     (bulk.name, bulk.actor_kind, bulk.actor_id)
     OR op.player IS NULL OR bulk.places[nth] IS NULL THEN
    RAISE EXCEPTION 'an item of a bulk is its actor''s operation on a player, and has a place'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  op.idempotency_key := onceward.item_key(bulk, bulk.places[nth]);
END $$;

-- What answers a key that an operation of the actor's own took.
CREATE OR REPLACE FUNCTION onceward.taken_by_operation(
  bulk onceward.bulk, op onceward.operation, actor bigint)
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT onceward.reused_json(op, '', '{}', onceward.actor_json(o.made_by), o.correlation_id,
                              o.client_correlation_id)
    FROM (SELECT c.actor AS made_by, c.correlation_id, c.client_correlation_id
            FROM onceward.reward_claims c
           WHERE c.player = taken_by_operation.actor AND c.idempotency_key = (bulk).idempotency_key
          UNION ALL
          SELECT z.player, (op).correlation_id, NULL FROM onceward.archived_claims z
           WHERE z.player = taken_by_operation.actor
             AND z.key_digest = onceward.digest_of((bulk).idempotency_key)
          UNION ALL
          SELECT r.actor, r.correlation_id, r.client_correlation_id FROM onceward.refusals r
           WHERE r.player = taken_by_operation.actor AND r.idempotency_key = (bulk).idempotency_key)
         AS o LIMIT 1);

-- What answers a key that the call `known` took. `op` has the name and the input that were sent.
CREATE OR REPLACE FUNCTION onceward.known_bulk(
  known onceward.bulk_calls, bulk onceward.bulk, op onceward.operation)
RETURNS json LANGUAGE sql STABLE
RETURN CASE
  WHEN (known).fingerprint <> (bulk).fingerprint THEN onceward.reused_json(
    op, onceward.name_of(3, (known).operation), (known).input,
    onceward.actor_json((known).actor), (known).correlation_id, (known).client_correlation_id)
  WHEN (known).items::jsonb IS DISTINCT FROM (bulk).items::jsonb THEN json_build_object(
    'kind', 'other_items', 'items', (known).items)
  ELSE json_build_object('kind', 'open', 'replayed', true) END;

-- Records a call, or answers its key. `op`: one of its items. `open`: they are to be committed.
-- Two calls under one key wait for each other here, before they hold the row of any other player. A
-- player's calls wait for their operations as well: they share the player's keys.
CREATE OR REPLACE FUNCTION onceward.open_bulk(
  bulk onceward.bulk, op onceward.operation, subject onceward.subject, context onceward.context)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  known onceward.bulk_calls;
  taken json;
BEGIN
  op.input := bulk.input;
  op.client_correlation_id := bulk.client_correlation_id;
  -- What the scope of a server lacks of one item is answered for that item.
  IF subject.forbidden <> 'claim_scope' THEN
    IF op.actor_kind = 'staff' THEN
      -- One row for the attempt, whatever its items.
      op.player := NULL;
      op.postings := '{}';
      op.announces := NULL;
      PERFORM onceward.write_forbidden(op, subject, subject.forbidden, context);
    END IF;
    RETURN json_build_object('kind', 'forbidden', 'why', subject.forbidden);
  END IF;
  IF op.actor_kind = 'player' THEN
    PERFORM FROM onceward.actors a
      WHERE a.no = subject.actor AND a.id::text = op.actor_id::text FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the player changed just now' USING ERRCODE = 'serialization_failure';
    END IF;
  END IF;
  SELECT * INTO known FROM onceward.bulk_calls b
   WHERE b.actor = subject.actor AND b.idempotency_key = bulk.idempotency_key;
  IF FOUND THEN RETURN onceward.known_bulk(known, bulk, op); END IF;
  taken := onceward.taken_by_operation(bulk, op, subject.actor);
  IF taken IS NOT NULL THEN RETURN taken; END IF;
  IF bulk.config_version IS DISTINCT FROM context.version
     OR bulk.config_sha256 IS DISTINCT FROM context.sha256 OR context.version IS NULL THEN
    RETURN '{"kind": "stale_config"}';
  ELSIF bulk.mode = 'lookup' THEN
    RETURN '{"kind": "unknown_key"}';
  END IF;
  INSERT INTO onceward.bulk_calls (
    actor, recorded_at, correlation_id, fingerprint, config_version, operation, idempotency_key,
    client_correlation_id, input, items)
  VALUES (
    subject.actor, context.at, bulk.correlation_id, bulk.fingerprint, context.version,
    subject.operation, bulk.idempotency_key, onceward.sent_correlation(op, subject.actor),
    bulk.input, bulk.items)
  ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN '{"kind": "open", "replayed": false}'; END IF;
  -- Another call under this key was recorded meanwhile.
  SELECT * INTO known FROM onceward.bulk_calls b
   WHERE b.actor = subject.actor AND b.idempotency_key = bulk.idempotency_key;
  RETURN onceward.known_bulk(known, bulk, op);
END $$;

CREATE OR REPLACE FUNCTION onceward.bulk_json(
  head json, ops onceward.operation[], answers json[], versions integer[],
  context onceward.context, held text[])
RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
  'bulk', head, 'outcomes', answers,
  'keys', ARRAY(SELECT o.idempotency_key FROM unnest(ops) WITH ORDINALITY AS o
                 ORDER BY o.ordinality),
  'current', CASE WHEN versions IS NOT NULL THEN
    json_build_object('version', (context).version, 'sha256', (context).sha256) END,
  'configs', CASE WHEN versions IS NOT NULL THEN onceward.configs_json(versions, held) END);

-- `bulk.places[n]` is the place of the operation n. The answer has the derived keys, in the order
-- of the operations, and their outcomes; no outcomes unless the call is open.
CREATE OR REPLACE FUNCTION onceward.commit_bulk(
  contract integer, bulk jsonb, operations jsonb, held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  sent    onceward.bulk := jsonb_populate_record(
    NULL::onceward.bulk, bulk)::onceward.valid_bulk::onceward.bulk;
  context onceward.context;
  ops     onceward.operation[];
  found   record;
  head    json;
  step    record;
BEGIN
  ops := ARRAY(
    SELECT onceward.item_of(onceward.read_operation(o.value), sent, o.nth::integer)
      FROM jsonb_array_elements(operations) WITH ORDINALITY AS o(value, nth));
  PERFORM onceward.check_call(contract, cardinality(ops));
  found := onceward.subjects(ops);
  IF found.incomplete THEN
    IF onceward.create_actors(ops, found.subjects) THEN found := onceward.subjects(ops); END IF;
  END IF;
  context := onceward.read_context();
  head := onceward.open_bulk(sent, ops[1], found.subjects[1], context);
  IF head->>'kind' <> 'open' THEN
    RETURN onceward.bulk_json(head, NULL, NULL, CASE WHEN head->>'kind' = 'stale_config'
      AND context.version IS NOT NULL THEN ARRAY[context.version] END, context, held);
  END IF;
  step := onceward.commit_found(ops, found.subjects);
  RETURN onceward.bulk_json(head, ops, step.answers, step.versions, step.context, held);
END $$;
