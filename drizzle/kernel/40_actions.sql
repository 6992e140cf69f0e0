-- Actions of staff: what changes proposals, lists, campaigns, codes and undos. Each is an operation
-- without a player, so its key, its claim, its refusals and its audit row are those of any
-- operation of staff; what it does to its record is done in the same transaction.
--
-- Order: the record is locked and the action judged; the operation is committed, or recorded as
-- rejected; a new grant is executed. A key that is known is answered as before, whatever the
-- record has become. Locks: the record first, then what commit_operations locks.

-- What each kind of action needs. The caller names the same permission, which the kernel compares
-- with the staff row. Null: there is no such action.
CREATE OR REPLACE FUNCTION onceward.permission_of_action(action_kind text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE split_part(action_kind, '.', 1)
  WHEN 'proposal' THEN 'proposal:decide'
  WHEN 'list' THEN 'campaign:manage'
  WHEN 'campaign' THEN 'campaign:manage'
  WHEN 'codes' THEN 'codes:create'
  WHEN 'undo' THEN 'undo:manage'
END;

-- Locks the record and says why the action is rejected; null: it is not.
CREATE OR REPLACE FUNCTION onceward.judge_action(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE split_part(action->>'kind', '.', 1)
    WHEN 'proposal' THEN onceward.judge_proposal(action, by_actor)
    WHEN 'list' THEN onceward.judge_list(action)
    WHEN 'campaign' THEN onceward.judge_campaign(action)
    WHEN 'codes' THEN onceward.judge_codes(action)
    WHEN 'undo' THEN onceward.judge_undo(action)
  END;
END $$;

-- Executes an action.
CREATE OR REPLACE FUNCTION onceward.perform_action(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  CASE split_part(action->>'kind', '.', 1)
    WHEN 'proposal' THEN PERFORM onceward.decide_proposal(action, by_actor);
    WHEN 'list' THEN PERFORM onceward.perform_list(action, by_actor, by_number);
    WHEN 'campaign' THEN PERFORM onceward.perform_campaign(action, by_actor, by_number);
    WHEN 'codes' THEN PERFORM onceward.create_codes(action, by_actor, by_number);
    WHEN 'undo' THEN PERFORM onceward.perform_undo(action, by_actor, by_number);
  END CASE;
END $$;

-- What the action was about, as it is now. What it made is found by its claim.
CREATE OR REPLACE FUNCTION onceward.record_of_action(
  action jsonb, by_actor bigint, by_number integer) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE split_part(action->>'kind', '.', 1)
    WHEN 'proposal' THEN onceward.proposal_json((action->>'proposalId')::bigint)
    WHEN 'list' THEN onceward.list_json(coalesce((action->>'listId')::bigint, (
      SELECT l.no FROM onceward.lists l WHERE (l.made_by, l.made_number) = (by_actor, by_number))))
    WHEN 'campaign' THEN onceward.campaign_json(coalesce((action->>'campaignId')::bigint, (
      SELECT c.no FROM onceward.campaigns c
       WHERE (c.made_by, c.made_number) = (by_actor, by_number))))
    WHEN 'codes' THEN onceward.code_batch_json((
      SELECT b.no FROM onceward.code_batches b WHERE (b.actor, b.number) = (by_actor, by_number)))
    WHEN 'undo' THEN onceward.undo_json(coalesce((action->>'undoId')::bigint, (
      SELECT u.no FROM onceward.undos u WHERE (u.made_by, u.made_number) = (by_actor, by_number))))
  END;
END $$;

-- Commits the operation, or its rejection, and executes the action where it is granted now.
CREATE OR REPLACE FUNCTION onceward.execute_action(
  contract integer, operation jsonb, action jsonb, held text[], by_actor bigint, rejection json)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  answer    json;
  outcome   json;
  by_number integer;
BEGIN
  IF rejection IS NOT NULL THEN
    operation := operation || jsonb_build_object('mode', 'reject', 'rejection', rejection);
  END IF;
  answer := onceward.commit_operations(contract, jsonb_build_array(operation), held);
  outcome := answer->'outcomes'->0;
  IF outcome->>'kind' <> 'granted' THEN RETURN json_build_object('answer', answer); END IF;
  by_number := coalesce(outcome->>'number', outcome->'claim'->>'number');
  IF NOT (outcome->>'replayed')::boolean THEN
    PERFORM onceward.perform_action(action, by_actor, by_number);
  END IF;
  RETURN json_build_object(
    'answer', answer, 'record', onceward.record_of_action(action, by_actor, by_number));
END $$;

-- `operation`: one operation of a staff member without a player. Returns what commit_operations
-- returns, and the record where the operation is granted.
CREATE OR REPLACE FUNCTION onceward.commit_action(
  contract integer, operation jsonb, action jsonb, held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  by_actor  bigint;
  rejection json;
  is_judged CONSTANT boolean := operation->>'mode' = 'commit';
BEGIN
  IF operation->>'player' IS NOT NULL OR operation->>'actor_kind' IS DISTINCT FROM 'staff'
     OR onceward.permission_of_action(action->>'kind')
        IS DISTINCT FROM operation->>'permission' OR operation->>'permission' IS NULL THEN
    RAISE EXCEPTION 'this is no action of staff' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT a.no INTO by_actor FROM onceward.actors a
   WHERE a.id::text = operation->>'actor_id' AND a.kind = 3;
  IF is_judged AND by_actor IS NOT NULL THEN
    rejection := onceward.judge_action(action, by_actor);
  END IF;
  BEGIN
    RETURN onceward.execute_action(contract, operation, action, held, by_actor, rejection);
  EXCEPTION WHEN unique_violation THEN
    -- Another action took the name meanwhile: there was no record to lock.
    IF is_judged THEN rejection := onceward.judge_action(action, by_actor); END IF;
    IF rejection IS NULL THEN RAISE; END IF;
    RETURN onceward.execute_action(contract, operation, action, held, by_actor, rejection);
  END;
END $$;
