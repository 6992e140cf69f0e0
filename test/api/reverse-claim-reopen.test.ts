/** reverseClaim with `reopen`: what the claim had taken is free for one more claim. Without it, the key stays taken. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState, usedByStaff } from '../support/worker/ledger-state.ts';
import { pendingKeys, VICTORY } from '../support/worker/pending.ts';
import { playerWith } from '../support/worker/players.ts';
import type {
  AnnounceRewardResult,
  ClaimRewardResult,
  Receipt,
  RecoverRewardResult,
  ReverseClaimResult,
} from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeEach(() =>
  publish(
    changedExample(({ claimTypes }) => {
      claimTypes.arena_chest.perDay = 1;
    }),
  ),
);

type Over = Partial<MutationInput<'reverseClaim'>>;
async function reverse(claim: Receipt['claim'], over: Over = {}): Promise<Answer<ReverseClaimResult>> {
  const staff = asStaff(await addStaffMember(fresh('staff')));
  return staff.reverseClaim({ playerId: claim.playerId, claimId: claim.id, reason: 'a mistake', ...over });
}
const reopen = async (claim: Receipt['claim']) => receiptOf(await reverse(claim, { reopen: true }));

/** A victory against the enemy of this level, whose facts a server may have got wrong. */
const win = (playerId: string, enemyLevel = 20) => ({
  ...{ playerId, type: VICTORY.type, key: 'enc-1' },
  facts: { difficulty: 'normal', enemy_level: enemyLevel },
});
const lumeesIn = ({ changes }: Pick<Receipt, 'changes'>) =>
  changes.find(({ resource }) => resource === 'lumees')?.delta;
/** `arena_chest` is limited to one per day here. */
const chest = (playerId: string, key = 'c-1') => ({ playerId, type: 'arena_chest', key });
const open = (playerId: string, key?: string) => asServer().claimReward(chest(playerId, key));

describe('a reversal that reopens its claim', () => {
  it('the corrected claim can be made once under a new key after its wrong version was reversed and reopened', async () => {
    const playerId = fresh('player');
    const input = { ...win(playerId, 200), idempotencyKey: freshKey() };
    const wrong = receiptOf(await asServer().claimReward(input));
    await reopen(wrong.claim);
    // 20 + 20 × 3 lumees instead of 20 + 200 × 3.
    const corrected = receiptOf(await asServer().claimReward(win(playerId)));
    expect([lumeesIn(wrong), lumeesIn(corrected)]).toEqual([620, 80]);
    expect(corrected.claim).toMatchObject({ type: VICTORY.type, key: 'enc-1' });
    const third = await movingNothing(playerId, () => asServer().claimReward(win(playerId)));
    expect(rejectionOf(third, 'AlreadyClaimed')).toMatchObject({
      original: corrected.claim,
      reversedBy: null,
    });
    // The old key still has its receipt.
    const replay = receiptOf(await writingNothing(playerId, () => asServer().claimReward(input)));
    expect(replay).toMatchObject({ replayed: true, claim: wrong.claim });
    expect((await ledgerState(playerId)).balances).toMatchObject({ lumees: 80, experience: 55 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('a reopened claim is paid once by 48 simultaneous requests', async () => {
    const playerId = fresh('player');
    await reopen(receiptOf(await asServer().claimReward(win(playerId))).claim);
    const results = await atOnce(48, () => asServer().claimReward(win(playerId)));
    expect(tally(results.map(resultOf))).toEqual({ Receipt: 1, AlreadyClaimed: 47 });
    expect((await ledgerState(playerId)).balances).toMatchObject({ lumees: 80 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('a refunded store purchase that is reinstated can be granted again, with its source key', async () => {
    const receipt = { source_type: 'match', source_id: 'GPA.1', passing: 4, shooting: 0 };
    const playerId = fresh('player');
    const grant = () =>
      asServer().claimReward({ playerId, type: 'skill_session', key: 'order-1', facts: receipt });
    const { claim } = receiptOf(await grant());
    receiptOf(await reverse(claim));
    const refused = await movingNothing(playerId, grant);
    expect(rejectionOf(refused, 'AlreadyClaimed').original).toEqual(claim);
    // The store reinstates the purchase: the claim that was refunded before is reopened.
    expect((await reopen(claim)).changes).toEqual([]);
    receiptOf(await grant());
    expect(rejectionOf(await movingNothing(playerId, grant), 'AlreadyClaimed').reversedBy).toBeNull();
    expect((await ledgerState(playerId)).balances).toEqual({ 'skill:passing': 4 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('a claim that was reopened is AlreadyClaimed by its reversal when it is reversed again', async () => {
    const playerId = fresh('player');
    const { claim } = receiptOf(await asServer().claimReward(win(playerId)));
    const reversal = await reopen(claim);
    const again = await movingNothing(playerId, () => reverse(claim, { reopen: true }));
    expect(rejectionOf(again, 'AlreadyClaimed')).toMatchObject({
      original: reversal.claim,
      reversedBy: null,
    });
  });

  it('a claim that is reopened by 32 staff members at once is reopened once', async () => {
    const playerId = fresh('player');
    const { claim } = receiptOf(await open(playerId));
    receiptOf(await reverse(claim));
    const results = await atOnce(32, () => reverse(claim, { reopen: true }));
    expect(tally(results.map(resultOf))).toEqual({ Receipt: 1, AlreadyClaimed: 31 });
    receiptOf(await open(playerId));
    expect(rejectionOf(await open(playerId, 'c-2'), 'LimitExceeded').remaining).toBe(0);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('a reversal that does not reopen its claim', () => {
  it('AlreadyClaimed names the reversal of the claim, and a replay of an older AlreadyClaimed does not', async () => {
    const playerId = fresh('player');
    const first = receiptOf(await asServer().claimReward(win(playerId)));
    const early = { ...win(playerId), idempotencyKey: freshKey() };
    const before = await asServer().claimReward(early);
    expect(rejectionOf(before, 'AlreadyClaimed').reversedBy).toBeNull();

    const reversal = receiptOf(await reverse(first.claim));
    const later = { ...win(playerId), idempotencyKey: freshKey() };
    const after = await movingNothing(playerId, () => asServer().claimReward(later));
    const reversedBy = { claimId: reversal.claim.id, reversedAt: reversal.claim.claimedAt };
    expect(rejectionOf(after, 'AlreadyClaimed')).toMatchObject({
      original: first.claim,
      changes: first.changes,
      reversedBy,
      message: expect.stringContaining(reversal.claim.id),
    });
    const previewed = await asServer().previewClaim(win(playerId));
    expect(rejectionOf(previewed, 'AlreadyClaimed').reversedBy).toEqual(reversedBy);
    // Each key keeps its answer.
    const replay = (input: typeof early) => writingNothing(playerId, () => asServer().claimReward(input));
    expect(resultOf(await replay(early))).toEqual(resultOf(before));
    expect(resultOf(await replay(later))).toEqual(resultOf(after));
  });

  it('AlreadyClaimed names the reversal to an announcement, a recovery and another claim of the same source', async () => {
    const playerId = fresh('player');
    const facts = { source_type: 'match', source_id: 'm-7', passing: 4, shooting: 0 };
    const [type, key] = ['skill_session', 'r-1'];
    const paid = receiptOf(await asServer().claimReward({ playerId, type, key, facts }));
    const reversal = receiptOf(await reverse(paid.claim));
    const requests: (() => Promise<
      Answer<AnnounceRewardResult | ClaimRewardResult | RecoverRewardResult>
    >)[] = [
      () => asServer().announceReward({ playerId, type, key, facts }),
      () => asServer().recoverReward({ playerId, type, key }),
      () => asServer().claimReward({ playerId, type, key: 'r-2', facts }),
    ];
    for (const request of requests) {
      const rejected = await movingNothing(playerId, request);
      expect(rejectionOf(rejected, 'AlreadyClaimed')).toMatchObject({
        original: paid.claim,
        reversedBy: { claimId: reversal.claim.id, reversedAt: reversal.claim.claimedAt },
      });
    }
  });
});

describe('what a reversed claim used of limits', () => {
  it('is given back when the claim is reopened, and only then', async () => {
    const playerId = fresh('player');
    const { claim } = receiptOf(await open(playerId));
    receiptOf(await reverse(claim));
    const full = await movingNothing(playerId, () => open(playerId, 'c-2'));
    expect(rejectionOf(full, 'LimitExceeded')).toMatchObject({ limit: 'CLAIMS', remaining: 0 });
    await reopen(claim);
    receiptOf(await open(playerId, 'c-2'));
    const again = await movingNothing(playerId, () => open(playerId));
    expect(rejectionOf(again, 'LimitExceeded').remaining).toBe(0);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('of an exchange is given back for all its units when the last part reopens it', async () => {
    const { playerId } = await playerWith({ auric_coins: 12_000 });
    const buy = (quantity: number) => asPlayer(playerId).exchange({ exchange: 'buy_summon_token', quantity });
    const { claim } = receiptOf(await buy(10));
    receiptOf(await buy(10));
    expect(rejectionOf(await buy(1), 'LimitExceeded').limit).toBe('EXCHANGES');
    receiptOf(await reverse(claim, { quantity: 4 }));
    expect(rejectionOf(await buy(1), 'LimitExceeded').remaining).toBe(0);
    receiptOf(await reverse(claim, { reopen: true }));
    receiptOf(await buy(10));
    expect(rejectionOf(await buy(1), 'LimitExceeded').remaining).toBe(0);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('of the budget of a staff member is given back for an own award of the day, and for any award that is reopened, once', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    const [staffId, colleague] = [await addStaffMember(fresh('staff')), await addStaffMember(fresh('staff'))];
    const award = async (amount: number) => {
      const grants = [{ resource: 'lumees', amount }];
      return receiptOf(await asStaff(staffId).manualReward({ playerId, grants, reason: fresh('award') }));
    };
    const [own, others] = [await award(100), await award(30)];
    const back = (by: string, { claim }: Receipt, over: Over = {}) =>
      asStaff(by).reverseClaim({ playerId, claimId: claim.id, reason: 'a mistake', ...over });
    receiptOf(await back(staffId, own));
    expect(await usedByStaff(staffId)).toEqual({ spent: 30, awards: 1 });
    receiptOf(await back(staffId, own, { reopen: true }));
    receiptOf(await back(colleague, others));
    expect(await usedByStaff(staffId)).toEqual({ spent: 30, awards: 1 });
    receiptOf(await back(colleague, others, { reopen: true }));
    expect(await usedByStaff(staffId)).toEqual({ spent: 0, awards: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('an announced reward that is reversed', () => {
  it('can be announced again after its announcement was taken back, and its limit is free again', async () => {
    const playerId = fresh('player');
    const { claim } = receiptOf(await asServer().announceReward(chest(playerId)));
    const full = await movingNothing(playerId, () => asServer().announceReward(chest(playerId, 'c-2')));
    expect(rejectionOf(full, 'LimitExceeded')).toMatchObject({ limit: 'CLAIMS', remaining: 0 });
    receiptOf(await reverse(claim));
    receiptOf(await asServer().announceReward(chest(playerId)));
    expect(await pendingKeys(playerId)).toEqual(['arena_chest/c-1']);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('frees what its announcement had used of the limit when its payment is reopened', async () => {
    const playerId = fresh('player');
    receiptOf(await asServer().announceReward(chest(playerId)));
    const paid = receiptOf(await asServer().recoverReward(chest(playerId)));
    const full = await movingNothing(playerId, () => open(playerId, 'c-2'));
    expect(rejectionOf(full, 'LimitExceeded').remaining).toBe(0);
    await reopen(paid.claim);
    receiptOf(await open(playerId));
    expect(rejectionOf(await open(playerId, 'c-2'), 'LimitExceeded').remaining).toBe(0);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});
