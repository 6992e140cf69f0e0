/**
 * Operations of the game systems for tests of the kernel: transfers, reversals, announcements and recovery. They have the same
 * form as those that the domain creates.
 */
import type pg from 'pg';
import { encodeClaimId } from '../../../src/domain/claim-id.ts';
import type {
  KernelClaim,
  KernelLimitUse,
  KernelOperation,
  KernelPlan,
  KernelPosting,
} from '../../../src/ledger/kernel-contract.ts';
import { award, fresh, give, operation, take } from './operations.ts';

/** Moves all times that are stored for the player into the past. */
export async function timePasses(owner: pg.Pool, playerId: string, seconds: number): Promise<void> {
  const earlier = `- make_interval(secs => $2)`;
  await owner.query(
    `WITH moved AS (
       UPDATE onceward.actors SET created_at = created_at ${earlier} WHERE (id, kind) = ($1, 1) RETURNING no)
     UPDATE onceward.balances SET anchored_at = anchored_at ${earlier} FROM moved WHERE player = moved.no`,
    [playerId, seconds],
  );
}

export function transfer(
  from: string,
  to: string,
  amount: number,
  recipient: Partial<KernelPosting> = {},
  over: Partial<KernelOperation> = {},
): KernelOperation {
  return operation({
    name: 'transferResource',
    player: from,
    actor_kind: 'player',
    actor_id: from,
    claim_type: 'transfer',
    postings: [take('gold', amount)],
    counterparty: to,
    counterparty_postings: [{ ...give('gold', amount), ...recipient }],
    ...over,
  });
}

type Reversed = Pick<KernelClaim, 'handle' | 'number' | 'playerId'>;

/** Stands for the public ID, which only TypeScript outside the kernel takes apart. */
export const claimIdOf = ({ handle, number }: Pick<KernelClaim, 'handle' | 'number'>) =>
  encodeClaimId(handle, number);

type ReversalOptions = Partial<NonNullable<KernelOperation['reverses']>> & {
  readonly milestones?: boolean;
  /** What the reversal may touch besides gold. */
  readonly resources?: readonly string[];
};

/** The reversal of a claim by a staff member. */
export function reversal(
  staffId: string,
  claim: Reversed,
  { milestones = false, resources = [], ...over }: ReversalOptions = {},
): KernelOperation {
  const levels = milestones ? ['experience', 'levels_paid', 'stat_points'] : [];
  return award(
    staffId,
    0,
    {},
    {
      name: 'reverseClaim',
      permission: 'reward:reverse',
      player: claim.playerId,
      claim_type: 'reversal',
      claim_key: claimIdOf(claim),
      source: 'reversal',
      postings: [],
      milestones,
      resources: ['gold', ...levels, ...resources],
      reverses: {
        claim_id: claimIdOf(claim),
        handle: `\\x${claim.handle}`,
        number: claim.number,
        quantity: null,
        reopen: false,
        allow_debt: false,
        counters: [],
        ...over,
      },
    },
  );
}

/** A reward that a server announced. */
export interface Pending {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
}

export const pending = (playerId = fresh('player')): Pending => ({
  playerId,
  type: 'chest',
  key: fresh('chest'),
});

export function announcement(
  { playerId, type, key }: Pending,
  plan: Partial<KernelPlan> = {},
  over: Partial<KernelOperation> = {},
): KernelOperation {
  return operation({
    name: 'announceReward',
    player: playerId,
    claim_type: 'announcement',
    claim_key: `${type}/${key}`,
    source: 'announcement',
    postings: [],
    announces: {
      claim_type: type,
      claim_key: key,
      plan: {
        ...{ resources: ['gold'], postings: [give('gold', 7)], choices: [], source_keys: [], on_expiry: [] },
        ...plan,
      },
      ...{ origin: 1, expires_at: null, message: null },
    },
    ...over,
  });
}

/** The claim of an announced reward by its player. */
export const claimOf = (
  { playerId, type, key }: Pending,
  over: Partial<KernelOperation> = {},
): KernelOperation =>
  operation({ player: playerId, claim_type: type, claim_key: key, postings: [give('gold', 7)], ...over });

export const recovery = (reward: Pending, over: Partial<KernelOperation> = {}): KernelOperation =>
  claimOf(reward, {
    name: 'recoverReward',
    permission: 'reward:recover',
    source: 'pending',
    postings: [],
    resources: ['gold'],
    ...over,
  });

/** A staff member freezes a player, or unfreezes one. */
export const freeze = (
  staffId: string,
  player: string,
  freezes = true,
  over: Partial<KernelOperation> = {},
): KernelOperation =>
  award(
    staffId,
    0,
    {},
    {
      ...{ player, name: freezes ? 'freezePlayer' : 'unfreezePlayer', permission: 'player:freeze' },
      ...{ claim_type: freezes ? 'freeze' : 'unfreeze', reason: 'a suspicion', postings: [], freezes },
      ...over,
    },
  );

/** Three exchanges a day. */
export const limitUse = (over: Partial<KernelLimitUse> = {}): KernelLimitUse => ({
  kind: 'player',
  name: 'exchange:training',
  period: '2026-11-02',
  since: '2026-11-02T00:00:00.000Z',
  claim_type: 'quest',
  shares_with: null,
  about: null,
  resource: null,
  amount: 1,
  bound: 3,
  rejection: 'exchanges',
  renews_at: '2026-11-03T00:00:00.000Z',
  ...over,
});
