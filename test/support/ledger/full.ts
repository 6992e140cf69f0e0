/** Players whose balance of gold is full at 100, and what became pending for them. */
import type { Ledger } from './ledger.ts';
import { granted } from './ledger.ts';
import { fresh, give, operation, take } from './operations.ts';
import { recovery } from './systems.ts';

export const ROOM = { ceiling: 100 };

export function fullHelpers({ commit, owner }: Ledger) {
  const holder = async (gold: number): Promise<string> => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gold', gold)] })));
    return player;
  };
  const pendingOf = async (player: string) => {
    const { rows } = await owner.query(
      `SELECT w.claim_key, t.name AS type, w.origin, w.number, w.expires_at, w.message,
              w.plan->'postings'->0->>'delta' AS amount
         FROM onceward.pending_rewards w JOIN onceward.actors a ON a.no = w.player
         JOIN onceward.names t ON t.no = w.claim_type AND t.kind = 2
        WHERE a.id = $1 AND a.kind = 1 ORDER BY w.number`,
      [player],
    );
    return rows;
  };
  /** Collects what became pending, for the player. */
  const collect = (playerId: string, number: number, type = 'transfer') =>
    commit(
      recovery({ playerId, type, key: `received/${number}` }, { actor_kind: 'player', actor_id: playerId }),
    );
  const spend = (player: string, amount: number) =>
    granted(commit(operation({ player, postings: [take('gold', amount)] })));
  return { holder, pendingOf, collect, spend };
}
