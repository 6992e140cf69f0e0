import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import {
  exchange,
  manualReward,
  type Result,
  resultOf,
  spendStatPoints,
} from '../support/worker/mutations.ts';
import { letTimePass, playerWith } from '../support/worker/players.ts';
import { held, PLAYER, previewExchange, seenByMe } from '../support/worker/previews.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

const HOUR = 3_600;
const later = (moment: string, seconds: number) =>
  new Date(Date.parse(moment) + seconds * 1_000).toISOString();
const full = (upTo: number) => ({ upTo, nextUnitAt: null, fullAt: null });
/** The changes of one resource, as the ledger chains them. */
const moves = ({ changes }: Result, of: string) =>
  changes
    .filter(({ resource }: Result) => resource === of)
    .map(({ before, after, cause }: Result) => [cause, before, after]);
const drop = async (token: string) => resultOf(await exchange({ exchange: 'drop' }, { token }));
const train = async (token: string) => resultOf(await exchange({ exchange: 'training' }, { token }));

async function newPlayer() {
  const playerId = fresh('player');
  return { playerId, token: await playerToken(playerId) };
}
async function award(playerId: string, amount: number) {
  const token = await staffToken(await addStaffMember(fresh('staff')));
  const grants = [{ resource: 'drop_charges', amount }];
  return resultOf(await manualReward({ playerId, grants, reason: 'a present' }, { token }));
}

describe('what everybody begins with', () => {
  it('is shown before anything moved, and looking writes nothing', async () => {
    const { playerId, token } = await newPlayer();
    const me = await writingNothing(playerId, () => seenByMe(token));
    expect(me.version).toBe(0);
    expect(me.balances).toEqual([
      { resource: 'drop_charges', amount: 5, regeneration: full(5) },
      { resource: 'energy', amount: 100, regeneration: full(100) },
      { resource: 'health', amount: 500, regeneration: null },
      { resource: 'stamina', amount: 100, regeneration: full(100) },
    ]);
  });

  it('is written down when it first moves, as an opening of its own, and the clock begins then', async () => {
    const { playerId, token } = await newPlayer();
    const receipt = await drop(token);
    expect(moves(receipt, 'drop_charges')).toEqual([
      ['OPENING', 0, 5],
      ['OPERATION', 5, 4],
    ]);
    const nextUnitAt = later(receipt.claim.claimedAt, HOUR);
    const charges = { amount: 4, regeneration: { upTo: 5, nextUnitAt, fullAt: nextUnitAt } };
    expect(held(receipt.player, 'drop_charges')).toMatchObject(charges);
    expect(held(await seenByMe(token), 'drop_charges')).toMatchObject(charges);
    const server = await serverToken();
    const { data } = await send(
      `query($id: PlayerId!) { player(id: $id) ${PLAYER} }`,
      { id: playerId },
      { token: server },
    );
    expect(held(data.player, 'drop_charges')).toMatchObject(charges);
  });

  it('follows the points that were put into a stat', async () => {
    const { token } = await playerWith({ lumees: 1 });
    resultOf(await spendStatPoints({ health: 2, stamina: 1 }, { token }));
    const me = await seenByMe(token);
    // Stamina was full before the point, health has not moved: the one is to grow, the other begins with its maximum.
    expect(held(me, 'stamina')).toMatchObject({ amount: 100, regeneration: { upTo: 110 } });
    expect(held(me, 'health')).toEqual({ resource: 'health', amount: 600, regeneration: null });
  });
});

describe('what time brings back', () => {
  it('is its own entry before what is spent, and what is left of an interval is kept', async () => {
    const { playerId, token } = await newPlayer();
    for (let drops = 0; drops < 3; drops++) await drop(token);
    await letTimePass(playerId, 'drop_charges', 1.5 * HOUR);
    const before = held(await seenByMe(token), 'drop_charges');
    expect(before.amount).toBe(3);
    const { nextUnitAt, fullAt } = before.regeneration;
    expect(Date.parse(fullAt) - Date.parse(nextUnitAt)).toBe(HOUR * 1_000);
    expect(Math.abs(Date.parse(nextUnitAt) - Date.now() - 0.5 * HOUR * 1_000)).toBeLessThan(30_000);

    const receipt = await drop(token);
    expect(moves(receipt, 'drop_charges')).toEqual([
      ['REGENERATION', 2, 3],
      ['OPERATION', 3, 2],
    ]);
    expect(held(receipt.player, 'drop_charges')).toMatchObject({ amount: 2, regeneration: { nextUnitAt } });
    expect(await ledgerFaults(playerId)).toEqual([]);

    const { data } = await send(
      'query($id: PlayerId!) { ledger(playerId: $id, first: 3, filter: { resource: "drop_charges" }) { edges { node { cause sequence } } } }',
      { id: playerId },
      { token },
    );
    const entries = data.ledger.edges.map(({ node }: Result) => [node.sequence, node.cause]);
    expect(entries).toEqual([
      [6, 'OPERATION'],
      [5, 'REGENERATION'],
      [4, 'OPERATION'],
    ]);
  });

  it('stops at the cap and saves no time up there', async () => {
    const { playerId, token } = await newPlayer();
    await drop(token);
    await letTimePass(playerId, 'drop_charges', 1_000 * HOUR);
    expect(held(await seenByMe(token), 'drop_charges')).toMatchObject({ amount: 5, regeneration: full(5) });
    const receipt = await drop(token);
    expect(moves(receipt, 'drop_charges')).toEqual([
      ['REGENERATION', 4, 5],
      ['OPERATION', 5, 4],
    ]);
    expect(held(receipt.player, 'drop_charges').regeneration.nextUnitAt).toBe(
      later(receipt.claim.claimedAt, HOUR),
    );
  });

  it('waits while gifts hold it beyond the cap, and gifts stop at the ceiling', async () => {
    const { playerId, token } = await playerWith({ drop_charges: 3 });
    expect(held(await seenByMe(token), 'drop_charges')).toMatchObject({ amount: 8, regeneration: full(5) });
    const gift = await award(playerId, 9);
    const [change] = gift.changes;
    expect(change).toMatchObject({ before: 8, after: 10, delta: 2, requested: 9, cutOff: 7 });
    await letTimePass(playerId, 'drop_charges', 50 * HOUR);
    for (let left = 9; left >= 5; left--) {
      const receipt = await drop(token);
      expect(moves(receipt, 'drop_charges')).toEqual([['OPERATION', left + 1, left]]);
      expect(held(receipt.player, 'drop_charges').regeneration).toEqual(full(5));
    }
    const receipt = await drop(token);
    expect(held(receipt.player, 'drop_charges')).toMatchObject({
      amount: 4,
      regeneration: { nextUnitAt: later(receipt.claim.claimedAt, HOUR) },
    });
  });

  it('keeps its clock where a gift comes in between', async () => {
    const { playerId, token } = await playerWith({ lumees: 1 });
    for (let drops = 0; drops < 4; drops++) await drop(token);
    const { nextUnitAt } = held(await seenByMe(token), 'drop_charges').regeneration;
    const { player } = await award(playerId, 2);
    expect(held(player, 'drop_charges')).toMatchObject({ amount: 3, regeneration: { nextUnitAt } });
  });

  it('follows a config that was changed, for who looks and for who spends', async () => {
    const { playerId, token } = await newPlayer();
    for (let drops = 0; drops < 5; drops++) await drop(token);
    await letTimePass(playerId, 'drop_charges', 125);
    await publish(
      changedExample(({ resources }) => {
        resources.drop_charges.regenerates = { everySeconds: 60, amount: 3, upTo: 8 };
      }),
    );
    expect(held(await seenByMe(token), 'drop_charges')).toMatchObject({
      amount: 6,
      regeneration: { upTo: 8 },
    });
    expect(moves(await drop(token), 'drop_charges')).toEqual([
      ['REGENERATION', 0, 6],
      ['OPERATION', 6, 5],
    ]);
  });

  it('is shown as the ledger then finds it, whatever was held and however much time has passed', async () => {
    const { playerId, token } = await playerWith({ lumees: 1 });
    for (let round = 0; round < 12; round++) {
      const receipt = await drop(token);
      if (receipt.__typename !== 'Receipt') expect(receipt.available).toBe(0);
      // Never just at the turn of an interval, where one more may come between looking and spending.
      await letTimePass(playerId, 'drop_charges', 60 + 1_560 * Math.floor(Math.random() * 5));
      const { amount } = held(await seenByMe(token), 'drop_charges');
      const preview = resultOf(await previewExchange({ exchange: 'drop' }, { token }));
      if (amount === 0) {
        expect(preview).toMatchObject({ __typename: 'InsufficientBalance', available: 0 });
        continue;
      }
      expect(preview.changes.at(-2)).toMatchObject({ resource: 'drop_charges', before: amount });
      const spent = await drop(token);
      expect(moves(spent, 'drop_charges').at(-1)).toEqual(['OPERATION', amount, amount - 1]);
    }
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('energy, whose maximum follows from points', () => {
  it('comes back up to the maximum; a point raises that, and brings no growth of the past', async () => {
    const { playerId, token } = await playerWith({ lumees: 1 });
    const trained = await train(token);
    expect(held(trained.player, 'energy')).toMatchObject({ amount: 90, regeneration: { upTo: 100 } });
    await letTimePass(playerId, 'energy', 100_000);
    expect(held(await seenByMe(token), 'energy')).toMatchObject({ amount: 100, regeneration: full(100) });

    const spent = resultOf(await spendStatPoints({ energy: 2 }, { token }));
    expect(moves(spent, 'energy')).toEqual([['REGENERATION', 90, 100]]);
    const nextUnitAt = later(spent.claim.claimedAt, 300);
    const fullAt = later(spent.claim.claimedAt, 20 * 300);
    const energy = { amount: 100, regeneration: { upTo: 120, nextUnitAt, fullAt } };
    expect(held(spent.player, 'energy')).toMatchObject(energy);
    expect(held(await seenByMe(token), 'energy')).toMatchObject(energy);

    await letTimePass(playerId, 'energy', 4 * 300 + 10);
    expect(moves(await train(token), 'energy')).toEqual([
      ['REGENERATION', 100, 104],
      ['OPERATION', 104, 94],
    ]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('that never moved is written down as it was before the point', async () => {
    const { token } = await playerWith({ lumees: 1 });
    const spent = resultOf(await spendStatPoints({ energy: 1 }, { token }));
    expect(moves(spent, 'energy')).toEqual([['OPENING', 0, 100]]);
    expect(held(spent.player, 'energy')).toMatchObject({ amount: 100, regeneration: { upTo: 110 } });
  });

  it('runs out exactly: a hundred is ten trainings of ten, and the eleventh is refused', async () => {
    const { playerId, token } = await newPlayer();
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => exchange({ exchange: 'training' }, { token })),
    );
    const results = answers.map(resultOf);
    expect(results.filter(({ __typename }) => __typename === 'Receipt')).toHaveLength(10);
    const short = resultOf(
      await movingNothing(playerId, () => exchange({ exchange: 'training' }, { token })),
    );
    expect(short).toMatchObject({ __typename: 'InsufficientBalance', resource: 'energy', required: 10 });
    const { balances } = await ledgerState(playerId);
    expect(balances).toMatchObject({ energy: 0, experience: 500 });
  });
});

it('a replayed receipt shows the amounts and times of then, and me those of now', async () => {
  const { playerId, token } = await newPlayer();
  const input = { exchange: 'drop', idempotencyKey: freshKey() };
  const receipt = resultOf(await exchange(input, { token }));
  await drop(token);
  await letTimePass(playerId, 'drop_charges', 1.5 * HOUR);
  await publish(
    changedExample(({ resources }) => (resources.drop_charges.regenerates = { everySeconds: 60, upTo: 9 })),
  );
  const replay = resultOf(await writingNothing(playerId, () => exchange(input, { token })));
  expect(replay).toEqual({ ...receipt, replayed: true });
  expect(held(replay.player, 'drop_charges')).toMatchObject({ amount: 4, regeneration: { upTo: 5 } });
  expect(held(await seenByMe(token), 'drop_charges')).toMatchObject({ amount: 9, regeneration: full(9) });
});
