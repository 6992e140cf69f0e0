/** The example config as designers find it: its quests, streak, banner and sinks, played through the API. */
import { beforeAll, describe, expect, it } from 'vitest';
import example from '../../config/balance.example.json';
import { publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { ledgerState } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';

/** The example without the dates of its winter, which tests do not wait for. */
beforeAll(async () => {
  const { from: _, until: __, ...winter_summon } = example.exchanges.winter_summon;
  await publish({ ...example, exchanges: { ...example.exchanges, winter_summon } });
});

const balancesOf = async (playerId: string) => (await ledgerState(playerId)).balances;
const advance = async (playerId: string, counter: string, by: number) =>
  receiptOf(await asServer().advanceProgress({ playerId, key: fresh('event'), counters: [{ counter, by }] }));

describe('the screens of the example', () => {
  it('list the daily claims in order', async () => {
    const { claimables } = resultOf(await asPlayer(fresh('player')).claimables({ tag: 'daily' }));
    const daily = ['daily_login', 'daily_quest', 'training_quest', 'all_quests', 'weekly_chest'];
    expect(claimables.map(({ id }) => id)).toEqual(daily);
  });

  it('list the shop in order, with a title for each offer', async () => {
    const { offers } = resultOf(await asPlayer(fresh('player')).offers({ tag: 'shop' }));
    expect(offers.length).toBeGreaterThan(6);
    expect(offers.filter(({ title }) => !title)).toEqual([]);
    expect(offers.map(({ sort }) => sort)).toEqual(offers.map(({ sort }) => sort).toSorted((a, b) => a - b));
  });
});

describe('the quests of the example', () => {
  it('pay for what was played and not for the date, and the last one for all of them', async () => {
    const playerId = fresh('player');
    const quest = (type: string) => asPlayer(playerId).claimReward({ type });
    await advance(playerId, 'matches_today', 2);
    const early = await movingNothing(playerId, () => quest('daily_quest'));
    expect(rejectionOf(early, 'ProgressNotReached')).toMatchObject({ have: 2, need: 3 });

    await advance(playerId, 'matches_today', 1);
    await advance(playerId, 'trainings_today', 2);
    receiptOf(await quest('daily_quest'));
    const one = await movingNothing(playerId, () => quest('all_quests'));
    expect(rejectionOf(one, 'ProgressNotReached')).toMatchObject({ have: 1, need: 2 });
    receiptOf(await quest('training_quest'));
    receiptOf(await quest('all_quests'));
    expect(await balancesOf(playerId)).toMatchObject({ lumees: 250, experience: 90, bonus_coins: 2 });
    const again = await movingNothing(playerId, () => quest('all_quests'));
    rejectionOf(again, 'AlreadyClaimed');
  });
});

describe('the winter banner of the example', () => {
  it('gives at least one epic or legendary hero within ten draws', async () => {
    const { playerId } = await playerWith({ auric_coins: 3_000 });
    const player = asPlayer(playerId);
    for (const quantity of [50, 50])
      receiptOf(await player.exchange({ exchange: 'buy_snowflakes', quantity }));
    const { claim } = receiptOf(await player.exchange({ exchange: 'winter_summon', quantity: 10 }));
    const drawn = claim.draws.map(({ outcome }) => outcome);
    expect(drawn.length).toBeGreaterThanOrEqual(10);
    expect(drawn.filter((outcome) => outcome !== 'rare_paladin').length).toBeGreaterThan(0);
    expect(await balancesOf(playerId)).toMatchObject({ snowflakes: 0 });
  });
});

describe('the sinks of the example', () => {
  /** Everything that staff may give, of which each purchase costs less than that. */
  const PURSE = {
    lumees: 5_000,
    auric_coins: 5_000,
    credits: 100,
    loyalty_points: 1_000,
    floor_tokens: 50,
    'shards:fire': 20,
    'shards:water': 20,
    'shards:shadow': 20,
  };
  const isFixed = (offer: { costs: object; gives?: object }) =>
    [offer.costs, offer.gives ?? {}].flatMap(Object.values).every((amount) => typeof amount === 'number');
  const bought = Object.entries(example.exchanges).filter(
    ([, offer]) =>
      isFixed(offer) &&
      !('requires' in offer) &&
      Object.keys(offer.costs).every((resource) => resource in PURSE),
  );

  it.each(bought)('%s takes what it costs and gives what it says', async (exchange, offer) => {
    const { playerId } = await playerWith(PURSE);
    const before = await balancesOf(playerId);
    const { changes } = receiptOf(await asPlayer(playerId).exchange({ exchange }));
    const moved = (resource: string) =>
      changes
        .filter((change) => change.resource === resource && change.cause === 'OPERATION')
        .reduce((sum, { requested }) => sum + requested, 0);
    for (const [resource, amount] of Object.entries(offer.costs))
      expect(moved(resource)).toBe(-Number(amount));
    for (const [resource, amount] of Object.entries('gives' in offer ? offer.gives : {}))
      expect(moved(resource)).toBe(amount);
    for (const [resource, amount] of Object.entries(offer.costs))
      expect((await balancesOf(playerId))[resource]).toBe((before[resource] ?? 0) - Number(amount));
  });

  it('hire_militia costs more with each militia that the player has', async () => {
    const { playerId } = await playerWith({ lumees: 5_000 });
    const paid: number[] = [];
    for (let hired = 0; hired < 3; hired++) {
      const { changes } = receiptOf(await asPlayer(playerId).exchange({ exchange: 'hire_militia' }));
      paid.push(...changes.flatMap(({ resource, delta }) => (resource === 'lumees' ? [-delta] : [])));
    }
    expect(paid).toEqual([400, 420, 440]);
  });

  it('buy_stamina takes bonus coins as long as there are enough, and then auric coins', async () => {
    const { playerId } = await playerWith({ bonus_coins: 20, auric_coins: 20 });
    const player = asPlayer(playerId);
    const paid: (number | null)[] = [];
    for (let times = 0; times < 2; times++)
      paid.push(receiptOf(await player.exchange({ exchange: 'buy_stamina' })).claim.paidWith);
    expect(paid).toEqual([0, 1]);
    const { bonus_coins, auric_coins } = await balancesOf(playerId);
    expect([bonus_coins, auric_coins]).toEqual([5, 69]);
  });

  it('veteran_chest is locked below level 10', async () => {
    const { playerId } = await playerWith({ lumees: 5_000 });
    const buy = () => asPlayer(playerId).exchange({ exchange: 'veteran_chest' });
    const locked = await movingNothing(playerId, buy);
    expect(rejectionOf(locked, 'RequirementsNotMet')).toMatchObject({ unmet: ['locked.level_10'] });
    const { playerId: veteran } = await playerWith({ lumees: 5_000, experience: 5_000 });
    receiptOf(await asPlayer(veteran).exchange({ exchange: 'veteran_chest' }));
  });

  it.each([
    'starter_pack',
    'weekly_deal',
    'golden_frame',
  ])('%s is sold to a player once', async (exchange) => {
    const { playerId } = await playerWith({ lumees: 10_000, auric_coins: 2_000 });
    receiptOf(await asPlayer(playerId).exchange({ exchange }));
    const again = await movingNothing(playerId, () => asPlayer(playerId).exchange({ exchange }));
    expect(rejectionOf(again, 'LimitExceeded')).toMatchObject({ bound: 1, remaining: 0 });
  });

  it('are enough for every currency', () => expect(bought.length).toBeGreaterThan(8));
});
