-- Campaigns: what many players get from a closed list. First every row is checked, which moves
-- nothing (the dry run); then the campaign is approved where its value asks for it; then every row
-- is granted. Both go through the list in calls of at most 100 rows. A call records what became of
-- its rows in the transaction in which they are granted: however often something dies, a row is
-- granted once, the report is what was granted, and nothing is granted after a pause was answered.
--
-- Locks: the campaign, then what commit_operations locks.

CREATE OR REPLACE FUNCTION onceward.campaign_refused(campaign bigint, why text, about text)
RETURNS json LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'campaign_refused', 'campaignId', campaign, 'why', why,
                         'about', about);

-- How much a campaign gives of each resource.
CREATE OR REPLACE FUNCTION onceward.campaign_totals(campaign onceward.campaigns)
RETURNS TABLE (resource text, amount numeric) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT t.key, t.value::numeric * CASE WHEN campaign.gives IS NULL THEN 1 ELSE l.rows END
    FROM onceward.lists l, json_each_text(coalesce(campaign.gives, l.gives)) AS t
   WHERE l.no = campaign.list;
END;

-- What a campaign gives in value under a config. `unvalued`: a resource that has no value, so that
-- the campaign needs an approval; `unknown`: one that staff cannot give.
CREATE OR REPLACE FUNCTION onceward.campaign_value(
  campaign onceward.campaigns, version integer,
  OUT total numeric, OUT unvalued text, OUT unknown text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT coalesce(sum(t.amount * v.value), 0), min(t.resource) FILTER (WHERE v.value IS NULL),
         min(t.resource) FILTER (WHERE v.resource IS NULL)
    FROM onceward.campaign_totals(campaign) AS t
    LEFT JOIN onceward.staff_values v
           ON v.config_version = version AND v.resource = onceward.number_of(1, t.resource);
END;

-- Of everything that is approved. The rows of a closed list never change.
CREATE OR REPLACE FUNCTION onceward.campaign_digest(campaign onceward.campaigns) RETURNS text
LANGUAGE sql STABLE
RETURN (SELECT encode(sha256(convert_to(json_build_array(
                 campaign.no, campaign.name, l.digest, campaign.gives, campaign.reason,
                 campaign.on_full, campaign.message, campaign.expires_at)::text,
                 'UTF8')), 'hex')
          FROM onceward.lists l WHERE l.no = campaign.list);

-- What a campaign of more than this value needs: the approval of another member.
CREATE OR REPLACE FUNCTION onceward.approval_above(version integer) RETURNS bigint
LANGUAGE sql STABLE
RETURN coalesce((SELECT (c.document->'campaigns'->>'approvalAbove')::bigint
                   FROM onceward.balance_configs c WHERE c.version = approval_above.version), 0);

CREATE OR REPLACE FUNCTION onceward.judge_new_campaign(action jsonb) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  of_list onceward.lists;
BEGIN
  IF EXISTS (SELECT FROM onceward.campaigns c WHERE c.name = action->>'name') THEN
    RETURN (SELECT json_build_object('kind', 'name_taken', 'record', 'campaign', 'id', c.no)
              FROM onceward.campaigns c WHERE c.name = action->>'name');
  END IF;
  SELECT l.* INTO of_list FROM onceward.lists l WHERE l.no = (action->>'listId')::bigint;
  IF of_list.no IS NULL THEN
    RETURN json_build_object('kind', 'unknown_record', 'record', 'list',
                             'id', (action->>'listId')::bigint);
  ELSIF of_list.closed_at IS NULL THEN
    RETURN onceward.list_refused(of_list.no, 'open');
  ELSIF action->>'gives' IS NULL AND of_list.given_rows < of_list.rows THEN
    RETURN onceward.list_refused(of_list.no, 'gives_missing');
  ELSIF action->>'gives' IS NOT NULL AND of_list.given_rows > 0 THEN
    RETURN onceward.list_refused(of_list.no, 'gives_twice');
  END IF;
  RETURN NULL;
END $$;

-- From which states an action leads on.
CREATE OR REPLACE FUNCTION onceward.can_be(state text, action_kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN CASE action_kind
  WHEN 'campaign.check' THEN state = 'ready'
  WHEN 'campaign.run' THEN state = 'ready'
  WHEN 'campaign.pause' THEN state = 'running'
  WHEN 'campaign.resume' THEN state = 'paused'
  WHEN 'campaign.cancel' THEN state IN ('checking', 'ready', 'running', 'paused')
END;

CREATE OR REPLACE FUNCTION onceward.judge_campaign(action jsonb) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  campaign onceward.campaigns;
  worth    record;
BEGIN
  IF action->>'kind' = 'campaign.create' THEN RETURN onceward.judge_new_campaign(action); END IF;
  SELECT c.* INTO campaign FROM onceward.campaigns c
   WHERE c.no = (action->>'campaignId')::bigint FOR NO KEY UPDATE;
  IF campaign.no IS NULL THEN
    RETURN json_build_object('kind', 'unknown_record', 'record', 'campaign',
                             'id', (action->>'campaignId')::bigint);
  ELSIF NOT onceward.can_be(campaign.state, action->>'kind') THEN
    RETURN onceward.campaign_refused(campaign.no, campaign.state, NULL);
  ELSIF action->>'kind' = 'campaign.run' THEN
    -- As an approval does: the proposal before the staff member.
    PERFORM FROM onceward.proposals p
      WHERE p.no = campaign.proposal FOR NO KEY UPDATE;
    worth := onceward.campaign_value(campaign, (onceward.read_context()).version);
    IF worth.unknown IS NOT NULL THEN
      RETURN onceward.campaign_refused(campaign.no, 'not_giveable', worth.unknown);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- Starts a campaign, or proposes it where its value asks for an approval that it does not have. The
-- config under which it is worth so much is kept.
CREATE OR REPLACE FUNCTION onceward.run_campaign(p_no bigint, by_actor bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  campaign onceward.campaigns;
  context  onceward.context := onceward.read_context();
  worth    record;
  approved text;
  approval bigint;
BEGIN
  SELECT c.* INTO campaign FROM onceward.campaigns c WHERE c.no = p_no;
  worth := onceward.campaign_value(campaign, context.version);
  approved := onceward.campaign_digest(campaign);
  IF worth.unvalued IS NOT NULL OR worth.total > onceward.approval_above(context.version) THEN
    approval := onceward.approval_of('campaign.run', p_no::text, approved);
    IF approval IS NULL THEN
      approval := onceward.propose(
        'campaign.run', p_no::text, approved, 'campaign:approve',
        (SELECT json_build_object('campaign', campaign.name, 'rows', l.rows, 'value', worth.total,
                  'gives', (SELECT json_object_agg(t.resource, t.amount)
                              FROM onceward.campaign_totals(campaign) AS t),
                  'announces', campaign.message,
                  'expiresAt', onceward.shown_time(campaign.expires_at),
                  'forecast', campaign.forecast, 'configVersion', context.version,
                  'configSha256', context.sha256)
           FROM onceward.lists l WHERE l.no = campaign.list), by_actor);
      UPDATE onceward.campaigns c SET proposal = approval, digest = approved
       WHERE c.no = p_no;
      RETURN;
    END IF;
    PERFORM onceward.execute_proposal(approval);
  END IF;
  UPDATE onceward.campaigns c
     SET state = 'running', proposal = approval, digest = approved,
         value = least(worth.total, 9007199254740991), config_version = context.version,
         config_sha256 = context.sha256, started_at = context.at, stepped_at = context.at
   WHERE c.no = p_no;
END $$;

CREATE OR REPLACE FUNCTION onceward.perform_campaign(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  p_no   CONSTANT bigint := action->>'campaignId';
  moment CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
BEGIN
  CASE action->>'kind'
    WHEN 'campaign.create' THEN
      INSERT INTO onceward.campaigns (
        name, list, gives, on_full, message, expires_at, reason, made_by, made_number, made_at,
        stepped_at)
      VALUES (action->>'name', (action->>'listId')::bigint, nullif(action->'gives', 'null')::json,
              nullif(action->'onFull', 'null')::json, nullif(action->'message', 'null')::json,
              (action->>'expiresAt')::timestamptz, action->>'reason', by_actor, by_number, moment,
              moment);
    WHEN 'campaign.check' THEN
      UPDATE onceward.campaigns c
         SET state = 'checking', line = 0, forecast = '{}', stepped_at = moment
       WHERE c.no = p_no;
    WHEN 'campaign.run' THEN PERFORM onceward.run_campaign(p_no, by_actor);
    WHEN 'campaign.pause' THEN
      UPDATE onceward.campaigns c SET state = 'paused', stopped = NULL WHERE c.no = p_no;
    WHEN 'campaign.resume' THEN
      UPDATE onceward.campaigns c SET state = 'running', stopped = NULL, stepped_at = moment
       WHERE c.no = p_no;
    WHEN 'campaign.cancel' THEN
      UPDATE onceward.campaigns c SET state = 'cancelled', ended_at = moment WHERE c.no = p_no;
  END CASE;
END $$;

-- The number of a new instance of the Workflow that drives the campaign; null: there is nothing to
-- drive. Earlier instances see it and end. With `stalled`, only if nothing happened for so long.
CREATE OR REPLACE FUNCTION onceward.next_campaign_instance(
  p_no bigint, stalled interval DEFAULT '-1 day') RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE onceward.campaigns c
     SET instance = c.instance + 1,
         stepped_at = greatest(c.stepped_at, date_trunc('milliseconds', clock_timestamp()))
   WHERE c.no = p_no AND c.state IN ('checking', 'running')
     AND c.stepped_at < clock_timestamp() - stalled
  RETURNING c.instance;
END;

-- The next rows: `alone` were busy and are sent one by one; of those after them, at most `at_most`.
CREATE OR REPLACE FUNCTION onceward.campaign_step(p_no bigint, at_most integer) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'name', c.name, 'state', c.state, 'instance', c.instance, 'reason', c.reason,
           'key', encode(c.handle, 'hex'), 'onFull', c.on_full, 'message', c.message,
           'expiresAt', onceward.shown_time(c.expires_at),
           'rows', (
             SELECT coalesce(json_agg(json_build_object('line', l.line, 'item', l.item,
                      'player', (SELECT a.id FROM onceward.actors a WHERE a.no = l.player),
                      'alone', n.alone, 'gives', coalesce(l.gives, c.gives))
                      ORDER BY n.alone DESC, l.line), '[]')
               FROM (SELECT s AS line, true AS alone FROM unnest(c.skipped) AS s
                     UNION ALL
                     (SELECT r.line, false FROM onceward.list_rows r
                       WHERE r.list = c.list AND r.line > c.line
                       ORDER BY r.line LIMIT at_most)) AS n
               JOIN onceward.list_rows l ON l.list = c.list AND l.line = n.line))
    FROM onceward.campaigns c WHERE c.no = p_no);

-- Amounts by resource, added to those of `totals`: {"gold": {"requested": 10, "given": 10}}.
CREATE OR REPLACE FUNCTION onceward.add_totals(totals json, changes json[]) RETURNS json
LANGUAGE sql IMMUTABLE
RETURN (
  SELECT coalesce(json_object_agg(t.resource, json_build_object(
           'requested', t.requested, 'given', t.given) ORDER BY t.resource), '{}')
    FROM (SELECT s.resource, sum(s.requested) AS requested, sum(s.given) AS given
            FROM (SELECT e.key AS resource, (e.value->>'requested')::numeric AS requested,
                         (e.value->>'given')::numeric AS given
                    FROM json_each(totals) AS e
                  UNION ALL
                  SELECT x->>'resource', (x->>'requested')::numeric, (x->>'delta')::numeric
                    FROM unnest(changes) AS one(change), json_array_elements(one.change) AS x
                   WHERE (x->>'cause')::integer = 1) AS s
           GROUP BY s.resource) AS t);

-- Counts by reason, added to those of `counts`.
CREATE OR REPLACE FUNCTION onceward.add_counts(counts json, reasons text[]) RETURNS json
LANGUAGE sql IMMUTABLE
RETURN (
  SELECT coalesce(json_object_agg(t.reason, t.count ORDER BY t.reason), '{}')
    FROM (SELECT s.reason, sum(s.count) AS count
            FROM (SELECT e.key AS reason, e.value::bigint AS count FROM json_each_text(counts) AS e
                  UNION ALL
                  SELECT r, 1 FROM unnest(reasons) AS r WHERE r IS NOT NULL) AS s
           GROUP BY s.reason) AS t);

-- Why a row gave nothing; null: it was granted.
CREATE OR REPLACE FUNCTION onceward.reason_of(outcome json) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE outcome->>'kind'
  WHEN 'granted' THEN NULL WHEN 'preview' THEN NULL
  WHEN 'rejected' THEN outcome->'rejection'->>'kind' ELSE outcome->>'kind' END;

-- Whether the kernel has decided: otherwise the row is sent again.
CREATE OR REPLACE FUNCTION onceward.is_final(outcome json) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN outcome->>'kind' IN ('granted', 'preview', 'rejected', 'key_reused', 'rate_limited');
