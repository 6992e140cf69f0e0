-- Changes of staff and roles: actions of staff (40_actions.sql) with `staff:manage`. They wait for
-- each other, so two members cannot disable each other. What raises a limit or grants
-- `staff:manage` is proposed, and executed when another member has approved it; what takes
-- something away is executed at once.
--
-- Locks: the table of roles, the proposal, the member who acts, then staff in the order of their
-- numbers, as commit_operations locks them. An operation of a member holds their row until it ends,
-- so what a change takes away has ended when it is answered.

CREATE OR REPLACE FUNCTION onceward.staff_refused(subject text, why text, about text DEFAULT NULL)
RETURNS json LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'staff_refused', 'subject', subject, 'why', why, 'about', about);

CREATE OR REPLACE FUNCTION onceward.is_about_role(action jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN action->>'kind' IN ('staff.create_role', 'staff.change_role', 'staff.delete_role');

-- What its proposal is about.
CREATE OR REPLACE FUNCTION onceward.subject_of_change(action jsonb) RETURNS text
LANGUAGE sql STABLE
RETURN CASE WHEN onceward.is_about_role(action) THEN action->>'role'
            ELSE onceward.member_of(action)::text END;

CREATE OR REPLACE FUNCTION onceward.lock_staff(action jsonb, by_actor bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE onceward.roles IN SHARE ROW EXCLUSIVE MODE;
  PERFORM FROM onceward.proposals p
    WHERE p.kind = action->>'kind' AND p.subject = onceward.subject_of_change(action)
      AND p.state IN ('open', 'approved') FOR NO KEY UPDATE;
  PERFORM FROM onceward.actors a WHERE a.no = by_actor FOR NO KEY UPDATE;
  PERFORM FROM onceward.staff s
    WHERE s.actor IN (by_actor, onceward.member_of(action))
       OR onceward.is_about_role(action) AND s.role = action->>'role'
    ORDER BY s.actor FOR NO KEY UPDATE;
END $$;

-- Why limits of their own cannot be set; null: they can.
CREATE OR REPLACE FUNCTION onceward.judge_limits(
  action jsonb, of_actor bigint, by_actor bigint) RETURNS json
LANGUAGE sql STABLE
RETURN coalesce(
  (SELECT onceward.staff_refused(action->>'member', 'not_limited', min(o.resource))
     FROM jsonb_to_recordset(action->'limits'->'resources') AS o(resource text, takes boolean)
    WHERE (o.resource, o.takes) NOT IN (
      SELECT r.resource, r.takes FROM onceward.limited_resources() AS r)
   HAVING count(*) > 0),
  (SELECT onceward.staff_refused(action->>'member', 'not_held', min(r.name))
     FROM onceward.raised_bounds(of_actor, action->'limits') AS r
     JOIN onceward.bounds_under(onceward.own_limits(by_actor)) AS own ON own.name = r.name
    WHERE r.bound > own.bound AND NOT onceward.grants_freely(by_actor)
   HAVING count(*) > 0));

CREATE OR REPLACE FUNCTION onceward.judge_member(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  of_kind CONSTANT text := action->>'kind';
  of_id   CONSTANT text := action->>'member';
  to_role CONSTANT text := action->>'role';
  member  onceward.staff;
  granted text[] := '{}';
  missing text;
BEGIN
  SELECT s.* INTO member FROM onceward.staff s WHERE s.actor = onceward.member_of(action);
  IF of_kind = 'staff.add' AND member.actor IS NOT NULL THEN
    RETURN onceward.staff_refused(of_id, 'known_member');
  ELSIF of_kind <> 'staff.add' AND member.actor IS NULL THEN
    RETURN onceward.staff_refused(of_id, 'unknown_member');
  ELSIF member.actor = by_actor AND of_kind <> 'staff.disable' THEN
    RETURN onceward.staff_refused(of_id, 'own');
  ELSIF to_role IS NOT NULL
    AND NOT EXISTS (SELECT FROM onceward.roles r WHERE r.name = to_role) THEN
    RETURN onceward.staff_refused(to_role, 'unknown_role');
  ELSIF of_kind = 'staff.limits' THEN
    RETURN onceward.judge_limits(action, member.actor, by_actor);
  ELSIF of_kind IN ('staff.disable', 'staff.assign')
    AND 'staff:manage' <> ALL (onceward.permissions_of(to_role))
    AND NOT onceward.managers_remain(member.actor, NULL) THEN
    RETURN onceward.staff_refused(of_id, 'last_manager');
  END IF;
  IF of_kind IN ('staff.add', 'staff.assign', 'staff.enable') THEN
    granted := ARRAY(
      SELECT unnest(onceward.permissions_of(coalesce(to_role, member.role)))
      EXCEPT
      SELECT unnest(onceward.permissions_of(member.role)) WHERE of_kind = 'staff.assign');
  END IF;
  missing := onceward.not_held(granted, by_actor);
  IF missing IS NOT NULL THEN RETURN onceward.staff_refused(of_id, 'not_held', missing); END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION onceward.judge_role(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  most    CONSTANT integer := 100;
  of_kind CONSTANT text := action->>'kind';
  of_role CONSTANT text := action->>'role';
  held    CONSTANT text[] := onceward.permissions_of(of_role);
  wanted  CONSTANT text[] := onceward.texts_of(action->'permissions');
  is_role CONSTANT boolean := EXISTS (SELECT FROM onceward.roles r WHERE r.name = of_role);
  missing text;
BEGIN
  IF of_role !~ '^[a-z][a-z0-9_]{0,63}$' OR of_role = 'server' OR EXISTS (
    SELECT FROM unnest(wanted) AS w WHERE w NOT IN (SELECT p.name FROM onceward.permissions p)) THEN
    RAISE EXCEPTION 'there is no such role or permission' USING ERRCODE = 'invalid_parameter_value';
  ELSIF of_kind = 'staff.create_role' AND is_role THEN
    RETURN onceward.staff_refused(of_role, 'known_role');
  ELSIF of_kind = 'staff.create_role' AND (SELECT count(*) FROM onceward.roles) >= most THEN
    RETURN onceward.staff_refused(of_role, 'too_many_roles');
  ELSIF of_kind <> 'staff.create_role' AND NOT is_role THEN
    RETURN onceward.staff_refused(of_role, 'unknown_role');
  ELSIF of_kind = 'staff.delete_role' AND of_role = 'admin' THEN
    RETURN onceward.staff_refused(of_role, 'built_in');
  ELSIF of_kind = 'staff.delete_role'
    AND EXISTS (SELECT FROM onceward.staff s WHERE s.role = of_role) THEN
    RETURN onceward.staff_refused(of_role, 'has_members');
  ELSIF of_kind = 'staff.change_role' AND 'staff:manage' = ANY (held)
    AND 'staff:manage' <> ALL (wanted) AND NOT onceward.managers_remain(NULL, of_role) THEN
    RETURN onceward.staff_refused(of_role, 'last_manager');
  END IF;
  missing := onceward.not_held(
    ARRAY(SELECT unnest(wanted) EXCEPT SELECT unnest(held)), by_actor);
  IF missing IS NOT NULL THEN RETURN onceward.staff_refused(of_role, 'not_held', missing); END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION onceward.judge_staff_change(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM onceward.lock_staff(action, by_actor);
  IF onceward.is_about_role(action) THEN RETURN onceward.judge_role(action, by_actor); END IF;
  RETURN onceward.judge_member(action, by_actor);
END $$;

-- Whether a second member has to approve: it raises a limit above what the owner allows, grants
-- `staff:manage`, or adds to what the role of the one who acts permits.
CREATE OR REPLACE FUNCTION onceward.needs_approval(action jsonb, by_actor bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  of_kind CONSTANT text := action->>'kind';
  of_role CONSTANT text := action->>'role';
  member  onceward.staff;
  added   text[];
BEGIN
  SELECT s.* INTO member FROM onceward.staff s WHERE s.actor = onceward.member_of(action);
  IF of_kind = 'staff.limits' THEN
    RETURN EXISTS (
      SELECT FROM onceward.raised_bounds(member.actor, action->'limits') AS r
       WHERE NOT r.in_value
          OR r.bound > (SELECT s.staff_approval_above FROM onceward.settings s));
  ELSIF of_kind IN ('staff.create_role', 'staff.change_role') THEN
    added := ARRAY(SELECT unnest(onceward.texts_of(action->'permissions'))
                   EXCEPT SELECT unnest(onceward.permissions_of(of_role)));
    RETURN 'staff:manage' = ANY (added) OR cardinality(added) > 0 AND EXISTS (
      SELECT FROM onceward.staff s WHERE s.actor = by_actor AND s.role = of_role);
  END IF;
  RETURN of_kind IN ('staff.add', 'staff.assign', 'staff.enable')
     AND 'staff:manage' = ANY (onceward.permissions_of(coalesce(of_role, member.role)))
     AND (of_kind <> 'staff.assign'
          OR 'staff:manage' <> ALL (onceward.permissions_of(member.role)));
END $$;

-- The approval under which the change is executed; null: it is proposed, and waits.
CREATE OR REPLACE FUNCTION onceward.approval_of_change(action jsonb, by_actor bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  subject  CONSTANT text := onceward.subject_of_change(action);
  given    CONSTANT jsonb := action - 'kind' - 'reason';
  before   CONSTANT jsonb := CASE WHEN onceward.is_about_role(action)
    THEN jsonb_build_object('permissions', onceward.permissions_of(subject))
    ELSE onceward.member_state(subject::bigint) END;
  granted  CONSTANT jsonb := to_jsonb(onceward.permissions_of(action->>'role'));
  digest   CONSTANT text := encode(sha256(convert_to(
    jsonb_build_array(action->>'kind', subject, given, before, granted)::text, 'UTF8')), 'hex');
  approval bigint := onceward.approval_of(action->>'kind', subject, digest);
BEGIN
  IF approval IS NULL THEN
    PERFORM onceward.propose(action->>'kind', subject, digest, 'staff:manage',
      json_build_object('change', given, 'before', before, 'reason', action->>'reason'), by_actor);
  ELSE
    PERFORM onceward.execute_proposal(approval);
  END IF;
  RETURN approval;
END $$;

CREATE OR REPLACE FUNCTION onceward.perform_staff_change(action jsonb, by_actor bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  moment  CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
  of_role CONSTANT text := action->>'role';
  member  bigint;
BEGIN
  IF action->>'kind' = 'staff.add' THEN
    PERFORM onceward.register_actor('staff', action->>'member');
  END IF;
  IF onceward.needs_approval(action, by_actor)
     AND onceward.approval_of_change(action, by_actor) IS NULL THEN RETURN; END IF;
  member := onceward.member_of(action);
  CASE action->>'kind'
    WHEN 'staff.add' THEN
      INSERT INTO onceward.staff (actor, role, created_at) VALUES (member, of_role, moment);
    WHEN 'staff.assign' THEN
      UPDATE onceward.staff s SET role = of_role WHERE s.actor = member;
    WHEN 'staff.disable' THEN
      UPDATE onceward.staff s SET disabled_at = coalesce(s.disabled_at, moment)
       WHERE s.actor = member;
    WHEN 'staff.enable' THEN
      UPDATE onceward.staff s SET disabled_at = NULL WHERE s.actor = member;
    WHEN 'staff.limits' THEN PERFORM onceward.set_limits(member, action->'limits');
    WHEN 'staff.create_role' THEN
      INSERT INTO onceward.roles (name, created_at) VALUES (of_role, moment);
      PERFORM onceward.set_permissions(of_role, onceward.texts_of(action->'permissions'));
    WHEN 'staff.change_role' THEN
      PERFORM onceward.set_permissions(of_role, onceward.texts_of(action->'permissions'));
    WHEN 'staff.delete_role' THEN
      DELETE FROM onceward.role_permissions r WHERE r.role = of_role;
      DELETE FROM onceward.roles r WHERE r.name = of_role;
  END CASE;
END $$;

CREATE OR REPLACE FUNCTION onceward.set_permissions(of_role text, wanted text[]) RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  DELETE FROM onceward.role_permissions r
   WHERE r.role = of_role AND r.permission <> ALL (wanted);
  INSERT INTO onceward.role_permissions (permission, role)
  SELECT DISTINCT w, of_role FROM unnest(wanted) AS w ON CONFLICT DO NOTHING;
END;

-- All limits of their own, instead of those before.
CREATE OR REPLACE FUNCTION onceward.set_limits(member bigint, given jsonb) RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  UPDATE onceward.staff s SET reward_limit = (given->>'rewardLimit')::bigint,
                              daily_budget = (given->>'dailyBudget')::bigint
   WHERE s.actor = member;
  DELETE FROM onceward.staff_limits l WHERE l.actor = member;
  INSERT INTO onceward.staff_limits (actor, resource, takes, per_call, per_day)
  SELECT member, onceward.number_of(1, o.resource), o.takes, o."perCall", o."perDay"
    FROM jsonb_to_recordset(given->'resources')
      AS o(resource text, takes boolean, "perCall" bigint, "perDay" bigint);
END;
