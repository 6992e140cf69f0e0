// Conditions and formulas that see the player are decided on the state that the commit finds, under real concurrency.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changedExample, type Document, publish, serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { playerWith } from '../support/worker/players.ts';
import type { ExchangeResult, Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, receiptsIn, sumOf } from '../support/worker/waves.ts';

/**
 * A militia costs 100 lumees and 10 more for each that the player has; a royal guard needs 50 fire shards. A parade gives lumees by
 * the militia, to players of level 3 or above.
 */
const growing = ({ exchanges, claimTypes }: Document) => {
  exchanges.recruit = {
    costs: { lumees: 'quantity * (100 + 10 * balance("hero:militia")) + 10 * quantity * (quantity - 1) / 2' },
    gives: { 'hero:militia': 1 },
    maxQuantity: 10,
  };
  exchanges.royal_guard = {
    costs: { lumees: 10 },
    gives: { 'hero:paladin': 1 },
    requires: [{ when: 'balance("shards:fire") >= 50', text: 'locked.fifty_fire_shards' }],
  };
  claimTypes.parade = {
    proof: 'server',
    requires: [{ when: 'level >= 3', text: 'locked.level_3' }],
    rewards: { lumees: { amount: '5 * balance("hero:militia")', cap: '10 * level' } },
  };
};
beforeAll(async () => {
  await publish(changedExample(growing));
});
afterAll(serveExample);

const LUMEES = 100_000;
const priceOf = ({ changes }: Receipt) => -(sumOf(changes).lumees ?? 0);

/** Sends until there is an outcome: a player who changes all the time is UNAVAILABLE, with the key still free. */
async function settled(playerId: string, exchange: string): Promise<ExchangeResult> {
  const key = freshKey();
  for (;;) {
    const answer = await asPlayer(playerId).exchange({ exchange }, { key });
    if (!answer.errors) return resultOf(answer);
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
  }
}

it('E6 charges each of two simultaneous purchases the price of what the player then has', async () => {
  const { playerId } = await playerWith({ lumees: LUMEES });
  const receipts = receiptsIn(await atOnce(2, () => settled(playerId, 'recruit')));
  expect(receipts.map(priceOf)).toEqual([100, 110]);
  expect(receipts.map(({ claim }) => claim.factsRead)).toEqual([
    { "balance('hero:militia')": 0 },
    { "balance('hero:militia')": 1 },
  ]);
});

it('E6 never charges two of 16 simultaneous purchases the same growing price', async () => {
  const { playerId } = await playerWith({ lumees: LUMEES });
  const receipts = receiptsIn(await atOnce(16, () => settled(playerId, 'recruit')));
  expect(receipts.map(priceOf)).toEqual(Array.from({ length: 16 }, (_, bought) => 100 + 10 * bought));
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E6 charges a quantity at once what single purchases cost together', async () => {
  const { playerId } = await playerWith({ lumees: LUMEES });
  const bought = receiptOf(await asPlayer(playerId).exchange({ exchange: 'recruit', quantity: 4 }));
  expect(priceOf(bought)).toBe(100 + 110 + 120 + 130);
});

it('E6 meets a condition by a gift that arrives between read and commit, and a purchase that spends meanwhile fails it', async () => {
  const { playerId } = await playerWith({ lumees: 500, 'shards:fire': 20 });
  const { playerId: friend } = await playerWith({ 'shards:fire': 500 });
  const key = freshKey();
  await breakRequests({ match: key, kind: 'delay', delayMs: 1_500 });
  const bought = asPlayer(playerId).exchange({ exchange: 'royal_guard' }, { key });
  receiptOf(
    await asPlayer(friend).transferResource({ toPlayerId: playerId, resource: 'shards:fire', amount: 30 }),
  );
  expect(receiptOf(await bought).claim.factsRead).toEqual({ "balance('shards:fire')": 50 });

  const second = freshKey();
  await breakRequests({ match: second, kind: 'delay', delayMs: 1_500 });
  const again = asPlayer(playerId).exchange({ exchange: 'royal_guard' }, { key: second });
  receiptOf(
    await asPlayer(playerId).transferResource({ toPlayerId: friend, resource: 'shards:fire', amount: 1 }),
  );
  expect(rejectionOf(await again, 'RequirementsNotMet')).toMatchObject({
    claimType: 'royal_guard',
    unmet: ['locked.fifty_fire_shards'],
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E6 records a condition that is not met under the key, with what was read for staff', async () => {
  const { playerId } = await playerWith({ lumees: 500 });
  const key = freshKey();
  const buy = () => asPlayer(playerId).exchange({ exchange: 'royal_guard' }, { key });
  const rejection = rejectionOf(await movingNothing(playerId, buy), 'RequirementsNotMet');
  const { playerId: friend } = await playerWith({ 'shards:fire': 50 });
  receiptOf(
    await asPlayer(friend).transferResource({ toPlayerId: playerId, resource: 'shards:fire', amount: 50 }),
  );
  expect(resultOf(await buy())).toEqual(rejection);
  expect(receiptOf(await asPlayer(playerId).exchange({ exchange: 'royal_guard' })).replayed).toBe(false);
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const { attempts } = resultOf(await staff.trace({ correlationId: rejection.correlationId }));
  expect(attempts[0]?.claim.factsRead).toEqual({ "balance('shards:fire')": 0 });
});

it('E6 judges the conditions of an announced reward when it is announced, and not when it is paid', async () => {
  const { playerId } = await playerWith({ lumees: LUMEES });
  receiptOf(await asPlayer(playerId).exchange({ exchange: 'recruit', quantity: 4 }));
  const reward = { type: 'parade', key: fresh('parade'), playerId };
  receiptOf(await asServer().announceReward(reward));
  await publish(
    changedExample((document) => {
      growing(document);
      document.claimTypes.parade.requires = [{ when: 'level >= 50', text: 'locked.level_50' }];
    }),
  );
  expect(
    rejectionOf(await asServer().announceReward({ ...reward, key: fresh('parade') }), 'RequirementsNotMet'),
  ).toMatchObject({ unmet: ['locked.level_50'] });
  rejectionOf(await asServer().claimReward({ ...reward, key: fresh('parade') }), 'RequirementsNotMet');
  const paid = receiptOf(await asServer().claimReward(reward));
  expect(sumOf(paid.changes)).toEqual({ lumees: 20 });
  expect(paid.claim.factsRead).toBeNull();
  await publish(changedExample(growing));
});

it('E6 caps a reward by a formula over the player', async () => {
  const { playerId } = await playerWith({ lumees: LUMEES });
  receiptOf(await asPlayer(playerId).exchange({ exchange: 'recruit', quantity: 10 }));
  const paid = receiptOf(await asServer().claimReward({ type: 'parade', key: fresh('parade'), playerId }));
  // 5 × 10 militia, capped at 10 × level 3.
  expect(sumOf(paid.changes)).toEqual({ lumees: 30 });
});

it('E6 previews the growing price, and its terms change with what the player has', async () => {
  const { playerId } = await playerWith({ lumees: LUMEES });
  const player = asPlayer(playerId);
  const { terms, changes } = resultAs(
    await player.previewExchange({ exchange: 'recruit' }),
    'ExchangePreview',
  );
  expect(sumOf(changes)).toEqual({ lumees: -100, 'hero:militia': 1 });
  receiptOf(await player.exchange({ exchange: 'recruit', terms }));
  const changed = rejectionOf(await player.exchange({ exchange: 'recruit', terms }), 'TermsChanged');
  expect(changed.costs).toEqual([{ resource: 'lumees', amount: 110 }]);
  expect(
    rejectionOf(await player.previewExchange({ exchange: 'royal_guard' }), 'RequirementsNotMet'),
  ).toMatchObject({
    unmet: ['locked.fifty_fire_shards'],
  });
  expect(await ledgerState(playerId)).toMatchObject({ rejected: 1 });
});
