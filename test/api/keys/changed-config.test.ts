/** Row: replay when the config changed, or the claim type was removed. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../../support/worker/balance.ts';
import { startIsolate } from '../../support/worker/isolate.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf } from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { SCENES, seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

/** Another game: rewards, level curve, level grants, stats, tiers, facts, prices, draws, limits and time zone. */
function turnEverything(document: Document): void {
  const { claimTypes, levels, statPoints, tiers, manualRewards, resources, exchanges, drawTables } = document;
  claimTypes.tournament_reward.rewards = { experience: 1, lumees: 1 };
  claimTypes.ascension_victory.rewards = { lumees: 'floor' };
  claimTypes.ascension_victory.facts.floor.max = 5;
  levels.experienceForLevel = '10 * level * (level - 1)';
  levels.grants.stat_points = 1;
  for (const stat of Object.values<Document>(statPoints.stats)) Object.assign(stat, { base: 7, perPoint: 1 });
  tiers.list = [
    { name: 'Wood', from: 0 },
    { name: 'Stone', from: 10 },
    { name: 'Iron', from: 1_000_000 },
  ];
  resources.lifetime_points.manual = false;
  resources.lumees.transfer = { perTransfer: 1, perDay: 1 };
  Object.assign(resources.drop_charges, { startsWith: 1, regenerates: { everySeconds: 7, upTo: 2 } });
  Object.assign(exchanges.drop, { costs: { drop_charges: 3 }, gives: { lumees: 1 }, perDay: 1 });
  exchanges.summon.draws.summons = 7;
  for (const outcome of Object.values<Document>(drawTables.summons.outcomes)) outcome.weight = 3;
  claimTypes.pve_victory.rewards = { experience: 7 };
  Object.assign(manualRewards, { limitPerReward: 1, budgetPerDay: 1 });
  document.timeZone = 'Pacific/Kiritimati';
}

function removeWhatCanBeAskedFor(document: Document): void {
  document.claimTypes = { daily_quest: document.claimTypes.daily_quest };
  document.exchanges = {};
  document.drawTables = {};
  delete document.combat;
  for (const resource of Object.values<Document>(document.resources)) {
    delete resource.transfer;
    resource.manual = resource.manual && resource !== document.resources.lifetime_points;
  }
}

/** What is told under a new key, where what was asked for is gone from the config. */
const TOLD_ANEW: Record<string, string> = {
  claimReward: 'UnknownClaimType',
  exchange: 'UnknownExchange',
  transferResource: 'BAD_USER_INPUT',
  applyDamage: 'BAD_USER_INPUT',
  heal: 'BAD_USER_INPUT',
  manualReward: 'BAD_USER_INPUT',
  announceReward: 'UnknownClaimType',
  // What was owed is owed whatever the config says, and was paid.
  recoverReward: 'AlreadyClaimed',
  // Rests on the ledger alone.
  reverseClaim: 'AlreadyClaimed',
};
const operationOf = (name: string) => String(name.match(/^\w+/));

const PLAYER = 'query($id: PlayerId!) { player(id: $id) { level tier { name } stats { maximum } } }';
const playerNow = async (id: string) =>
  (await send(PLAYER, { id }, { token: await serverToken() })).data.player;

describe('replay when the config changed', () => {
  it.each(SCENES)('$name: the original receipt, with level, tier and stats of then', async ({ prepare }) => {
    const { playerId, send: ask } = await prepare();
    const receipt = resultOf(await ask());
    expect(receipt.__typename).toBe('Receipt');
    const then = await playerNow(playerId);
    await publish(changedExample(turnEverything));
    // The change shows at once where the player is asked for as of now ...
    const now = await playerNow(playerId);
    expect(now.level).toBeGreaterThan(then.level);
    expect(now.tier.name).not.toBe(then.tier.name);
    expect(now.stats).not.toEqual(then.stats);
    // ... and never in what was answered before.
    expect(resultOf(await writingNothing(playerId, () => ask()))).toEqual({ ...receipt, replayed: true });
  });

  it.each(SCENES)('$name: an isolate that never saw the old config shows the same receipt', async ({
    prepare,
  }) => {
    const { playerId, send: ask } = await prepare();
    const receipt = resultOf(await ask());
    await publish(changedExample(turnEverything));
    const retry = () => ask({}, { door: startIsolate() });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it.each(SCENES)('$name: a reply lost before the change is told as it was', async ({ prepare }) => {
    const { playerId, idempotencyKey, version, send: ask } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit' });
    await ask();
    const turned = await publish(changedExample(turnEverything));
    const receipt = resultOf(await writingNothing(playerId, () => ask()));
    expect(receipt).toMatchObject({
      replayed: true,
      levelBefore: 3,
      tierBefore: 'Bronze',
      player: { version },
    });
    expect(receipt.claim.configVersion).toBeLessThan(turned);
    expect(receipt.player.stats[0].maximum).toBeGreaterThanOrEqual(100);
  });

  it('a level and tier that rose with the claim still rise in its replay', async () => {
    const playerId = await seasonedPlayer();
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const grants = [
      { resource: 'experience', amount: 100 },
      { resource: 'lifetime_points', amount: 5000 },
    ];
    const input = { playerId, grants, reason: 'up they go', idempotencyKey: freshKey() };
    const receipt = resultOf(await manualReward(input, { token }));
    expect(receipt).toMatchObject({ levelBefore: 3, levelAfter: 4, tierBefore: 'Bronze', tierAfter: 'Gold' });
    await publish(changedExample(turnEverything));
    expect(resultOf(await manualReward(input, { token }))).toEqual({ ...receipt, replayed: true });
  });

  it('AlreadyClaimed tells the original changes, not those of today', async () => {
    const playerId = await seasonedPlayer();
    await publish(changedExample(turnEverything));
    const again = () =>
      serverToken().then((token) => claimReward({ ...victory, playerId, key: 'cup-0' }, { token }));
    const { changes } = resultOf(await movingNothing(playerId, again));
    expect(changes.map(({ resource, delta }: Document) => [resource, delta])).toEqual([
      ['auric_coins', 64],
      ['experience', 500],
      ['levels_paid', 2],
      ['stat_points', 6],
    ]);
  });
});

describe('replay when the claim type, the exchange or the rule was removed', () => {
  it.each(SCENES.filter(({ name }) => TOLD_ANEW[operationOf(name)]))('$name: the original receipt', async ({
    name,
    prepare,
  }) => {
    const { playerId, send: ask } = await prepare();
    const receipt = resultOf(await ask());
    await publish(changedExample(removeWhatCanBeAskedFor));
    expect(resultOf(await writingNothing(playerId, () => ask()))).toEqual({ ...receipt, replayed: true });
    // Under a new key it is judged by what there is now, even though it was done before.
    const { data, errors } = await movingNothing(playerId, () => ask({ idempotencyKey: freshKey() }));
    expect(data?.result.__typename ?? errors?.[0]?.extensions.code).toBe(TOLD_ANEW[operationOf(name)]);
  });

  it.each([
    ['its proof is now a ticket', { proof: 'ticket' }],
    ['it is now for servers alone', { proof: 'server' }],
    ['it now has another period', { proof: 'calendar', period: 'week' }],
  ])('a calendar claim is replayed when %s', async (_, change) => {
    const playerId = fresh('player');
    const token = await playerToken(playerId);
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const receipt = resultOf(await claimReward(input, { token }));
    await publish(
      changedExample(({ claimTypes }) => {
        claimTypes.daily_quest = { ...change, rewards: { lumees: 1 } };
      }),
    );
    const retry = () => claimReward(input, { token });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });
});
