/**
 * The game that batches are about: its names, its players and staff, and configs that change how energy regenerates, what levels
 * give and how many units the shop has. A config is given to the kernel as its effects, so no rules of the product take part.
 */
import { createHash } from 'node:crypto';
import type { Segment } from '../model/regeneration.ts';
import type { Random } from '../random.ts';

const RESOURCES = ['gold', 'gems', 'energy', 'xp', 'levels', 'points', 'pity', 'relic'] as const;
const CLAIM_TYPES = [
  'quest',
  'shop',
  'summon',
  'gift',
  'award',
  'announcement',
  'reversal',
  'notice',
] as const;
const OPERATIONS = ['play', 'give', 'award', 'announce', 'pay', 'reverse', 'notify'] as const;
const LIMITS = [
  'claims:quest',
  'exchange:shop',
  'gifts',
  'deals',
  'stock:shop',
  'staff:budget',
  'staff:awards',
  'staff:resource:relic',
] as const;
export const PERMISSION = { play: 'batch:play', award: 'batch:award' } as const;

export interface BatchWorld {
  readonly seed: string;
  readonly players: readonly string[];
  /** A player who never exists. */
  readonly ghost: string;
  readonly server: string;
  readonly clerks: readonly string[];
  /** Disabled staff. */
  readonly former: string;
  /** The budget of a clerk for a day. */
  readonly budget: number;
  /** The periods of the shop's stock, each with units of its own, and when they began. */
  readonly seasons: readonly string[];
  readonly since: string;
}

/** Several stocks, because only the last units of each show whether buyers wait for each other. */
const SEASONS = 6;

export function createBatchWorld(seed: string): BatchWorld {
  const named = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `b${seed}-${prefix}${index}`);
  return {
    seed,
    players: named('player', 6),
    ghost: `b${seed}-ghost`,
    server: `b${seed}-server`,
    clerks: named('clerk', 2),
    former: `b${seed}-former`,
    budget: 120,
    seasons: Array.from({ length: SEASONS }, (_, index) => `season-${seed}-${index}`),
    since: new Date().toISOString(),
  };
}

/** One published config. */
export interface BatchConfig {
  readonly everySeconds: number | null;
  readonly amount: number;
  /** Null: it opens at 0. */
  readonly opening: number | null;
  readonly cap: number;
  /** How much of the cap each point adds. */
  readonly capPerPoint: number;
  /** The experience at which each level begins. */
  readonly thresholds: readonly number[];
  readonly pointsPerLevel: number;
  /** The claim types whose claims servers may take back. */
  readonly reversible: readonly string[];
  /** What a gem counts against the limits of staff. */
  readonly gemValue: number;
}

export interface PublishedConfig {
  readonly version: number;
  readonly sha256: string;
  /** In milliseconds since 1970. */
  readonly from: number;
  readonly config: BatchConfig;
}

export function drawConfig(random: Random): BatchConfig {
  const step = random.int(20, 60);
  return {
    everySeconds: random.chance(0.75) ? random.int(1, 2) : null,
    amount: random.int(1, 9),
    opening: random.chance(0.7) ? random.int(0, 12) : null,
    cap: random.int(10, 60),
    capPerPoint: random.int(0, 3),
    thresholds: Array.from({ length: 30 }, (_, index) => step * (index + 1) * (index + 2)),
    pointsPerLevel: random.int(1, 4),
    reversible: ['quest', 'shop', 'summon', 'gift', 'announcement'].filter(() => random.chance(0.6)),
    gemValue: random.int(1, 2),
  };
}

/** What a clerk may give at once, in value, and how often in a day. The budget of the day is the clerk's own. */
export const STAFF = { rewardLimit: 60, awardsPerDay: 30 };
/** What a clerk may give of relics, which count nothing in value. */
export const RELICS = { perReward: 2, perDay: 8 };

/** What a unit counts against the limits of staff. */
export function unitValue(resource: string, { gemValue }: BatchConfig): number {
  if (resource === 'relic' || resource === 'pity') return 0;
  return resource === 'gems' ? gemValue : 1;
}

function staffEffects(config: BatchConfig): object {
  const values = RESOURCES.map((resource) =>
    resource === 'relic'
      ? { resource, value: null, per_reward: RELICS.perReward, per_day: RELICS.perDay }
      : { resource, value: unitValue(resource, config), per_reward: null, per_day: null },
  );
  return { reward_limit: STAFF.rewardLimit, daily_budget: 0, awards_per_day: STAFF.awardsPerDay, values };
}

/** How many units of the shop there are in each season, in how many stripes. */
export const STOCK = { bound: 9, stripes: 2 };

/** What a stripe of the stock may sell: the bound is spread over the stripes, and no unit is lost or added. */
export function stripeBound(stripe: number): number {
  return Math.floor(STOCK.bound / STOCK.stripes) + (stripe < STOCK.bound % STOCK.stripes ? 1 : 0);
}

export function digestOf(config: BatchConfig, nonce: string): string {
  return createHash('sha256')
    .update(JSON.stringify([config, nonce]))
    .digest('hex');
}

/** The rows that publishing writes, as `onceward.publish_config` takes them. */
export function effectsOf(config: BatchConfig, { seasons, since }: BatchWorld): object {
  const { everySeconds, amount, opening, cap, capPerPoint, thresholds, pointsPerLevel, reversible } = config;
  const regenerates = everySeconds !== null;
  return {
    names: { resource: RESOURCES, claim_type: CLAIM_TYPES, operation: OPERATIONS, limit: LIMITS },
    milestones: [
      {
        resource: 'xp',
        paid_resource: 'levels',
        thresholds,
        grants: [
          {
            resource: 'points',
            amounts: thresholds.map(() => pointsPerLevel),
            ceiling: Number.MAX_SAFE_INTEGER,
            ceiling_per_unit: 0,
            ceiling_of: null,
          },
        ],
      },
    ],
    regeneration: [
      {
        resource: 'energy',
        every_seconds: everySeconds,
        amount: regenerates ? amount : null,
        opening_base: opening,
        opening_per_unit: 0,
        opening_of: null,
        cap_base: regenerates ? cap : null,
        cap_per_unit: regenerates ? capPerPoint : null,
        cap_of: regenerates ? 'points' : null,
      },
    ],
    reversible_by_servers: reversible,
    staff: staffEffects(config),
    game_limits: seasons.map((period) => ({
      limit: 'stock:shop',
      period,
      since,
      claim_types: ['shop'],
      resource: null,
      bound: STOCK.bound,
      stripes: STOCK.stripes,
    })),
  };
}

/** How energy regenerated up to a version, oldest first. */
export function energySegments(published: readonly PublishedConfig[], version: number): Segment[] {
  const segments: Segment[] = [];
  for (const { from, config } of published.filter((one) => one.version <= version)) {
    const { everySeconds, amount, opening, cap, capPerPoint } = config;
    const upTo = { base: cap, perPoint: capPerPoint, points: 'points' };
    const rate = everySeconds === null ? null : { everySeconds, amount, upTo };
    const regeneration = { opening: opening ?? 0, rate };
    if (JSON.stringify(segments.at(-1)?.regeneration) !== JSON.stringify(regeneration))
      segments.push({ from, regeneration });
  }
  return segments;
}
