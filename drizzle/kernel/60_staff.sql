-- What decides about changes of staff and roles (61_staff_changes.sql): who holds what, and what a
-- change raises. A member's own limits come before the config's.

-- What a role permits, of what the code knows.
CREATE OR REPLACE FUNCTION onceward.permissions_of(of_role text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(
  SELECT r.permission FROM onceward.role_permissions r
    JOIN onceward.permissions p ON p.name = r.permission
   WHERE r.role = of_role ORDER BY r.permission);

-- A member's own limits: {rewardLimit, dailyBudget,
-- resources: [{resource, takes, perCall, perDay}]}.
CREATE OR REPLACE FUNCTION onceward.own_limits(of_actor bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT jsonb_build_object(
           'rewardLimit', max(s.reward_limit), 'dailyBudget', max(s.daily_budget),
           'resources', (
             SELECT coalesce(jsonb_agg(jsonb_build_object(
                      'resource', n.name, 'takes', l.takes, 'perCall', l.per_call,
                      'perDay', l.per_day) ORDER BY n.name, l.takes), '[]')
               FROM onceward.staff_limits l
               JOIN onceward.names n ON n.kind = 1 AND n.no = l.resource
              WHERE l.actor = of_actor))
    FROM onceward.staff s WHERE s.actor = of_actor);

-- The resources that the current config limits in units for each staff member.
CREATE OR REPLACE FUNCTION onceward.limited_resources()
RETURNS TABLE (resource text, takes boolean, per_call bigint, per_day bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
  WITH current AS MATERIALIZED (SELECT (onceward.read_context()).version AS version)
  SELECT n.name, false, v.per_reward, v.per_day
    FROM current AS c JOIN onceward.staff_values v ON v.config_version = c.version
    JOIN onceward.names n ON n.kind = 1 AND n.no = v.resource
   WHERE v.per_day IS NOT NULL
  UNION ALL
  SELECT n.name, true, t.per_call, t.per_day
    FROM current AS c JOIN onceward.take_limits t ON t.config_version = c.version
    JOIN onceward.names n ON n.kind = 1 AND n.no = t.resource;
END;

-- What bounds a member who has these limits of their own, under the current config. `in_value`:
-- `rewardLimit` and `dailyBudget`; the others are in units.
CREATE OR REPLACE FUNCTION onceward.bounds_under(own jsonb)
RETURNS TABLE (name text, bound bigint, in_value boolean) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT v.name, coalesce((own->>v.name)::bigint, CASE v.name WHEN 'rewardLimit'
           THEN c.reward_limit ELSE c.daily_budget END, 0), true
    FROM (VALUES ('rewardLimit'), ('dailyBudget')) AS v(name)
    LEFT JOIN onceward.award_limits c
           ON c.config_version = (SELECT (onceward.read_context()).version) AND c.kind = 3
  UNION ALL
  SELECT concat_ws(' ', CASE WHEN r.takes THEN 'taking' ELSE 'giving' END, r.resource, b.name),
         b.bound, false
    FROM onceward.limited_resources() AS r
    LEFT JOIN jsonb_to_recordset(own->'resources')
           AS o(resource text, takes boolean, "perCall" bigint, "perDay" bigint)
           ON o.resource = r.resource AND o.takes = r.takes
   CROSS JOIN LATERAL (VALUES
           ('per call', coalesce(o."perCall", r.per_call, o."perDay", r.per_day)),
           ('per day', coalesce(o."perDay", r.per_day))) AS b(name, bound);
END;

-- The bounds that new limits of their own raise for a member.
CREATE OR REPLACE FUNCTION onceward.raised_bounds(of_actor bigint, own jsonb)
RETURNS TABLE (name text, bound bigint, in_value boolean) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT n.name, n.bound, n.in_value
    FROM onceward.bounds_under(own) AS n
    JOIN onceward.bounds_under(onceward.own_limits(of_actor)) AS b ON b.name = n.name
   WHERE n.bound > b.bound;
END;

-- Whether a member may grant what they do not hold: the role `admin`, which always exists.
CREATE OR REPLACE FUNCTION onceward.grants_freely(by_actor bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM onceward.staff s WHERE s.actor = by_actor AND s.role = 'admin');

-- The first of these permissions that the one who grants them may not grant; null: they may.
CREATE OR REPLACE FUNCTION onceward.not_held(granted text[], by_actor bigint) RETURNS text
LANGUAGE sql STABLE
RETURN (
  SELECT min(g COLLATE "C") FROM unnest(granted) AS g
   WHERE NOT onceward.grants_freely(by_actor)
     AND g <> ALL (SELECT unnest(onceward.permissions_of(s.role))
                     FROM onceward.staff s WHERE s.actor = by_actor));

-- Whether anybody who can change staff remains without this member, or this role.
CREATE OR REPLACE FUNCTION onceward.managers_remain(without bigint, without_role text)
RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (
  SELECT FROM onceward.staff s
    JOIN onceward.role_permissions r ON r.permission = 'staff:manage' AND r.role = s.role
   WHERE s.disabled_at IS NULL AND s.actor IS DISTINCT FROM without
     AND s.role IS DISTINCT FROM without_role);

-- The texts of a JSON array.
CREATE OR REPLACE FUNCTION onceward.texts_of(given jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN ARRAY(SELECT jsonb_array_elements_text(given));

-- The member that an action is about, who may have no row yet; null: it is about a role, or nobody
-- with this ID has ever acted or been registered.
CREATE OR REPLACE FUNCTION onceward.member_of(action jsonb) RETURNS bigint
LANGUAGE sql STABLE
RETURN (SELECT a.no FROM onceward.actors a WHERE a.id::text = action->>'member' AND a.kind = 3);

-- A member as it counts for an approval: whatever of it changes, the approval is void.
CREATE OR REPLACE FUNCTION onceward.member_state(of_actor bigint) RETURNS jsonb
LANGUAGE sql STABLE
RETURN (
  SELECT jsonb_build_object('role', s.role, 'permissions', onceward.permissions_of(s.role),
                            'disabled', s.disabled_at IS NOT NULL)
         || onceward.own_limits(of_actor)
    FROM onceward.staff s WHERE s.actor = of_actor);

-- As the API shows a member. `role` null: they are not added yet.
CREATE OR REPLACE FUNCTION onceward.staff_json(of_actor bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', a.id, 'role', s.role, 'permissions', onceward.permissions_of(s.role),
           'rewardLimit', s.reward_limit, 'dailyBudget', s.daily_budget,
           'resourceLimits', coalesce(onceward.own_limits(of_actor)->'resources', '[]'),
           'disabledAt', onceward.shown_time(s.disabled_at),
           'addedAt', onceward.shown_time(s.created_at),
           'lastActionAt', onceward.shown_time((
             SELECT e.recorded_at FROM onceward.audit_events e WHERE e.actor = of_actor
              ORDER BY e.recorded_at DESC LIMIT 1)),
           'proposalId', (
             SELECT max(p.no) FROM onceward.proposals p
              WHERE p.kind IN ('staff.add', 'staff.assign', 'staff.enable', 'staff.limits')
                AND p.subject = of_actor::text AND p.state IN ('open', 'approved')
                AND p.expires_at > clock_timestamp()))
    FROM onceward.actors a LEFT JOIN onceward.staff s ON s.actor = a.no WHERE a.no = of_actor);

-- As the API shows a role, also one that was deleted.
CREATE OR REPLACE FUNCTION onceward.role_json(of_role text) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN json_build_object(
  'name', of_role, 'permissions', onceward.permissions_of(of_role),
  'unknownPermissions', ARRAY(
    SELECT r.permission FROM onceward.role_permissions r
     WHERE r.role = of_role AND r.permission NOT IN (SELECT p.name FROM onceward.permissions p)
     ORDER BY r.permission),
  'members', (SELECT count(*) FROM onceward.staff s WHERE s.role = of_role),
  'isDeleted', NOT EXISTS (SELECT FROM onceward.roles r WHERE r.name = of_role),
  'proposalId', (
    SELECT max(p.no) FROM onceward.proposals p
     WHERE p.kind IN ('staff.create_role', 'staff.change_role') AND p.subject = of_role
       AND p.state IN ('open', 'approved') AND p.expires_at > clock_timestamp()));
