/**
 * Everything of a player that a rejection must not change: balances with their sequences and anchors, entries, grants, source
 * keys, limits, pending rewards and reversals. Recorded rejections and their count are not part of it.
 */
import type pg from 'pg';

export async function standing(owner: pg.Pool, ...playerIds: string[]): Promise<unknown[]> {
  const { rows } = await owner.query(
    `SELECT jsonb_build_object(
       'player', (SELECT to_jsonb(p) FROM onceward.players p WHERE p.id = given.id),
       'balances', (SELECT jsonb_agg(b ORDER BY b.resource) FROM onceward.balances b WHERE b.player = a.no),
       'entries', (SELECT count(*) FROM onceward.ledger_entries e WHERE e.player = a.no),
       'granted', (SELECT count(*) FROM onceward.reward_claims c WHERE c.player = a.no OR c.counterparty = a.no),
       'keys', (SELECT count(*) FROM onceward.source_keys k WHERE k.player = a.no),
       'limits', (SELECT jsonb_agg(l ORDER BY l."limit", l.period) FROM onceward.limit_counters l
                   WHERE l.subject = a.no AND l.kind = 1),
       'pending', (SELECT jsonb_agg(w ORDER BY w.number) FROM onceward.pending_rewards w WHERE w.player = a.no),
       'reversed', (SELECT jsonb_agg(r ORDER BY r.number) FROM onceward.reversed_claims r WHERE r.player = a.no)
       ) AS state
       FROM unnest($1::text[]) WITH ORDINALITY AS given(id, position)
       LEFT JOIN onceward.actors a ON (a.id, a.kind) = (given.id, 1) ORDER BY given.position`,
    [playerIds],
  );
  return rows.map(({ state }) => state);
}
