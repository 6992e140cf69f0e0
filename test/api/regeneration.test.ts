/** Opening balances and regeneration: what players see, what the ledger records, and when the next unit regenerates. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { balanceIn, letTimePass, playerWith, viewOf } from '../support/worker/players.ts';
import type { Player, PlayerAfter, Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

const HOUR = 3_600;
const later = (moment: string, seconds: number) =>
  new Date(Date.parse(moment) + seconds * 1_000).toISOString();
const full = (upTo: number) => ({ upTo, nextUnitAt: null, fullAt: null });

/** The changes of one resource, in the order of the ledger. */
const changesOf = ({ changes }: Pick<Receipt, 'changes'>, of: string) =>
  changes.filter(({ resource }) => resource === of).map(({ before, after, cause }) => [cause, before, after]);

const chargesOf = (player: Player | PlayerAfter) => balanceIn(player, 'drop_charges');
const chargesSeenBy = async (playerId: string) => chargesOf(await viewOf(playerId));

/** Takes a charge. */
const drop = async (playerId: string) => receiptOf(await asPlayer(playerId).exchange({ exchange: 'drop' }));
/** Takes ten energy. */
const train = async (playerId: string) =>
  receiptOf(await asPlayer(playerId).exchange({ exchange: 'training' }));
const spend = async (playerId: string, points: Record<string, number>) =>
  receiptOf(await asPlayer(playerId).spendStatPoints(spending(points)));

async function awardCharges(playerId: string, amount: number): Promise<Receipt> {
  const grants = [{ resource: 'drop_charges', amount }];
  const staff = asStaff(await addStaffMember(fresh('staff')));
  return receiptOf(await staff.manualReward({ playerId, grants, reason: 'a present' }));
}

describe('an opening balance', () => {
  it('an opening balance is shown before anything moved, and a read writes nothing', async () => {
    const playerId = fresh('player');
    const me = await writingNothing(playerId, () => viewOf(playerId));
    expect(me.version).toBe(0);
    expect(me.balances).toEqual([
      { resource: 'drop_charges', amount: 5, regeneration: full(5) },
      { resource: 'energy', amount: 100, regeneration: full(100) },
      { resource: 'health', amount: 500, regeneration: null },
      { resource: 'stamina', amount: 100, regeneration: full(100) },
    ]);
  });

  it('an opening balance is recorded as a change of its own when it first moves, and regeneration starts then', async () => {
    const playerId = fresh('player');
    const receipt = await drop(playerId);
    expect(changesOf(receipt, 'drop_charges')).toEqual([
      ['OPENING', 0, 5],
      ['OPERATION', 5, 4],
    ]);
    const nextUnitAt = later(receipt.claim.claimedAt, HOUR);
    const charges = {
      resource: 'drop_charges',
      amount: 4,
      regeneration: { upTo: 5, nextUnitAt, fullAt: nextUnitAt },
    };
    expect(chargesOf(receipt.player)).toEqual(charges);
    expect(await chargesSeenBy(playerId)).toEqual(charges);
    const seenByServer = resultOf(await asServer().player({ id: playerId })) as Player;
    expect(chargesOf(seenByServer)).toEqual(charges);
  });

  it('an opening balance follows the points that were spent on a stat', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    await spend(playerId, { health: 2, stamina: 1 });
    const me = await viewOf(playerId);
    // Stamina was full before the point and regenerates to its new maximum. Health has no regeneration and opens at its maximum.
    expect(balanceIn(me, 'stamina')).toMatchObject({ amount: 100, regeneration: { upTo: 110 } });
    expect(balanceIn(me, 'health')).toEqual({ resource: 'health', amount: 600, regeneration: null });
  });
});

describe('regeneration', () => {
  it('regeneration is recorded as a change of its own before what is spent, and keeps the rest of an interval', async () => {
    const playerId = fresh('player');
    for (let drops = 0; drops < 3; drops++) await drop(playerId);
    await letTimePass(playerId, 'drop_charges', 1.5 * HOUR);
    const before = await chargesSeenBy(playerId);
    expect(before.amount).toBe(3);
    const nextUnitAt = String(before.regeneration?.nextUnitAt);
    expect(before.regeneration?.fullAt).toBe(later(nextUnitAt, HOUR));
    expect(Math.abs(Date.parse(nextUnitAt) - Date.now() - 0.5 * HOUR * 1_000)).toBeLessThan(30_000);

    const receipt = await drop(playerId);
    expect(changesOf(receipt, 'drop_charges')).toEqual([
      ['REGENERATION', 2, 3],
      ['OPERATION', 3, 2],
    ]);
    expect(chargesOf(receipt.player)).toMatchObject({ amount: 2, regeneration: { nextUnitAt } });
    expect(await ledgerFaults(playerId)).toEqual([]);

    const filter = { resource: 'drop_charges' };
    const { edges } = resultOf(await asPlayer(playerId).ledger({ playerId, first: 3, filter }));
    expect(edges.map(({ node }) => [node.sequence, node.cause])).toEqual([
      [6, 'OPERATION'],
      [5, 'REGENERATION'],
      [4, 'OPERATION'],
    ]);
  });

  it('regeneration stops at its cap, and time spent at the cap does not count', async () => {
    const playerId = fresh('player');
    await drop(playerId);
    await letTimePass(playerId, 'drop_charges', 1_000 * HOUR);
    expect(await chargesSeenBy(playerId)).toMatchObject({ amount: 5, regeneration: full(5) });
    const receipt = await drop(playerId);
    expect(changesOf(receipt, 'drop_charges')).toEqual([
      ['REGENERATION', 4, 5],
      ['OPERATION', 5, 4],
    ]);
    expect(chargesOf(receipt.player).regeneration?.nextUnitAt).toBe(later(receipt.claim.claimedAt, HOUR));
  });

  it('regeneration pauses while awards hold the balance above the cap, and awards stop at the ceiling', async () => {
    const { playerId } = await playerWith({ drop_charges: 3 });
    expect(await chargesSeenBy(playerId)).toMatchObject({ amount: 8, regeneration: full(5) });
    expect((await awardCharges(playerId, 9)).changes[0]).toMatchObject({
      before: 8,
      after: 10,
      delta: 2,
      requested: 9,
      cutOff: 7,
    });
    await letTimePass(playerId, 'drop_charges', 50 * HOUR);
    for (let left = 9; left >= 5; left--) {
      const receipt = await drop(playerId);
      expect(changesOf(receipt, 'drop_charges')).toEqual([['OPERATION', left + 1, left]]);
      expect(chargesOf(receipt.player).regeneration).toEqual(full(5));
    }
    const { claim, player } = await drop(playerId);
    expect(chargesOf(player)).toMatchObject({
      amount: 4,
      regeneration: { nextUnitAt: later(claim.claimedAt, HOUR) },
    });
  });

  it('regeneration keeps the time of its next unit when an award is given', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    for (let drops = 0; drops < 4; drops++) await drop(playerId);
    const nextUnitAt = (await chargesSeenBy(playerId)).regeneration?.nextUnitAt;
    const { player } = await awardCharges(playerId, 2);
    expect(chargesOf(player)).toMatchObject({ amount: 3, regeneration: { nextUnitAt } });
  });

  it('regeneration follows a changed config from its publication, for reads and for spending', async () => {
    const playerId = fresh('player');
    for (let drops = 0; drops < 5; drops++) await drop(playerId);
    await letTimePass(playerId, 'drop_charges', 125);
    await publish(
      changedExample(({ resources }) => {
        resources.drop_charges.regenerates = { everySeconds: 60, amount: 3, upTo: 8 };
      }),
    );
    expect(await chargesSeenBy(playerId)).toMatchObject({ amount: 0, regeneration: { upTo: 8 } });
    await letTimePass(playerId, 'drop_charges', 125);
    expect(await chargesSeenBy(playerId)).toMatchObject({ amount: 6, regeneration: { upTo: 8 } });
    expect(changesOf(await drop(playerId), 'drop_charges')).toEqual([
      ['REGENERATION', 0, 6],
      ['OPERATION', 6, 5],
    ]);
  });

  it('regeneration is the same in reads, previews and the ledger, for any balance and time', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    const player = asPlayer(playerId);
    for (let round = 0; round < 12; round++) {
      const result = resultOf(await player.exchange({ exchange: 'drop' }));
      if (result.__typename !== 'Receipt')
        expect(result).toMatchObject({ __typename: 'InsufficientBalance', available: 0 });
      // Stays away from the end of an interval, where a unit could regenerate between the read and the exchange.
      await letTimePass(playerId, 'drop_charges', 60 + 1_560 * Math.floor(Math.random() * 5));
      const { amount } = await chargesSeenBy(playerId);
      const preview = resultOf(await player.previewExchange({ exchange: 'drop' }));
      if (preview.__typename !== 'ExchangePreview') {
        expect(preview).toMatchObject({ __typename: 'InsufficientBalance', available: 0 });
        expect(amount).toBe(0);
        continue;
      }
      expect(preview.changes.at(-2)).toMatchObject({ resource: 'drop_charges', before: amount });
      const spent = await drop(playerId);
      expect(changesOf(spent, 'drop_charges').at(-1)).toEqual(['OPERATION', amount, amount - 1]);
    }
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('energy, whose maximum depends on stat points', () => {
  it('energy regenerates up to its maximum; a point raises the maximum and adds no regeneration for the past', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    const trained = await train(playerId);
    expect(balanceIn(trained.player, 'energy')).toMatchObject({ amount: 90, regeneration: { upTo: 100 } });
    await letTimePass(playerId, 'energy', 100_000);
    expect(balanceIn(await viewOf(playerId), 'energy')).toMatchObject({
      amount: 100,
      regeneration: full(100),
    });

    const spent = await spend(playerId, { energy: 2 });
    expect(changesOf(spent, 'energy')).toEqual([['REGENERATION', 90, 100]]);
    const nextUnitAt = later(spent.claim.claimedAt, 300);
    const fullAt = later(spent.claim.claimedAt, 20 * 300);
    const energy = { resource: 'energy', amount: 100, regeneration: { upTo: 120, nextUnitAt, fullAt } };
    expect(balanceIn(spent.player, 'energy')).toEqual(energy);
    expect(balanceIn(await viewOf(playerId), 'energy')).toEqual(energy);

    await letTimePass(playerId, 'energy', 4 * 300 + 10);
    expect(changesOf(await train(playerId), 'energy')).toEqual([
      ['REGENERATION', 100, 104],
      ['OPERATION', 104, 94],
    ]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('energy is recorded with its opening balance before the first point is spent on it', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    const spent = await spend(playerId, { energy: 1 });
    expect(changesOf(spent, 'energy')).toEqual([['OPENING', 0, 100]]);
    expect(balanceIn(spent.player, 'energy')).toMatchObject({ amount: 100, regeneration: { upTo: 110 } });
  });

  it('energy of a hundred pays exactly ten simultaneous trainings of ten, and the eleventh is rejected', async () => {
    const playerId = fresh('player');
    const training = () => asPlayer(playerId).exchange({ exchange: 'training' });
    const results = (await atOnce(16, training)).map(resultOf);
    expect(results.filter(({ __typename }) => __typename === 'Receipt')).toHaveLength(10);
    const short = await movingNothing(playerId, training);
    expect(rejectionOf(short, 'InsufficientBalance')).toMatchObject({ resource: 'energy', required: 10 });
    expect((await ledgerState(playerId)).balances).toMatchObject({ energy: 0, experience: 500 });
  });
});

it('a replayed receipt shows the original amounts and times, while me shows the current ones', async () => {
  const playerId = fresh('player');
  const input = { exchange: 'drop', idempotencyKey: freshKey() };
  const receipt = receiptOf(await asPlayer(playerId).exchange(input));
  await drop(playerId);
  await letTimePass(playerId, 'drop_charges', 1.5 * HOUR);
  await publish(
    changedExample(({ resources }) => (resources.drop_charges.regenerates = { everySeconds: 60, upTo: 9 })),
  );
  await letTimePass(playerId, 'drop_charges', HOUR);
  const replay = receiptOf(await writingNothing(playerId, () => asPlayer(playerId).exchange(input)));
  expect(replay).toEqual({ ...receipt, replayed: true });
  expect(chargesOf(replay.player)).toMatchObject({ amount: 4, regeneration: { upTo: 5 } });
  expect(await chargesSeenBy(playerId)).toMatchObject({ amount: 9, regeneration: full(9) });
});
