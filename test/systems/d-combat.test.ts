import { beforeAll, expect, it } from 'vitest';
import { dice } from '../support/ledger/dice.ts';
import { lostReceipts } from '../support/worker/acknowledged.ts';
import { serveExample } from '../support/worker/balance.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import {
  applyDamage,
  claimReward,
  heal,
  manualReward,
  type Result,
  resultOf,
  spendStatPoints,
} from '../support/worker/mutations.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import { fresh, playerToken, send, serverToken, staffToken, worker } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { balanceOf } from '../support/worker/transfers.ts';
import { inWaves } from '../support/worker/waves.ts';

beforeAll(serveExample);

it('D1 damage 90 → 80 → 70, then one XP more: health stays at 70', async () => {
  const playerId = await seasonedPlayer();
  const token = await serverToken();
  const staff = await staffToken(await addStaffMember(fresh('staff')));
  const hit = async (amount: number) => resultOf(await applyDamage({ playerId, amount }, { token }));
  await hit(410);
  const seen = [await hit(10), await hit(10)].map(({ changes: [{ before, after }] }) => [before, after]);
  expect(seen).toEqual([
    [90, 80],
    [80, 70],
  ]);
  const grants = [{ resource: 'experience', amount: 1 }];
  const wiser = resultOf(await manualReward({ playerId, grants, reason: 'one XP more' }, { token: staff }));
  expect(wiser.changes).toMatchObject([{ resource: 'experience', before: 500, after: 501 }]);
  expect(await balanceOf(playerId, 'health')).toBe(70);
  expect((await ledgerState(playerId)).balances).toMatchObject({ health: 70, experience: 501 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('D1 health is clamped to 0 and to the maximum, and the answer says what was applied and what was cut off', async () => {
  const playerId = await seasonedPlayer();
  const token = await serverToken();
  const last = ({ changes }: Result) => {
    const { before, after, delta, requested, cutOff } = changes.at(-1);
    return { before, after, delta, requested, cutOff };
  };
  const hit = async (amount: number) => last(resultOf(await applyDamage({ playerId, amount }, { token })));
  const cure = async (amount: number) => last(resultOf(await heal({ playerId, amount }, { token })));
  expect(await hit(480)).toEqual({ before: 500, after: 20, delta: -480, requested: -480, cutOff: 0 });
  expect(await hit(50)).toEqual({ before: 20, after: 0, delta: -20, requested: -50, cutOff: -30 });
  expect(await hit(1)).toEqual({ before: 0, after: 0, delta: 0, requested: -1, cutOff: -1 });
  expect(await cure(490)).toEqual({ before: 0, after: 490, delta: 490, requested: 490, cutOff: 0 });
  expect(await cure(490)).toEqual({ before: 490, after: 500, delta: 10, requested: 490, cutOff: 480 });
  expect(await cure(1)).toEqual({ before: 500, after: 500, delta: 0, requested: 1, cutOff: 1 });
  expect(await ledgerFaults(playerId)).toEqual([]);

  // Sixty-four blows of ten at once take the five hundred and not one point more.
  const blows = await Promise.all(
    Array.from({ length: 64 }, () => applyDamage({ playerId, amount: 10 }, { token })),
  );
  const taken = blows.map(resultOf).map(({ changes: [{ delta }] }) => delta as number);
  expect(taken.reduce((sum, delta) => sum + delta, 0)).toBe(-500);
  expect(taken.filter((delta) => delta === -10)).toHaveLength(50);
  expect(await balanceOf(playerId, 'health')).toBe(0);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('D2 of a thousand blows, cures, victories with level-ups and spent points, sixty at once, none is lost', async () => {
  const roll = dice(20_261_122);
  const players = await Promise.all(Array.from({ length: 5 }, seasonedPlayer));
  const tokens = new Map(await Promise.all(players.map(async (id) => [id, await playerToken(id)] as const)));
  const token = await serverToken();
  const blow = (playerId: string) => applyDamage({ playerId, amount: 1 + roll(60) }, { token });
  const cure = (playerId: string) => heal({ playerId, amount: 1 + roll(60) }, { token });
  const win = (playerId: string, index: number) =>
    claimReward({ ...victory, playerId, key: `cup-${index + 1}` }, { token });
  const train = (playerId: string, index: number) =>
    claimReward(
      { type: 'training_session', facts: { minutes: 30 }, playerId, key: `day-${index}` },
      { token },
    );
  const spend = (playerId: string) => spendStatPoints({ health: 1 }, { token: tokens.get(playerId) });
  const moves = [blow, blow, blow, cure, cure, win, train, spend];
  const oneOf = <T>(all: readonly T[]) => all[roll(all.length)] as T;
  const asked = Array.from({ length: 1_000 }, () => ({ move: oneOf(moves), by: oneOf(players) }));
  const results = await inWaves(asked, 60, async ({ move, by }, index) => ({
    by,
    result: resultOf(await move(by, index)),
  }));

  const receipts = results.map(({ result }) => result).filter(({ __typename }) => __typename === 'Receipt');
  const refused = results.filter(({ result }) => result.__typename !== 'Receipt');
  expect(refused.filter(({ result }) => result.__typename !== 'InsufficientBalance')).toEqual([]);
  expect(await lostReceipts(receipts)).toEqual([]);
  for (const playerId of players) {
    const sums: Record<string, number> = { experience: 500, auric_coins: 64, levels_paid: 2, stat_points: 6 };
    for (const { by, result } of results)
      for (const { resource, delta } of by === playerId ? (result.changes ?? []) : [])
        sums[resource] = (sums[resource] ?? 0) + delta;
    const { balances } = await ledgerState(playerId);
    expect(balances).toEqual(sums);
    // Every level was paid once, and what it gave is there: unspent or put into health.
    const level = 1 + (balances.levels_paid ?? 0);
    expect(50 * level * (level - 1)).toBeLessThanOrEqual(balances.experience ?? 0);
    expect(50 * level * (level + 1)).toBeGreaterThan(balances.experience ?? 0);
    const granted = Array.from({ length: level - 1 }, (_, index) => ((index + 2) % 10 === 0 ? 5 : 3));
    expect((balances.stat_points ?? 0) + (balances['stat:health'] ?? 0)).toBe(
      granted.reduce((sum, points) => sum + points, 0),
    );
    expect(balances.health).toBeGreaterThanOrEqual(0);
    expect(balances.health).toBeLessThanOrEqual(500 + 50 * (balances['stat:health'] ?? 0));
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
}, 120_000);

it('D3 a stale writer gets VersionConflict with the current version, and nothing changes', async () => {
  const playerId = await seasonedPlayer();
  const [server, own] = [await serverToken(), await playerToken(playerId)];
  const staff = await staffToken(await addStaffMember(fresh('staff')));
  const writers = [
    (index: number, expectedVersion: number) =>
      claimReward({ ...victory, playerId, key: `cup-${index + 1}`, expectedVersion }, { token: server }),
    (index: number, expectedVersion: number) =>
      manualReward(
        { playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: `number ${index}`, expectedVersion },
        { token: staff },
      ),
    (_: number, expectedVersion: number) => spendStatPoints({ energy: 1, expectedVersion }, { token: own }),
  ];
  const write = (index: number, expectedVersion: number) =>
    (writers[index % writers.length] as (typeof writers)[0])(index, expectedVersion);

  // Thirty writers saw the same player; one of them is the first.
  const results = (await Promise.all(Array.from({ length: 30 }, (_, index) => write(index, 1)))).map(
    resultOf,
  );
  expect(results.filter(({ __typename }) => __typename === 'Receipt')).toHaveLength(1);
  for (const stale of results.filter(({ __typename }) => __typename !== 'Receipt'))
    expect(stale).toMatchObject({ __typename: 'VersionConflict', expected: 1, current: 2 });
  expect(await ledgerState(playerId)).toMatchObject({ version: 2, granted: 2, rejected: 29 });

  for (const index of [30, 31, 32]) {
    const stale = await movingNothing(playerId, () => write(index, 1));
    expect(resultOf(stale)).toMatchObject({ __typename: 'VersionConflict', current: 2 });
  }
  // With the version that it was told, the writer succeeds.
  expect(resultOf(await write(33, 2))).toMatchObject({ __typename: 'Receipt', player: { version: 3 } });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

const BALANCE = 'resource amount regeneration { upTo nextUnitAt fullAt }';
const READS = `query($id: PlayerId!, $claim: ID!) {
  player(id: $id) { version level unspentStatPoints balances { ${BALANCE} } }
  ledger(playerId: $id, first: 1) { edges { node { playerVersion } } }
  claims(playerId: $id, first: 1) { edges { node { claim { playerVersion } } } }
  claim(id: $claim) { claim { id playerVersion } } }`;
const ME = `{ me { version level unspentStatPoints balances { ${BALANCE} } } }`;

it('D4 after an acknowledged write every read shows it, from every isolate', async () => {
  const server = await serverToken();
  const doors = [worker, startIsolate(), startIsolate()];
  const players = await Promise.all(Array.from({ length: 6 }, seasonedPlayer));
  const play = async (playerId: string) => {
    const own = await playerToken(playerId);
    // Every isolate has seen the player as they were: a cache, if there were one, is warm.
    await Promise.all(doors.map((door) => send(ME, {}, { token: own, door })));
    for (let round = 1; round <= 6; round++) {
      const door = doors[round % doors.length] as (typeof doors)[0];
      const answer =
        round % 3 === 0
          ? await spendStatPoints({ health: 1 }, { token: own, door })
          : await claimReward({ ...victory, playerId, key: `cup-${round}` }, { token: server, door });
      const { claim, player } = resultOf(answer);
      const { version, level, unspentStatPoints, balances } = player;
      const seen = await Promise.all(
        doors.flatMap((door) => [
          send(READS, { id: playerId, claim: claim.id }, { token: server, door }),
          send(ME, {}, { token: own, door }),
        ]),
      );
      for (const { data } of seen) {
        expect(data.me ?? data.player).toEqual({ version, level, unspentStatPoints, balances });
        if (data.me) continue;
        expect(data.claim.claim).toEqual({ id: claim.id, playerVersion: version });
        expect(data.ledger.edges[0].node.playerVersion).toBe(version);
        expect(data.claims.edges[0].node.claim.playerVersion).toBe(version);
      }
    }
  };
  await Promise.all(players.map(play));
  for (const playerId of players) expect((await ledgerState(playerId)).version).toBe(7);
});
