/** The example config with every field that it leaves out. Its shape is valid; not all of its rules are. */
import { readFileSync } from 'node:fs';
import type { Json } from './example.ts';

type Fields = { [key: string]: Json };

const TEXT = readFileSync(new URL('../../config/balance.example.json', import.meta.url), 'utf8');
const ALL_BOUNDS: Fields = { perDay: 2, perWeek: 3, perMonth: 4, perSeason: { winter: 5 }, ever: 6 };

function merged(base: Json | undefined, more: Json): Json {
  if (!isRecord(base) || !isRecord(more)) return more;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(more)])];
  return Object.fromEntries(
    keys.map((key) => [key, key in more ? merged(base[key], more[key] as Json) : (base[key] as Json)]),
  );
}

const isRecord = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const SHOWN: Fields = { title: 'A title', text: 'A text', image: '/a.png', tags: ['shop', 'daily'], sort: 7 };

/** What the example leaves out. */
const MORE: Json = {
  defaultLanguage: 'en',
  resetHour: 4,
  weekStart: 'sunday',
  timeZoneBefore: {
    description: 'Earlier.',
    timeZone: 'UTC',
    resetHour: 0,
    weekStart: 'monday',
    until: '2026-12-02T00:00:00.000Z',
  },
  playerZone: 'zone',
  limits: { boosters: { description: 'Of all boosters.', ...ALL_BOUNDS, total: 100 } },
  resources: {
    lumees: {
      ...SHOWN,
      transfer: {
        description: 'Between friends.',
        ...ALL_BOUNDS,
        total: 1_000_000,
        receives: { description: 'From all.', ...ALL_BOUNDS },
        fromAccountsOlderThanHours: 24,
        onFull: 'pending',
        message: 'welcome_back',
      },
      spend: ALL_BOUNDS,
      take: { perCall: 100 },
    },
    energy: { regenerates: { description: 'Slowly.', amount: 2, upTo: { stat: 'energy' } } },
    'hero:frost_queen': { convertTo: { description: 'Shards.' } },
    stat_points: { staffLimit: { description: 'For tests.' } },
    snowflakes: { floor: -5 },
  },
  claimTypes: {
    arena_chest: {
      ...SHOWN,
      ...ALL_BOUNDS,
      total: 1_000,
      draws: { summons: 2 },
      requires: [{ description: 'A condition.', when: 'level >= 2', text: 'locked.level_2' }],
      sharedLimits: ['boosters'],
      from: '2026-12-01T00:00:00.000Z',
      until: '2027-01-01T00:00:00.000Z',
      reversibleBy: ['server'],
    },
    store_purchase: { rewards: { auric_coins: { description: 'Coins.', cap: 500 } } },
    daily_login: {
      rewardsByStreak: [{ description: 'A row.', from: 3, rewards: { lumees: 25 } }],
    },
  },
  exchanges: {
    winter_summon: {
      ...SHOWN,
      ...ALL_BOUNDS,
      total: 9,
      sharedLimits: ['boosters'],
      reversibleBy: ['server'],
    },
    queens_favour: { chooseOne: { hero: { description: 'A hero.' } } },
  },
  drawTables: {
    winter_heroes: {
      ...SHOWN,
      from: '2026-12-01T00:00:00.000Z',
      until: '2027-02-01T00:00:00.000Z',
      outcomes: { rare_paladin: { description: 'Rare.' } },
    },
  },
  payouts: { arena: { ties: 'share' } },
  breakers: {
    hourly: {
      description: 'What a defect can give.',
      resource: 'lumees',
      claimTypes: ['pve_victory', 'winter_summon'],
      per: 'server',
      perHour: 1_000_000,
    },
  },
  streaks: { login: { decay: { lose: 3 } } },
  counters: { matches_today: { max: 100 } },
  attributes: { segment: { description: 'Who they are.', values: ['new', 'vip'] } },
  combat: { damageTypes: ['fire', 'ice'] },
  statPoints: { stats: { energy: { description: 'For training.' } } },
  tiers: {
    description: 'Loyalty.',
    list: [
      { description: 'All.', name: 'Bronze', from: 0 },
      { name: 'Silver', from: 1000 },
    ],
  },
  manualRewards: { servers: { description: 'For quests.', limitPerReward: 10, budgetPerDay: 100 } },
  campaigns: { description: 'Two people.', approvalAbove: 1000 },
};

/** A new copy for each call, without values that two places share. */
export function wholeDocument(): Json {
  return JSON.parse(JSON.stringify(merged(JSON.parse(TEXT), MORE)));
}
