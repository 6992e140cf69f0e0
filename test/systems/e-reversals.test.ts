import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { victory } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeAll(serveExample);

/** Ten summon tokens at 300 auric coins each: an exchange that servers may reverse. */
async function purchase() {
  const { playerId } = await playerWith({ auric_coins: 3_000 });
  const { claim } = receiptOf(
    await asPlayer(playerId).exchange({ exchange: 'buy_summon_token', quantity: 10 }),
  );
  return { playerId, claimId: claim.id, reason: 'refunded by the store' };
}

it('E16 takes a refund once, however many servers and staff members send it at once', async () => {
  const refund = await purchase();
  const doors = [startIsolate(), startIsolate()];
  const staff = asStaff(await addStaffMember(fresh('clerk'), { limit: 100, budget: 100 }));
  const answers = await atOnce(32, (index) =>
    (index % 2 ? staff : asServer(`shop-${index % 4}`)).reverseClaim(refund, { door: doors[index % 2] }),
  );
  expect(tally(answers.map(resultOf))).toEqual({ Receipt: 1, AlreadyClaimed: 31 });
  expect((await ledgerState(refund.playerId)).balances).toMatchObject({
    auric_coins: 3_064,
    summon_tokens: 0,
  });
  expect(await ledgerFaults(refund.playerId)).toEqual([]);
});

it('E16 never returns more than the whole in parts of any size', async () => {
  const refund = await purchase();
  const answers = await atOnce(24, (index) =>
    asServer().reverseClaim({ ...refund, quantity: 1 + (index % 3) }),
  );
  const parts = answers.map(resultOf).filter(({ __typename }) => __typename === 'Receipt');
  const { balances } = await ledgerState(refund.playerId);
  // Nothing is lost: each token is worth 300 coins, and at most ten were returned.
  expect((balances.auric_coins ?? 0) + 300 * (balances.summon_tokens ?? 0)).toBe(3_064);
  expect(balances.summon_tokens).toBeGreaterThanOrEqual(0);
  expect(parts.length).toBeGreaterThan(0);
  const rest = resultOf(await asServer().reverseClaim(refund));
  expect(rest.__typename).toBe(balances.summon_tokens === 0 ? 'AlreadyClaimed' : 'Receipt');
  expect((await ledgerState(refund.playerId)).balances).toMatchObject({
    auric_coins: 3_064,
    summon_tokens: 0,
  });
  expect(await ledgerFaults(refund.playerId)).toEqual([]);
});

it('E16 pays a reopened claim once, and lets servers reverse only what the config allows', async () => {
  const playerId = fresh('player');
  const cup = { ...victory, playerId, key: 'cup-1' };
  const { claim } = receiptOf(await asServer().claimReward(cup));
  const reversal = { playerId, claimId: claim.id, reason: 'the cup was annulled', reopen: true };
  const refused = await movingNothing(playerId, () => asServer().reverseClaim(reversal));
  expect(rejectionOf(refused, 'NotReversible').why).toBe('NOT_BY_SERVERS');
  receiptOf(await asStaff(await addStaffMember(fresh('staff'))).reverseClaim(reversal));
  const answers = await atOnce(32, () => asServer().claimReward(cup));
  expect(tally(answers.map(resultOf))).toEqual({ Receipt: 1, AlreadyClaimed: 31 });
  expect((await ledgerState(playerId)).balances).toMatchObject({ experience: 500 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});
