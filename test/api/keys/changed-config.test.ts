/** Replays after the balance config changed, or after the claim type, exchange or rule was removed from it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish, serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  type MutationName,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { startIsolate } from '../../support/worker/isolate.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { SCENES, seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import type { Player } from '../../support/worker/schema-types.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeEach(serveExample);

/** Changes rewards, level curve, level grants, stats, tiers, facts, prices, draws, limits and time zone. */
function changeEverything(document: Document): void {
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

/** Removes everything that the scenes request. */
function removeEverything(document: Document): void {
  document.claimTypes = { daily_quest: document.claimTypes.daily_quest };
  document.exchanges = {};
  document.drawTables = {};
  delete document.combat;
  for (const resource of Object.values<Document>(document.resources)) {
    delete resource.transfer;
    resource.manual = resource.manual && resource !== document.resources.lifetime_points;
  }
}

/** The answer under a new key after removeEverything, by operation or scene. */
const AFTER_REMOVAL: {
  readonly [Name in MutationName | `${MutationName} by a server`]?: string;
} = {
  claimReward: 'UnknownClaimType',
  exchange: 'UnknownExchange',
  transferResource: 'BAD_USER_INPUT',
  applyDamage: 'BAD_USER_INPUT',
  heal: 'BAD_USER_INPUT',
  manualReward: 'BAD_USER_INPUT',
  // What it gives stays, and the promotion was paid.
  'manualReward by a server': 'AlreadyClaimed',
  announceReward: 'UnknownClaimType',
  // A pending reward stays pending whatever the config says. This one was collected.
  recoverReward: 'AlreadyClaimed',
  // Depends on the ledger only, where staff reverse.
  reverseClaim: 'AlreadyClaimed',
  'reverseClaim by a server': 'NotReversible',
};

async function readPlayer(id: string): Promise<Player> {
  const player = resultOf(await asServer().player({ id }));
  if (!player) throw new Error(`There is no player ${id}.`);
  return player;
}

describe('a replay after the config changed', () => {
  it.each(sampleOf(SCENES, 2))('$name: replays the receipt with the original level, tier and stats', async ({
    prepare,
  }) => {
    const { playerId, send } = await prepare();
    const receipt = receiptOf(await send());
    const before = await readPlayer(playerId);
    await publish(changedExample(changeEverything));
    // The change applies to reads of the player at once ...
    const after = await readPlayer(playerId);
    expect(after.level).toBeGreaterThan(before.level ?? Number.NaN);
    expect(after.tier?.name).not.toBe(before.tier?.name);
    expect(after.stats).not.toEqual(before.stats);
    // ... and never to a stored answer.
    expect(resultOf(await writingNothing(playerId, () => send()))).toEqual({ ...receipt, replayed: true });
  });

  it.each(
    sampleOf(SCENES, 2),
  )('$name: replays the same receipt in an isolate that never read the old config', async ({ prepare }) => {
    const { playerId, send } = await prepare();
    const receipt = receiptOf(await send());
    await publish(changedExample(changeEverything));
    const retry = () => send({}, { door: startIsolate() });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it.each(
    sampleOf(SCENES, 2, 1),
  )('$name: replays the original outcome if its reply was lost before the change', async ({ prepare }) => {
    const { playerId, idempotencyKey, version, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit' });
    expect(faultOf(await send()).code).toBe('UNAVAILABLE');
    const changed = await publish(changedExample(changeEverything));
    const receipt = receiptOf(await writingNothing(playerId, () => send()));
    expect(receipt).toMatchObject({
      replayed: true,
      levelBefore: 3,
      tierBefore: 'Bronze',
      player: { version },
    });
    expect(receipt.claim.configVersion).toBeLessThan(changed);
    expect(receipt.player.stats[0]?.maximum).toBeGreaterThanOrEqual(100);
  });

  it('replays a level-up and a new tier although the config no longer has them', async () => {
    const playerId = await seasonedPlayer();
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const grants = [
      { resource: 'experience', amount: 100 },
      { resource: 'lifetime_points', amount: 5000 },
    ];
    const input = { playerId, grants, reason: 'up they go', idempotencyKey: freshKey() };
    const receipt = receiptOf(await staff.manualReward(input));
    expect(receipt).toMatchObject({ levelBefore: 3, levelAfter: 4, tierBefore: 'Bronze', tierAfter: 'Gold' });
    await publish(changedExample(changeEverything));
    expect(resultOf(await staff.manualReward(input))).toEqual({ ...receipt, replayed: true });
  });

  it('returns the original changes in AlreadyClaimed, not those of the current config', async () => {
    const playerId = await seasonedPlayer();
    await publish(changedExample(changeEverything));
    const again = () => asServer().claimReward({ ...victory, playerId, key: 'cup-0' });
    const { changes } = rejectionOf(await movingNothing(playerId, again), 'AlreadyClaimed');
    expect(changes.map(({ resource, delta }) => [resource, delta])).toEqual([
      ['auric_coins', 64],
      ['experience', 500],
      ['levels_paid', 2],
      ['stat_points', 6],
    ]);
  });
});

describe('a replay after the claim type, the exchange or the rule was removed', () => {
  it.each(
    SCENES.filter(({ operation }) => AFTER_REMOVAL[operation]),
  )('$name: replays its receipt, and a new key is checked against the config without it', async ({
    name,
    operation,
    prepare,
  }) => {
    const { playerId, send } = await prepare();
    const receipt = receiptOf(await send());
    await publish(changedExample(removeEverything));
    expect(resultOf(await writingNothing(playerId, () => send()))).toEqual({ ...receipt, replayed: true });
    const answer = await movingNothing(playerId, () => send({ idempotencyKey: freshKey() }));
    const expected = AFTER_REMOVAL[name as keyof typeof AFTER_REMOVAL] ?? AFTER_REMOVAL[operation];
    expect(answer.result?.__typename ?? faultOf(answer).code).toBe(expected);
  });

  it.each([
    ['its proof becomes a ticket', { proof: 'ticket' }],
    ['only servers may claim it', { proof: 'server' }],
    ['its period changes', { proof: 'calendar', period: 'week' }],
  ])('replays a calendar claim after %s', async (_, change) => {
    const playerId = fresh('player');
    const player = asPlayer(playerId);
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const receipt = receiptOf(await player.claimReward(input));
    await publish(
      changedExample(({ claimTypes }) => {
        claimTypes.daily_quest = { ...change, rewards: { lumees: 1 } };
      }),
    );
    const retry = () => player.claimReward(input);
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });
});
