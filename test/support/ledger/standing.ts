/**
 * Everything of a player that a rejection must not change: balances with their sequences and anchors, entries, grants, keys,
 * quotas and pending rewards. Recorded rejections are not part of it.
 */
import type pg from 'pg';

export async function standing(owner: pg.Pool, ...playerIds: string[]): Promise<unknown[]> {
  const { rows } = await owner.query(
    `SELECT jsonb_build_object(
       'player', (SELECT to_jsonb(p) FROM onceward.players p WHERE p.id = given.id),
       'balances', (SELECT jsonb_agg(b ORDER BY b.resource) FROM onceward.balances b WHERE b.player_id = given.id),
       'entries', (SELECT count(*) FROM onceward.ledger_entries e WHERE e.player_id = given.id),
       'granted', (SELECT count(*) FROM onceward.reward_claims c
                    WHERE c.outcome = 'granted' AND (c.player_id = given.id OR c.counterparty_id = given.id)),
       'keys', (SELECT count(*) FROM onceward.claim_keys k WHERE k.player_id = given.id),
       'quotas', (SELECT jsonb_agg(q ORDER BY q.name, q.period) FROM onceward.player_quotas q WHERE q.player_id = given.id),
       'owed', (SELECT jsonb_agg(o ORDER BY o.announced_by) FROM onceward.owed_claims o WHERE o.player_id = given.id)) AS state
       FROM unnest($1::text[]) WITH ORDINALITY AS given(id, position) ORDER BY given.position`,
    [playerIds],
  );
  return rows.map(({ state }) => state);
}
