-- Creating codes: an action of staff (40_actions.sql). 04_codes.sql redeems them.

-- The public ID of a claim, as src/domain/claim-id.ts writes it.
CREATE OR REPLACE FUNCTION onceward.claim_id(handle bytea, number integer) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN (
  SELECT string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', digit + 1, 1), '' ORDER BY place)
    FROM (SELECT i AS place,
                 (('x' || encode(handle, 'hex'))::bit(80) << (5 * i))::bit(5)::integer AS digit
            FROM generate_series(0, 15) AS i
          UNION ALL
          SELECT 100 - i, number >> (5 * i) & 31 FROM generate_series(0, 6) AS i
           WHERE number >> (5 * i) > 0) AS digits);

-- A code that was created before cannot be created again: it would have two rewards.
CREATE OR REPLACE FUNCTION onceward.judge_codes(action jsonb) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT json_build_object('kind', 'code_exists')
   WHERE EXISTS (
     SELECT FROM jsonb_array_elements_text(action->'digests') AS d(digest)
       JOIN onceward.codes k ON k.digest = decode(d.digest, 'hex')));

-- A code that another transaction has just created is judged again, and rejected.
CREATE OR REPLACE FUNCTION onceward.create_codes(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  plan     CONSTANT onceward.plan := jsonb_populate_record(NULL::onceward.plan, action->'plan');
  batch_no integer;
  written  integer;
BEGIN
  IF jsonb_array_length(action->'digests') NOT BETWEEN 1 AND 1000
     OR cardinality(plan.postings) NOT BETWEEN 1 AND 100
     OR cardinality(plan.choices) > 0 OR cardinality(plan.source_keys) > 0
     OR EXISTS (SELECT FROM jsonb_array_elements_text(action->'digests') AS d(digest)
                 WHERE d.digest !~ '^[0-9a-f]{64}$') THEN
    RAISE EXCEPTION 'these codes cannot be created' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM onceward.check_plan(plan);
  INSERT INTO onceward.code_batches (
    id, created_at, opens_at, closes_at, actor, number, config_version, uses, codes, per_player,
    reward_type, label, plan)
  SELECT onceward.claim_id(a.handle, by_number), c.claimed_at, (action->>'opensAt')::timestamptz,
         (action->>'closesAt')::timestamptz, by_actor, by_number, c.config_version,
         (action->>'uses')::bigint, jsonb_array_length(action->'digests'),
         (action->>'perPlayer')::smallint, action->>'rewardType', action->>'label',
         row_to_json(plan)
    FROM onceward.actors a JOIN onceward.reward_claims c ON c.player = a.no
   WHERE a.no = by_actor AND c.number = by_number
  RETURNING no INTO batch_no;
  INSERT INTO onceward.codes (digest, batch, ordinal)
  SELECT decode(d.digest, 'hex'), batch_no, d.ordinal
    FROM jsonb_array_elements_text(action->'digests') WITH ORDINALITY AS d(digest, ordinal)
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written < jsonb_array_length(action->'digests') THEN
    RAISE EXCEPTION 'a code was created just now' USING ERRCODE = 'unique_violation';
  END IF;
END $$;

-- As the API shows it. `redeemed`: the uses of all its codes, whose subjects are in one range
-- (code_subject, which the Worker's role may not call).
CREATE OR REPLACE FUNCTION onceward.code_batch_json(p_no integer) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', b.id, 'label', b.label, 'rewardType', b.reward_type, 'uses', b.uses,
           'perPlayer', b.per_player, 'count', b.codes, 'configVersion', b.config_version,
           'opensAt', onceward.shown_time(b.opens_at), 'closesAt', onceward.shown_time(b.closes_at),
           'createdAt', onceward.shown_time(b.created_at),
           'createdBy', (SELECT a.id FROM onceward.actors a WHERE a.no = b.actor),
           'gives', (SELECT json_agg(json_build_object('resource', p->>'resource',
                                                       'amount', (p->>'delta')::bigint))
                       FROM json_array_elements(b.plan->'postings') AS p),
           'redeemed', (SELECT coalesce(sum(k.used), 0) FROM onceward.limit_counters k
                         WHERE k.subject >= b.no::bigint * 1048576
                           AND k.subject < (b.no + 1)::bigint * 1048576 AND k.kind = 4))
    FROM onceward.code_batches b WHERE b.no = p_no);
