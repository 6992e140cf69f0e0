/**
 * Operations of the game systems for tests of the kernel: regeneration, transfers, reversals, announcements and recovery.
 * They have the same form as those that the rules create.
 */
import type pg from 'pg';
import type { Quota } from '../../../src/domain/limits.ts';
import type { Accrual, Milestone, Posting } from '../../../src/domain/moves.ts';
import type { Operation, OwedClaim } from '../../../src/domain/operation.ts';
import { award, fresh, give, operation, take } from './operations.ts';

/** Starts at 5 and regenerates 1 an hour up to 5. */
export const HOURLY: Accrual = {
  initial: 5,
  regenerates: { everySeconds: 3_600, amount: 1, upTo: 5 },
};

export const growing = (posting: Posting, accrual: Accrual = HOURLY): Posting => ({ ...posting, accrual });

/** Moves all times that are stored for the player into the past. */
export async function timePasses(owner: pg.Pool, playerId: string, seconds: number): Promise<void> {
  const earlier = `- make_interval(secs => $2)`;
  await owner.query(
    `WITH players AS (UPDATE onceward.players SET created_at = created_at ${earlier} WHERE id = $1)
     UPDATE onceward.balances SET anchored_at = anchored_at ${earlier} WHERE player_id = $1`,
    [playerId, seconds],
  );
}

export function transfer(
  from: string,
  to: string,
  amount: number,
  recipient: Partial<Posting> = {},
): Operation {
  return operation({
    name: 'transferResource',
    playerId: from,
    actor: { kind: 'player', id: from },
    claimType: 'transfer',
    postings: [take('gold', amount)],
    counterparty: { playerId: to, postings: [{ ...give('gold', amount), ...recipient }] },
  });
}

interface ReversalOptions {
  readonly allowDebt?: boolean;
  readonly milestones?: readonly Milestone[];
  readonly accruals?: Readonly<Record<string, Accrual>>;
  readonly counters?: readonly string[];
}

/** The reversal of a claim by a staff member. */
export function reversal(
  staffId: string,
  { playerId, id }: { readonly playerId: string; readonly id: string },
  { allowDebt = false, milestones = [], accruals = {}, counters = [] }: ReversalOptions = {},
): Operation {
  return {
    ...award(staffId, 0),
    name: 'reverseClaim',
    playerId,
    claimType: 'reversal',
    claimKey: id,
    postings: [],
    milestones,
    reverses: { claimId: id, allowDebt, accruals, counters },
  };
}

export interface Owed {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
}

export const owed = (playerId = fresh('player')): Owed => ({ playerId, type: 'chest', key: fresh('chest') });

export function announcement(
  { playerId, type, key }: Owed,
  plan: Partial<OwedClaim['plan']> = {},
): Operation {
  return operation({
    name: 'announceReward',
    playerId,
    claimType: 'announcement',
    claimKey: `${type}/${key}`,
    postings: [],
    owes: {
      claimType: type,
      claimKey: key,
      plan: { postings: [give('gold', 7)], furtherKeys: [], milestones: [], ...plan },
    },
  });
}

/** The claim of an announced reward by its player. */
export const claimOf = ({ playerId, type, key }: Owed, over: Partial<Operation> = {}): Operation =>
  operation({ playerId, claimType: type, claimKey: key, postings: [give('gold', 7)], ...over });

export const recovery = (reward: Owed, over: Partial<Operation> = {}): Operation =>
  claimOf(reward, { name: 'recoverReward', postings: [], paysOwed: true, ...over });

export const quota = (over: Partial<Quota> = {}): Quota => ({
  name: 'exchange:training',
  period: '2026-11-02',
  amount: 1,
  bound: 3,
  limit: 'exchanges_per_day',
  renewsAt: '2026-11-03T00:00:00.000Z',
  ...over,
});
