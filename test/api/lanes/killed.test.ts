/** A lane that ends takes only replies with it: the retry is granted once, or replays what was committed. */
import { abortAllDurableObjects } from 'cloudflare:test';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { laneOf } from '../../../src/ledger/lanes.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { faultOf, receiptOf } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { claim, playersOfLane } from '../../support/worker/lane-players.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { breakRequests, countRequests } from '../../support/worker/neon-control.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function expectOneGrant(playerId: string) {
  expect(await ledgerState(playerId)).toMatchObject({ granted: 1, balances: { auric_coins: 64 } });
  expect(await ledgerFaults(playerId)).toEqual([]);
}

describe('a lane that is killed', () => {
  it('before the commit makes its callers UNAVAILABLE, and a new lane grants their retries', async () => {
    const prefix = fresh('killed');
    const players = playersOfLane(8, prefix);
    // The first request holds the first claim, and the second one the others.
    await breakRequests({ match: prefix, kind: 'delay', delayMs: 5_000, times: 2 });
    const send = (playerId: string) => claim(playerId, { key: `key-of-${playerId}` });
    await countRequests(prefix, async (soFar) => {
      const answers = players.map(send);
      await vi.waitFor(async () => expect(await soFar()).toBe(2), { timeout: 4_000, interval: 20 });
      await writingNothing(players[0] as string, async () => {
        await abortAllDurableObjects();
        for (const answer of await Promise.all(answers))
          expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
      });
    });
    for (const answer of await Promise.all(players.map(send))) receiptOf(answer);
    for (const playerId of players) await expectOneGrant(playerId);
  });

  it('at any moment leaves one grant after the retry', async () => {
    const lost: boolean[] = [];
    for (let delayMs = 0; delayMs < 20; delayMs += 2) {
      const players = playersOfLane(4);
      const send = (playerId: string) => claim(playerId, { key: `key-of-${playerId}` });
      const answers = players.map(send);
      await pause(delayMs);
      await abortAllDurableObjects();
      for (const answer of await Promise.all(answers)) {
        lost.push(answer.errors !== undefined);
        if (answer.errors) expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
      }
      for (const answer of await Promise.all(players.map(send))) receiptOf(answer);
      for (const playerId of players) await expectOneGrant(playerId);
    }
    expect(lost).toContain(true);
  });

  it('between two requests is not noticed', async () => {
    const [playerId = ''] = playersOfLane(1);
    const key = freshKey();
    const receipt = receiptOf(await claim(playerId, { key }));
    await abortAllDurableObjects();
    expect(receiptOf(await claim(playerId, { key }))).toEqual({ ...receipt, replayed: true });
  });
});

describe('a Worker that commits directly', () => {
  it('needs no binding', async () => {
    const door = doorTo(await coldWorker(), { COMMIT_THROUGH: 'direct', LANE: undefined });
    const [playerId = ''] = playersOfLane(1);
    expect(receiptOf(await claim(playerId, { door })).replayed).toBe(false);
    await expectOneGrant(playerId);
  });

  it('and one that uses lanes have the same outcome for a key, whichever is first', async () => {
    const direct = doorTo(await coldWorker(), { COMMIT_THROUGH: '' });
    const [first = '', second = ''] = playersOfLane(2);
    const key = freshKey();
    const receipt = receiptOf(await claim(first, { key, door: direct }));
    expect(receiptOf(await claim(first, { key }))).toEqual({ ...receipt, replayed: true });
    const other = receiptOf(await claim(second, { key }));
    expect(receiptOf(await claim(second, { key, door: direct }))).toEqual({ ...other, replayed: true });
  });
});

describe('the lane of a player', () => {
  it('is the same in every version of the Worker', () => {
    const players = ['player-1', 'player-2', 'steam:76561197960287930', '\u{1F600}'];
    expect(players.map((player) => laneOf(player, 4))).toEqual([2, 3, 1, 0]);
  });

  it.each([1, 2, 3, 4, 7, 16, 256])('is one of %i, which get about as many players each', (lanes) => {
    const counts = Array.from({ length: lanes }, () => 0);
    for (let index = 0; index < 1_000 * lanes; index += 1) {
      const own = laneOf(`player-${index}`, lanes);
      counts[own] = (counts[own] as number) + 1;
    }
    expect(counts).toHaveLength(lanes);
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(250);
  });
});
