import { beforeAll, expect, it } from 'vitest';
import { dice } from '../support/ledger/dice.ts';
import { lostReceipts } from '../support/worker/acknowledged.ts';
import { serveExample } from '../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { expectShown } from '../support/worker/players.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import type { BalanceChange, PlayerAfter, Receipt } from '../support/worker/schema-types.ts';
import { type Door, fresh, worker } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { balanceOf } from '../support/worker/transfers.ts';
import { atOnce, inWaves, type MutationResult, receiptsIn, sumOf, tally } from '../support/worker/waves.ts';

beforeAll(serveExample);

const damage = async (playerId: string, amount: number) =>
  receiptOf(await asServer().applyDamage({ playerId, amount }));
const heal = async (playerId: string, amount: number) =>
  receiptOf(await asServer().heal({ playerId, amount }));

/** The change that the operation itself made, after an opening balance. */
function lastChange({ changes }: Receipt) {
  const { before, after, delta, requested, cutOff } = changes.at(-1) as BalanceChange;
  return { before, after, delta, requested, cutOff };
}

it('D1 keeps damaged health at 70 when XP is granted', async () => {
  const playerId = await seasonedPlayer();
  const staff = asStaff(await addStaffMember(fresh('staff')));
  await damage(playerId, 410);
  expect(lastChange(await damage(playerId, 10))).toMatchObject({ before: 90, after: 80 });
  expect(lastChange(await damage(playerId, 10))).toMatchObject({ before: 80, after: 70 });
  const grants = [{ resource: 'experience', amount: 1 }];
  const wiser = receiptOf(await staff.manualReward({ playerId, grants, reason: 'one XP more' }));
  expect(wiser.changes).toMatchObject([{ resource: 'experience', before: 500, after: 501 }]);
  expect(await balanceOf(playerId, 'health')).toBe(70);
  expect((await ledgerState(playerId)).balances).toMatchObject({ health: 70, experience: 501 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('D1 clamps health to 0 and the maximum, and reports what was cut off', async () => {
  const playerId = await seasonedPlayer();
  const hurt = async (amount: number) => lastChange(await damage(playerId, amount));
  const cure = async (amount: number) => lastChange(await heal(playerId, amount));
  expect(await hurt(480)).toEqual({ before: 500, after: 20, delta: -480, requested: -480, cutOff: 0 });
  expect(await hurt(50)).toEqual({ before: 20, after: 0, delta: -20, requested: -50, cutOff: -30 });
  expect(await hurt(1)).toEqual({ before: 0, after: 0, delta: 0, requested: -1, cutOff: -1 });
  expect(await cure(490)).toEqual({ before: 0, after: 490, delta: 490, requested: 490, cutOff: 0 });
  expect(await cure(490)).toEqual({ before: 490, after: 500, delta: 10, requested: 490, cutOff: 480 });
  expect(await cure(1)).toEqual({ before: 500, after: 500, delta: 0, requested: 1, cutOff: 1 });
  expect(await ledgerFaults(playerId)).toEqual([]);

  // Of 64 requests at once for 10 each, 50 take the 500 points, and the others take nothing.
  const receipts = await atOnce(64, () => damage(playerId, 10));
  const taken = receipts.map(({ changes }) => changes[0]?.delta ?? 0);
  expect(taken.reduce((sum, delta) => sum + delta, 0)).toBe(-500);
  expect(taken.filter((delta) => delta === -10)).toHaveLength(50);
  expect(await balanceOf(playerId, 'health')).toBe(0);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

type Operation = (playerId: string, index: number) => Promise<Answer<MutationResult>>;

/** Random damage and healing, victories with level-ups, and stat points for health. */
function combatOperations(roll: (sides: number) => number): readonly Operation[] {
  const server = asServer();
  const facts = { minutes: 30 };
  const hit: Operation = (playerId) => server.applyDamage({ playerId, amount: 1 + roll(60) });
  const cure: Operation = (playerId) => server.heal({ playerId, amount: 1 + roll(60) });
  const win: Operation = (playerId, index) =>
    server.claimReward({ ...victory, playerId, key: `cup-${index + 1}` });
  const train: Operation = (playerId, index) =>
    server.claimReward({ type: 'training_session', facts, playerId, key: `day-${index}` });
  const spend: Operation = (playerId) => asPlayer(playerId).spendStatPoints(spending({ health: 1 }));
  return [hit, hit, hit, cure, cure, win, train, spend];
}

/** What a seasoned player begins with. */
const SEASONED = [
  { resource: 'experience', delta: 500 },
  { resource: 'auric_coins', delta: 64 },
  { resource: 'levels_paid', delta: 2 },
  { resource: 'stat_points', delta: 6 },
];

it('D2 loses none of 1,000 mixed operations, 60 at once', async () => {
  const roll = dice(20_261_122);
  const players = await atOnce(5, seasonedPlayer);
  const operations = combatOperations(roll);
  const oneOf = <T>(all: readonly T[]) => all[roll(all.length)] as T;
  const requests = Array.from({ length: 1_000 }, () => ({
    operation: oneOf(operations),
    playerId: oneOf(players),
  }));
  const outcomes = await inWaves(requests, 60, async ({ operation, playerId }, index) => ({
    playerId,
    result: resultOf(await operation(playerId, index)),
  }));

  const { Receipt: _, InsufficientBalance: __, ...others } = tally(outcomes.map(({ result }) => result));
  expect(others).toEqual({});
  const receipts = receiptsIn(outcomes.map(({ result }) => result));
  expect(await lostReceipts(receipts)).toEqual([]);
  for (const playerId of players) {
    const own = receipts.filter(({ claim }) => claim.playerId === playerId);
    const { balances } = await ledgerState(playerId);
    expect(balances).toEqual(sumOf([...SEASONED, ...own.flatMap(({ changes }) => changes)]));
    expectPaidLevels(balances);
    expect(balances.health).toBeGreaterThanOrEqual(0);
    expect(balances.health).toBeLessThanOrEqual(500 + 50 * (balances['stat:health'] ?? 0));
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
}, 120_000);

/** Every level was paid exactly once, and its stat points are unspent or allocated to health. */
function expectPaidLevels(balances: Record<string, number>): void {
  const level = 1 + (balances.levels_paid ?? 0);
  expect(50 * level * (level - 1)).toBeLessThanOrEqual(balances.experience ?? 0);
  expect(50 * level * (level + 1)).toBeGreaterThan(balances.experience ?? 0);
  const granted = Array.from({ length: level - 1 }, (_, index) => ((index + 2) % 10 === 0 ? 5 : 3));
  expect((balances.stat_points ?? 0) + (balances['stat:health'] ?? 0)).toBe(
    granted.reduce((sum, points) => sum + points, 0),
  );
}

it('D3 rejects a stale writer with the current version, and changes nothing', async () => {
  const playerId = await seasonedPlayer();
  const [server, player] = [asServer(), asPlayer(playerId)];
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const grants = [{ resource: 'lumees', amount: 1 }];
  type Write = (index: number, expectedVersion: number) => Promise<Answer<MutationResult>>;
  const writers: readonly Write[] = [
    (index, expectedVersion) =>
      server.claimReward({ ...victory, playerId, key: `cup-${index + 1}`, expectedVersion }),
    (index, expectedVersion) =>
      staff.manualReward({ playerId, grants, reason: `number ${index}`, expectedVersion }),
    (_, expectedVersion) => player.spendStatPoints({ ...spending({ energy: 1 }), expectedVersion }),
  ];
  const write: Write = (index, expectedVersion) =>
    (writers[index % writers.length] as Write)(index, expectedVersion);

  // Of thirty writers that read version 1, one writes first.
  const results = (await atOnce(30, (index) => write(index, 1))).map(resultOf);
  expect(tally(results)).toEqual({ Receipt: 1, VersionConflict: 29 });
  for (const result of results)
    if (result.__typename === 'VersionConflict') expect(result).toMatchObject({ expected: 1, current: 2 });
  expect(await ledgerState(playerId)).toMatchObject({ version: 2, granted: 2, rejected: 29 });

  for (const index of [30, 31, 32]) {
    const stale = await movingNothing(playerId, () => write(index, 1));
    expect(rejectionOf(stale, 'VersionConflict').current).toBe(2);
  }
  // With the current version of the rejection the write succeeds.
  expect(receiptOf(await write(33, 2)).player.version).toBe(3);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

/** All reads through this isolate show the claim and the player whom it left behind. */
async function expectReads(
  door: Door,
  playerId: string,
  claimId: string,
  written: PlayerAfter,
): Promise<void> {
  const server = asServer();
  const newest = { playerId, first: 1 };
  const [me, player, ledger, claims, claim] = await Promise.all([
    asPlayer(playerId).me({}, { door }),
    server.player({ id: playerId }, { door }),
    server.ledger(newest, { door }),
    server.claims(newest, { door }),
    server.claim({ id: claimId }, { door }),
  ]);
  expectShown(resultOf(me), written);
  expect(resultOf(player)).toEqual(resultOf(me));
  expect(resultOf(ledger).edges[0]?.node.playerVersion).toBe(written.version);
  expect(resultOf(claims).edges[0]?.node.claim.playerVersion).toBe(written.version);
  expect(resultOf(claim)?.claim).toMatchObject({ id: claimId, playerVersion: written.version });
}

it('D4 shows an acknowledged write in every read from every isolate', async () => {
  const server = asServer();
  const doors: readonly Door[] = [worker, startIsolate(), startIsolate()];
  const players = await atOnce(6, seasonedPlayer);
  const play = async (playerId: string) => {
    const player = asPlayer(playerId);
    // Every isolate reads the player first, which would fill a cache.
    await Promise.all(doors.map((door) => player.me({}, { door })));
    for (let round = 1; round <= 6; round++) {
      const options = { door: doors[round % doors.length] };
      const { claim, player: written } = receiptOf<MutationResult>(
        round % 3 === 0
          ? await player.spendStatPoints(spending({ health: 1 }), options)
          : await server.claimReward({ ...victory, playerId, key: `cup-${round}` }, options),
      );
      await Promise.all(doors.map((door) => expectReads(door, playerId, claim.id, written)));
    }
  };
  await Promise.all(players.map(play));
  for (const playerId of players) expect((await ledgerState(playerId)).version).toBe(7);
});
