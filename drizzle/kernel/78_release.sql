-- What was held back, released or dropped by staff: an action (40_actions.sql) that settles
-- up to 500 rewards, the oldest first. Each is settled by an operation of its own, on its player,
-- under a key that follows from the reward: however often it is released, it is paid once.
--
-- Locks: the players are taken as they are free. A reward whose player another transaction holds
-- is left for the next call.

CREATE OR REPLACE FUNCTION onceward.judge_held(action jsonb) RETURNS json
LANGUAGE sql STABLE
RETURN CASE WHEN action->>'player' IS NOT NULL AND NOT EXISTS (
    SELECT FROM onceward.players p WHERE p.id::text = action->>'player')
  THEN json_build_object('kind', 'unknown_player', 'playerId', action->>'player') END;

-- What is held: of a player, by a breaker, of a claim type. Each filter has an index. What is held
-- because its player was frozen is settled only where that player is named.
CREATE OR REPLACE FUNCTION onceward.held_by_filter(action jsonb, at_most integer)
RETURNS onceward.pending_rewards[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  of_player CONSTANT bigint := (SELECT a.no FROM onceward.actors a
                                 WHERE a.id::text = action->>'player' AND a.kind = 1);
  breaker   CONSTANT smallint := onceward.number_of(4, 'breaker:' || (action->>'breaker'));
  of_type   CONSTANT smallint := onceward.number_of(2, action->>'type');
BEGIN
  RETURN ARRAY(
    SELECT w FROM onceward.pending_rewards w
     WHERE w.is_held AND (w.origin = 5 OR w.player = of_player)
       AND (action->>'player' IS NULL OR w.player = of_player)
       AND (action->>'breaker' IS NULL OR w.held_by = breaker)
       AND (action->>'type' IS NULL OR w.held_type = of_type)
     ORDER BY w.announced_at, w.player, w.number LIMIT at_most);
END $$;

-- What the operations that settle rewards have in common: the member, and the request.
CREATE OR REPLACE FUNCTION onceward.settling(
  action jsonb, by_actor bigint, by_number integer, context onceward.context)
RETURNS onceward.operation LANGUAGE plpgsql STABLE AS $$
DECLARE
  op onceward.operation;
BEGIN
  SELECT 'commit', false, 'staff', a.id, 'breaker:release', c.correlation_id,
         c.client_correlation_id, c.reason, context.version, context.sha256, '-infinity',
         'infinity', false, 1
    INTO op.mode, op.creates_player, op.actor_kind, op.actor_id, op.permission, op.correlation_id,
         op.client_correlation_id, op.reason, op.config_version, op.config_sha256, op.holds_from,
         op.holds_until, op.milestones, op.units
    FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
   WHERE c.player = by_actor AND c.number = by_number;
  op.source_keys := '{}';
  op.requires := '{}';
  op.resources := '{}';
  op.postings := '{}';
  op.advances := '{}';
  op.choices := '{}';
  op.counterparty_postings := '{}';
  op.limits := '{}';
  op.shown := '{}';
  RETURN op;
END $$;

-- The operation that pays a reward, or that reverses the claim that it was held back from.
CREATE OR REPLACE FUNCTION onceward.settlement_of(
  op onceward.operation, held onceward.pending_rewards, action jsonb)
RETURNS onceward.operation LANGUAGE plpgsql STABLE AS $$
DECLARE
  player onceward.actors;
BEGIN
  SELECT a.* INTO player FROM onceward.actors a WHERE a.no = held.player;
  op.player := player.id;
  IF action->>'kind' = 'held.release' THEN
    op.name := 'releaseRewards';
    op.source := 'pending';
    op.claim_type := 'held_reward';
    op.claim_key := held.claim_key;
    op.resources := onceward.with_accrual(
      (jsonb_populate_record(NULL::onceward.plan, held.plan::jsonb)).resources);
  ELSE
    op.name := 'reverseClaim';
    op.source := 'reversal';
    op.claim_type := 'reversal';
    op.claim_key := onceward.claim_id(player.handle, held.number);
    op.reverses := ROW(op.claim_key, player.handle, held.number, NULL,
                       (action->>'reopen')::boolean, false, ARRAY(
      SELECT jsonb_array_elements_text(action->'counters')))::onceward.reversal;
  END IF;
  op.idempotency_key := format('onceward:%s:%s', action->>'kind', held.number);
  op.input := json_build_object('rewardId', onceward.claim_id(player.handle, held.number));
  op.fingerprint := md5(op.name || op.input::text)::uuid;
  RETURN op;
END $$;

-- Settles the rewards. What cannot be paid, because a ceiling is reached, is held no longer: its
-- player collects it when there is room.
CREATE OR REPLACE FUNCTION onceward.settle_held(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  at_most CONSTANT integer := least((action->>'atMost')::integer, 500);
  common  CONSTANT onceward.operation := onceward.settling(
    action, by_actor, by_number, onceward.read_context());
  found   onceward.pending_rewards[] := onceward.held_by_filter(action, at_most + 1);
  locked  bigint[] := ARRAY(
    SELECT a.no FROM onceward.actors a
     WHERE a.no = ANY (ARRAY(SELECT f.player FROM unnest(found) AS f))
     ORDER BY a.no FOR NO KEY UPDATE SKIP LOCKED);
  ops     onceward.operation[];
  answers json[];
  waiting integer;
BEGIN
  -- As they are behind the locks.
  found := ARRAY(
    SELECT w FROM unnest(found[1 : at_most]) WITH ORDINALITY AS f
      JOIN onceward.pending_rewards w ON w.player = f.player AND w.number = f.number
     WHERE w.is_held AND w.player = ANY (locked) ORDER BY f.ordinality);
  ops := ARRAY(
    SELECT onceward.settlement_of(common, f, action) FROM unnest(found) AS f
     ORDER BY f.announced_at, f.player, f.number);
  IF cardinality(ops) > 0 THEN
    answers := (onceward.commit_found(ops, (onceward.subjects(ops)).subjects)).answers;
  END IF;
  UPDATE onceward.pending_rewards w SET is_held = false
    FROM unnest(found) WITH ORDINALITY AS f
   WHERE w.player = f.player AND w.number = f.number
     AND answers[f.ordinality]->>'kind' = 'rejected';
  GET DIAGNOSTICS waiting = ROW_COUNT;
  INSERT INTO onceward.held_settlements (actor, number, kind, settled, waiting, more)
  SELECT by_actor, by_number, action->>'kind',
         (SELECT count(*) FROM unnest(answers) AS a WHERE a->>'kind' = 'granted'), waiting,
         cardinality(onceward.held_by_filter(action, 1)) > 0;
END $$;

-- As the API shows it.
CREATE OR REPLACE FUNCTION onceward.settlement_json(by_actor bigint, by_number integer)
RETURNS json LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object('settled', s.settled, 'waiting', s.waiting, 'hasMore', s.more)
    FROM onceward.held_settlements s WHERE (s.actor, s.number) = (by_actor, by_number));
