-- Game servers: who of them may act, and what (64_server_changes.sql changes it). A server acts
-- under the scope of its token and the row of the registry, if there is one; each can only take
-- something away. Its limits of an hour are counters like others, behind a bucket, so they are
-- exact: the operations of a server with such limits wait for each other.

-- Why a server may not do anything, or may not call this operation (null: whichever); null: it may.
CREATE OR REPLACE FUNCTION onceward.server_forbidden(
  of_actor bigint, of_key text, of_operation text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN nullif(coalesce(
  (SELECT CASE
            WHEN s.disabled_at IS NOT NULL THEN 'disabled_server'
            WHEN s.key_ids IS NOT NULL AND (of_key = ANY (s.key_ids)) IS NOT TRUE
              THEN 'server_key'
            WHEN of_operation <> ALL (s.operations) THEN 'scope' ELSE '' END
     FROM onceward.servers s WHERE s.actor = of_actor),
  (SELECT CASE WHEN s.servers = 'registered' THEN 'unknown_server' END
     FROM onceward.settings s)), '');

-- The same for a read, by the server's ID.
CREATE OR REPLACE FUNCTION onceward.why_not_read(of_id text, of_key text, of_operation text)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN onceward.server_forbidden(
  (SELECT a.no FROM onceward.actors a WHERE a.id::text = of_id AND a.kind = 2),
  of_key, of_operation);

-- The claim type that an operation records, announces or reverses. Of a key that is looked up: that
-- of its outcome; null: it has none.
CREATE OR REPLACE FUNCTION onceward.scoped_type(op onceward.operation, subject onceward.subject)
RETURNS text LANGUAGE sql STABLE
RETURN CASE
  WHEN op.source = 'announcement' THEN (op.announces).claim_type
  WHEN op.source = 'reversal' THEN coalesce((
    SELECT onceward.name_of(2, c.claim_type) FROM onceward.reward_claims c
     WHERE c.player = (subject).player AND c.number = (subject).target), '')
  WHEN op.claim_type <> '' THEN op.claim_type
  ELSE coalesce(
    (SELECT onceward.name_of(2, c.claim_type) FROM onceward.reward_claims c
      WHERE c.player = (subject).player AND c.idempotency_key = op.idempotency_key),
    (SELECT f.claim_type FROM onceward.refusals f
      WHERE f.player = (subject).player AND f.idempotency_key = op.idempotency_key)) END;

-- The largest amount of a resource that an operation asks for at once, before any bound cuts it.
-- What was announced and what a claim had moved is no amount of who pays it or takes it back.
CREATE OR REPLACE FUNCTION onceward.largest_amount(op onceward.operation) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN (
  SELECT max(abs(p.delta))
    FROM (SELECT x.delta
            FROM unnest(op.postings || op.counterparty_postings
                        || ((op.announces).plan).postings
                        || ((op.announces).plan).on_expiry) AS x
          UNION ALL
          SELECT x.delta
            FROM unnest(op.choices || ((op.announces).plan).choices) AS c,
                 unnest(c.one_of) AS a, unnest(a.postings) AS x) AS p
   WHERE op.source IN ('postings', 'announcement'));

CREATE OR REPLACE FUNCTION onceward.is_beyond_scope(
  op onceward.operation, subject onceward.subject, claim_types text[], largest bigint)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (claim_types IS NOT NULL AND onceward.scoped_type(op, subject) <> ALL (claim_types))
      OR (largest IS NOT NULL AND onceward.largest_amount(op) > largest);
END $$;

CREATE OR REPLACE FUNCTION onceward.server_bucket(of_actor bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE
RETURN (hashtextextended('server hour ' || of_actor, 7) & 1023)::smallint;

-- Whether the server may make the operation, and what it locks for its limits of an hour.
CREATE OR REPLACE FUNCTION onceward.server_subject(
  op onceward.operation, INOUT subject onceward.subject)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  server onceward.servers;
BEGIN
  SELECT s.* INTO server FROM onceward.servers s WHERE s.actor = subject.actor;
  IF FOUND OR (SELECT s.servers FROM onceward.settings s) = 'registered' THEN
    subject.forbidden := onceward.server_forbidden(
      subject.actor, (op.server).key_id, (op.server).operation);
    IF subject.forbidden IS NOT NULL THEN RETURN; END IF;
  END IF;
  IF onceward.is_beyond_scope(op, subject, (op.server).claim_types, (op.server).largest_amount)
     OR onceward.is_beyond_scope(op, subject, server.claim_types, server.largest_amount) THEN
    subject.forbidden := 'claim_scope';
    RETURN;
  END IF;
  IF server.actor IS NULL THEN RETURN; END IF;
  subject.hourly := server.claims_per_hour IS NOT NULL OR server.value_per_hour IS NOT NULL;
  IF subject.hourly AND op.mode <> 'lookup' THEN
    -- lock_subjects locks what is shared.
    subject.stripes := coalesce(subject.stripes, '{}');
    subject.buckets := subject.buckets || onceward.server_bucket(subject.actor);
  END IF;
END $$;

-- What an operation gives in value, less what it takes: what is announced or becomes pending as it
-- is promised. A resource without a value counts nothing, and neither does paying what was
-- announced.
CREATE OR REPLACE FUNCTION onceward.value_of(
  op onceward.operation, verdict onceward.verdict, config integer) RETURNS bigint
LANGUAGE sql STABLE
RETURN (
  SELECT least(greatest(coalesce(sum(m.delta * v.value), 0), 0), 9007199254740991)::bigint
    FROM (SELECT x.resource_no AS resource, x.delta::numeric
            FROM unnest((verdict).moves || (verdict).other_moves) AS x
           WHERE x.cause IN (1, 2, 6) AND op.source <> 'pending'
          UNION ALL
          SELECT onceward.number_of(1, p.resource), p.delta
            FROM unnest(((op.announces).plan).postings) AS p
          UNION ALL
          SELECT onceward.number_of(1, p.resource), p.delta
            FROM unnest(coalesce((((verdict).hold).plan).postings,
                                 op.postings || op.counterparty_postings)) AS p
           WHERE (verdict).became_pending AND p.delta > 0) AS m
    JOIN onceward.staff_values v ON v.config_version = config AND v.resource = m.resource);

CREATE OR REPLACE FUNCTION onceward.hour_of(moment timestamptz) RETURNS text
LANGUAGE sql STABLE
RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24');

-- What answers an operation instead of its grant, where the server was disabled meanwhile or has
-- nothing left in this hour; nothing is recorded then. Null: it may be granted. It runs behind the
-- server's bucket.
CREATE OR REPLACE FUNCTION onceward.beyond_hour(
  op onceward.operation, subject onceward.subject, verdict onceward.verdict,
  context onceward.context) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  hour   CONSTANT text := onceward.hour_of(context.at);
  server onceward.servers;
  given  bigint := 0;
BEGIN
  SELECT s.* INTO server FROM onceward.servers s WHERE s.actor = subject.actor;
  IF server.disabled_at IS NOT NULL THEN
    RETURN json_build_object('kind', 'forbidden', 'why', 'disabled_server');
  END IF;
  IF server.value_per_hour IS NOT NULL THEN
    given := onceward.value_of(op, verdict, context.version);
    -- No hour has room for it.
    IF given > server.value_per_hour THEN
      RETURN json_build_object('kind', 'forbidden', 'why', 'claim_scope');
    END IF;
  END IF;
  IF onceward.used_of_hour(subject.actor, 'server:claims', hour) >= server.claims_per_hour
     OR given > 0 AND onceward.used_of_hour(subject.actor, 'server:value', hour) + given
        > server.value_per_hour THEN
    RETURN json_build_object('kind', 'rate_limited', 'of', 'server', 'retryAt', onceward.ms(
      date_trunc('hour', context.at, 'UTC') + interval '1 hour'));
  END IF;
  RETURN NULL;
END $$;

-- Counts a granted operation in the server's hour, behind its bucket.
CREATE OR REPLACE FUNCTION onceward.count_hour(
  op onceward.operation, subject onceward.subject, verdict onceward.verdict,
  context onceward.context) RETURNS void LANGUAGE sql VOLATILE
BEGIN ATOMIC
  INSERT INTO onceward.limit_counters AS k (subject, used, "limit", kind, period)
  SELECT s.actor, u.used, onceward.number_of(4, u.name), 5, onceward.hour_of((context).at)
    FROM onceward.servers s,
         LATERAL (VALUES
           ('server:claims', 1, s.claims_per_hour),
           ('server:value', CASE WHEN s.value_per_hour IS NOT NULL
              THEN onceward.value_of(op, verdict, (context).version) END, s.value_per_hour)
         ) AS u(name, used, bound)
   WHERE s.actor = (subject).actor AND u.bound IS NOT NULL AND u.used > 0
  ON CONFLICT ON CONSTRAINT limit_counters_one_per_period
    DO UPDATE SET used = k.used + excluded.used;
END;

CREATE OR REPLACE FUNCTION onceward.used_of_hour(of_actor bigint, limit_name text, hour text)
RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN coalesce((
  SELECT k.used FROM onceward.names n JOIN onceward.limit_counters k
      ON k.subject = of_actor AND k.limit = n.no AND k.period = hour AND k.kind = 5
   WHERE n.name = limit_name AND n.kind = 4), 0);
