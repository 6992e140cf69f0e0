/**
 * An isolate whose config is not current: the kernel answers with the current one and the operation is decided again, at the price
 * of one more request. No amount, price or rejection follows from an old config.
 */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { POINTER_KEY } from '../../../src/config/published.ts';
import { changedExample, type Document, kv, publish, serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../../support/worker/client.ts';
import { type Sources, startIsolate, startWithoutConfig } from '../../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { playerWith } from '../../support/worker/players.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { SCENES } from '../../support/worker/scenes.ts';
import { type Door, fresh, freshKey } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';
import { atOnce, tally } from '../../support/worker/waves.ts';

beforeEach(serveExample);
afterAll(serveExample);

const CHEST = { type: 'arena_chest' } as const;
const publishChest = (lumees: number, change: (document: Document) => void = () => {}) =>
  publish(
    changedExample((document) => {
      document.claimTypes.arena_chest.rewards = { lumees };
      change(document);
    }),
  );
const open = (playerId: string, door?: Door, key = fresh('chest')) =>
  asServer().claimReward({ ...CHEST, playerId, key }, door ? { door } : {});

/** An isolate whose KV names the config that is current now, for ever. */
async function startStaleIsolate(): Promise<Door> {
  const pointer = await kv.get(POINTER_KEY);
  const stale: Sources['kv'] = {
    get: (key, options) => (key === POINTER_KEY ? Promise.resolve(pointer) : kv.get(key, options)),
  };
  const door = startIsolate({ kv: stale });
  receiptOf(await open(fresh('player'), door));
  return door;
}

/** The result of a request, and how many requests to the database it took. */
async function counted<T>(playerId: string, run: () => Promise<T>): Promise<{ result: T; requests: number }> {
  const results: T[] = [];
  const requests = await countRequests(playerId, async () => {
    results.push(await run());
  });
  return { result: results[0] as T, requests };
}

describe('an isolate whose KV never updates', () => {
  it('pays the amounts of the current config, and learns it with one more request', async () => {
    await publishChest(10);
    const door = await startStaleIsolate();
    const version = await publishChest(70);
    for (const requests of [2, 1, 1]) {
      const playerId = fresh('player');
      const answer = await counted(playerId, () => open(playerId, door));
      expect(answer.requests).toBe(requests);
      const { claim, changes } = receiptOf(answer.result);
      expect(claim.configVersion).toBe(version);
      expect(changes).toMatchObject([{ resource: 'lumees', delta: 70 }]);
    }
  });

  it('follows each publication, also one that restores an earlier document', async () => {
    await publishChest(10);
    const door = await startStaleIsolate();
    for (const lumees of [20, 10, 30, 10]) {
      const version = await publishChest(lumees);
      const { claim, changes } = receiptOf(await open(fresh('player'), door));
      expect([claim.configVersion, changes[0]?.delta]).toEqual([version, lumees]);
    }
  });

  it('pays the current amounts to each of 64 requests at once', async () => {
    await publishChest(10);
    const doors = [await startStaleIsolate(), await startStaleIsolate(), startWithoutConfig()];
    const version = await publishChest(70, ({ claimTypes }) => {
      claimTypes.arena_chest.perDay = 9;
    });
    const playerId = fresh('player');
    const results = (await atOnce(64, (index) => open(playerId, doors[index % 3]))).map(resultOf);
    expect(tally(results)).toEqual({ Receipt: 9, CLAIMS: 55 });
    for (const result of results)
      if (result.__typename === 'Receipt') expect(result.claim.configVersion).toBe(version);
    expect((await ledgerState(playerId)).balances).toEqual({ lumees: 9 * 70 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('takes the current price of an exchange', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const door = await startStaleIsolate();
    await publish(changedExample(({ exchanges }) => (exchanges.buy_summon_token.costs.auric_coins = 450)));
    const { changes } = receiptOf(
      await asPlayer(playerId).exchange({ exchange: 'buy_summon_token' }, { door }),
    );
    expect(changes[0]).toMatchObject({ resource: 'auric_coins', delta: -450 });
  });

  it('neither takes the old price for the old terms, nor refuses terms that hold under the current config', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const exchange = { exchange: 'buy_summon_token' };
    const buy = (terms: string, door: Door) => asPlayer(playerId).exchange({ ...exchange, terms }, { door });
    const termsShown = async () =>
      resultAs(await asPlayer(playerId).previewExchange(exchange), 'ExchangePreview').terms;
    const publishPrice = (auric_coins: number) =>
      publish(
        changedExample(({ exchanges }) => Object.assign(exchanges.buy_summon_token.costs, { auric_coins })),
      );
    const old = await termsShown();
    const [first, second] = [await startStaleIsolate(), await startStaleIsolate()];
    await publishPrice(450);
    const refused = await movingNothing(playerId, () => buy(old, first));
    const { terms } = rejectionOf(refused, 'TermsChanged');
    expect(terms).toBe(await termsShown());
    // Under the config that this isolate holds, these are not the terms.
    expect(receiptOf(await buy(terms, second)).changes[0]).toMatchObject({ delta: -450 });
    const third = await startStaleIsolate();
    await publishPrice(300);
    rejectionOf(await movingNothing(playerId, () => buy(terms, third)), 'TermsChanged');
    expect(receiptOf(await buy(old, third)).changes[0]).toMatchObject({ delta: -300 });
  });

  it('rejects nothing by a limit of the old config, and what the current one forbids', async () => {
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const playerId = fresh('player');
    receiptOf(await open(playerId));
    const grants = [{ resource: 'lumees', amount: 5_000 }];
    const give = (door: Door) => staff.manualReward({ playerId, grants, reason: fresh('award') }, { door });
    const publishLimit = (limitPerReward: number) =>
      publish(changedExample(({ manualRewards }) => Object.assign(manualRewards, { limitPerReward })));

    await publishLimit(10);
    const strict = await startStaleIsolate();
    await publishLimit(10_000);
    const generous = await startStaleIsolate();
    receiptOf(await give(strict));
    await publishLimit(10);
    const rejected = await movingNothing(playerId, () => give(generous));
    expect(rejectionOf(rejected, 'LimitExceeded')).toMatchObject({ limit: 'STAFF_REWARD', bound: 10 });
  });

  it('knows claim types and facts of the current config, and none that it removed', async () => {
    const door = await startStaleIsolate();
    await publish(
      changedExample(({ claimTypes }) => {
        claimTypes.gift = { proof: 'server', rewards: { lumees: 3 } };
        claimTypes.tournament_reward.facts.rank.max = 100;
        delete claimTypes.arena_chest;
      }),
    );
    const playerId = fresh('player');
    const gift = { type: 'gift', key: 'g-1', playerId };
    receiptOf(await asServer().claimReward(gift, { door }));
    const lastPlace = { type: 'tournament_reward', key: 'cup-1', facts: { rank: 100, participants: 16 } };
    receiptOf(await asServer().claimReward({ ...lastPlace, playerId }, { door }));
    const removed = await movingNothing(playerId, () => open(playerId, door));
    rejectionOf(removed, 'UnknownClaimType');
  });

  it('previews the amounts of the current config', async () => {
    await publishChest(10);
    const door = await startStaleIsolate();
    const version = await publishChest(70);
    const playerId = fresh('player');
    const shown = resultAs(
      await asServer().previewClaim({ ...CHEST, playerId, key: 'chest-1' }, { door }),
      'ClaimPreview',
    );
    expect(shown).toMatchObject({ configVersion: version, changes: [{ resource: 'lumees', delta: 70 }] });
  });

  it('answers a known key with one request and without the current config', async () => {
    await publishChest(10);
    const door = await startStaleIsolate();
    const playerId = fresh('player');
    const input = { ...CHEST, playerId, key: 'chest-1', idempotencyKey: freshKey() };
    const receipt = receiptOf(await asServer().claimReward(input));
    await publishChest(70);
    const replay = await counted(playerId, () => asServer().claimReward(input, { door }));
    expect(replay.requests).toBe(1);
    expect(resultOf(replay.result)).toEqual({ ...receipt, replayed: true });
  });

  it('reports a fault only where the current config has it', async () => {
    await publish(changedExample(({ claimTypes }) => (claimTypes.tournament_reward.facts.rank.max = 2)));
    const door = await startStaleIsolate();
    const playerId = fresh('player');
    const claim = (rank: number, idempotencyKey: string) =>
      asServer().claimReward(
        {
          type: 'tournament_reward',
          key: 'cup-1',
          facts: { rank, participants: 64 },
          playerId,
          idempotencyKey,
        },
        { door },
      );
    await serveExample();
    const key = freshKey();
    const outOfBounds = await writingNothing(playerId, () => claim(65, key));
    expect(faultOf(outOfBounds)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'facts.rank' });
    receiptOf(await claim(64, key));
  });
});

describe('an isolate without a config', () => {
  it.each(sampleOf(SCENES, 2))('$name: makes two requests the first time and one from then on', async ({
    prepare,
  }) => {
    const [first, second] = [await prepare(), await prepare()];
    const door = startWithoutConfig();
    const one = await counted(first.idempotencyKey, () => first.send({}, { door }));
    const two = await counted(second.idempotencyKey, () => second.send({}, { door }));
    expect([receiptOf(one.result).replayed, receiptOf(two.result).replayed]).toEqual([false, false]);
    expect([one.requests, two.requests]).toEqual([2, 1]);
    expect(receiptOf(two.result).claim.configVersion).toBe(receiptOf(one.result).claim.configVersion);
  });
});
