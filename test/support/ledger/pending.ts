/** Whether an announced reward is still owed, as the database says. */
import type pg from 'pg';
import type { Client } from './ledger.ts';
import type { Pending } from './systems.ts';

export const isPending = async (owner: Client, { playerId, type, key }: Pending) => {
  const { rowCount } = await (owner as pg.Pool).query(
    'SELECT FROM onceward.pending_by_name WHERE player_id = $1 AND claim_type = $2 AND claim_key = $3',
    [playerId, type, key],
  );
  return rowCount === 1;
};
