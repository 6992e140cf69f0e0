-- Actions of staff: what changes proposals, lists, campaigns, rankings, codes, undos, configs,
-- staff, roles, game servers and endpoints, what writes notes, what acknowledges alarms, what
-- erases players, and what settles what breakers hold. Each is an operation without a player, so
-- its key, its claim, its refusals and its audit row are those of any operation of staff; what it
-- does to its record is done in the same transaction. Game servers upload and pay rankings: they
-- act on what they made.
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
  WHEN 'list' THEN 'list:manage'
  WHEN 'campaign' THEN 'campaign:manage'
  WHEN 'ranking' THEN 'ranking:manage'
  WHEN 'codes' THEN 'codes:create'
  WHEN 'undo' THEN 'undo:manage'
  WHEN 'config' THEN 'config:publish'
  WHEN 'staff' THEN 'staff:manage'
  WHEN 'note' THEN 'note:write'
  WHEN 'alarm' THEN 'alarm:acknowledge'
  WHEN 'held' THEN 'breaker:release'
  WHEN 'server' THEN 'server:manage'
  WHEN 'player' THEN 'player:erase'
  WHEN 'endpoint' THEN 'event:manage'
END;

-- Whether a game server may make this action. Queries over players are for staff.
CREATE OR REPLACE FUNCTION onceward.is_of_servers(action jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN split_part(action->>'kind', '.', 1) IN ('list', 'ranking')
   AND action->>'kind' <> 'list.fill' AND action->>'query' IS NULL;

-- Whether an actor may act on what another one made: staff on everything, a server on its own.
CREATE OR REPLACE FUNCTION onceward.may_act_on(by_actor bigint, made_by bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN made_by = by_actor OR (SELECT a.kind = 3 FROM onceward.actors a WHERE a.no = by_actor);

-- Locks the record and says why the action is rejected; null: it is not.
CREATE OR REPLACE FUNCTION onceward.judge_action(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE split_part(action->>'kind', '.', 1)
    WHEN 'proposal' THEN onceward.judge_proposal(action, by_actor)
    WHEN 'list' THEN onceward.judge_list(action, by_actor)
    WHEN 'campaign' THEN onceward.judge_campaign(action)
    WHEN 'ranking' THEN onceward.judge_ranking(action, by_actor)
    WHEN 'codes' THEN onceward.judge_codes(action)
    WHEN 'undo' THEN onceward.judge_undo(action)
    WHEN 'config' THEN onceward.judge_config(action, by_actor)
    WHEN 'staff' THEN onceward.judge_staff_change(action, by_actor)
    WHEN 'note' THEN onceward.judge_note(action)
    WHEN 'alarm' THEN onceward.judge_alarm(action)
    WHEN 'held' THEN onceward.judge_held(action)
    WHEN 'server' THEN onceward.judge_server_change(action, by_actor)
    WHEN 'player' THEN onceward.judge_erasure(action)
    WHEN 'endpoint' THEN onceward.judge_endpoint(action)
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
    WHEN 'ranking' THEN PERFORM onceward.perform_ranking(action, by_actor, by_number);
    WHEN 'codes' THEN PERFORM onceward.create_codes(action, by_actor, by_number);
    WHEN 'undo' THEN PERFORM onceward.perform_undo(action, by_actor, by_number);
    WHEN 'config' THEN PERFORM onceward.perform_config(action, by_actor, by_number);
    WHEN 'staff' THEN PERFORM onceward.perform_staff_change(action, by_actor);
    WHEN 'note' THEN PERFORM onceward.write_note(action, by_actor, by_number);
    WHEN 'alarm' THEN PERFORM onceward.acknowledge_alarm(action, by_actor);
    WHEN 'held' THEN PERFORM onceward.settle_held(action, by_actor, by_number);
    WHEN 'server' THEN PERFORM onceward.perform_server_change(action, by_actor);
    WHEN 'player' THEN PERFORM onceward.erase_player(action, by_actor, by_number);
    WHEN 'endpoint' THEN PERFORM onceward.perform_endpoint(action, by_actor, by_number);
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
    WHEN 'ranking' THEN onceward.ranking_json(coalesce((action->>'rankingId')::bigint, (
      SELECT r.no FROM onceward.rankings r
       WHERE (r.made_by, r.made_number) = (by_actor, by_number))))
    WHEN 'codes' THEN onceward.code_batch_json((
      SELECT b.no FROM onceward.code_batches b WHERE (b.actor, b.number) = (by_actor, by_number)))
    WHEN 'undo' THEN onceward.undo_json(coalesce((action->>'undoId')::bigint, (
      SELECT u.no FROM onceward.undos u WHERE (u.made_by, u.made_number) = (by_actor, by_number))))
    WHEN 'config' THEN onceward.publication_json(action, by_actor, by_number)
    WHEN 'staff' THEN CASE WHEN onceward.is_about_role(action)
      THEN onceward.role_json(action->>'role')
      ELSE onceward.staff_json(onceward.member_of(action)) END
    WHEN 'note' THEN onceward.note_json(by_actor, by_number)
    WHEN 'alarm' THEN onceward.alarm_json((action->>'alarmId')::bigint)
    WHEN 'held' THEN onceward.settlement_json(by_actor, by_number)
    WHEN 'server' THEN onceward.server_json(onceward.server_of(action))
    WHEN 'player' THEN onceward.erasure_of_action(action, by_actor, by_number)
    WHEN 'endpoint' THEN onceward.endpoint_record(action, by_actor, by_number)::json
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

-- The number of the actor. A server gets its row here: its action is judged under its number.
CREATE OR REPLACE FUNCTION onceward.actor_of_action(operation jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  found_no bigint;
BEGIN
  SELECT a.no INTO found_no FROM onceward.actors a
   WHERE a.id::text = operation->>'actor_id'
     AND a.kind = onceward.kind_number(operation->>'actor_kind');
  IF found_no IS NULL AND operation->>'actor_kind' = 'server' AND EXISTS (
    SELECT FROM onceward.role_permissions r
     WHERE r.permission = operation->>'permission' AND r.role = 'server')
     AND (SELECT s.servers FROM onceward.settings s) = 'open' THEN
    found_no := onceward.register_actor('server', operation->>'actor_id');
  END IF;
  RETURN found_no;
END $$;

-- `operation`: one operation of a staff member or game server without a player. Returns what
-- commit_operations returns, and the record where the operation is granted.
CREATE OR REPLACE FUNCTION onceward.commit_action(
  contract integer, operation jsonb, action jsonb, held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  by_actor  bigint;
  rejection json;
  is_judged CONSTANT boolean := operation->>'mode' = 'commit';
BEGIN
  IF operation->>'player' IS NOT NULL
     OR (operation->>'actor_kind' = 'staff' OR operation->>'actor_kind' = 'server'
         AND onceward.is_of_servers(action)) IS NOT TRUE
     OR onceward.permission_of_action(action->>'kind')
        IS DISTINCT FROM operation->>'permission' OR operation->>'permission' IS NULL THEN
    RAISE EXCEPTION 'this is no action of this actor' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  by_actor := onceward.actor_of_action(operation);
  IF is_judged AND by_actor IS NOT NULL THEN
    rejection := onceward.judge_action(action, by_actor);
  END IF;
  BEGIN
    RETURN onceward.execute_action(contract, operation, action, held, by_actor, rejection);
  EXCEPTION WHEN unique_violation OR object_not_in_prerequisite_state THEN
    -- Another action took the name meanwhile, for there was no record to lock; or the clock reached
    -- the moment of a scheduled config.
    IF is_judged THEN rejection := onceward.judge_action(action, by_actor); END IF;
    IF rejection IS NULL THEN RAISE; END IF;
    RETURN onceward.execute_action(contract, operation, action, held, by_actor, rejection);
  END;
END $$;
