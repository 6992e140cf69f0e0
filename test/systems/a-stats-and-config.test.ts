import { beforeEach, expect, inject, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { balanceIn, viewOf } from '../support/worker/players.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import type { Receipt } from '../support/worker/schema-types.ts';
import { fresh } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce, sumOf } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

it('A9 keeps unspent plus allocated points equal to the granted points', async () => {
  const playerId = await seasonedPlayer();
  const [server, player] = [asServer(), asPlayer(playerId)];
  const duel = { type: 'pvp_victory', playerId, facts: { rating_gap: 0 } };
  const view = async () => {
    const { unspentStatPoints, stats, balances } = await viewOf(playerId);
    const allocated = stats.reduce((sum, { points }) => sum + points, 0);
    const levelsPaid = balanceIn({ balances }, 'levels_paid').amount;
    return { unspent: unspentStatPoints ?? Number.NaN, allocated, granted: 3 * levelsPaid };
  };
  const allocations = [{ energy: 1 }, { stamina: 1, health: 1 }, { health: 2 }].map(spending);
  // Sixteen reads, sixteen victories and thirty-two allocations at once.
  const [views] = await Promise.all([
    atOnce(16, view),
    atOnce(16, (index) => server.claimReward({ ...duel, key: `duel-${index}` })),
    atOnce(32, (index) => player.spendStatPoints(allocations[index % 3] ?? spending({ energy: 1 }))),
  ]);
  for (const { unspent, allocated, granted } of [...views, await view()]) {
    expect(unspent + allocated).toBe(granted);
    expect(unspent).toBeGreaterThanOrEqual(0);
  }
  expect(await ledgerState(playerId)).toMatchObject({ balances: { levels_paid: 4 } });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('A9 applies new maxima from the config without a deploy', async () => {
  const playerId = await seasonedPlayer();
  const maxima = async () => (await viewOf(playerId)).stats.map(({ maximum }) => maximum);
  receiptOf(await asPlayer(playerId).spendStatPoints(spending({ energy: 1, stamina: 2, health: 3 })));
  expect(await maxima()).toEqual([100 + 10, 500 + 150, 100 + 20]);
  await publish(
    changedExample(({ statPoints: { stats } }) => {
      Object.assign(stats.energy, { base: 1, perPoint: 2 });
      Object.assign(stats.health, { base: 1_000, perPoint: 7 });
    }),
  );
  expect(await writingNothing(playerId, maxima)).toEqual([1 + 2, 1_000 + 21, 100 + 20]);
});

/** The greatest value of each fact, with which every claim type pays something. */
const greatest = (facts: Record<string, Document> = {}) =>
  Object.fromEntries(
    Object.entries(facts).map(([name, { kind, max, values }]) => [
      name,
      { int: max, bool: true, string: values?.at(-1), id: fresh('source') }[kind as string],
    ]),
  );

const doubled = (reward: Document): Document =>
  typeof reward === 'object'
    ? { ...reward, amount: doubled(reward.amount), ...(reward.cap && { cap: 2 * reward.cap }) }
    : `2 * (${reward})`;

function doubleRewards({ claimTypes, resources }: Document): void {
  for (const { rewards } of Object.values<Document>(claimTypes))
    for (const resource of Object.keys(rewards)) rewards[resource] = doubled(rewards[resource]);
  // Twice as many charges must fit under the ceiling.
  resources.drop_charges.ceiling = 20;
}

/** What the operation itself gave, without opening balances. */
const given = ({ changes }: Receipt) => sumOf(changes.filter(({ cause }) => cause === 'OPERATION'));

it('A10 takes every reward of every claim type from the config', async () => {
  const server = asServer();
  const claimTypes = Object.entries<Document>((inject('config').document as Document).claimTypes);
  /** What a new player receives of each reward of the claim type, multiplied. */
  const rewardsOf = async ([type, claimType]: [string, Document], factor: number) => {
    const { facts, period, rewards } = claimType;
    const input = { type, playerId: fresh('player'), facts: greatest(facts), key: period ? null : 'one' };
    const gains = given(receiptOf(await server.claimReward(input)));
    const amounts = Object.keys(rewards).map((resource) => [resource, factor * (gains[resource] ?? 0)]);
    return { type, amounts: Object.fromEntries(amounts) as Record<string, number> };
  };
  const expected = await Promise.all(claimTypes.map((claimType) => rewardsOf(claimType, 2)));
  const unpaid = expected.filter(({ amounts }) => Object.values(amounts).every((amount) => amount === 0));
  expect(unpaid).toEqual([]);
  await publish(changedExample(doubleRewards));
  expect(await Promise.all(claimTypes.map((claimType) => rewardsOf(claimType, 1)))).toEqual(expected);
});

it('A10 pays each claim by a single config version', async () => {
  const server = asServer();
  const claim = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };
  const [answers, version] = await Promise.all([
    atOnce(24, () => server.claimReward({ ...claim, playerId: fresh('player') })),
    publish(changedExample(doubleRewards)),
  ]);
  for (const receipt of answers.map(receiptOf)) {
    const factor = receipt.claim.configVersion === version ? 2 : 1;
    expect(given(receipt)).toMatchObject({ lumees: 350 * factor, experience: 120 * factor });
  }
});
