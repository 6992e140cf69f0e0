/** Items of grantMany that have no outcome at first: another config, a locked player, an error, a lost answer. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asServer, faultOf } from '../support/worker/client.ts';
import { callOf, gift, grant, isReplayed, lumeesOf } from '../support/worker/gifts.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { holdPlayer } from '../support/worker/locks.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

describe('items that have no outcome at first', () => {
  it('are decided again by an isolate with an old config, at the price of one request', async () => {
    const door = startIsolate();
    await grant(callOf([gift(fresh('player'))]), { door });
    const version = await publish(changedExample(({ levels }) => Object.assign(levels, { maxLevel: 60 })));
    const playerId = fresh('player');
    const receipt = await grant(callOf([gift(playerId)]), { door });
    expect(receipt.items[0]?.result).toMatchObject({ claim: { configVersion: version } });
  });

  it('are sent again while their player is locked, and the others are not held up', async () => {
    const players = await atOnce(3, seasonedPlayer);
    const held = await holdPlayer(players[1] as string, 1);
    const receipt = await grant(callOf(players.map((playerId) => gift(playerId))));
    await held.released;
    expect(receipt).toMatchObject({ granted: 3, failed: 0 });
  });

  it('fail if their player stays locked, and the same call grants them', async () => {
    const players = await atOnce(3, seasonedPlayer);
    const [key, input] = [freshKey(), callOf(players.map((playerId) => gift(playerId)))];
    const held = await holdPlayer(players[1] as string, 60);
    const receipt = await grant(input, { key });
    expect(receipt).toMatchObject({ granted: 2, rejected: 0, failed: 1 });
    expect(receipt.items[1]?.result).toMatchObject({ errorCode: 'UNAVAILABLE', retryable: true });
    expect(await lumeesOf(players[1] as string)).toBe(0);
    await held.letGo();
    const again = await grant(input, { key });
    expect(again).toMatchObject({ granted: 3, failed: 0, replayed: true });
    expect(again.items.map(isReplayed)).toEqual([true, false, true]);
    for (const playerId of players) expect(await lumeesOf(playerId)).toBe(100);
  });

  it('are sent in halves after an error that may be that of one item', async () => {
    const players = await atOnce(4, seasonedPlayer);
    const [key, input] = [freshKey(), callOf(players.map((playerId) => gift(playerId)))];
    await breakRequests({ match: key, kind: 'error', errorCode: '40001' });
    const requests = await countRequests(key, async () => {
      expect(await grant(input, { key })).toMatchObject({ granted: 4, failed: 0 });
    });
    expect(requests).toBe(3);
  });

  it('fail as a whole where the database does not answer, and the retry grants each once', async () => {
    const players = await atOnce(4, seasonedPlayer);
    const [key, input] = [freshKey(), callOf(players.map((playerId) => gift(playerId)))];
    await breakRequests({ match: key, kind: 'drop_before' });
    const answer = await writingNothing(players[0] as string, () => asServer().grantMany(input, { key }));
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    expect(await grant(input, { key })).toMatchObject({ granted: 4, replayed: false });
  });

  it('of the requests that were not sent fail, where a later one is lost', async () => {
    const [key, campaign] = [freshKey(), fresh('campaign')];
    const items = Array.from({ length: 300 }, (_, index) => gift(fresh(`p${index}`), 1));
    const second = items[150]?.playerId as string;
    await breakRequests({ match: second, kind: 'drop_after_commit' });
    const receipt = await grant(callOf(items, campaign), { key });
    expect(receipt).toMatchObject({ granted: 100, failed: 200 });
    const again = await grant(callOf(items, campaign), { key });
    expect(again).toMatchObject({ granted: 300, failed: 0, replayed: true });
    expect(again.items.filter(isReplayed)).toHaveLength(200);
    expect(await lumeesOf(second)).toBe(1);
  });
});
