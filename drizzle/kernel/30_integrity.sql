-- Verifies the ledger from its rows, for some players at a time: the cost follows from the page,
-- not from the ledger. Reads only. Players are visited by number, so that rows of a player who does
-- not exist are found as well.
--
--   after_player  '' for the first page, then what `next` named
--   returns       {players, entries, next: null at the end, at most 100 faults:
--                 [{invariant, playerId, resource, sequence, claimNumber, handle, detail}]}
--
-- The invariants (docs/proof.md): I1 sums are balances; I2 chains and sequences are whole; I3
-- entries add up; I4 claims and entries belong together, and numbers are gapless; I5 nothing is
-- granted twice and no key has two outcomes; I11 no limit is exceeded and counters hold what claims
-- used; I12 pending rewards are announced and unpaid; I13 no event without a claim; I15 parts of a
-- reversed claim never exceed it. The chain of a balance may begin at a checkpoint.

CREATE OR REPLACE FUNCTION onceward.integrity_of_entries(low bigint, high bigint)
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  WITH chain AS MATERIALIZED (
    SELECT e.*, e.sequence - coalesce(k.sequence, 0) AS place,
           lag(e.before + e.delta, 1, coalesce(k.balance, 0)::bigint) OVER each AS previous,
           row_number() OVER each AS expected,
           lag(e.number, 1, coalesce(k.number, 0)) OVER each AS lower
      FROM onceward.ledger_entries e LEFT JOIN onceward.checkpoints k
        ON (k.player, k.resource) = (e.player, e.resource)
     WHERE e.player > low AND e.player <= high
    WINDOW each AS (PARTITION BY e.player, e.resource ORDER BY e.sequence))
  SELECT 'I2', c.player, c.resource, c.sequence, c.number,
         format('it is entry %s and begins at %s; the one before it ended at %s',
                c.expected, c.before, c.previous)
    FROM chain AS c WHERE c.before <> c.previous OR c.place <> c.expected OR c.number < c.lower
  UNION ALL
  SELECT 'I3', c.player, c.resource, c.sequence, c.number,
         format('%s was requested and %s moved, from %s', c.requested, c.delta, c.before)
    FROM chain AS c
   WHERE abs(c.delta) >= abs(c.requested) OR c.delta::numeric * c.requested < 0
      OR abs(c.before::numeric + c.delta) > 9007199254740991
  UNION ALL
  SELECT 'I1', coalesce(b.player, s.player), coalesce(b.resource, s.resource), NULL, NULL,
         format('the balance is %s after %s entries; the entries are %s and add up to %s',
                coalesce(b.amount::text, 'missing'), coalesce(b.sequence, 0),
                coalesce(s.entries, 0), coalesce(s.total, 0))
    FROM (SELECT x.player, x.resource, x.amount::bigint AS amount, x.sequence,
                 coalesce(k.balance, 0)::bigint AS base, coalesce(k.sequence, 0) AS skipped
            FROM onceward.balances x LEFT JOIN onceward.checkpoints k
              ON (k.player, k.resource) = (x.player, x.resource)
           WHERE x.player > low AND x.player <= high) AS b
    FULL JOIN (SELECT c.player, c.resource, sum(c.delta) AS total, count(*) AS entries
                 FROM chain AS c GROUP BY 1, 2) AS s
      ON (s.player, s.resource) = (b.player, b.resource)
   WHERE b.player IS NULL OR b.amount <> b.base + coalesce(s.total, 0)
      OR b.sequence <> b.skipped + coalesce(s.entries, 0);
END;

-- The numbers of a range of players: of claims of their own, and of those that another player made
-- with them.
CREATE OR REPLACE FUNCTION onceward.numbers_of(low bigint, high bigint)
RETURNS TABLE (player bigint, number integer, version integer, claimed_at timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  SELECT c.player, c.number, c.version, c.claimed_at FROM onceward.reward_claims c
   WHERE c.player > low AND c.player <= high
  UNION ALL
  SELECT c.counterparty, c.counterparty_number, c.counterparty_version, c.claimed_at
    FROM onceward.reward_claims c WHERE c.counterparty > low AND c.counterparty <= high;
END;

CREATE OR REPLACE FUNCTION onceward.integrity_of_numbers(low bigint, high bigint)
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  WITH numbers AS MATERIALIZED (SELECT * FROM onceward.numbers_of(low, high)),
  -- Claims and entries up to a checkpoint may have been moved elsewhere.
  bases AS (
    SELECT b.player, max(b.number) AS number
      FROM (SELECT k.player, k.number FROM onceward.checkpoints k
             WHERE k.player > low AND k.player <= high
            UNION ALL
            SELECT a.no, a.archived FROM onceward.actors a
             WHERE a.no > low AND a.no <= high AND a.archived > 0) AS b GROUP BY 1)
  SELECT 'I4', e.player, e.resource, e.sequence, e.number, 'there is no claim of this number'
    FROM onceward.ledger_entries e
    LEFT JOIN numbers n ON (n.player, n.number) = (e.player, e.number)
   WHERE e.player > low AND e.player <= high AND n.player IS NULL
  UNION ALL
  SELECT 'I4', e.player, NULL, NULL, e.number,
         format('its %s entries are numbered from %s to %s',
                count(*), min(e.ordinal), max(e.ordinal))
    FROM onceward.ledger_entries e LEFT JOIN bases AS b ON b.player = e.player
   WHERE e.player > low AND e.player <= high AND e.number > coalesce(b.number, 0)
   GROUP BY e.player, e.number HAVING min(e.ordinal) <> 1 OR max(e.ordinal) <> count(*)
  UNION ALL
  SELECT 'I4', e.player, e.resource, e.sequence, e.number, 'it moves a balance of no player'
    FROM onceward.actors a JOIN onceward.ledger_entries e ON e.player = a.no
   WHERE a.no > low AND a.no <= high AND a.kind <> 1
  UNION ALL
  SELECT 'I4', n.player, NULL, NULL, n.number, 'its time lies before that of the claim before it'
    FROM (SELECT x.*, lag(x.claimed_at) OVER (PARTITION BY x.player ORDER BY x.number) AS earlier
            FROM numbers AS x) AS n WHERE n.claimed_at < n.earlier
  UNION ALL
  SELECT 'I4', coalesce(a.no, s.player), NULL, NULL, NULL, CASE WHEN a.no IS NULL
           THEN format('there are %s claims of a player who does not exist', s.claims)
           ELSE format('the player is at number %s, version %s; %s claims end at %s, version %s',
                       a.number, a.version, coalesce(s.claims, 0), s.newest, s.version) END
    FROM (SELECT x.*, coalesce(b.number, 0) AS base FROM onceward.actors x
            LEFT JOIN bases AS b ON b.player = x.no
           WHERE x.no > low AND x.no <= high) AS a
    FULL JOIN (SELECT n.player, count(*) AS claims, count(DISTINCT n.number) AS distinct_claims,
                      max(n.number) AS newest, max(n.version) AS version
                 FROM numbers AS n LEFT JOIN bases AS b ON b.player = n.player
                WHERE n.number > coalesce(b.number, 0)
                GROUP BY n.player) AS s ON s.player = a.no
   WHERE a.no IS NULL OR a.number - a.base <> coalesce(s.claims, 0)
      OR s.claims <> s.distinct_claims OR a.number <> coalesce(s.newest, a.base)
      OR a.version <> coalesce(s.version, a.version);
END;

CREATE OR REPLACE FUNCTION onceward.integrity_of_claims(low bigint, high bigint)
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  WITH claims AS MATERIALIZED (
    SELECT c.player, c.number, c.claim_type, c.claim_key, c.generation, c.idempotency_key,
           c.operation, c.config_version, c.amounts_version, coalesce(r.reopened, false) AS reopened
      FROM onceward.reward_claims c LEFT JOIN onceward.reversed_claims r
        ON (r.player, r.number) = (c.player, c.number)
     WHERE c.player > low AND c.player <= high)
  SELECT 'I4', c.player, NULL::smallint, NULL::integer, c.number,
         format('config version %s, operation %s or type %s does not exist',
                coalesce(c.amounts_version, c.config_version), c.operation, c.claim_type)
    FROM claims AS c
   WHERE NOT (ARRAY[c.config_version, coalesce(c.amounts_version, c.config_version)]
              <@ ARRAY(SELECT b.version FROM onceward.balance_configs b))
      OR NOT (c.operation = ANY (ARRAY(SELECT n.no FROM onceward.names n WHERE n.kind = 3))
          AND c.claim_type = ANY (ARRAY(SELECT n.no FROM onceward.names n WHERE n.kind = 2)))
  UNION ALL
  SELECT 'I5', c.player, NULL, NULL, c.number, format(
           '%s was granted before and not reopened since', c.claim_key)
    FROM (SELECT x.*, count(*) FILTER (WHERE x.reopened) OVER earlier AS reopenings,
                 row_number() OVER earlier AS nth
            FROM claims AS x
          WINDOW earlier AS (PARTITION BY x.player, x.claim_type, x.claim_key ORDER BY x.number
                             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS c
   WHERE c.reopenings - CASE WHEN c.reopened THEN 1 ELSE 0 END <> c.nth - 1
      -- The claims before it may be in the archive.
      OR c.generation <> c.nth - 1 AND NOT EXISTS (
           SELECT FROM onceward.archived_claims z
            WHERE z.player = c.player AND z.generation = c.generation - c.nth
              AND z.claim_digest = onceward.claim_digest(c.claim_type, c.claim_key))
  UNION ALL
  SELECT 'I5', k.player, NULL, NULL, min(k.number), format('a key has %s outcomes', count(*))
    FROM (SELECT c.player, c.idempotency_key, c.number FROM claims AS c
          UNION ALL
          SELECT r.player, r.idempotency_key, NULL FROM onceward.refusals r
           WHERE r.player > low AND r.player <= high
          UNION ALL
          SELECT b.actor, b.idempotency_key, NULL FROM onceward.bulk_calls b
           WHERE b.actor > low AND b.actor <= high) AS k
   GROUP BY k.player, k.idempotency_key HAVING count(*) > 1;
END;

-- Pending rewards and reversals.
CREATE OR REPLACE FUNCTION onceward.integrity_of_links(low bigint, high bigint)
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  SELECT 'I12', w.player, NULL::smallint, NULL::integer, w.number,
         format('the pending reward %s was not announced then, or it is paid', w.claim_key)
    FROM onceward.pending_rewards w
    LEFT JOIN onceward.all_claims c ON (c.player, c.number) = (w.player, w.number)
    LEFT JOIN onceward.all_claims t
      ON (t.counterparty, t.counterparty_number) = (w.player, w.number) AND t.became_pending
   WHERE w.player > low AND w.player <= high
     AND (coalesce(c.claimed_at, t.claimed_at) IS DISTINCT FROM w.announced_at OR EXISTS (
       SELECT FROM onceward.reward_claims p
        WHERE (p.player, p.claim_type, p.claim_key) = (w.player, w.claim_type, w.claim_key)
          AND NOT EXISTS (SELECT FROM onceward.reversed_claims r
                           WHERE (r.player, r.number) = (p.player, p.number) AND r.reopened)))
  UNION ALL
  -- What did not fit is pending, paid, or taken back.
  SELECT 'I12', b.player, NULL, NULL, b.number,
         format('what %s could not give is %s times pending or paid', b.claim_key, found.times)
    FROM onceward.reward_claims b CROSS JOIN LATERAL (
      SELECT count(*) AS times FROM (
        SELECT FROM onceward.pending_rewards w
         WHERE (w.player, w.number) = (coalesce(b.counterparty, b.player),
                                       coalesce(b.counterparty_number, b.number))
        UNION ALL
        SELECT FROM onceward.reward_claims p
         WHERE (p.player, p.announced) = (coalesce(b.counterparty, b.player),
                                          coalesce(b.counterparty_number, b.number))) AS f) AS found
   WHERE b.player > low AND b.player <= high AND b.became_pending AND found.times <> 1
     AND NOT (found.times = 0 AND (EXISTS (
       SELECT FROM onceward.reversed_claims r WHERE (r.player, r.number) = (b.player, b.number))
       -- It is owed to the account under a number of its own.
       OR EXISTS (SELECT FROM onceward.actors a WHERE a.no = coalesce(b.counterparty, b.player)
                     AND a.merged_into IS NOT NULL)))
  UNION ALL
  SELECT 'I15', r.player, NULL, NULL, r.number,
         format('%s of %s units are reversed; the claim has %s', r.reversed, r.units, c.units)
    FROM onceward.reversed_claims r
    LEFT JOIN onceward.reward_claims c ON (c.player, c.number) = (r.player, r.number)
    LEFT JOIN onceward.reward_claims d ON (d.player, d.number) = (r.player, r.reversed_by)
   WHERE r.player > low AND r.player <= high
     AND NOT EXISTS (SELECT FROM onceward.archived_claims z
                      WHERE (z.player, z.number) = (r.player, r.number))
     AND (greatest(c.units, 1) <> r.units OR c.units IS NULL OR r.reversed > r.units
       OR r.parts > r.reversed + r.reopened::integer
       OR d.number IS NULL);
END;

CREATE OR REPLACE FUNCTION onceward.integrity_page(after_player text, page_size integer)
RETURNS jsonb LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  low   bigint := 0;
  high  bigint;
  next  text;
  found jsonb;
BEGIN
  IF after_player <> '' THEN
    SELECT a.no INTO low FROM onceward.actors a WHERE (a.id, a.kind) = (after_player, 1);
    low := coalesce(low, 9223372036854775807);
  END IF;
  SELECT a.no, a.id INTO high, next FROM onceward.actors a
   WHERE a.no > low AND a.kind = 1 ORDER BY a.no OFFSET page_size - 1 LIMIT 1;
  IF NOT EXISTS (SELECT FROM onceward.actors a WHERE a.no > high AND a.kind = 1) THEN
    next := NULL;
  END IF;
  -- The last page takes in every higher number.
  IF next IS NULL THEN high := 9223372036854775807; END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'invariant', f.invariant, 'playerId', coalesce(a.id, 'number ' || f.player, 'none'),
           'resource', n.name, 'sequence', f.sequence, 'claimNumber', f.number,
           'handle', encode(a.handle, 'hex'), 'detail', f.detail)), '[]')
    INTO found
    FROM (SELECT * FROM onceward.integrity_of_players(low, high)
          UNION ALL SELECT * FROM onceward.integrity_of_game() WHERE next IS NULL
          UNION ALL SELECT * FROM onceward.integrity_of_breakers() WHERE next IS NULL
          LIMIT 100) AS f
    LEFT JOIN onceward.actors a ON a.no = f.player
    LEFT JOIN onceward.names n ON (n.kind, n.no) = (1, f.resource);
  RETURN jsonb_build_object(
    'players', (SELECT count(*) FROM onceward.actors a
                 WHERE a.no > low AND a.no <= high AND a.kind = 1 AND a.created_at IS NOT NULL),
    'entries', (SELECT count(*) FROM onceward.ledger_entries e
                 WHERE e.player > low AND e.player <= high),
    'next', next, 'faults', found);
END $$;
