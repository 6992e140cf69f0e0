/** Several ways to pay, and offers to choose from: the ledger takes the first price that is there, and the claim says which. */
import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeEach(() =>
  publish(
    changedExample(({ exchanges }) => {
      exchanges.bag = {
        costs: [{ credits: 10 }, { lumees: 100, drop_charges: 1 }],
        gives: { summon_tokens: 1 },
      };
      exchanges.parting_gift = {
        costs: { credits: 5 },
        chooseOne: { fire: { gives: { 'shards:fire': 3 } }, water: { gives: { 'shards:water': 4 } } },
      };
    }),
  ),
);

it('pays with the first price that the player has, and then with the next, exactly under concurrency', async () => {
  // The price in charges counts what has regenerated: five.
  const { playerId } = await playerWith({ credits: 35, lumees: 450 });
  const doors = [startIsolate(), startIsolate()];
  const answers = await atOnce(32, (index) =>
    asPlayer(playerId).exchange({ exchange: 'bag' }, { door: doors[index % 2] }),
  );
  expect(tally(answers.map(resultOf))).toEqual({ Receipt: 7, InsufficientBalance: 25 });
  const paid = answers.flatMap((answer) => {
    const result = resultOf(answer);
    return result.__typename === 'Receipt' ? [result.claim.paidWith] : [];
  });
  expect(paid.toSorted()).toEqual([0, 0, 0, 1, 1, 1, 1]);
  expect((await ledgerState(playerId)).balances).toMatchObject({
    credits: 5,
    lumees: 50,
    drop_charges: 1,
    summon_tokens: 7,
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('says in preview, receipt, replay and history which price was paid, and a reversal returns that one', async () => {
  const { playerId } = await playerWith({ credits: 5, lumees: 450 });
  const player = asPlayer(playerId);
  const preview = resultAs(await player.previewExchange({ exchange: 'bag' }), 'ExchangePreview');
  expect(preview).toMatchObject({ paidWith: 1, prices: [{ costs: [{ resource: 'credits' }] }, {}] });
  const key = fresh('key-of-a-purchase');
  const first = receiptOf(await player.exchange({ exchange: 'bag', terms: preview.terms }, { key }));
  expect(first.claim.paidWith).toBe(1);
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const grants = [{ resource: 'credits', amount: 50 }];
  receiptOf(await staff.manualReward({ playerId, grants, reason: 'for a test' }));
  const replay = receiptOf(await player.exchange({ exchange: 'bag', terms: preview.terms }, { key }));
  expect(replay.claim).toEqual(first.claim);
  expect(resultOf(await player.claim({ id: first.claim.id }))?.claim.paidWith).toBe(1);
  receiptOf(await staff.reverseClaim({ playerId, claimId: first.claim.id, reason: 'a refund' }));
  expect((await ledgerState(playerId)).balances).toMatchObject({
    credits: 55,
    lumees: 450,
    summon_tokens: 0,
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('pays with the price that the player names, or not at all', async () => {
  const { playerId } = await playerWith({ credits: 50, lumees: 50 });
  const player = asPlayer(playerId);
  const answer = await movingNothing(playerId, () => player.exchange({ exchange: 'bag', payWith: 1 }));
  expect(rejectionOf(answer, 'InsufficientBalance')).toMatchObject({ resource: 'lumees', required: 100 });
  expect(receiptOf(await player.exchange({ exchange: 'bag', payWith: 0 })).claim.paidWith).toBe(0);
  const unknown = await writingNothing(playerId, () => player.exchange({ exchange: 'bag', payWith: 2 }));
  expect(faultOf(unknown).code).toBe('BAD_USER_INPUT');
});

it('gives the option that was chosen, under its own terms, and names the options otherwise', async () => {
  const { playerId } = await playerWith({ credits: 50 });
  const player = asPlayer(playerId);
  const offers = resultOf(await player.offers({ ids: ['parting_gift'] }));
  const water = offers.offers[0]?.options.find(({ name }) => name === 'water');
  const { claim, changes } = receiptOf(
    await player.exchange({ exchange: 'parting_gift', choose: 'water', terms: water?.terms ?? null }),
  );
  expect(claim.chosen).toBe('water');
  expect(changes).toMatchObject([
    { resource: 'credits', delta: -5 },
    { resource: 'shards:water', delta: 4 },
  ]);
  const other = await movingNothing(playerId, () =>
    player.exchange({ exchange: 'parting_gift', choose: 'fire', terms: water?.terms ?? null }),
  );
  rejectionOf(other, 'TermsChanged');
  for (const choose of [null, 'wind']) {
    const answer = await writingNothing(playerId, () =>
      player.exchange({ exchange: 'parting_gift', choose }),
    );
    expect(answer.errors?.[0]?.message).toContain('fire, water');
  }
});
