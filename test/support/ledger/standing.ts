/**
 * Everything of a player that a "no" must leave as it is: balances with their sequences and anchors, entries, grants, keys,
 * quotas and what is owed. Recorded refusals are not part of it.
 */
import type pg from 'pg';

export async function standing(owner: pg.Pool, ...playerIds: string[]): Promise<unknown[]> {
  const { rows } = await owner.query(
    `SELECT jsonb_build_object(
       'player', (SELECT to_jsonb(p) FROM onceward.players p WHERE p.id = asked.id),
       'balances', (SELECT jsonb_agg(b ORDER BY b.resource) FROM onceward.balances b WHERE b.player_id = asked.id),
       'entries', (SELECT count(*) FROM onceward.ledger_entries e WHERE e.player_id = asked.id),
       'granted', (SELECT count(*) FROM onceward.reward_claims c
                    WHERE c.outcome = 'granted' AND (c.player_id = asked.id OR c.counterparty_id = asked.id)),
       'keys', (SELECT count(*) FROM onceward.claim_keys k WHERE k.player_id = asked.id),
       'quotas', (SELECT jsonb_agg(q ORDER BY q.name, q.period) FROM onceward.player_quotas q WHERE q.player_id = asked.id),
       'owed', (SELECT jsonb_agg(o ORDER BY o.announced_by) FROM onceward.owed_claims o WHERE o.player_id = asked.id)) AS state
       FROM unnest($1::text[]) WITH ORDINALITY AS asked(id, place) ORDER BY asked.place`,
    [playerIds],
  );
  return rows.map(({ state }) => state);
}
