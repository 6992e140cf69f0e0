import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf, spendStatPoints } from '../support/worker/mutations.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import { fresh, playerToken, send, serverToken, staffToken, worker } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';

beforeAll(serveExample);

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

const READS = `query($id: PlayerId!, $claim: ID!) {
  player(id: $id) { version level unspentStatPoints balances { resource amount } }
  ledger(playerId: $id, first: 1) { edges { node { playerVersion } } }
  claims(playerId: $id, first: 1) { edges { node { claim { playerVersion } } } }
  claim(id: $claim) { claim { id playerVersion } } }`;
const ME = '{ me { version level unspentStatPoints balances { resource amount } } }';

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
