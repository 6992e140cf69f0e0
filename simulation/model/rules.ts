/**
 * The numbers in force, as the model knows them, and the balance document that says the same to the Worker. Drawn from
 * the seed, so that no two seeds play the same game. The model never reads a formula: it has the numbers.
 */
import type { Operation } from '../operation.ts';
import type { Random } from '../random.ts';
import { drawResources, type ResourceNumbers } from './resources.ts';

export interface StatNumbers {
  readonly base: number;
  readonly perPoint: number;
}

export interface Rules {
  /** Resources with a ceiling, or that grow by themselves. All others are bounded by SafeInt alone. */
  readonly resources: Readonly<Record<string, ResourceNumbers>>;
  /** A level begins at curve × level × (level − 1) experience. */
  readonly curve: number;
  readonly maxLevel: number;
  readonly pointsPerLevel: number;
  readonly stats: Readonly<Record<'energy' | 'stamina' | 'health', StatNumbers>>;
  readonly tiers: readonly { readonly name: string; readonly from: number }[];
  readonly limitPerReward: number;
  readonly budgetPerDay: number;
  /** Null: as many as the budget allows. */
  readonly awardsPerDay: number | null;
  /** Each operation's own numbers, by its name. */
  readonly own: Readonly<Record<string, object>>;
}

const RESOURCES: Record<string, object> = {
  lumees: { manual: true },
  'shards:fire': { manual: true },
  'shards:water': { manual: true },
  'shards:shadow': { manual: true },
  floor_tokens: { manual: true },
  summon_tokens: { manual: true },
  experience: { manual: true },
  levels_paid: {},
  'skill:passing': {},
  'skill:shooting': {},
  // Levels give all of it and take all of it back, whatever it does at a ceiling.
  stat_points: { atCeiling: 'clamp' },
  'stat:energy': {},
  'stat:stamina': {},
  'stat:health': {},
  credits: { manual: true },
  loyalty_points: { manual: true },
  lifetime_points: { manual: true },
};

export interface Variant {
  readonly rules: Rules;
  readonly document: object;
}

/** One config of a seed. */
export function drawVariant(random: Random, operations: Iterable<Operation>): Variant {
  const stat = (base: number, perPoint: number): StatNumbers => ({
    base: base + random.int(0, 9) * 10,
    perPoint: perPoint + random.int(0, 5),
  });
  const silver = random.int(200, 1_500);
  const stats = { energy: stat(100, 10), stamina: stat(100, 10), health: stat(500, 50) };
  const resources = drawResources(random.fork('resources'), stats);
  const rules: Omit<Rules, 'own'> = {
    resources: resources.numbers,
    curve: random.int(15, 40),
    maxLevel: 100,
    pointsPerLevel: random.int(2, 6),
    stats,
    tiers: [
      { name: 'Bronze', from: 0 },
      { name: 'Silver', from: silver },
      { name: 'Gold', from: silver * 4 },
    ],
    limitPerReward: random.int(150, 800),
    budgetPerDay: random.int(800, 4_000),
    awardsPerDay: random.chance(0.4) ? null : random.int(25, 120),
  };
  const own: Record<string, object> = {};
  let document: Document = merge(commonDocument(rules), resources.document);
  for (const { name, balance } of operations) {
    if (!balance) continue;
    const part = balance(random.fork(name));
    own[name] = part.numbers;
    document = merge(document, part.document as Document);
  }
  return { rules: { ...rules, own }, document };
}

type Document = Record<string, unknown>;

function commonDocument(rules: Omit<Rules, 'own'>): Document {
  return {
    timeZone: 'UTC',
    resources: RESOURCES,
    claimTypes: {},
    levels: {
      resource: 'experience',
      paidResource: 'levels_paid',
      maxLevel: rules.maxLevel,
      experienceForLevel: `${rules.curve} * level * (level - 1)`,
      grants: { stat_points: rules.pointsPerLevel },
    },
    statPoints: {
      resource: 'stat_points',
      stats: Object.fromEntries(
        Object.entries(rules.stats).map(([name, numbers]) => [
          name,
          { resource: `stat:${name}`, ...numbers },
        ]),
      ),
    },
    tiers: { resource: 'lifetime_points', list: rules.tiers },
    manualRewards: {
      limitPerReward: rules.limitPerReward,
      budgetPerDay: rules.budgetPerDay,
      ...(rules.awardsPerDay !== null && { awardsPerDay: rules.awardsPerDay }),
    },
  };
}

/** Objects are merged member by member, everything else is replaced. */
function merge(into: Document, from: Document): Document {
  const merged = { ...into };
  for (const [name, value] of Object.entries(from)) {
    const old = merged[name];
    const both = isObject(old) && isObject(value);
    merged[name] = both ? merge(old, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The experience at which a level begins. */
function levelBegins({ curve }: Rules, level: number): number {
  return curve * level * (level - 1);
}

export function levelFor(rules: Rules, experience: number): number {
  let level = 1;
  while (level < rules.maxLevel && levelBegins(rules, level + 1) <= experience) level += 1;
  return level;
}

export function tierFor({ tiers }: Rules, lifetimePoints: number): string | null {
  return tiers.findLast(({ from }) => from <= lifetimePoints)?.name ?? null;
}
