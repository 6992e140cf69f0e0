/**
 * Operations whose formulas read the player: one read, then one request to the kernel, which refuses a decision that was made on
 * another state. All others make one request (round-trips.test.ts).
 */
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { changedExample, type Document, publish, serveExample } from '../../support/worker/balance.ts';
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
import { addStaffMember, ledgerFaults } from '../../support/worker/ledger-state.ts';
import { breakRequests, countRequests } from '../../support/worker/neon-control.ts';
import { letTimePass, playerWith } from '../../support/worker/players.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

/** Lumees by the player's level and shards, and by their drop charges. */
const reading = ({ claimTypes }: Document) => {
  const { perDay: _, ...chest } = claimTypes.arena_chest;
  claimTypes.arena_chest = { ...chest, rewards: { lumees: '100 * level + balance("shards:fire")' } };
  claimTypes.charge_report = { proof: 'server', rewards: { lumees: 'balance("drop_charges")' } };
};
beforeAll(async () => {
  await publish(changedExample(reading));
});
afterAll(serveExample);

const chest = (playerId: string, key = fresh('chest'), idempotencyKey = freshKey()) =>
  asServer().claimReward({ type: 'arena_chest', playerId, key }, { key: idempotencyKey });
const gift = async (toPlayerId: string, amount: number) => {
  const { playerId } = await playerWith({ 'shards:fire': amount });
  receiptOf(await asPlayer(playerId).transferResource({ toPlayerId, resource: 'shards:fire', amount }));
};
const lumeesIn = ({ changes }: { readonly changes: readonly { resource: string; delta: number }[] }) =>
  changes.find(({ resource }) => resource === 'lumees')?.delta;

describe('a decision that reads the player', () => {
  it('makes two requests for a grant, a replay, a rejection and a preview', async () => {
    const playerId = await seasonedPlayer();
    const [key, idempotencyKey] = [fresh('chest'), freshKey()];
    const count = (run: () => Promise<unknown>) => countRequests(playerId, run);
    expect(await count(() => chest(playerId, key, idempotencyKey))).toBe(2);
    expect(await count(() => chest(playerId, key, idempotencyKey))).toBe(2);
    expect(await count(() => chest(playerId, key))).toBe(2);
    expect(
      await count(() => asServer().previewClaim({ type: 'arena_chest', playerId, key: fresh('chest') })),
    ).toBe(2);
    expect(receiptOf(await chest(playerId, key, idempotencyKey)).replayed).toBe(true);
    rejectionOf(await chest(playerId, key), 'AlreadyClaimed');
  });

  it('stores what it read with the claim, and shows it to staff and to the player', async () => {
    // 500 experience are level 3.
    const playerId = await seasonedPlayer();
    const factsRead = { level: 3, "balance('shards:fire')": 0 };
    const receipt = receiptOf(await chest(playerId));
    expect(lumeesIn(receipt)).toBe(300);
    expect(receipt.claim.factsRead).toEqual(factsRead);
    const staff = asStaff(await addStaffMember(fresh('staff')));
    for (const reader of [staff, asPlayer(playerId)])
      expect(resultOf(await reader.claim({ id: receipt.claim.id }))?.claim.factsRead).toEqual(factsRead);
  });

  it('counts a gift that arrives between read and commit', async () => {
    const playerId = await seasonedPlayer();
    const [key, idempotencyKey] = [fresh('chest'), freshKey()];
    await breakRequests({ match: idempotencyKey, kind: 'delay', delayMs: 1_500 });
    const claimed = chest(playerId, key, idempotencyKey);
    await gift(playerId, 1_000);
    const receipt = receiptOf(await claimed);
    expect(receipt.claim.factsRead).toEqual({ level: 3, "balance('shards:fire')": 1_000 });
    expect(lumeesIn(receipt)).toBe(1_300);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('reads what a new player begins with', async () => {
    const receipt = receiptOf(await chest(fresh('player')));
    expect(lumeesIn(receipt)).toBe(100);
    expect(receipt.claim.factsRead).toEqual({ level: 1, "balance('shards:fire')": 0 });
  });

  it('reads a balance with what has regenerated', async () => {
    const playerId = await seasonedPlayer();
    for (let dropped = 0; dropped < 3; dropped += 1)
      receiptOf(await asPlayer(playerId).exchange({ exchange: 'drop' }));
    const claim = () => asServer().claimReward({ type: 'charge_report', playerId, key: fresh('report') });
    expect(lumeesIn(receiptOf(await claim()))).toBe(2);
    await letTimePass(playerId, 'drop_charges', 3_600);
    expect(lumeesIn(receiptOf(await claim()))).toBe(3);
  });

  // A lane sends one batch after the other, so nothing is granted to the player in between.
  it.skipIf((env as unknown as Env).COMMIT_THROUGH === 'lanes')(
    'is given up after three states, and the key stays free',
    async () => {
      const playerId = await seasonedPlayer();
      const [key, idempotencyKey] = [fresh('chest'), freshKey()];
      // Each of the three requests to the kernel arrives after a claim that another one made.
      await breakRequests({ match: idempotencyKey, kind: 'delay', delayMs: 1_200, times: 3 });
      let isOver = false;
      const claimed = movingLumeesNothing(key, playerId, async () => {
        const answer = await chest(playerId, key, idempotencyKey);
        isOver = true;
        return answer;
      });
      while (!isOver) {
        receiptOf(await chest(playerId));
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const answer = await claimed;
      expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
      expect(answer.errors?.[0]?.message).toMatch(/nothing was done/);
      expect(receiptOf(await chest(playerId, key, idempotencyKey)).replayed).toBe(false);
    },
  );

  it('answers a known key although the formula would fail now', async () => {
    const playerId = await seasonedPlayer();
    const [key, idempotencyKey] = [fresh('chest'), freshKey()];
    const first = receiptOf(await chest(playerId, key, idempotencyKey));
    await publish(
      changedExample(({ claimTypes }) => {
        claimTypes.arena_chest.rewards = { lumees: '100 / (level - 3)' };
        delete claimTypes.arena_chest.perDay;
      }),
    );
    const replay = receiptOf(await writingNothing(playerId, () => chest(playerId, key, idempotencyKey)));
    expect(replay).toEqual({ ...first, replayed: true });
    const failed = await movingNothing(playerId, () => chest(playerId));
    expect(faultOf(failed)).toEqual({ code: 'CONFIG_UNAVAILABLE', retryable: true });
    await publish(changedExample(reading));
  });

  it('previews what the claim then gives', async () => {
    const playerId = await seasonedPlayer();
    const key = fresh('chest');
    const preview = resultAs(
      await asServer().previewClaim({ type: 'arena_chest', playerId, key }),
      'ClaimPreview',
    );
    expect(lumeesIn(preview)).toBe(300);
    const claimed = await asServer().claimReward({
      type: 'arena_chest',
      playerId,
      key,
      terms: preview.terms,
    });
    expect(lumeesIn(receiptOf(claimed))).toBe(300);
  });
});

/** Runs a claim that must not be granted under this claim key. */
async function movingLumeesNothing<T>(key: string, playerId: string, run: () => Promise<T>): Promise<T> {
  const result = await run();
  expect(resultOf(await asServer().claim({ playerId, type: 'arena_chest', key }))).toBeNull();
  expect(await ledgerFaults(playerId)).toEqual([]);
  return result;
}
