/** No business number is in code: every kind of setting is changed, and behaviour follows with the next request. */
import { describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf, resultOf } from '../../support/worker/client.ts';
import { CONFIG_CHANGES } from '../../support/worker/config-changes.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';

describe('a published config applies to the next request', () => {
  it.each(CONFIG_CHANGES)('applies at once: $setting', async ({ change, observe, before, after }) => {
    // What the test before this one has left is the example, unless it failed.
    await serveExample();
    expect(await observe()).toEqual(before);
    await publish(changedExample((document) => void change(document)));
    expect(await observe()).toEqual(after);
    await publish(changedExample(() => {}));
    expect(await observe()).toEqual(before);
  });

  it('records with each claim the config version that computed it', async () => {
    const playerId = await seasonedPlayer();
    for (const reward of [1, 2, 3]) {
      const version = await publish(
        changedExample(({ claimTypes }) => {
          claimTypes.rating_slip.rewards = { lumees: reward };
        }),
      );
      const facts = { minutes: 1, average_bet: 1 };
      const input = { type: 'rating_slip', playerId, key: `slip-${reward}`, facts };
      const { claim, changes } = receiptOf(await asServer().claimReward(input));
      expect(claim.configVersion).toBe(version);
      expect(changes).toMatchObject([{ resource: 'lumees', delta: reward }]);
    }
  });

  it("changes a player's maxima, level and tier without a claim in between", async () => {
    const player = asPlayer(await seasonedPlayer());
    await publish(changedExample(() => {}));
    expect(resultOf(await player.me())).toMatchObject({
      version: 1,
      level: 3,
      tier: { name: 'Bronze' },
      stats: [{ maximum: 100 }, { maximum: 500 }, { maximum: 100 }],
    });
    await publish(
      changedExample(({ levels, tiers, statPoints }) => {
        levels.experienceForLevel = '1000 * level';
        tiers.list = [{ name: 'Novice', from: 0 }];
        statPoints.stats.health.base = 1;
      }),
    );
    expect(resultOf(await player.me())).toMatchObject({
      version: 1,
      level: 1,
      tier: { name: 'Novice' },
      stats: [{ maximum: 100 }, { maximum: 1 }, { maximum: 100 }],
    });
  });
});
