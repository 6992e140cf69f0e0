-- How erasures change rows: the only function that may change what is recorded (90_guards.sql), and
-- only as 81_erasure_rules.sql says.

-- The same for equal keys of one erasure. The salt is forgotten at its end.
CREATE OR REPLACE FUNCTION onceward.erased_key(salt bytea, key text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN 'erased:' || substr(encode(sha256(salt || convert_to(key, 'UTF8')), 'hex'), 1, 32);

-- What a text is searched for: the old ID, also as JSON writes it, and the handle, also as claim
-- IDs begin with it.
CREATE OR REPLACE FUNCTION onceward.mentions_of(e onceward.erasures) RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN ARRAY[(e).old_id, rtrim(ltrim(to_json((e).old_id)::text, '"'), '"'),
             encode((e).old_handle, 'hex'), onceward.claim_id((e).old_handle, 0)];

CREATE OR REPLACE FUNCTION onceward.has_mention(body text, sought text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY sought LOOP
    IF strpos(body, one) > 0 THEN RETURN true; END IF;
  END LOOP;
  RETURN false;
END $$;

-- A text without mentions. An ID of less than six characters is replaced only where it is the whole
-- text: `7` may be anything. A longer one is no part of another word.
CREATE OR REPLACE FUNCTION onceward.unnamed_text(body text, e onceward.erasures, new_handle bytea)
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF body = e.old_id THEN RETURN e.new_id; END IF;
  IF length(e.old_id) >= 6 AND strpos(body, e.old_id) > 0 THEN
    body := regexp_replace(body, '(?<![A-Za-z0-9_-])'
      || regexp_replace(e.old_id, '([^A-Za-z0-9])', '\\\1', 'g') || '(?![A-Za-z0-9_-])',
      e.new_id, 'g');
  END IF;
  RETURN replace(replace(body, encode(e.old_handle, 'hex'), encode(new_handle, 'hex')),
                 onceward.claim_id(e.old_handle, 0), onceward.claim_id(new_handle, 0));
END $$;

CREATE OR REPLACE FUNCTION onceward.unnamed_json(
  body jsonb, e onceward.erasures, new_handle bytea) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(body)
    WHEN 'string' THEN to_jsonb(onceward.unnamed_text(body #>> '{}', e, new_handle))
    WHEN 'array' THEN (
      SELECT coalesce(jsonb_agg(onceward.unnamed_json(m.value, e, new_handle) ORDER BY m.place),
                      '[]')
        FROM jsonb_array_elements(body) WITH ORDINALITY AS m(value, place))
    WHEN 'object' THEN (
      SELECT coalesce(jsonb_object_agg(onceward.unnamed_text(m.key, e, new_handle),
                                       onceward.unnamed_json(m.value, e, new_handle)), '{}')
        FROM jsonb_each(body) AS m)
    ELSE body END;
END $$;

-- A value without mentions of these players, as text; `is_json`: it is JSON.
CREATE OR REPLACE FUNCTION onceward.without_mentions(
  body text, is_json boolean, erased onceward.erasures[]) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  e      onceward.erasures;
  handle bytea;
  found  jsonb;
  clean  jsonb;
BEGIN
  FOREACH e IN ARRAY erased LOOP
    CONTINUE WHEN NOT onceward.has_mention(body, onceward.mentions_of(e));
    SELECT a.handle INTO STRICT handle FROM onceward.actors a WHERE a.no = e.player;
    IF is_json THEN
      found := body::jsonb;
      clean := onceward.unnamed_json(found, e, handle);
      -- Rows that do not change are not written.
      IF clean <> found THEN body := clean::text; END IF;
    ELSE
      body := onceward.unnamed_text(body, e, handle);
    END IF;
  END LOOP;
  RETURN body;
END $$;

-- The source keys of a pending reward's plan, as those of the player are kept.
CREATE OR REPLACE FUNCTION onceward.plan_without_keys(plan jsonb, salt bytea) RETURNS jsonb
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN jsonb_typeof(plan->'source_keys') = 'array' THEN jsonb_set(plan, '{source_keys}', (
  SELECT coalesce(jsonb_agg(CASE WHEN k.value->'game' = 'true' THEN k.value ELSE k.value
           || jsonb_build_object('key', onceward.erased_key(salt, k.value->>'key')) END
           ORDER BY k.place), '[]')
    FROM jsonb_array_elements(plan->'source_keys') WITH ORDINALITY AS k(value, place)))
  ELSE plan END;

-- The new value of a column, as an expression over the row `t` and the erasures `$1`.
CREATE OR REPLACE FUNCTION onceward.scrubbed_column(
  of_table text, of_column text, rule text, is_own boolean) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  of_type text;
  needed  boolean;
  clean   text;
BEGIN
  SELECT format_type(a.atttypid, NULL), a.attnotnull INTO STRICT of_type, needed
    FROM pg_attribute a
   WHERE a.attrelid = ('onceward.' || of_table)::regclass AND a.attname = of_column;
  clean := format('onceward.without_mentions(t.%1$I::text, %2$L, $1)::%3$s', of_column,
                  of_type IN ('json', 'jsonb'), of_type);
  IF NOT is_own THEN RETURN clean; END IF;
  RETURN CASE
    WHEN of_table = 'pending_rewards' AND of_column = 'plan' THEN
      format('onceward.plan_without_keys(%s::jsonb, $1[1].salt)::json', clean)
    WHEN rule = 'digest' THEN format('onceward.erased_key($1[1].salt, t.%I)', of_column)
    WHEN rule = 'source' THEN format('CASE WHEN t.scope = 0 THEN %s
      ELSE onceward.erased_key($1[1].salt, t.%I) END', clean, of_column)
    WHEN rule = 'mention' THEN clean
    WHEN NOT needed THEN 'NULL::' || of_type
    WHEN of_type = 'json' THEN '''{}''::json'
    WHEN of_type = 'uuid' THEN '''00000000-0000-0000-0000-000000000000''::uuid'
    ELSE '''[erased]''::text' END;
END $$;

-- Scrubs rows of a table. `is_own`: of the one player who is erased; otherwise of others, where
-- they have a mention. Returns how many rows it changed or removed.
CREATE OR REPLACE FUNCTION onceward.scrub(
  of_table text, erased onceward.erasures[], is_own boolean, condition text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  sought  CONSTANT text[] := ARRAY(
    SELECT DISTINCT m FROM unnest(erased) AS e, unnest(onceward.mentions_of(e)) AS m);
  names   text;
  values_ text;
  clean   text;
  changed bigint;
BEGIN
  IF is_own AND EXISTS (SELECT FROM onceward.erasure_rules() AS r
                         WHERE r."table" = of_table AND r.rule = 'remove') THEN
    EXECUTE format('DELETE FROM onceward.%I AS t WHERE %s', of_table, condition);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
  END IF;
  SELECT string_agg(format('%I = n.%1$I', r."column"), ', '),
         string_agg(format('%s AS %I', onceward.scrubbed_column(
           of_table, r."column", r.rule, is_own), r."column"), ', '),
         string_agg(format('t.%I::text', r."column"), ', ')
    INTO names, clean, values_
    FROM onceward.erasure_rules() AS r
   WHERE r."table" = of_table AND (r.rule IN ('text', 'mention')
      OR is_own AND r.rule IN ('blank', 'digest', 'source'));
  EXECUTE format(
    'UPDATE onceward.%1$I AS t SET %2$s
       FROM (SELECT t.ctid AS place, %3$s FROM onceward.%1$I AS t
              WHERE (%4$s) AND ($3 OR onceward.has_mention(concat_ws('' '', %5$s), $2))
                FOR UPDATE OFFSET 0) AS n
      WHERE t.ctid = n.place AND ROW(%5$s) IS DISTINCT FROM ROW(%6$s)',
    of_table, names, clean, condition, values_, replace(values_, 't.', 'n.'))
    USING erased, sought, is_own;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END $$;

-- Whether a change of a recorded row is what an erasure that is at work does to it: only columns
-- that the rules name, and of rows of others only those that can mention the player.
CREATE OR REPLACE FUNCTION onceward.is_scrubbed(of_table text, was jsonb, becomes jsonb)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT count(*) > 0 AND CASE WHEN becomes IS NULL
           THEN bool_or(r.rule = 'remove') AND own.is_own
           ELSE was - array_agg(r."column") = becomes - array_agg(r."column") END
    FROM onceward.erasure_rules() AS r,
         (SELECT EXISTS (
            SELECT FROM onceward.erasures e WHERE e.state <> 'done'
               AND e.player = (was->>onceward.owner_column(of_table))::bigint) AS is_own) AS own
   WHERE r."table" = of_table
     AND EXISTS (SELECT FROM onceward.erasures e WHERE e.state <> 'done')
     AND (r.rule IN ('text', 'mention')
       OR own.is_own AND r.rule IN ('blank', 'digest', 'remove'))
   GROUP BY own.is_own);

-- A claim that was read from the archive, as scrub leaves one in the ledger: without the texts of a
-- player who was erased, which nobody can read there. The key of digests is forgotten, so the
-- random ID stands in for it.
CREATE OR REPLACE FUNCTION onceward.without_texts(
  claim onceward.reward_claims, z onceward.archived_claims)
RETURNS onceward.reward_claims LANGUAGE plpgsql STABLE AS $$
DECLARE
  salt CONSTANT bytea := (SELECT convert_to(e.new_id, 'UTF8') FROM onceward.erasures e
                           WHERE e.player = claim.player);
BEGIN
  IF salt IS NOT NULL THEN
    claim.fingerprint := '00000000-0000-0000-0000-000000000000';
    claim.client_correlation_id := NULL;
    claim.facts_read := NULL;
    claim.claim_key := onceward.erased_key(salt, z.claim_digest::text);
    claim.idempotency_key := onceward.erased_key(salt, z.key_digest::text);
    claim.input := '{}';
    claim.reason := NULL;
  END IF;
  RETURN claim;
END $$;
