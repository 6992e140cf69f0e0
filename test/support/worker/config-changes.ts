/**
 * Every kind of number and switch in the balance config: how to turn it, and what a client then sees. `before` is by the
 * example config, `after` by the changed one; each is looked at with a player of its own.
 */
import type { Document } from './balance.ts';
import { CHANGES_OF_EXCHANGES } from './config-changes-of-exchanges.ts';
import { CHANGES_OF_RESOURCES } from './config-changes-of-resources.ts';
import { award, type ConfigChange, claim, cup, gain, secondAward } from './config-looks.ts';
import { claimReward, spendStatPoints } from './mutations.ts';
import { fresh, playerToken } from './service.ts';

const fight = (facts: object) =>
  claim('pve_victory', { difficulty: 'nightmare', enemy_level: 200, ...facts });
const spend = async (points: object, playerId = fresh('player')) => {
  await cup(playerId);
  return spendStatPoints(points, { token: await playerToken(playerId) });
};
const maximum = (stat: string, points: object) => async () =>
  (await spend(points)).data?.result.player.stats.find(({ name }: Document) => name === stat).maximum;

const statChanges = (['energy', 'stamina', 'health'] as const).flatMap((stat): ConfigChange[] => {
  const [base, perPoint] = stat === 'health' ? [500, 50] : [100, 10];
  const look = maximum(stat.toUpperCase(), { [stat]: 2 });
  const before = base + 2 * perPoint;
  return [
    {
      number: `base of ${stat}`,
      turn: ({ statPoints }) => statPoints.stats[stat].base++,
      look,
      before,
      after: before + 1,
    },
    {
      number: `perPoint of ${stat}`,
      turn: ({ statPoints }) => statPoints.stats[stat].perPoint++,
      look,
      before,
      after: before + 2,
    },
  ];
});

const day = (timeZone: string) => new Intl.DateTimeFormat('sv-SE', { timeZone }).format();
/** A zone in which it is not the day that it is in UTC. */
const elsewhere = new Date().getUTCHours() >= 10 ? 'Pacific/Kiritimati' : 'Pacific/Pago_Pago';

export const CONFIG_CHANGES: readonly ConfigChange[] = [
  {
    number: 'a fixed reward',
    turn: ({ claimTypes }) => claimTypes.daily_quest.rewards.lumees++,
    look: async () => gain('lumees', await claim('daily_quest')),
    before: 150,
    after: 151,
  },
  {
    number: 'a reward formula',
    turn: ({ claimTypes }) => {
      claimTypes.ascension_victory.rewards.lumees = '7 + floor * 26';
    },
    look: async () => gain('lumees', await claim('ascension_victory', { floor: 10 })),
    before: 350,
    after: 267,
  },
  {
    number: 'another resource in a reward',
    turn: ({ claimTypes }) => {
      claimTypes.daily_quest.rewards.auric_coins = 9;
    },
    look: async () => gain('auric_coins', await claim('daily_quest')),
    before: 0,
    after: 9,
  },
  {
    number: 'the cap of a reward',
    turn: ({ claimTypes }) => {
      claimTypes.pve_victory.rewards.lumees.cap = 1499;
    },
    look: async () => gain('lumees', await fight({})),
    before: 1500,
    after: 1499,
  },
  {
    number: 'the greatest value of a fact',
    turn: ({ claimTypes }) => {
      claimTypes.pve_victory.facts.enemy_level.max = 199;
    },
    look: async () => gain('lumees', await fight({ enemy_level: 200 })),
    before: 1500,
    after: 'BAD_USER_INPUT',
  },
  {
    number: 'the least value of a fact',
    turn: ({ claimTypes }) => {
      claimTypes.pve_victory.facts.enemy_level.min = 0;
    },
    look: async () => gain('lumees', await fight({ enemy_level: 0 })),
    before: 'BAD_USER_INPUT',
    after: 60,
  },
  {
    number: 'the values of a fact',
    turn: ({ claimTypes }) => claimTypes.pve_victory.facts.difficulty.values.push('mythic'),
    look: async () => gain('lumees', await fight({ difficulty: 'mythic', enemy_level: 10 })),
    before: 'BAD_USER_INPUT',
    after: 50,
  },
  {
    number: 'the ceiling of a resource',
    turn: ({ resources }) => {
      resources.drop_charges.ceiling = 7;
    },
    look: async () => gain('drop_charges', await award('drop_charges', 12)),
    // Five to begin with, and what fits.
    before: 5,
    after: 2,
  },
  {
    number: 'what happens at a ceiling',
    turn: ({ resources }) => {
      resources.drop_charges.atCeiling = 'reject';
    },
    look: async () => gain('drop_charges', await award('drop_charges', 12)),
    before: 5,
    after: 'RESOURCE_CEILING',
  },
  {
    number: 'the floor of a resource',
    turn: ({ resources }) => {
      resources.stat_points.floor = -1;
    },
    look: async () => gain('stat_points', await spend({ energy: 7 })),
    before: 'InsufficientBalance',
    after: -7,
  },
  {
    number: 'which resources staff may give: one less',
    turn: ({ resources }) => {
      resources.lumees.manual = false;
    },
    look: async () => gain('lumees', await award('lumees', 5)),
    before: 5,
    after: 'BAD_USER_INPUT',
  },
  {
    number: 'which resources staff may give: one more',
    turn: ({ resources }) => {
      resources.keys = { manual: true };
    },
    look: async () => gain('keys', await award('keys', 5)),
    before: 'BAD_USER_INPUT',
    after: 5,
  },
  {
    number: 'the level curve',
    turn: ({ levels }) => {
      levels.experienceForLevel = '10 * level * (level - 1)';
    },
    look: async () => (await cup()).data?.result.levelAfter,
    before: 3,
    after: 7,
  },
  {
    number: 'the highest level',
    turn: ({ levels }) => {
      levels.maxLevel = 2;
    },
    look: async () => (await cup()).data?.result.player.experience.nextLevelAt,
    before: 600,
    after: null,
  },
  {
    number: 'what a level grants',
    turn: ({ levels }) => {
      levels.grants.stat_points = '10 * level';
    },
    look: async () => gain('stat_points', await cup()),
    before: 6,
    after: 50,
  },
  ...statChanges,
  {
    number: 'where a tier begins',
    turn: ({ tiers }) => {
      tiers.list[1].from = 500;
    },
    look: async () => (await award('lifetime_points', 500)).data?.result.tierAfter,
    before: 'Bronze',
    after: 'Silver',
  },
  {
    number: 'a tier in between',
    turn: ({ tiers }) => tiers.list.splice(1, 0, { name: 'Copper', from: 400 }),
    look: async () => (await award('lifetime_points', 500)).data?.result.player.tier,
    before: { name: 'Bronze', lifetimePoints: 500, next: { name: 'Silver', from: 1000, missing: 500 } },
    after: { name: 'Copper', lifetimePoints: 500, next: { name: 'Silver', from: 1000, missing: 500 } },
  },
  {
    number: 'the limit of one award',
    turn: ({ manualRewards }) => {
      manualRewards.limitPerReward = 9_999;
    },
    look: async () => gain('lumees', await award('lumees', 10_000)),
    before: 10_000,
    after: 'STAFF_REWARD',
  },
  {
    number: 'the budget of a day',
    turn: ({ manualRewards }) => {
      manualRewards.budgetPerDay = 19_999;
    },
    look: async () => gain('lumees', await secondAward(10_000)),
    before: 10_000,
    after: 'STAFF_DAILY_BUDGET',
  },
  {
    number: 'the awards of a day',
    turn: ({ manualRewards }) => {
      manualRewards.awardsPerDay = 1;
    },
    look: async () => gain('lumees', await secondAward(10)),
    before: 10,
    after: 'STAFF_DAILY_AWARDS',
  },
  {
    number: 'the claims of a type in a day',
    turn: ({ claimTypes }) => {
      claimTypes.arena_chest.perDay = 1;
    },
    look: async () => {
      const playerId = fresh('player');
      await claim('arena_chest', {}, playerId, 'chest-1');
      return gain('lumees', await claim('arena_chest', {}, playerId, 'chest-2'));
    },
    before: 75,
    after: 'CLAIMS_PER_DAY',
  },
  {
    number: 'the time zone',
    turn: (document) => {
      document.timeZone = elsewhere;
    },
    look: async () => (await claim('daily_quest')).data?.result.claim.key,
    before: day('UTC'),
    after: day(elsewhere),
  },
  {
    number: 'the period of a calendar claim',
    turn: ({ claimTypes }) => {
      claimTypes.weekly_chest.period = 'day';
    },
    look: async () => (await claim('weekly_chest')).data?.result.claim.key.length,
    before: '2031-W07'.length,
    after: '2031-02-14'.length,
  },
  {
    number: 'the proof that a claim wants',
    turn: ({ claimTypes }) => {
      claimTypes.daily_quest = { proof: 'server', rewards: { lumees: 1 } };
    },
    look: async () => {
      const token = await playerToken(fresh('player'));
      return gain('lumees', await claimReward({ type: 'daily_quest' }, { token }));
    },
    before: 150,
    after: 'NotEligible',
  },
  {
    number: 'a claim type more',
    turn: ({ claimTypes }) => {
      claimTypes.gift = { proof: 'calendar', period: 'week', rewards: { lumees: 7 } };
    },
    look: async () => gain('lumees', await claim('gift')),
    before: 'UnknownClaimType',
    after: 7,
  },
  ...CHANGES_OF_RESOURCES,
  ...CHANGES_OF_EXCHANGES,
];
