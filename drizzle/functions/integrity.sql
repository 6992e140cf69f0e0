-- Whether the ledger is sound, reckoned anew from its rows, for some players at a time: what one look costs follows from the
-- page, not from the ledger. Reads, never writes. `after_player`: '' for the first page, then what `next` said.
--
--   returns  {players, entries: how many were looked at, next: null at the end,
--             faults: [{invariant, playerId, resource, sequence, claimId, detail}…], at most 100 of a page}
--
-- The invariants (docs/proof.md): I1 sums are balances; I2 chains and sequences are whole; I3 entries add up; I4 claims and
-- entries belong together, versions are gapless, snapshots agree; I5 nothing is granted twice and no key has two outcomes.

CREATE OR REPLACE FUNCTION onceward.integrity_page(after_player text, page_size integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  last_player text;
  next_page   text;
  found       jsonb;
BEGIN
  SELECT p.id INTO next_page FROM onceward.players p WHERE p.id > after_player ORDER BY p.id OFFSET page_size - 1 LIMIT 1;
  -- The last page takes in what belongs to no player at all.
  last_player := coalesce(next_page, (
    SELECT max(id) FROM (SELECT max(p.id) FROM onceward.players p UNION ALL SELECT max(e.player_id) FROM onceward.ledger_entries e
      UNION ALL SELECT max(b.player_id) FROM onceward.balances b
      UNION ALL SELECT max(c.player_id) FROM onceward.reward_claims c) AS highest(id)));

  WITH chain AS MATERIALIZED (
    SELECT e.player_id, e.resource, e.sequence, e.claim_id, e.delta, e.balance_before, e.balance_after, e.player_version, e.recorded_at,
           lag(e.balance_after, 1, 0::bigint) OVER each_balance AS previous_after, row_number() OVER each_balance AS place,
           lag(e.recorded_at, 1, '-infinity') OVER each_balance AS earlier, lag(e.player_version, 1, 0::bigint) OVER each_balance AS lower,
           lead(e.player_version) OVER each_balance AS later_version
      FROM onceward.ledger_entries e WHERE e.player_id > after_player AND e.player_id <= last_player
    WINDOW each_balance AS (PARTITION BY e.player_id, e.resource ORDER BY e.sequence)),
  claims AS MATERIALIZED (
    SELECT c.id, c.player_id, c.player_version AS version, c.outcome, c.claim_type, c.claim_key, c.idempotency_key, c.claimed_at, c.balances_after
      FROM onceward.reward_claims c WHERE c.player_id > after_player AND c.player_id <= last_player
    UNION ALL
    SELECT c.id, c.counterparty_id, c.counterparty_version, c.outcome, NULL, NULL, NULL, c.claimed_at, c.counterparty_balances_after
      FROM onceward.reward_claims c WHERE c.counterparty_id > after_player AND c.counterparty_id <= last_player),
  faults(invariant, player_id, resource, sequence, claim_id, detail) AS (
    SELECT 'I1', coalesce(b.player_id, s.player_id), coalesce(b.resource, s.resource), NULL::bigint, NULL::uuid,
           format('the balance is %s after %s entries; the entries are %s and add up to %s',
                  coalesce(b.amount::text, 'missing'), coalesce(b.last_sequence, 0), coalesce(s.entries, 0), coalesce(s.total, 0))
      FROM (SELECT * FROM onceward.balances b WHERE b.player_id > after_player AND b.player_id <= last_player) AS b
      FULL JOIN (SELECT player_id, resource, sum(delta) AS total, count(*) AS entries FROM chain GROUP BY 1, 2) AS s
        ON (s.player_id, s.resource) = (b.player_id, b.resource)
     WHERE (b.amount, b.last_sequence) IS DISTINCT FROM (coalesce(s.total, 0)::bigint, coalesce(s.entries, 0))
    UNION ALL
    SELECT 'I2', player_id, resource, sequence, claim_id,
           format('it is entry %s and begins at %s; the one before it ended at %s', place, balance_before, previous_after)
      FROM chain WHERE balance_before <> previous_after OR sequence <> place
    UNION ALL
    SELECT 'I2', player_id, resource, sequence, claim_id, 'its time or version lies before that of the entry before it'
      FROM chain WHERE recorded_at < earlier OR player_version < lower
    UNION ALL
    SELECT 'I3', player_id, resource, sequence, claim_id, format('%s and %s do not make %s', balance_before, delta, balance_after)
      FROM chain WHERE balance_after <> balance_before + delta
    UNION ALL
    SELECT 'I4', e.player_id, e.resource, e.sequence, e.claim_id, 'no granted claim of this player, version and time stands behind it'
      FROM chain e LEFT JOIN claims c ON c.id = e.claim_id AND c.player_id = e.player_id
     WHERE (c.outcome, c.version, c.claimed_at) IS DISTINCT FROM ('granted', e.player_version, e.recorded_at)
    UNION ALL
    SELECT 'I4', e.player_id, e.resource, e.sequence, e.claim_id,
           format('its claim says that %s were left, and the entry %s', coalesce(c.balances_after->>e.resource, 'none'), e.balance_after)
      FROM chain e JOIN claims c ON c.id = e.claim_id AND c.player_id = e.player_id
     WHERE e.later_version IS DISTINCT FROM e.player_version AND (c.balances_after->>e.resource)::bigint IS DISTINCT FROM e.balance_after
    UNION ALL
    SELECT 'I4', p.id, NULL, NULL, NULL, format('the player is at version %s, with %s granted claims up to version %s',
                                                p.version, count(c.id), coalesce(max(c.version), 0))
      FROM onceward.players p LEFT JOIN claims c ON c.player_id = p.id AND c.outcome = 'granted'
     WHERE p.id > after_player AND p.id <= last_player
     GROUP BY p.id, p.version
    HAVING (p.version, p.version, p.version) <> (count(c.id), coalesce(max(c.version), 0), count(DISTINCT c.version))
    UNION ALL
    SELECT 'I5', player_id, NULL, NULL, min(id::text)::uuid, format('%s %s was granted %s times', claim_type, claim_key, count(*))
      FROM claims WHERE outcome = 'granted' AND claim_type IS NOT NULL GROUP BY player_id, claim_type, claim_key HAVING count(*) > 1
    UNION ALL
    SELECT 'I5', player_id, NULL, NULL, min(id::text)::uuid, format('an idempotency key has %s outcomes', count(*))
      FROM claims WHERE idempotency_key IS NOT NULL GROUP BY player_id, idempotency_key HAVING count(*) > 1)
  SELECT jsonb_build_object(
           'players', (SELECT count(*) FROM onceward.players p WHERE p.id > after_player AND p.id <= last_player),
           'entries', (SELECT count(*) FROM chain), 'next', next_page,
           'faults', (SELECT coalesce(jsonb_agg(jsonb_build_object('invariant', f.invariant, 'playerId', f.player_id, 'resource', f.resource,
                        'sequence', f.sequence, 'claimId', f.claim_id, 'detail', f.detail)), '[]')
                        FROM (SELECT * FROM faults LIMIT 100) AS f))
    INTO found;
  RETURN found;
END $$;
