-- The invariants of the index of the archive, for integrity_of_players
-- (31_integrity_of_limits.sql). It only reads;
-- `npm run archive:restore -- --check` reads the files.

CREATE OR REPLACE FUNCTION onceward.integrity_of_archive(low bigint, high bigint)
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  WITH indexed AS (
    SELECT s.player, count(*) AS claims, max(s.number) AS newest
      FROM (SELECT z.player, z.number FROM onceward.archived_claims z
             WHERE z.player > low AND z.player <= high
            UNION ALL
            SELECT z.counterparty, z.counterparty_number FROM onceward.archived_claims z
             WHERE z.counterparty > low AND z.counterparty <= high) AS s
      JOIN onceward.actors a ON a.no = s.player AND s.number <= a.archived
     GROUP BY s.player)
  SELECT 'I4', a.no, NULL::smallint, NULL::integer, a.archived,
         format('claims up to %s are archived; the index has %s of them', a.archived,
                coalesce(i.claims, 0))
    FROM onceward.actors a LEFT JOIN indexed AS i ON i.player = a.no
   WHERE a.no > low AND a.no <= high AND coalesce(a.archived, 0) <> coalesce(i.claims, 0)
  UNION ALL
  SELECT 'I4', e.player, e.resource, e.sequence, e.number, 'it belongs to what is archived'
    FROM onceward.actors a JOIN onceward.ledger_entries e
      ON e.player = a.no AND e.number <= a.archived
   WHERE a.no > low AND a.no <= high AND a.archived > 0
  UNION ALL
  SELECT 'I4', z.player, NULL, NULL, z.number, 'its part of the archive does not exist'
    FROM onceward.archived_claims z LEFT JOIN onceward.archive_parts p ON p.no = z.part
   WHERE z.player > low AND z.player <= high AND p.no IS NULL
  UNION ALL
  SELECT 'I4', a.no, NULL, NULL, a.archived, 'the key of its archived claims is lost'
    FROM onceward.actors a
   WHERE a.no > low AND a.no <= high
     AND EXISTS (SELECT FROM onceward.archived_claims z WHERE z.player = a.no)
     AND NOT EXISTS (SELECT FROM onceward.archive_keys k WHERE k.player = a.no)
     AND NOT EXISTS (SELECT FROM onceward.erasures e WHERE e.player = a.no);
END;
