/** Makes a ledger old: every moment in it moves back, as if it had been written long ago. For tests and proofs of the archive. */
import type pg from 'pg';

const MOMENTS: Readonly<Record<string, readonly string[]>> = {
  reward_claims: ['claimed_at'],
  ledger_entries: ['anchored_at'],
  actors: ['created_at', 'updated_at'],
  balances: ['anchored_at'],
  pending_rewards: ['announced_at', 'expires_at'],
  counted_claims: ['since'],
  balance_configs: ['effective_from'],
};

/** Of the owner, who must be a superuser: the guards are off. Events of the outbox count as sent. */
export async function makeOlder(client: pg.ClientBase, days: number): Promise<void> {
  await client.query('BEGIN; SET LOCAL session_replication_role = replica');
  for (const [table, columns] of Object.entries(MOMENTS)) {
    const moved = columns.map((column) => `${column} = ${column} - interval '${days} days'`);
    await client.query(`UPDATE onceward.${table} SET ${moved.join(', ')}`);
  }
  await client.query('DELETE FROM onceward.outbox; COMMIT');
}
