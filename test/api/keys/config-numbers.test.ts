/** No business number in code: each one of the config is turned, and behaviour follows with the very next request. */
import { describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../../support/worker/balance.ts';
import { CONFIG_CHANGES } from '../../support/worker/config-changes.ts';
import { claimReward, resultOf } from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { playerToken, send, serverToken } from '../../support/worker/service.ts';

describe('a published config counts at once, without a restart', () => {
  it.each(CONFIG_CHANGES)('$setting', async ({ change, observe, before, after }) => {
    await publish(changedExample(() => {}));
    expect(await observe()).toEqual(before);
    await publish(changedExample((document) => void change(document)));
    expect(await observe()).toEqual(after);
    await publish(changedExample(() => {}));
    expect(await observe()).toEqual(before);
  });

  it('each claim names the version that it was computed with', async () => {
    const playerId = await seasonedPlayer();
    const token = await serverToken();
    for (const reward of [1, 2, 3]) {
      const version = await publish(
        changedExample(({ claimTypes }) => {
          claimTypes.rating_slip.rewards = { lumees: reward };
        }),
      );
      const facts = { minutes: 1, average_bet: 1 };
      const input = { type: 'rating_slip', playerId, key: `slip-${reward}`, facts };
      const { claim, changes } = resultOf(await claimReward(input, { token }));
      expect(claim.configVersion).toBe(version);
      expect(changes).toMatchObject([{ resource: 'lumees', delta: reward }]);
    }
  });

  it("a player's maxima, level and tier follow with no claim in between", async () => {
    const token = await playerToken(await seasonedPlayer());
    const me = async () =>
      (await send('{ me { version level tier { name } stats { name maximum } } }', {}, { token })).data.me;
    await publish(changedExample(() => {}));
    expect(await me()).toMatchObject({
      version: 1,
      level: 3,
      tier: { name: 'Bronze' },
      stats: [{ maximum: 100 }, { maximum: 100 }, { maximum: 500 }],
    });
    await publish(
      changedExample(({ levels, tiers, statPoints }: Document) => {
        levels.experienceForLevel = '1000 * level';
        tiers.list = [{ name: 'Novice', from: 0 }];
        statPoints.stats.health.base = 1;
      }),
    );
    expect(await me()).toMatchObject({
      version: 1,
      level: 1,
      tier: { name: 'Novice' },
      stats: [{ maximum: 100 }, { maximum: 100 }, { maximum: 1 }],
    });
  });
});
