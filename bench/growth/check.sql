-- Counts violations of the ledger's invariants in a filled ledger. All counts must be zero:
-- balances are sums of their entries, sequences have no gaps, each entry starts at the balance of
-- the one before, numbers of players have no gaps, and every claim has its three entries.
SELECT
  (SELECT count(*) FROM onceward.balances b FULL JOIN (
     SELECT player, resource, sum(delta) AS total, count(*) AS entries, max(sequence) AS last
       FROM onceward.ledger_entries GROUP BY 1, 2) AS e USING (player, resource)
    WHERE (b.amount, b.sequence, b.sequence) IS DISTINCT FROM (e.total, e.entries, e.last)
  ) AS balances,
  (SELECT count(*) FROM (
     SELECT before, lag(before + delta, 1, 0::bigint) OVER chain AS previous,
            sequence, row_number() OVER chain AS place
       FROM onceward.ledger_entries
     WINDOW chain AS (PARTITION BY player, resource ORDER BY sequence)) AS chained
    WHERE before <> previous OR sequence <> place
  ) AS chains,
  (SELECT count(*) FROM (SELECT * FROM onceward.actors WHERE kind = 1) AS a FULL JOIN (
     SELECT player, count(*) AS claims, max(number) AS last, max(version) AS version
       FROM onceward.reward_claims GROUP BY 1) AS c ON c.player = a.no
    WHERE (a.number, a.number, a.version) IS DISTINCT FROM (c.claims, c.last, c.version)
  ) AS numbers,
  (SELECT count(*) FROM onceward.reward_claims) * 3
    - (SELECT count(*) FROM onceward.ledger_entries) AS entries
