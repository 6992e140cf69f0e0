/** Who may reverse: game servers what the config allows them; staff everything, as no award while nothing is owed. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import {
  addStaffMember,
  ledgerFaults,
  ledgerState,
  owner,
  UNKNOWN_CLAIM,
  usedByStaff,
} from '../support/worker/ledger-state.ts';
import { announce } from '../support/worker/pending.ts';
import { playerWith } from '../support/worker/players.ts';
import { victory } from '../support/worker/scenes.ts';
import type { Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

/** `buy_summon_token` is reversible by servers in the example config. */
const publishWith = (change: (document: Document) => void = () => {}) => publish(changedExample(change));
beforeEach(() => publishWith());

type Over = Partial<MutationInput<'reverseClaim'>>;
const reverse = (client: Client, claim: Receipt['claim'], over: Over = {}) =>
  client.reverseClaim({ playerId: claim.playerId, claimId: claim.id, reason: 'chargeback', ...over });

/** 15 summon tokens at 300 auric coins each, by a player who has no coins left. */
async function purchase(quantity = 10) {
  const { playerId } = await playerWith({ auric_coins: 300 * quantity });
  const buying = { exchange: 'buy_summon_token', quantity };
  const { claim } = receiptOf(await asPlayer(playerId).exchange(buying));
  return { playerId, claim };
}

describe('reverseClaim by a game server', () => {
  it('a game server reverses a purchase whose exchange is reversible by servers, and its reason is kept', async () => {
    const { playerId, claim } = await purchase();
    const input = { playerId, claimId: claim.id, reason: 'chargeback', idempotencyKey: freshKey() };
    const receipt = receiptOf(await asServer('shop-1').reverseClaim(input));
    expect(receipt.claim).toMatchObject({ actorKind: 'SERVER', actorId: 'shop-1', reason: 'chargeback' });
    expect((await ledgerState(playerId)).balances).toMatchObject({ auric_coins: 3_064, summon_tokens: 0 });
    const replay = await writingNothing(playerId, () => asServer('shop-1').reverseClaim(input));
    expect(receiptOf(replay).replayed).toBe(true);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('a game server reverses a part of a purchase, and its refusals are business rejections', async () => {
    const { playerId, claim } = await purchase();
    receiptOf(await reverse(asServer(), claim, { quantity: 4 }));
    const more = await movingNothing(playerId, () => reverse(asServer(), claim, { quantity: 7 }));
    expect(rejectionOf(more, 'NotReversible')).toMatchObject({ why: 'QUANTITY', remaining: 6 });
    receiptOf(await asPlayer(playerId).exchange({ exchange: 'summon' }));
    const spent = await movingNothing(playerId, () => reverse(asServer(), claim));
    expect(rejectionOf(spent, 'InsufficientBalance')).toMatchObject({ available: 5, required: 6 });
    receiptOf(await reverse(asServer(), claim, { ifInsufficient: 'DEBT' }));
    expect((await ledgerState(playerId)).balances.summon_tokens).toBe(-1);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('a game server cannot reverse claims of other types, whatever made them, and the refusal is replayed', async () => {
    const { playerId } = await purchase();
    const other = await playerWith({ lumees: 50 });
    const claims = [
      receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' })),
      receiptOf(await asPlayer(playerId).exchange({ exchange: 'drop' })),
      receiptOf(await asServer().applyDamage({ playerId, amount: 5 })),
      await announce(playerId, 'enc-1'),
      receiptOf(
        await asPlayer(other.playerId).transferResource({
          toPlayerId: playerId,
          resource: 'lumees',
          amount: 5,
        }),
      ),
    ].map(({ claim }) => claim);
    for (const claim of claims) {
      const input = { idempotencyKey: freshKey() };
      const rejected = await movingNothing(claim.playerId, () => reverse(asServer(), claim, input));
      expect(rejectionOf(rejected, 'NotReversible')).toMatchObject({
        ...{ claimId: claim.id, why: 'NOT_BY_SERVERS', remaining: 0 },
        message: expect.stringContaining('reversibleBy'),
      });
      const replay = await writingNothing(claim.playerId, () => reverse(asServer(), claim, input));
      expect(resultOf(replay)).toEqual(resultOf(rejected));
    }
  });

  it('what a game server may reverse follows the current config, also in an isolate that has an older one', async () => {
    const door = startIsolate();
    const { playerId, claim } = await purchase();
    receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }, { door }));
    await publishWith(({ exchanges }) => {
      exchanges.buy_summon_token.reversibleBy = [];
    });
    const reversal = { playerId, claimId: claim.id, reason: 'chargeback' };
    const rejected = await movingNothing(playerId, () => asServer().reverseClaim(reversal, { door }));
    expect(rejectionOf(rejected, 'NotReversible').why).toBe('NOT_BY_SERVERS');
    await publishWith();
    receiptOf(await asServer().reverseClaim(reversal, { door }));
  });

  it('a game server cannot reverse a claim that does not exist, or one of another player', async () => {
    const { playerId, claim } = await purchase();
    const unknown = await movingNothing(playerId, () =>
      reverse(asServer(), claim, { claimId: UNKNOWN_CLAIM }),
    );
    expect(rejectionOf(unknown, 'UnknownClaim').claimId).toBe(UNKNOWN_CLAIM);
    const nobody = await movingNothing(playerId, () =>
      reverse(asServer(), claim, { playerId: fresh('nobody') }),
    );
    rejectionOf(nobody, 'UnknownClaim');
  });

  it('a game server cannot reverse while the database does not let servers reverse', async () => {
    const { playerId, claim } = await purchase();
    const permission = ['reward:reverse', 'server'];
    await owner.query(
      'DELETE FROM onceward.role_permissions WHERE (permission, role) = ($1, $2)',
      permission,
    );
    const answer = await writingNothing(playerId, () => reverse(asServer(), claim));
    await owner.query('INSERT INTO onceward.role_permissions (permission, role) VALUES ($1, $2)', permission);
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('reverseClaim by staff within their limits', () => {
  it('a clerk who may give 1,000 reverses a purchase of 4,500, which uses none of the budget', async () => {
    const { playerId, claim } = await purchase(10);
    const { claim: more } = receiptOf(
      await asStaff(await addStaffMember(fresh('staff'), { limit: 15_000, budget: 15_000 })).manualReward({
        playerId,
        grants: [{ resource: 'auric_coins', amount: 1_500 }],
        reason: 'for a purchase',
      }),
    );
    expect(more.playerId).toBe(playerId);
    const second = receiptOf(
      await asPlayer(playerId).exchange({ exchange: 'buy_summon_token', quantity: 5 }),
    ).claim;
    const clerk = await addStaffMember(fresh('clerk'), { limit: 1_000, budget: 1_000 });
    for (const each of [claim, second]) receiptOf(await reverse(asStaff(clerk), each));
    expect((await ledgerState(playerId)).balances).toMatchObject({ auric_coins: 4_564, summon_tokens: 0 });
    expect(await usedByStaff(clerk)).toEqual({ spent: 0, awards: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('a reversal that leaves a debt counts what it returns against the limits of the staff member', async () => {
    const { playerId, claim } = await purchase(4);
    receiptOf(await asPlayer(playerId).exchange({ exchange: 'summon' }));
    const clerk = await addStaffMember(fresh('clerk'), { limit: 10_000, budget: 50_000 });
    const rejected = await movingNothing(playerId, () =>
      reverse(asStaff(clerk), claim, { ifInsufficient: 'DEBT' }),
    );
    expect(rejectionOf(rejected, 'LimitExceeded')).toMatchObject({
      limit: 'STAFF_REWARD',
      bound: 10_000,
      requested: 12_000,
    });
    const chief = await addStaffMember(fresh('chief'), { limit: 12_000, budget: 50_000 });
    receiptOf(await reverse(asStaff(chief), claim, { ifInsufficient: 'DEBT' }));
    expect(await usedByStaff(chief)).toEqual({ spent: 12_000, awards: 0 });
    expect((await ledgerState(playerId)).balances.summon_tokens).toBe(-1);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('a reversal that may leave a debt and leaves none counts nothing', async () => {
    const { claim } = await purchase(4);
    const clerk = await addStaffMember(fresh('clerk'), { limit: 1_000, budget: 1_000 });
    receiptOf(await reverse(asStaff(clerk), claim, { ifInsufficient: 'DEBT' }));
    expect(await usedByStaff(clerk)).toEqual({ spent: 0, awards: 0 });
  });
});
