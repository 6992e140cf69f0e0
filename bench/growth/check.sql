-- Counts violations of the ledger's invariants in a filled ledger. All counts must be zero:
-- balances are sums of their entries, sequences have no gaps, each entry starts at the balance of the one
-- before, player versions have no gaps, and every claim has its three entries.
SELECT
  (SELECT count(*) FROM onceward.balances b FULL JOIN (
     SELECT player_id, resource, sum(delta) AS total, count(*) AS entries, max(sequence) AS last
       FROM onceward.ledger_entries GROUP BY 1, 2) AS e USING (player_id, resource)
    WHERE (b.amount, b.last_sequence, b.last_sequence) IS DISTINCT FROM (e.total, e.entries, e.last)
  ) AS balances,
  (SELECT count(*) FROM (
     SELECT balance_before, lag(balance_after, 1, 0::bigint) OVER chain AS previous,
            sequence, row_number() OVER chain AS place
       FROM onceward.ledger_entries
     WINDOW chain AS (PARTITION BY player_id, resource ORDER BY sequence)) AS chained
    WHERE balance_before <> previous OR sequence <> place
  ) AS chains,
  (SELECT count(*) FROM onceward.players p FULL JOIN (
     SELECT player_id, count(*) AS claims, max(player_version) AS last
       FROM onceward.reward_claims GROUP BY 1) AS c ON c.player_id = p.id
    WHERE (p.version, p.version) IS DISTINCT FROM (c.claims, c.last)
  ) AS versions,
  (SELECT count(*) FROM onceward.reward_claims) * 3
    - (SELECT count(*) FROM onceward.ledger_entries) AS entries
