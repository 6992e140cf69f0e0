-- Collects pending rewards of one player in one call: each is a claim of its own, as if the player
-- had claimed it. What is collected is recorded with the call (10_bulk.sql), also where the caller
-- asked for all: a retry answers for the same rewards. A reward is named by the handle and the
-- number of its ID, `handle/number`.

-- What a call without a list collects: what is pending, not held and not expired, oldest first.
CREATE OR REPLACE FUNCTION onceward.collectable(
  me onceward.actors, at_most integer, moment timestamptz)
RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_agg(encode((me).handle, 'hex') || '/' || w.number
                           ORDER BY w.number), '[]')
    FROM (SELECT p.number FROM onceward.pending_rewards p
           WHERE p.player = (me).no AND (p.expires_at > moment) IS NOT FALSE AND NOT p.is_held
           ORDER BY p.number LIMIT at_most) AS w);

-- The claim type and key of a reward: while it is pending, and after it was settled. Null: it is
-- not the player's, or was taken back.
CREATE OR REPLACE FUNCTION onceward.claim_of_reward(
  me onceward.actors, reward text, OUT claim_type text, OUT claim_key text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT onceward.name_of(2, r.claim_type), r.claim_key
    FROM (SELECT w.claim_type, w.claim_key FROM onceward.pending_rewards w
           WHERE w.player = (me).no AND w.number = split_part(reward, '/', 2)::integer
          UNION ALL
          SELECT c.claim_type, c.claim_key FROM onceward.reward_claims c
           WHERE c.player = (me).no AND c.announced = split_part(reward, '/', 2)::integer
             AND c.announced IS NOT NULL) AS r
   WHERE split_part(reward, '/', 1) = encode((me).handle, 'hex') LIMIT 1;
END;

-- Why a reward that is not among the claims here cannot be collected: the claim that settled it is
-- in the archive, or nobody knows it.
CREATE OR REPLACE FUNCTION onceward.gone_reward(me onceward.actors, reward text) RETURNS json
LANGUAGE sql STABLE
RETURN coalesce((
  SELECT json_build_object('kind', 'already_claimed', 'number', z.number)
    FROM onceward.archived_claims z
   WHERE (me).archived > 0 AND z.player = (me).no
     AND z.announced = split_part(reward, '/', 2)::integer
     AND split_part(reward, '/', 1) = encode((me).handle, 'hex')
     AND (SELECT r.reopened FROM onceward.reversed_claims r
           WHERE r.player = z.player AND r.number = z.number) IS NOT TRUE LIMIT 1),
  json_build_object('kind', 'unknown_reward', 'handle', split_part(reward, '/', 1),
                    'number', split_part(reward, '/', 2)::integer));

-- The operation that collects a reward. `common`: what all of the call share.
CREATE OR REPLACE FUNCTION onceward.collecting(
  common onceward.operation, bulk onceward.bulk, wanted onceward.collection,
  player onceward.actors, reward text, place integer)
RETURNS onceward.operation LANGUAGE plpgsql STABLE AS $$
DECLARE
  claim record;
  op    onceward.operation := common;
BEGIN
  SELECT * INTO claim FROM onceward.claim_of_reward(player, reward);
  op.claim_type := coalesce(claim.claim_type, '');
  op.claim_key := coalesce(claim.claim_key, reward);
  op.idempotency_key := onceward.item_key(bulk, place);
  op.input := json_build_object('reward', reward);
  -- It holds only where nothing is pending (resolve_pending).
  op.mode := 'reject';
  op.rejection := CASE WHEN claim.claim_type IS NULL THEN onceward.gone_reward(player, reward)
    ELSE json_build_object('kind', 'unknown_reward', 'handle', split_part(reward, '/', 1),
                           'number', split_part(reward, '/', 2)::integer) END;
  op.advances := coalesce((
    SELECT a.postings FROM unnest(wanted.advances) AS a WHERE a.claim_type = op.claim_type), '{}');
  RETURN op;
END $$;

-- A call that lists nothing is counted like a refusal, so that a player cannot record them without
-- end. False: there were too many today.
CREATE OR REPLACE FUNCTION onceward.count_empty_call(player bigint, context onceward.context)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  today CONSTANT date := (context.at AT TIME ZONE 'UTC')::date;
BEGIN
  UPDATE onceward.actors a
     SET refused = CASE WHEN a.refused_on = today THEN a.refused ELSE 0 END + 1, refused_on = today
   WHERE a.no = player
     AND (a.refused_on = today AND a.refused >= context.refusals_per_day) IS NOT TRUE;
  RETURN FOUND;
END $$;

-- What answers a new call before any of its rewards is looked at; null: nothing does.
CREATE OR REPLACE FUNCTION onceward.early_collection(
  op onceward.operation, player onceward.actors, is_empty boolean, context onceward.context)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  moment CONSTANT timestamptz := greatest(context.at, player.updated_at);
BEGIN
  -- open_bulk answers these.
  IF op.mode = 'lookup' OR op.config_version IS DISTINCT FROM context.version
     OR op.config_sha256 IS DISTINCT FROM context.sha256 THEN RETURN NULL; END IF;
  IF moment < op.holds_from OR moment >= op.holds_until THEN
    RETURN json_build_object('kind', 'stale_time', 'at', onceward.ms(moment));
  ELSIF is_empty AND NOT onceward.count_empty_call(player.no, context) THEN
    RETURN json_build_object('kind', 'rate_limited', 'retryAt', onceward.ms(
      ((context.at AT TIME ZONE 'UTC')::date + 1)::timestamp AT TIME ZONE 'UTC'));
  END IF;
  RETURN NULL;
END $$;

-- Records the call, or finds it, and says what it collects. Behind the player's lock nobody else
-- pays what is listed here.
CREATE OR REPLACE FUNCTION onceward.open_collection(
  INOUT bulk onceward.bulk, op onceward.operation, wanted onceward.collection,
  subject onceward.subject, OUT player onceward.actors, OUT context onceward.context, OUT head json)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT * INTO player FROM onceward.actors a WHERE a.no = subject.player FOR NO KEY UPDATE;
  IF player.id <> op.player THEN
    RAISE EXCEPTION 'the player changed just now' USING ERRCODE = 'serialization_failure';
  END IF;
  context := onceward.read_context();
  SELECT b.items INTO bulk.items FROM onceward.bulk_calls b
   WHERE b.actor = subject.actor AND b.idempotency_key = bulk.idempotency_key;
  IF NOT FOUND AND subject.forbidden IS NULL THEN
    bulk.items := coalesce(array_to_json(wanted.rewards),
                           onceward.collectable(player, wanted.at_most, context.at));
    head := onceward.early_collection(op, player, json_array_length(bulk.items) = 0, context);
    IF head IS NOT NULL THEN RETURN; END IF;
  END IF;
  head := onceward.open_bulk(bulk, op, subject, context);
END $$;

-- `operation`: what the operations of the call have in common. The answer has that of the call, as
-- commit_bulk gives it, the rewards and claim types of its operations, and whether more are
-- pending.
CREATE OR REPLACE FUNCTION onceward.collect_rewards(
  contract integer, bulk jsonb, operation jsonb, collection jsonb, held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  common onceward.operation := onceward.read_operation(operation);
  wanted onceward.collection := jsonb_populate_record(
    NULL::onceward.collection, collection)::onceward.valid_collection::onceward.collection;
  found  record := onceward.subjects(ARRAY[common]);
  step   record;
  ops    onceward.operation[];
  done   record;
BEGIN
  PERFORM onceward.check_call(contract, 1);
  IF found.incomplete AND onceward.create_actors(ARRAY[common], found.subjects) THEN
    found := onceward.subjects(ARRAY[common]);
  END IF;
  step := onceward.open_collection(
    jsonb_populate_record(NULL::onceward.bulk, bulk)::onceward.valid_bulk::onceward.bulk,
    common, wanted, found.subjects[1]);
  IF step.head->>'kind' <> 'open' THEN
    RETURN json_build_object('call', onceward.bulk_json(
      step.head, NULL, NULL, CASE WHEN step.head->>'kind' = 'stale_config'
      AND (step.context).version IS NOT NULL THEN ARRAY[(step.context).version] END,
      step.context, held));
  END IF;
  ops := ARRAY(
    SELECT onceward.collecting(common, step.bulk, wanted, step.player, r.reward,
                               r.place::integer - 1)
      FROM json_array_elements_text((step.bulk).items) WITH ORDINALITY AS r(reward, place)
     ORDER BY r.place);
  done := onceward.commit_found(ops, coalesce((onceward.subjects(ops)).subjects, '{}'));
  RETURN json_build_object(
    'call', onceward.bulk_json(step.head, ops, done.answers, done.versions, done.context, held),
    'rewards', (step.bulk).items, 'types', ARRAY(
      SELECT o.claim_type FROM unnest(ops) WITH ORDINALITY AS o ORDER BY o.ordinality),
    'more', json_array_length(onceward.collectable(step.player, 1, (done.context).at)) > 0);
END $$;
