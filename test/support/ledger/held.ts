/** Frozen players, and what staff do with held rewards: the action as the Worker sends it. */
import { CONTRACT_VERSION, type KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { granted, type Ledger } from './ledger.ts';
import { fresh, give, operation, ownOperation, take } from './operations.ts';
import { freeze } from './systems.ts';

export const claim = (player: string, amount: number, over: Partial<KernelOperation> = {}) =>
  operation({ player, postings: [give('gold', amount)], ...over });

/** A gem for five gold. */
export const purchase = (player: string, over: Partial<KernelOperation> = {}) =>
  operation({ player, postings: [take('gold', 5), give('gems', 1)], ...over });

/** A player with 100 gold whom a member of the staff froze. */
export async function frozenPlayer({ commit, addStaff }: Ledger, player = fresh('player')) {
  await granted(commit(claim(player, 100)));
  const staff = await addStaff({ role: 'admin', limit: 1_000_000, budget: 1_000_000 });
  await granted(commit(freeze(staff, player)));
  return { player, staff };
}

interface Settling {
  readonly kind: 'held.release' | 'held.drop';
  readonly player?: string;
  readonly breaker?: string;
  readonly type?: string;
  readonly reopen?: boolean;
}

/** What became of the rewards. */
export async function settleHeld({ app }: Ledger, by: string, settling: Settling) {
  const current = await app.query(
    `SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs
      WHERE effective_from <= clock_timestamp() ORDER BY effective_from DESC, version DESC LIMIT 1`,
  );
  const operation = {
    ...ownOperation(by, { permission: 'breaker:release', reason: 'looked into', input: {} }),
    ...current.rows[0],
  };
  const { rows } = await app.query(`SELECT onceward.commit_action($1, $2, $3, '{}') AS answer`, [
    CONTRACT_VERSION,
    JSON.stringify(operation),
    JSON.stringify({ atMost: 500, counters: [], ...settling }),
  ]);
  return rows[0].answer.record as { settled: number; waiting: number; hasMore: boolean };
}
