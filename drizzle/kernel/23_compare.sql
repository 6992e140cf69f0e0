-- What publishing reads before it decides: which configs are current and scheduled, what earlier
-- ones had (src/config/former.ts asks), and what players hold. These functions write nothing.

CREATE OR REPLACE FUNCTION onceward.stored_config(p_version bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'version', c.version, 'sha256', c.sha256, 'document', c.document,
           'from', onceward.shown_time(nullif(c.effective_from, 'infinity')))
    FROM onceward.balance_configs c WHERE c.version = p_version);

-- The configs, with the time of the database in milliseconds since 1970, the config of a version
-- that is named, as for a rollback, and the document of a proposal.
CREATE OR REPLACE FUNCTION onceward.publishing_state(p_version bigint, proposal bigint)
RETURNS json LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'now', floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint,
           'publishing', s.config_publishing,
           'current', onceward.stored_config(onceward.current_config()),
           'scheduled', onceward.stored_config(onceward.scheduled_config()),
           'named', onceward.stored_config(p_version),
           'proposed', (SELECT p.document FROM onceward.proposals p
                         WHERE p.no = proposal AND p.kind = 'config.publish'))
    FROM onceward.settings s);

-- Of names that the next config adds: where earlier ones had them as claim types and exchanges.
CREATE OR REPLACE FUNCTION onceward.former_names(asked text[]) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT coalesce(json_agg(json_build_object(
           'name', n.name, 'claimTypeUntil', c.version, 'definition', c.definition,
           'exchangeUntil', e.version)), '[]')
    FROM onceward.names n
    LEFT JOIN LATERAL (
      SELECT b.version, CASE WHEN b.effective_from <= clock_timestamp()
                             THEN b.document->'claimTypes'->n.name END AS definition
        FROM onceward.balance_configs b
       WHERE b.document->'claimTypes' ? n.name
       ORDER BY b.effective_from <= clock_timestamp() DESC, b.version DESC LIMIT 1) c ON true
    LEFT JOIN LATERAL (
      SELECT b.version FROM onceward.balance_configs b
       WHERE b.document->'exchanges' ? n.name ORDER BY b.version DESC LIMIT 1) e ON true
   WHERE n.kind = 2 AND n.name = ANY (asked));

-- By which facts the sources of these resources were named last, since a version.
CREATE OR REPLACE FUNCTION onceward.former_sources(asked text[], since integer) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT coalesce(json_agg(f), '[]')
    FROM (SELECT DISTINCT ON (r.key) r.key AS resource, r.value->'onceFor' AS facts,
                 coalesce(r.value->>'scope', 'player') AS scope
            FROM onceward.balance_configs b, jsonb_each(b.document->'claimTypes') AS t,
                 jsonb_each(t.value->'rewards') AS r
           WHERE b.version >= since AND b.effective_from <= clock_timestamp()
             AND r.key = ANY (asked) AND jsonb_typeof(r.value->'onceFor') = 'array'
           ORDER BY r.key, b.version DESC) AS f);

-- Which resource the settings at these paths named last: in it players may still have balances.
CREATE OR REPLACE FUNCTION onceward.former_roles(asked jsonb) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT coalesce(json_agg(json_build_object(
           'path', p.value, 'version', b.version, 'resource', b.resource)), '[]')
    FROM jsonb_array_elements(asked) AS p, LATERAL (
      SELECT c.version,
             c.document #>> ARRAY(SELECT jsonb_array_elements_text(p.value)) AS resource
        FROM onceward.balance_configs c
       WHERE c.document #> ARRAY(SELECT jsonb_array_elements_text(p.value)) IS NOT NULL
       ORDER BY c.version DESC LIMIT 1) AS b);

-- Which of these limits were in force earlier in their running period: `[{path, since}]`. Of a
-- shared limit the path ends with its name. At most `most` versions are searched.
CREATE OR REPLACE FUNCTION onceward.former_limits(asked jsonb, most integer) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT coalesce(json_agg(p.path), '[]')
    FROM jsonb_to_recordset(asked) AS p(path text[], since timestamptz)
   WHERE EXISTS (
     SELECT FROM (SELECT b.document FROM onceward.balance_configs b
                   WHERE b.effective_from >= coalesce((
                           SELECT max(e.effective_from) FROM onceward.balance_configs e
                            WHERE e.effective_from <= p.since), '-infinity')
                     AND b.effective_from <= clock_timestamp()
                   ORDER BY b.version DESC LIMIT most) AS b
      WHERE jsonb_typeof(b.document #> p.path) = 'number'
         OR p.path[3] = 'sharedLimits' AND b.document #> p.path[1:3] ? p.path[4]));

CREATE OR REPLACE FUNCTION onceward.former_configs(asked jsonb) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN json_build_object(
  'names', onceward.former_names(ARRAY(SELECT jsonb_array_elements_text(asked->'names'))),
  'sources', onceward.former_sources(
    ARRAY(SELECT jsonb_array_elements_text(asked->'sources')), (asked->>'since')::integer),
  'roles', onceward.former_roles(asked->'roles'),
  'limits', onceward.former_limits(asked->'limits', (asked->>'most')::integer));

-- How many players hold a resource, how many of its sources are taken, how many pending rewards pay
-- it, or how many are pending of a claim type: at most `most`.
CREATE OR REPLACE FUNCTION onceward.held_count(what text, held text, most integer)
RETURNS integer LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held_no CONSTANT smallint := (
    SELECT n.no FROM onceward.names n
     WHERE n.name = held AND n.kind = CASE what WHEN 'pending' THEN 2 ELSE 1 END);
BEGIN
  RETURN CASE what
    WHEN 'players' THEN (SELECT count(*) FROM (
      SELECT FROM onceward.balances b WHERE b.resource = held_no AND b.amount <> 0
       LIMIT most) AS found)
    WHEN 'sources' THEN (SELECT count(*) FROM (
      SELECT FROM onceward.source_keys s WHERE s.resource = held_no LIMIT most) AS found)
    WHEN 'paying' THEN (SELECT count(*) FROM (
      SELECT FROM onceward.pending_rewards w
       WHERE EXISTS (SELECT FROM json_array_elements(w.plan->'postings') AS p
                      WHERE p->>'resource' = held) LIMIT most) AS found)
    WHEN 'pending' THEN (SELECT count(*) FROM (
      SELECT FROM onceward.pending_rewards w WHERE w.claim_type = held_no LIMIT most) AS found)
    END;
END $$;
