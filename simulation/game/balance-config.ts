/**
 * Draws the balance configs of a seed: the document that is published, and the same numbers as the model's rules. No two seeds
 * play the same game. Resources regenerate within seconds, so that a short run sees it happen.
 */
import type { Bound, ResourceNumbers, Rules, StatNumbers } from '../model/rules.ts';
import type { Operation } from '../operation.ts';
import { Random } from '../random.ts';
import type { SeedFacts } from '../schedule/world.ts';
import { breakersDocument, drawBreakers } from './breakers.ts';
import { drawWindows, withWindows } from './windows.ts';

/** One balance config of a seed. */
export interface Variant {
  readonly rules: Rules;
  readonly document: object;
}

type Document = Record<string, unknown>;

/** The same for all configs of a seed. */
function countsByPlayerZone(seed: string): boolean {
  return new Random(`${seed}/player zones`).chance(0.5);
}

export function drawVariant(random: Random, operations: Iterable<Operation>, facts: SeedFacts): Variant {
  const stat = (base: number, perPoint: number): StatNumbers => ({
    base: base + random.int(0, 9) * 10,
    perPoint: perPoint + random.int(0, 5),
  });
  const silver = random.int(200, 1_500);
  const stats = { energy: stat(100, 10), stamina: stat(100, 10), health: stat(500, 50) };
  // A stat that begins and ends with the versions of a seed.
  const luck: Record<string, StatNumbers> = random.fork('luck').chance(0.5)
    ? { luck: { base: 5, perPoint: 1 } }
    : {};
  const resources = drawResources(random.fork('resources'), stats);
  const counts = drawStaffCounts(random.fork('staff'));
  const rules: Omit<Rules, 'own' | 'windows'> = {
    resources: resources.numbers,
    curve: random.int(15, 40),
    maxLevel: 100,
    pointsPerLevel: random.int(2, 6),
    stats: { ...stats, ...luck },
    tiers: [
      { name: 'Bronze', from: 0 },
      { name: 'Silver', from: silver },
      { name: 'Gold', from: silver * 4 },
    ],
    values: counts.values,
    staffLimits: counts.staffLimits,
    limitPerReward: random.int(150, 800),
    budgetPerDay: random.int(800, 4_000),
    awardsPerDay: random.chance(0.4) ? null : random.int(25, 120),
    servers: drawServerLimits(random.fork('servers')),
    breakers: drawBreakers(random.fork('breakers'), facts.seed),
    countsByPlayerZone: countsByPlayerZone(facts.seed),
  };
  const own: Record<string, object> = {};
  let document: Document = merge(merge(commonDocument(rules), resources.document), counts.document);
  for (const { name, drawConfig } of operations) {
    if (!drawConfig) continue;
    const part = drawConfig(random.fork(name), facts);
    own[name] = part.numbers;
    document = merge(document, part.document as Document);
  }
  const windowed = withWindows(document, drawWindows(random.fork('windows'), document, facts.began));
  return { rules: { ...rules, own, windows: windowed.windows }, document: windowed.document };
}

/** The resources that count in value against the limits of staff, each with the most that a unit may count. */
const MOST_VALUE: Readonly<Record<string, number>> = {
  // The whale is given close to the largest amount.
  lumees: 1,
  'shards:fire': 3,
  'shards:water': 3,
  'shards:shadow': 3,
  summon_tokens: 4,
  experience: 2,
  'skill:passing': 3,
  'skill:shooting': 3,
  stat_points: 5,
  credits: 2,
  loyalty_points: 1,
  lifetime_points: 1,
  auric_coins: 4,
  drop_charges: 3,
  energy: 2,
  health: 1,
};
/** The resources that have limits of their own. */
export const LIMITED: readonly string[] = ['floor_tokens'];

function drawStaffCounts(random: Random) {
  const values = Object.fromEntries(
    Object.entries(MOST_VALUE).map(([resource, most]) => [resource, random.int(1, most)]),
  );
  const staffLimits = Object.fromEntries(
    LIMITED.map((resource) => {
      const perDay = random.int(100, 400);
      return [resource, { perReward: random.chance(0.5) ? random.int(30, 100) : null, perDay }];
    }),
  );
  const counted = [
    ...Object.entries(values).map(([resource, value]) => [resource, { value }]),
    ...Object.entries(staffLimits).map(([resource, staffLimit]) => [resource, { manual: true, staffLimit }]),
  ];
  return { values, staffLimits, document: { resources: Object.fromEntries(counted) } };
}

function drawServerLimits(random: Random): Rules['servers'] {
  const limitPerReward = random.int(60, 200);
  return { limitPerReward, budgetPerDay: limitPerReward + random.int(0, 200) };
}

/** Resources without a ceiling, an opening balance or regeneration. */
const PLAIN_RESOURCES: Record<string, object> = {
  lumees: { manual: true },
  'shards:fire': { manual: true },
  'shards:water': { manual: true },
  'shards:shadow': { manual: true },
  summon_tokens: { manual: true },
  experience: { manual: true },
  levels_paid: {},
  'skill:passing': {},
  'skill:shooting': {},
  // Level-ups must ignore `clamp`: a level gives all its points, and taking it back takes all of them.
  stat_points: { atCeiling: 'clamp' },
  'stat:energy': {},
  'stat:stamina': {},
  'stat:health': {},
  'stat:luck': {},
  credits: { manual: true },
  loyalty_points: { manual: true },
  lifetime_points: { manual: true },
};

function commonDocument(rules: Omit<Rules, 'own' | 'windows'>): Document {
  const stats = Object.entries(rules.stats).map(([name, numbers]) => [
    name,
    { resource: `stat:${name}`, ...numbers },
  ]);
  return {
    timeZone: 'UTC',
    ...breakersDocument(rules.breakers),
    ...(rules.countsByPlayerZone && { playerZone: 'zone' }),
    resources: PLAIN_RESOURCES,
    claimTypes: {},
    levels: {
      resource: 'experience',
      paidResource: 'levels_paid',
      maxLevel: rules.maxLevel,
      experienceForLevel: `${rules.curve} * level * (level - 1)`,
      grants: { stat_points: rules.pointsPerLevel },
    },
    statPoints: { resource: 'stat_points', stats: Object.fromEntries(stats) },
    tiers: { resource: 'lifetime_points', list: rules.tiers },
    manualRewards: {
      limitPerReward: rules.limitPerReward,
      budgetPerDay: rules.budgetPerDay,
      ...(rules.awardsPerDay !== null && { awardsPerDay: rules.awardsPerDay }),
      servers: rules.servers,
    },
  };
}

function drawResources(random: Random, stats: Readonly<Record<'energy' | 'health', StatNumbers>>) {
  const coins = random.int(300, 3_000);
  const pouch = random.int(5, 40);
  const startsWith = random.int(0, 5);
  const upTo = random.int(1, pouch);
  const charges = { everySeconds: random.int(1, 4), amount: random.int(1, 2) };
  // In some configs they do not regenerate.
  const regenerates = random.chance(0.8);
  const energy = { everySeconds: random.int(1, 3), amount: random.int(1, 9) };
  // Duplicates become shards.
  const dragons = random.int(1, 3);
  const shards = { resource: 'shards:fire', rate: random.int(2, 9) };
  const splinters = { resource: 'shards:water', rate: random.int(1, 4) };
  const maximum = (stat: 'energy' | 'health'): Bound => ({ ...stats[stat], points: `stat:${stat}` });
  const chargesRate = regenerates ? { ...charges, upTo } : null;
  const numbers: Record<string, ResourceNumbers> = {
    auric_coins: { ceiling: coins, clamp: false, regeneration: null },
    drop_charges: {
      ceiling: pouch,
      clamp: true,
      regeneration: regenerates || startsWith > 0 ? { opening: startsWith, rate: chargesRate } : null,
    },
    energy: {
      ceiling: maximum('energy'),
      clamp: true,
      regeneration: { opening: maximum('energy'), rate: { ...energy, upTo: maximum('energy') } },
    },
    health: {
      ceiling: maximum('health'),
      clamp: true,
      regeneration: { opening: maximum('health'), rate: null },
    },
    'hero:dragon': { ceiling: dragons, clamp: true, converts: shards, regeneration: null },
    'hero:paladin': { ceiling: 1, clamp: true, converts: splinters, regeneration: null },
  };
  const resources = {
    auric_coins: { manual: true, ceiling: coins, atCeiling: 'reject' },
    drop_charges: {
      manual: true,
      ceiling: pouch,
      atCeiling: 'clamp',
      startsWith,
      ...(chargesRate && { regenerates: chargesRate }),
    },
    energy: {
      ceiling: { stat: 'energy' },
      atCeiling: 'clamp',
      startsWith: 'ceiling',
      regenerates: energy,
    },
    health: { ceiling: { stat: 'health' }, atCeiling: 'clamp', startsWith: 'ceiling' },
    'hero:dragon': { ceiling: dragons, atCeiling: 'convert', convertTo: shards },
    'hero:paladin': { ceiling: 1, atCeiling: 'convert', convertTo: splinters },
  };
  return { numbers, document: { resources } };
}

/** Merges objects member by member; everything else is replaced. */
function merge(into: Document, from: Document): Document {
  const merged = { ...into };
  for (const [name, value] of Object.entries(from)) {
    const old = merged[name];
    merged[name] = isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
