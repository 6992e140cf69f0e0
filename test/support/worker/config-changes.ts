/** Changes of every kind of setting in the balance config, with what a client observes before and after. */
import { asPlayer, receiptOf } from './client.ts';
import { award, type ConfigChange, claim, cup, gain, secondAward } from './config-change.ts';
import { EXCHANGE_CHANGES } from './config-changes-exchanges.ts';
import { RESOURCE_CHANGES } from './config-changes-resources.ts';
import { fresh } from './service.ts';
import { spending } from './stat-points.ts';

const fight = (facts: Record<string, string | number>) =>
  claim('pve_victory', { difficulty: 'nightmare', enemy_level: 200, ...facts });

type Points = Readonly<Record<string, number>>;
async function spend(points: Points) {
  const playerId = fresh('player');
  await cup(playerId);
  return asPlayer(playerId).spendStatPoints(spending(points));
}

/** The maximum of a stat after points are spent. */
async function maximum(stat: string, points: Points): Promise<number | undefined> {
  const { player } = receiptOf(await spend(points));
  return player.stats.find(({ name }) => name === stat)?.maximum;
}

const statChanges = (['energy', 'stamina', 'health'] as const).flatMap((stat): ConfigChange[] => {
  const [base, perPoint] = stat === 'health' ? [500, 50] : [100, 10];
  const observe = () => maximum(stat, { [stat]: 2 });
  const before = base + 2 * perPoint;
  return [
    {
      setting: `the base of ${stat}`,
      change: ({ statPoints }) => statPoints.stats[stat].base++,
      observe,
      before,
      after: before + 1,
    },
    {
      setting: `the perPoint of ${stat}`,
      change: ({ statPoints }) => statPoints.stats[stat].perPoint++,
      observe,
      before,
      after: before + 2,
    },
  ];
});

const day = (timeZone: string) => new Intl.DateTimeFormat('sv-SE', { timeZone }).format();
/** A time zone whose date differs from the date in UTC. */
const elsewhere = new Date().getUTCHours() >= 10 ? 'Pacific/Kiritimati' : 'Pacific/Pago_Pago';

export const CONFIG_CHANGES: readonly ConfigChange[] = [
  {
    setting: 'a fixed reward',
    change: ({ claimTypes }) => claimTypes.daily_quest.rewards.lumees++,
    observe: async () => gain('lumees', await claim('daily_quest')),
    before: 150,
    after: 151,
  },
  {
    setting: 'a reward formula',
    change: ({ claimTypes }) => {
      claimTypes.ascension_victory.rewards.lumees = '7 + floor * 26';
    },
    observe: async () => gain('lumees', await claim('ascension_victory', { floor: 10 })),
    before: 350,
    after: 267,
  },
  {
    setting: 'an additional resource in a reward',
    change: ({ claimTypes }) => {
      claimTypes.daily_quest.rewards.auric_coins = 9;
    },
    observe: async () => gain('auric_coins', await claim('daily_quest')),
    before: 0,
    after: 9,
  },
  {
    setting: 'the cap of a reward',
    change: ({ claimTypes }) => {
      claimTypes.pve_victory.rewards.lumees.cap = 1499;
    },
    observe: async () => gain('lumees', await fight({})),
    before: 1500,
    after: 1499,
  },
  {
    setting: 'the maximum of a fact',
    change: ({ claimTypes }) => {
      claimTypes.pve_victory.facts.enemy_level.max = 199;
    },
    observe: async () => gain('lumees', await fight({ enemy_level: 200 })),
    before: 1500,
    after: 'BAD_USER_INPUT',
  },
  {
    setting: 'the minimum of a fact',
    change: ({ claimTypes }) => {
      claimTypes.pve_victory.facts.enemy_level.min = 0;
    },
    observe: async () => gain('lumees', await fight({ enemy_level: 0 })),
    before: 'BAD_USER_INPUT',
    after: 60,
  },
  {
    setting: 'the values of a fact',
    change: ({ claimTypes }) => claimTypes.pve_victory.facts.difficulty.values.push('mythic'),
    observe: async () => gain('lumees', await fight({ difficulty: 'mythic', enemy_level: 10 })),
    before: 'BAD_USER_INPUT',
    after: 50,
  },
  {
    setting: 'the ceiling of a resource',
    change: ({ resources }) => {
      resources.drop_charges.ceiling = 7;
    },
    observe: async () => gain('drop_charges', await award('drop_charges', 12)),
    // The opening balance is five, and the award is cut to what fits.
    before: 5,
    after: 2,
  },
  {
    setting: 'the behaviour at a ceiling',
    change: ({ resources }) => {
      resources.drop_charges.atCeiling = 'reject';
    },
    observe: async () => gain('drop_charges', await award('drop_charges', 12)),
    before: 5,
    after: 'RESOURCE_CEILING',
  },
  {
    setting: 'the floor of a resource',
    change: ({ resources }) => {
      resources.stat_points.floor = -1;
    },
    observe: async () => gain('stat_points', await spend({ energy: 7 })),
    before: 'InsufficientBalance',
    after: -7,
  },
  {
    setting: 'a resource that staff can no longer give',
    change: ({ resources }) => {
      resources.lumees.manual = false;
    },
    observe: async () => gain('lumees', await award('lumees', 5)),
    before: 5,
    after: 'BAD_USER_INPUT',
  },
  {
    setting: 'a resource that staff can now give',
    change: ({ resources }) => {
      resources.keys = { manual: true, value: 1 };
    },
    observe: async () => gain('keys', await award('keys', 5)),
    before: 'BAD_USER_INPUT',
    after: 5,
  },
  {
    setting: 'the level curve',
    change: ({ levels }) => {
      levels.experienceForLevel = '10 * level * (level - 1)';
    },
    observe: async () => receiptOf(await cup()).levelAfter,
    before: 3,
    after: 7,
  },
  {
    setting: 'the highest level',
    change: ({ levels }) => {
      levels.maxLevel = 2;
    },
    observe: async () => receiptOf(await cup()).player.experience?.nextLevelAt,
    before: 600,
    after: null,
  },
  {
    setting: 'the grant of a level',
    change: ({ levels }) => {
      levels.grants.stat_points = '10 * level';
    },
    observe: async () => gain('stat_points', await cup()),
    before: 6,
    after: 50,
  },
  ...statChanges,
  {
    setting: 'the start of a tier',
    change: ({ tiers }) => {
      tiers.list[1].from = 500;
    },
    observe: async () => receiptOf(await award('lifetime_points', 500)).tierAfter,
    before: 'Bronze',
    after: 'Silver',
  },
  {
    setting: 'an additional tier',
    change: ({ tiers }) => tiers.list.splice(1, 0, { name: 'Copper', from: 400 }),
    observe: async () => receiptOf(await award('lifetime_points', 500)).player.tier,
    before: { name: 'Bronze', lifetimePoints: 500, next: { name: 'Silver', from: 1000, missing: 500 } },
    after: { name: 'Copper', lifetimePoints: 500, next: { name: 'Silver', from: 1000, missing: 500 } },
  },
  {
    setting: 'the limit of one manual reward',
    change: ({ manualRewards }) => {
      manualRewards.limitPerReward = 9_999;
    },
    observe: async () => gain('lumees', await award('lumees', 10_000)),
    before: 10_000,
    after: 'STAFF_REWARD',
  },
  {
    setting: 'the daily budget of a staff member',
    change: ({ manualRewards }) => {
      manualRewards.budgetPerDay = 19_999;
    },
    observe: async () => gain('lumees', await secondAward(10_000)),
    before: 10_000,
    after: 'STAFF_DAILY_BUDGET',
  },
  {
    setting: 'the daily number of manual rewards',
    change: ({ manualRewards }) => {
      manualRewards.awardsPerDay = 1;
    },
    observe: async () => gain('lumees', await secondAward(10)),
    before: 10,
    after: 'STAFF_DAILY_AWARDS',
  },
  {
    setting: 'the daily limit of a claim type',
    change: ({ claimTypes }) => {
      claimTypes.arena_chest.perDay = 1;
    },
    observe: async () => {
      const playerId = fresh('player');
      await claim('arena_chest', {}, playerId, 'chest-1');
      return gain('lumees', await claim('arena_chest', {}, playerId, 'chest-2'));
    },
    before: 75,
    after: 'CLAIMS',
  },
  {
    setting: 'the time zone',
    change: (document) => {
      document.timeZone = elsewhere;
    },
    observe: async () => receiptOf(await claim('daily_quest')).claim.key,
    before: day('UTC'),
    after: day(elsewhere),
  },
  {
    setting: 'the period of a calendar claim',
    change: ({ claimTypes }) => {
      claimTypes.weekly_chest.period = 'day';
    },
    observe: async () => receiptOf(await claim('weekly_chest')).claim.key.length,
    before: '2031-W07'.length,
    after: '2031-02-14'.length,
  },
  {
    setting: 'the proof of a claim type',
    change: ({ claimTypes }) => {
      claimTypes.daily_quest = { proof: 'server', rewards: { lumees: 1 } };
    },
    observe: async () => gain('lumees', await asPlayer(fresh('player')).claimReward({ type: 'daily_quest' })),
    before: 150,
    after: 'NotEligible',
  },
  {
    setting: 'an additional claim type',
    change: ({ claimTypes }) => {
      claimTypes.gift = { proof: 'calendar', period: 'week', rewards: { lumees: 7 } };
    },
    observe: async () => gain('lumees', await claim('gift')),
    before: 'UnknownClaimType',
    after: 7,
  },
  ...RESOURCE_CHANGES,
  ...EXCHANGE_CHANGES,
];
