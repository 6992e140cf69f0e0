-- Codes: a batch has terms and a plan that was fixed when it was created; a code is known by its
-- HMAC alone. What a redemption gives comes from the batch, like that of a pending reward from its
-- announcement. A redemption and its reopening lock the bucket of the code (06_subjects.sql), so
-- each use sees the ones before it.

-- The subject of a code's counter in `limit_counters` (kind 4, period `ever`).
CREATE OR REPLACE FUNCTION onceward.code_subject(batch integer, ordinal integer) RETURNS bigint
LANGUAGE sql IMMUTABLE RETURN batch::bigint * 1048576 + ordinal;

CREATE OR REPLACE FUNCTION onceward.code_bucket(subject bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE RETURN (hashtextextended('code ' || subject, 7) & 1023)::smallint;

-- The buckets of the code that an operation redeems; none where there is no such code.
CREATE OR REPLACE FUNCTION onceward.redeemed_buckets(digest text) RETURNS smallint[]
LANGUAGE sql STABLE
RETURN ARRAY(SELECT onceward.code_bucket(onceward.code_subject(k.batch, k.ordinal))
               FROM onceward.codes k WHERE k.digest = decode(redeemed_buckets.digest, 'hex'));

-- The claim key of a player's nth redemption of a code: the batch and the code, from the second on
-- with a number.
CREATE OR REPLACE FUNCTION onceward.nth_key(code text, n integer) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE n WHEN 1 THEN code ELSE code || '/' || n END;

-- Whether a player has redeemed the code so often, and that was not reopened.
CREATE OR REPLACE FUNCTION onceward.is_redeemed(
  of_player bigint, of_type smallint, code text, n integer)
RETURNS boolean LANGUAGE sql STABLE
RETURN NOT coalesce(
  (SELECT r.reopened IS TRUE FROM onceward.reward_claims c
     LEFT JOIN onceward.reversed_claims r ON r.player = c.player AND r.number = c.number
    WHERE c.player = of_player AND c.claim_type = of_type
      AND c.claim_key = onceward.nth_key(code, n)
    ORDER BY c.generation DESC LIMIT 1),
  (SELECT r.reopened IS TRUE FROM onceward.archived_claims z
     LEFT JOIN onceward.reversed_claims r ON r.player = z.player AND r.number = z.number
    WHERE z.player = of_player AND z.number = onceward.archived_number(
      of_player, of_type, onceward.nth_key(code, n))),
  true);

-- The claim key of a player's next redemption: the first that neither they nor a guest of theirs
-- has. Where all that the batch allows were made, one that is taken.
CREATE OR REPLACE FUNCTION onceward.redemption_key(
  of_player bigint, of_type smallint, code text, per_player integer)
RETURNS text LANGUAGE sql STABLE
RETURN (
  SELECT onceward.nth_key(code, CASE WHEN sum(times) < per_player
           THEN min(n) FILTER (WHERE times = 0)
           ELSE coalesce(max(n) FILTER (WHERE times > 0), per_player) END::integer)
    FROM (SELECT n, (SELECT count(*)
                       FROM unnest(coalesce(onceward.with_its_guests(of_player), '{}')) AS p(no)
                      WHERE onceward.is_redeemed(p.no, of_type, code, n)) AS times
            FROM generate_series(1, per_player) AS n) AS nth);

-- Makes the operation what the code gives. The window is judged later, by the operation's time.
CREATE OR REPLACE FUNCTION onceward.resolve_code(
  INOUT op onceward.operation, subject onceward.subject, OUT resolution onceward.resolution)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  code  onceward.codes;
  batch onceward.code_batches;
  plan  onceward.plan;
  used  onceward.counter;
BEGIN
  SELECT * INTO code FROM onceward.codes k WHERE k.digest = decode(op.redeems, 'hex');
  IF NOT FOUND THEN
    resolution.rejection := json_build_object('kind', 'unknown_code');
    RETURN;
  END IF;
  SELECT * INTO batch FROM onceward.code_batches b WHERE b.no = code.batch;
  plan := jsonb_populate_record(NULL::onceward.plan, batch.plan::jsonb);
  op.claim_key := onceward.redemption_key(subject.player, subject.claim_type,
    batch.id || '/' || code.ordinal, batch.per_player);
  op.postings := plan.postings;
  op.choices := plan.choices;
  op.source_keys := plan.source_keys;
  op.requires := '{}';
  op.limits := '{}';
  op.resources := ARRAY(SELECT unnest(op.resources) UNION SELECT unnest(plan.resources));
  -- Levels by the current curve, and only where the code gives what they follow from.
  op.milestones := coalesce((
    SELECT bool_or(p.delta > 0) FROM onceward.milestones m
      JOIN onceward.names n ON n.kind = 1 AND n.no = m.resource
      JOIN unnest(plan.postings) AS p ON p.resource = n.name
     WHERE m.config_version = op.config_version), false);
  resolution.amounts_version := batch.config_version;
  resolution.opens_at := batch.opens_at;
  resolution.closes_at := batch.closes_at;
  used := ROW(4, onceward.code_subject(code.batch, code.ordinal),
              onceward.number_of(4, 'codes'), 'ever', 1, NULL, 0, NULL)::onceward.counter;
  IF (SELECT k.used FROM onceward.limit_counters k
       WHERE k.subject = used.subject AND k.limit = used.limit_no AND k.period = 'ever'
         AND k.kind = 4) >= batch.uses THEN
    resolution.rejection := json_build_object('kind', 'code_used_up');
  END IF;
  resolution.uses := ARRAY[used];
END $$;

CREATE OR REPLACE FUNCTION onceward.iso(moment timestamptz) RETURNS text LANGUAGE sql STABLE
RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- What rejects a redemption outside of the code's window.
CREATE OR REPLACE FUNCTION onceward.code_not_valid(
  resolution onceward.resolution, moment timestamptz)
RETURNS json LANGUAGE sql STABLE
RETURN json_build_object('kind', 'code_not_valid',
  'opensAt', CASE WHEN moment < (resolution).opens_at THEN onceward.iso((resolution).opens_at) END,
  'closedAt', CASE WHEN moment >= (resolution).closes_at
                   THEN onceward.iso((resolution).closes_at) END);

-- When a player who tried too many unknown codes within an hour may try again; null: now.
CREATE OR REPLACE FUNCTION onceward.next_try(of_player bigint, moment timestamptz)
RETURNS timestamptz LANGUAGE sql STABLE
RETURN (SELECT t.wrong_at[cardinality(t.wrong_at) - s.wrong_codes_per_hour + 1]
               + interval '1 hour'
          FROM onceward.code_tries t, onceward.settings s
         WHERE t.player = of_player AND cardinality(t.wrong_at) >= s.wrong_codes_per_hour
           AND t.wrong_at[cardinality(t.wrong_at) - s.wrong_codes_per_hour + 1]
               + interval '1 hour' > moment);

-- Counts a wrong try. Only those of the last hour are kept.
CREATE OR REPLACE FUNCTION onceward.count_wrong_code(of_player bigint, moment timestamptz)
RETURNS void LANGUAGE sql VOLATILE
BEGIN ATOMIC
  INSERT INTO onceward.code_tries AS t (player, wrong_at) VALUES (of_player, ARRAY[moment])
  ON CONFLICT (player) DO UPDATE
    SET wrong_at = ARRAY(SELECT w FROM unnest(t.wrong_at) AS w
                          WHERE w > moment - interval '1 hour' ORDER BY w) || moment;
END;
