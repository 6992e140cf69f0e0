-- Publishing balance configs by staff: actions (40_actions.sql) on what 20_publish.sql stores.
--
-- The Worker validates a document, compares it with the current one, and derives `effects` from it
-- (20_publish.sql); the kernel cannot. It checks who publishes, that the base is still current,
-- what becomes of a scheduled version, that the digest is that of the document, and, where the
-- owner asks for it, that another member approved exactly this. The owner may also switch it off
-- (settings.config_publishing).
--
--   config.publish  {document, sha256, effects, at, base, cancels or keeps, keptEffects, reason,
--                    summary}
--                   `base`: the version that was current for whom publishes. `keeps`: the scheduled
--                   version stays scheduled, under a new number.
--   config.cancel   {version, reason}
--
-- Locks: the table of configs, then `actors` where earlier claims are to be counted, then what is
-- proposed; then what commit_operations locks. Cancelling locks the table of configs once more, for
-- all: it gives up after a second, and so before those who wait for it do.

CREATE OR REPLACE FUNCTION onceward.config_refused(why text, version bigint) RETURNS json
LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'config_refused', 'why', why, 'version', version);

-- JSON with sorted keys and no spaces, as src/config/json.ts writes it: its digest is that of the
-- document.
CREATE OR REPLACE FUNCTION onceward.canonical_json(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(value)
    WHEN 'object' THEN '{' || coalesce((
      SELECT string_agg(to_json(m.key)::text || ':' || onceward.canonical_json(m.value), ','
                        ORDER BY m.key COLLATE "C") FROM jsonb_each(value) AS m), '') || '}'
    WHEN 'array' THEN '[' || coalesce((
      SELECT string_agg(onceward.canonical_json(m.value), ',' ORDER BY m.nth)
        FROM jsonb_array_elements(value) WITH ORDINALITY AS m(value, nth)), '') || ']'
    ELSE value::text END;
END $$;

CREATE OR REPLACE FUNCTION onceward.sha256_hex(content text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN encode(sha256(convert_to(content, 'UTF8')), 'hex');

-- What identifies a publication, whichever Worker derived its effects.
CREATE OR REPLACE FUNCTION onceward.publication_subject(action jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN onceward.sha256_hex(jsonb_build_array(
  action->'sha256', action->'at', action->'base', action->'cancels', action->'keeps')::text);

-- Of everything that is approved.
CREATE OR REPLACE FUNCTION onceward.publication_digest(action jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN onceward.sha256_hex(jsonb_build_array(
  onceward.publication_subject(action), action->'effects', action->'keptEffects')::text);

-- Whether publishing these limits of the game counts earlier claims (20_publish.sql).
CREATE OR REPLACE FUNCTION onceward.counts_earlier_claims(given jsonb) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
  SELECT FROM jsonb_to_recordset(given) AS g("limit" text, period text, claim_types text[]),
              unnest(g.claim_types) AS t(name)
   WHERE NOT EXISTS (
     SELECT FROM onceward.counted_claims c
      WHERE (c.kind, c."limit", c.period, c.claim_type) = (
        3, onceward.number_of(4, g."limit"), g.period, onceward.number_of(2, t.name))));

-- Operations wait for it. It gives up before they do, with lock_not_available, which is retryable.
CREATE OR REPLACE FUNCTION onceward.lock_actors() RETURNS void
LANGUAGE plpgsql SET lock_timeout = '1s' AS $$
BEGIN
  LOCK TABLE onceward.actors IN EXCLUSIVE MODE;
END $$;

-- Only publications wait for the table of configs.
CREATE OR REPLACE FUNCTION onceward.lock_publishing(action jsonb) RETURNS void
LANGUAGE plpgsql SET lock_timeout = '4s' AS $$
BEGIN
  LOCK TABLE onceward.balance_configs IN SHARE ROW EXCLUSIVE MODE;
  IF action->>'at' IS NULL
     AND onceward.counts_earlier_claims(nullif(action->'effects', 'null')->'game_limits') THEN
    PERFORM onceward.lock_actors();
  END IF;
  PERFORM FROM onceward.proposals p
    WHERE p.kind = 'config.publish' AND p.state IN ('open', 'approved')
    ORDER BY p.no FOR NO KEY UPDATE;
END $$;

CREATE OR REPLACE FUNCTION onceward.judge_config(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  now_is    integer;
  scheduled integer;
  named     CONSTANT bigint := coalesce(action->>'cancels', action->>'keeps',
                                        action->>'version');
  at        CONSTANT timestamptz := action->>'at';
BEGIN
  -- commit_operations answers who may not. They hold up nobody.
  IF onceward.staff_forbidden(by_actor, 'config:publish') IS NOT NULL THEN RETURN NULL; END IF;
  PERFORM onceward.lock_publishing(action);
  now_is := onceward.current_config();
  scheduled := onceward.scheduled_config();
  IF (SELECT s.config_publishing FROM onceward.settings s) = 'off' THEN
    RETURN onceward.config_refused('off', NULL);
  ELSIF action->>'kind' = 'config.publish' AND now_is IS DISTINCT FROM (action->>'base')::bigint
     OR named IS NOT NULL AND scheduled IS NOT NULL AND scheduled <> named THEN
    RETURN json_build_object(
      'kind', 'config_changed', 'current', now_is, 'scheduled', scheduled);
  ELSIF named IS NOT NULL AND scheduled IS NULL THEN
    RETURN onceward.config_refused('not_scheduled', named);
  ELSIF action->>'kind' = 'config.cancel' THEN
    RETURN NULL;
  ELSIF scheduled IS NOT NULL AND named IS NULL THEN
    RETURN onceward.config_refused('scheduled', scheduled);
  ELSIF at <= clock_timestamp() THEN
    RETURN onceward.config_refused('past', NULL);
  ELSIF at IS NOT NULL
     AND onceward.changes_game_limits(action->'effects'->'game_limits') THEN
    RETURN onceward.config_refused('game_limits', NULL);
  ELSIF EXISTS (SELECT FROM onceward.balance_configs c
                 WHERE c.version = now_is AND c.sha256 = action->>'sha256')
     AND at IS NULL AND action->>'cancels' IS NULL THEN
    RETURN onceward.config_refused('unchanged', now_is);
  END IF;
  RETURN NULL;
END $$;

-- Publishes, where the owner does not ask for an approval or another member has given it. Otherwise
-- proposes it, with the document.
CREATE OR REPLACE FUNCTION onceward.publish_or_propose(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  keeps    CONSTANT integer := action->>'keeps';
  subject  CONSTANT text := onceward.publication_subject(action);
  digest   CONSTANT text := onceward.publication_digest(action);
  approval bigint;
  kept     onceward.balance_configs;
BEGIN
  IF length(action::text) > 8388608 THEN
    RAISE EXCEPTION 'this is longer than any config' USING ERRCODE = 'invalid_parameter_value';
  ELSIF onceward.sha256_hex(onceward.canonical_json(action->'document'))
     IS DISTINCT FROM action->>'sha256' THEN
    RAISE EXCEPTION 'the digest is of another document'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF (SELECT s.config_publishing FROM onceward.settings s) = 'approved' THEN
    approval := onceward.approval_of('config.publish', subject, digest);
    IF approval IS NULL THEN
      approval := onceward.propose(
        'config.publish', subject, digest, 'config:approve',
        (action->'summary' || jsonb_build_object(
          'sha256', action->'sha256', 'base', action->'base', 'at', action->'at',
          'cancels', action->'cancels', 'keeps', action->'keeps',
          'reason', action->'reason'))::json, by_actor);
      UPDATE onceward.proposals p SET document = action->'document' WHERE p.no = approval;
      RETURN;
    END IF;
    PERFORM onceward.execute_proposal(approval);
  END IF;
  SELECT c.* INTO kept FROM onceward.balance_configs c WHERE c.version = keeps;
  PERFORM onceward.add_config(
    action->'document', action->>'sha256', by_actor, by_number, action->>'reason',
    action->'effects', (action->>'at')::timestamptz,
    coalesce((action->>'cancels')::integer, keeps));
  IF keeps IS NOT NULL THEN
    PERFORM onceward.add_config(
      kept.document, kept.sha256, by_actor, NULL, 'keeps version ' || keeps,
      action->'keptEffects', kept.effective_from, NULL);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION onceward.perform_config(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  CASE action->>'kind'
    WHEN 'config.publish' THEN
      PERFORM onceward.publish_or_propose(action, by_actor, by_number);
    WHEN 'config.cancel' THEN
      PERFORM onceward.cancel_version(
        (action->>'version')::integer, by_actor, action->>'reason');
  END CASE;
END $$;

-- A version without its document, as the API shows it.
CREATE OR REPLACE FUNCTION onceward.config_json(p_version integer) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'version', c.version, 'sha256', c.sha256, 'reason', c.reason,
           'publishedBy', a.id, 'isByOperator', a.kind = 4,
           'publishedAt', onceward.shown_time(c.published_at),
           'effectiveFrom', CASE WHEN c.effective_from < 'infinity'
                                 THEN onceward.shown_time(c.effective_from) END,
           'state', CASE
             WHEN c.effective_from = 'infinity' THEN 'cancelled'
             WHEN c.version = onceward.current_config() THEN 'current'
             WHEN c.effective_from > clock_timestamp() THEN 'scheduled'
             ELSE 'former' END)
    FROM onceward.balance_configs c JOIN onceward.actors a ON a.no = c.publisher
   WHERE c.version = p_version);

-- What became of an action on configs, as it is now. It made a version or a proposal.
CREATE OR REPLACE FUNCTION onceward.publication_json(
  action jsonb, by_actor bigint, by_number integer) RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
  made integer := action->>'version';
BEGIN
  IF action->>'kind' = 'config.publish' THEN
    SELECT c.version INTO made FROM onceward.balance_configs c
     WHERE c.publisher = by_actor AND c.number = by_number;
  END IF;
  RETURN json_build_object(
    'config', onceward.config_json(made),
    'proposalId', CASE WHEN made IS NULL THEN (
      SELECT max(p.no) FROM onceward.proposals p
       WHERE p.kind = 'config.publish'
         AND p.subject = onceward.publication_subject(action)) END,
    'scheduled', onceward.config_json(onceward.scheduled_config()));
END $$;
