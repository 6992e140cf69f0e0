-- The calls in which the Worker drives a campaign: up to 100 rows of its list at once.

-- Fails where the operations are not those that the rows and the campaign say: whom, what, how much
-- and under which key. The Worker's role alone cannot let a campaign give anything else.
CREATE OR REPLACE FUNCTION onceward.check_campaign_rows(
  campaign onceward.campaigns, lines integer[], operations jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  wrong integer;
BEGIN
  SELECT asked.line INTO wrong
    FROM unnest(lines) WITH ORDINALITY AS asked(line, nth)
    LEFT JOIN onceward.list_rows r ON r.list = campaign.list AND r.line = asked.line
    LEFT JOIN onceward.actors a ON a.no = r.player
   CROSS JOIN LATERAL (SELECT operations->(asked.nth::integer - 1) AS op) AS o
   WHERE (a.id::text = o.op->>'player' AND o.op->>'actor_kind' = 'server'
          AND o.op->>'permission' = 'campaign:run' AND CASE WHEN campaign.message IS NULL
            THEN o.op->>'source' = 'postings'
            ELSE o.op->>'source' = 'announcement'
             AND o.op->'announces'->'message' = campaign.message::jsonb
             AND (o.op->'announces'->>'origin')::integer = 3
             AND (o.op->'announces'->>'expires_at')::timestamptz
                 IS NOT DISTINCT FROM campaign.expires_at END
          AND o.op->>'idempotency_key'
              = format('campaign:%s:%s', encode(campaign.handle, 'hex'), r.line)
          AND coalesce(o.op->'on_full', 'null') = CASE WHEN campaign.on_full IS NULL
            THEN 'null' ELSE jsonb_build_object('origin', 3, 'message', campaign.on_full->'message')
            END
          AND (SELECT jsonb_object_agg(p->>'resource', (p->>'delta')::bigint)
                 FROM jsonb_array_elements(CASE WHEN campaign.message IS NULL
                   THEN o.op->'postings' ELSE o.op->'announces'->'plan'->'postings' END) AS p)
              = coalesce(r.gives, campaign.gives)::jsonb) IS NOT TRUE
   LIMIT 1;
  IF wrong IS NOT NULL OR jsonb_array_length(operations) <> cardinality(lines) THEN
    RAISE EXCEPTION 'line % of campaign % is not what was sent', wrong, campaign.no
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END $$;

-- Whether these rows are to be sent now: the next ones in order, or some that were busy.
CREATE OR REPLACE FUNCTION onceward.are_next(campaign onceward.campaigns, lines integer[])
RETURNS boolean LANGUAGE sql STABLE
RETURN lines <@ (campaign).skipped
    OR lines = ARRAY(SELECT r.line FROM onceward.list_rows r
                      WHERE r.list = (campaign).list AND r.line > (campaign).line
                      ORDER BY r.line LIMIT cardinality(lines));

-- Locks a campaign for a call of its instance. `refused`: what the call answers instead.
CREATE OR REPLACE FUNCTION onceward.campaign_for_call(
  p_no bigint, p_instance integer, p_state text, lines integer[],
  OUT campaign onceward.campaigns, OUT refused json)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.* INTO campaign FROM onceward.campaigns c WHERE c.no = p_no FOR NO KEY UPDATE;
  IF campaign.state IS DISTINCT FROM p_state OR campaign.instance IS DISTINCT FROM p_instance THEN
    refused := json_build_object('kind', 'stopped');
  ELSIF NOT onceward.are_next(campaign, lines) THEN
    refused := json_build_object('kind', 'moved');
  END IF;
END $$;

-- What remains to be sent of the rows that were busy.
CREATE OR REPLACE FUNCTION onceward.still_skipped(
  skipped integer[], lines integer[], outcomes json[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE
RETURN ARRAY(
  SELECT s FROM unnest(skipped) AS s WHERE NOT s = ANY (lines)
  UNION
  SELECT o.line FROM unnest(lines, outcomes) AS o(line, outcome)
   WHERE NOT onceward.is_final(o.outcome) ORDER BY 1);

-- How many of them became pending.
CREATE OR REPLACE FUNCTION onceward.count_pending(outcomes json[]) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN (SELECT count(*) FROM unnest(outcomes) AS o
         WHERE coalesce(o->>'becamePending', o->'claim'->>'becamePending') = 'true');

-- What rows gave, of each one whose outcome has no rejection: its changes, or what it announced. Of
-- one that became pending, it is what was requested, and nothing was given.
CREATE OR REPLACE FUNCTION onceward.given_in(
  campaign onceward.campaigns, lines integer[], outcomes json[]) RETURNS json[]
LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT CASE WHEN campaign.message IS NULL AND onceward.count_pending(ARRAY[o.outcome]) = 0
              THEN o.outcome->'changes' ELSE (
           SELECT json_agg(json_build_object(
                    'resource', g.key, 'requested', g.value::bigint, 'cause', 1,
                    'delta', CASE WHEN campaign.message IS NULL THEN 0 ELSE g.value::bigint END))
             FROM json_each_text(coalesce(r.gives, campaign.gives)) AS g) END
    FROM unnest(lines, outcomes) AS o(line, outcome)
    JOIN onceward.list_rows r ON r.list = campaign.list AND r.line = o.line
   WHERE o.outcome->>'kind' IN ('granted', 'preview')
     AND (campaign.message IS NOT NULL OR json_typeof(o.outcome->'changes') = 'array'));

-- Records what became of rows, and ends the campaign after the last one.
CREATE OR REPLACE FUNCTION onceward.record_campaign_rows(
  campaign onceward.campaigns, lines integer[], outcomes json[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  moment  CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
  busy    CONSTANT integer[] := onceward.still_skipped(campaign.skipped, lines, outcomes);
  reached CONSTANT integer := greatest(campaign.line, lines[cardinality(lines)]);
  is_last CONSTANT boolean := cardinality(busy) = 0 AND reached >= (
    SELECT l.last_line FROM onceward.lists l WHERE l.no = campaign.list);
BEGIN
  INSERT INTO onceward.campaign_rows (campaign, line, number, why)
  SELECT campaign.no, o.line,
         coalesce(o.outcome->>'number', o.outcome->'claim'->>'number')::integer,
         onceward.reason_of(o.outcome)
    FROM unnest(lines, outcomes) AS o(line, outcome) WHERE onceward.is_final(o.outcome);
  UPDATE onceward.campaigns c
     SET line = reached, skipped = busy, stepped_at = moment,
         state = CASE WHEN is_last THEN 'done' ELSE c.state END,
         ended_at = CASE WHEN is_last THEN moment END,
         granted = c.granted + (SELECT count(*) FROM unnest(outcomes) AS o(outcome)
                                 WHERE o.outcome->>'kind' = 'granted'),
         pending = c.pending + onceward.count_pending(outcomes),
         given = onceward.add_totals(c.given, onceward.given_in(campaign, lines, outcomes)),
         refused = onceward.add_counts(c.refused, ARRAY(
           SELECT onceward.reason_of(o.outcome) FROM unnest(outcomes) AS o(outcome)
            WHERE onceward.is_final(o.outcome)))
   WHERE c.no = campaign.no;
  RETURN CASE WHEN is_last THEN 'done' ELSE campaign.state END;
END $$;

-- Grants rows of a running campaign. `operations`: one for each of `lines`, in ascending order.
CREATE OR REPLACE FUNCTION onceward.commit_campaign(
  contract integer, p_no bigint, p_instance integer, lines integer[], operations jsonb,
  held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  step     record;
  answer   json;
  outcomes json[];
BEGIN
  step := onceward.campaign_for_call(p_no, p_instance, 'running', lines);
  IF step.refused IS NOT NULL THEN RETURN step.refused; END IF;
  PERFORM onceward.check_campaign_rows(step.campaign, lines, operations);
  answer := onceward.commit_operations(contract, operations, held);
  outcomes := ARRAY(SELECT json_array_elements(answer->'outcomes'));
  -- The Worker decides again under the current config: nothing was granted.
  IF EXISTS (SELECT FROM unnest(outcomes) AS o WHERE o->>'kind' = 'stale_config') THEN
    RETURN json_build_object('kind', 'stale', 'answer', answer);
  ELSIF EXISTS (SELECT FROM unnest(outcomes) AS o WHERE o->>'kind' = 'forbidden') THEN
    RAISE EXCEPTION 'servers lack the permission campaign:run'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN json_build_object('kind', 'committed',
    'state', onceward.record_campaign_rows(step.campaign, lines, outcomes));
END $$;

-- The dry run of rows of a campaign that is checked: what each would give now. Nothing moves.
CREATE OR REPLACE FUNCTION onceward.check_campaign(
  contract integer, p_no bigint, p_instance integer, lines integer[], operations jsonb,
  held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  step     record;
  answer   json;
  outcomes json[] := '{}';
  is_last  boolean;
BEGIN
  step := onceward.campaign_for_call(p_no, p_instance, 'checking', lines);
  IF step.refused IS NOT NULL THEN RETURN step.refused; END IF;
  PERFORM onceward.check_campaign_rows(step.campaign, lines, operations);
  FOR nth IN 1 .. cardinality(lines) LOOP
    answer := onceward.preview_operation(contract, operations->(nth - 1), held);
    IF answer->'preview'->>'kind' = 'stale_config' THEN
      RETURN json_build_object('kind', 'stale', 'answer', answer);
    END IF;
    outcomes := outcomes || (answer->'preview');
  END LOOP;
  is_last := lines[cardinality(lines)] >= (
    SELECT l.last_line FROM onceward.lists l WHERE l.no = (step.campaign).list);
  UPDATE onceward.campaigns c
     SET line = CASE WHEN is_last THEN 0 ELSE lines[cardinality(lines)] END,
         state = CASE WHEN is_last THEN 'ready' ELSE 'checking' END,
         stepped_at = date_trunc('milliseconds', clock_timestamp()),
         forecast = json_build_object(
           'players', coalesce((c.forecast->>'players')::bigint, 0) + (
             SELECT count(*) FROM unnest(outcomes) AS o WHERE onceward.reason_of(o) IS NULL),
           'pending', coalesce((c.forecast->>'pending')::bigint, 0)
             + onceward.count_pending(outcomes),
           'gives', onceward.add_totals(coalesce(c.forecast->'gives', '{}'),
                                        onceward.given_in(step.campaign, lines, outcomes)),
           'refused', onceward.add_counts(coalesce(c.forecast->'refused', '{}'), ARRAY(
             SELECT onceward.reason_of(o) FROM unnest(outcomes) AS o)))
   WHERE c.no = p_no;
  RETURN json_build_object('kind', 'committed',
                           'state', CASE WHEN is_last THEN 'ready' ELSE 'checking' END);
END $$;

-- Pauses a campaign that cannot go on, or ends its dry run, and says why.
CREATE OR REPLACE FUNCTION onceward.stop_campaign(p_no bigint, p_instance integer, why text)
RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE onceward.campaigns c
     SET state = CASE c.state WHEN 'running' THEN 'paused' ELSE 'cancelled' END,
         stopped = left(why, 200)
   WHERE c.no = p_no AND c.instance = p_instance AND c.state IN ('checking', 'running');
END;

-- The campaigns in which nothing has happened for so long.
CREATE OR REPLACE FUNCTION onceward.stalled_campaigns(stalled interval) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(
  SELECT c.no FROM onceward.campaigns c
   WHERE c.state IN ('checking', 'running') AND c.stepped_at < clock_timestamp() - stalled
   ORDER BY c.no LIMIT 100);

-- As the API shows it.
CREATE OR REPLACE FUNCTION onceward.campaign_json(p_no bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', c.no, 'name', c.name, 'listId', c.list, 'reason', c.reason, 'state', c.state,
           'gives', c.gives, 'message', c.message,
           'expiresAt', onceward.shown_time(c.expires_at), 'rows', l.rows, 'line', c.line,
           'lastLine', l.last_line,
           'proposalId', c.proposal, 'digest', c.digest, 'value', c.value,
           'configVersion', c.config_version, 'configSha256', c.config_sha256,
           'forecast', c.forecast, 'granted', c.granted, 'pending', c.pending,
           'onFull', c.on_full IS NOT NULL, 'given', c.given, 'refused', c.refused,
           'stopped', c.stopped,
           'madeBy', (SELECT a.id FROM onceward.actors a WHERE a.no = c.made_by),
           'madeAt', onceward.shown_time(c.made_at),
           'startedAt', onceward.shown_time(c.started_at),
           'endedAt', onceward.shown_time(c.ended_at))
    FROM onceward.campaigns c JOIN onceward.lists l ON l.no = c.list WHERE c.no = p_no);
