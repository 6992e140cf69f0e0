/**
 * The shape of the balance document: fields, types, bounds and defaults of each part on its own. Rules between parts (a
 * reward names an existing resource) are in cross-checks.ts, the formula language in formulas.ts.
 */
import * as z from 'zod/mini';
import { CALENDAR_PERIODS, WEEK_DAYS } from '../domain/calendar.ts';
import { SOURCE_SCOPES } from '../domain/rules.ts';
import * as bounds from './bounds.ts';
import { catalogueFields, language, messages } from './catalogue.ts';
import { breakers } from './schema-breakers.ts';
import { payouts } from './schema-payouts.ts';
import {
  amount,
  amounts,
  chooseOne,
  claimTypeName,
  damageType,
  description,
  draws,
  drawTableName,
  exchangeAmounts,
  exchangeCosts,
  exchangeName,
  factName,
  formula,
  formulaText,
  instant,
  limit,
  limitBounds,
  limitName,
  messageName,
  onExpiry,
  outcomeName,
  playerBounds,
  requires,
  resourceName,
  reversibleBy,
  seasonName,
  sharedLimits,
  sizedRecord,
  statName,
  stringValue,
  text,
  tierName,
  timeZone,
  window,
} from './schema-values.ts';

const resource = z.strictObject({
  description,
  ...catalogueFields,
  floor: z._default(amount(-bounds.MAX_AMOUNT, 0), 0),
  ceiling: z._default(z.nullable(limit), null),
  atCeiling: z._default(z.enum(['reject', 'clamp', 'convert']), 'reject'),
  convertTo: z.optional(
    z.strictObject({ description, resource: resourceName, rate: amount(1, bounds.MAX_RATE) }),
  ),
  manual: z._default(z.boolean(), false),
  value: z.optional(amount(1, bounds.MAX_VALUE)),
  staffLimit: z.optional(
    z.strictObject({
      description,
      perReward: z._default(z.nullable(amount(1)), null),
      perDay: amount(1),
    }),
  ),
  startsWith: z._default(
    z.union([amount(0), z.literal('ceiling')], 'must be "ceiling" or a whole number'),
    0,
  ),
  regenerates: z.optional(
    z.strictObject({
      description,
      everySeconds: amount(1, bounds.MAX_INTERVAL_SECONDS),
      amount: z._default(amount(1), 1),
      upTo: z.optional(limit),
    }),
  ),
  transfer: z.optional(
    z.strictObject({
      description,
      perTransfer: z._default(z.nullable(amount(1)), null),
      ...limitBounds,
      receives: z._default(z.strictObject({ description, ...playerBounds }), { perSeason: {} }),
      fromAccountsOlderThanHours: z.optional(amount(1, bounds.MAX_ACCOUNT_AGE_HOURS)),
      onFull: z._default(z.enum(['reject', 'pending']), 'reject'),
      message: z.optional(messageName),
    }),
  ),
  spend: z.optional(
    z.strictObject({
      description,
      perCall: z._default(z.nullable(amount(1)), null),
      ...playerBounds,
    }),
  ),
  take: z.optional(
    z.strictObject({
      description,
      perCall: z._default(z.nullable(amount(1)), null),
      perDay: amount(1),
      debt: z._default(z.boolean(), false),
    }),
  ),
});

const fact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('int'),
    description,
    min: amount(-bounds.MAX_AMOUNT),
    max: amount(-bounds.MAX_AMOUNT),
  }),
  z.strictObject({ kind: z.literal('bool'), description }),
  z.strictObject({ kind: z.literal('id'), description }),
  z.strictObject({
    kind: z.literal('string'),
    description,
    values: z.array(stringValue).check(z.minLength(1), z.maxLength(bounds.MAX_STRING_VALUES)),
  }),
]);

const reward = z.union(
  [
    formulaText,
    amount(0),
    z.strictObject({
      description,
      amount: formula,
      cap: z.optional(
        z.nullable(z.union([formulaText, amount(1)], 'must be a formula in quotes or a whole number')),
      ),
      onceFor: z.optional(z.array(factName).check(z.minLength(1), z.maxLength(bounds.MAX_SOURCE_FACTS))),
      scope: z.optional(z.enum(SOURCE_SCOPES)),
    }),
  ],
  'must be a formula in quotes, a whole number, or {"amount": …, "cap": …}',
);

const period = z.union(
  [z.enum([...CALENDAR_PERIODS, 'ever']), z.strictObject({ season: seasonName })],
  'must be "day", "week", "month", "ever" or {"season": …}',
);

const claimType = z.strictObject({
  description,
  ...catalogueFields,
  proof: z.enum(['ticket', 'calendar', 'server']),
  period: z.optional(period),
  facts: z._default(sizedRecord(factName, fact, { most: bounds.MAX_FACTS_PER_CLAIM }), {}),
  rewards: z._default(sizedRecord(resourceName, reward, { most: bounds.MAX_REWARDS_PER_CLAIM }), {}),
  draws,
  requiresProgress: z._default(amounts({ most: bounds.MAX_COUNTERS_PER_CLAIM }), {}),
  advances: z._default(amounts({ most: bounds.MAX_COUNTERS_PER_CLAIM }), {}),
  onExpiry,
  streak: z.optional(resourceName),
  rewardsByStreak: z._default(
    z
      .array(
        z.strictObject({
          description,
          from: amount(1, bounds.MAX_STREAK),
          rewards: amounts({ least: 1, most: bounds.MAX_REWARDS_PER_CLAIM }),
        }),
      )
      .check(z.maxLength(bounds.MAX_STREAK_ROWS)),
    [],
  ),
  requires,
  ...limitBounds,
  sharedLimits,
  ...window,
  reversibleBy,
});

const streak = z.strictObject({
  description,
  period: z.enum(CALENDAR_PERIODS),
  grace: z._default(amount(0, bounds.MAX_GRACE), 0),
  decay: z._default(
    z.union([z.literal('reset'), z.strictObject({ lose: amount(1) })], 'must be "reset" or {"lose": …}'),
    'reset',
  ),
});

const counter = z.strictObject({ description, period, max: z.optional(amount(1)) });
const exchange = z.strictObject({
  description,
  ...catalogueFields,
  costs: exchangeCosts,
  gives: exchangeAmounts,
  draws,
  chooseOne,
  maxQuantity: z._default(amount(1, bounds.MAX_QUANTITY), 1),
  requires,
  ...limitBounds,
  sharedLimits,
  ...window,
  reversibleBy,
});

const outcome = z.strictObject({
  description,
  weight: amount(1, bounds.MAX_WEIGHT),
  gives: z._default(amounts({ most: bounds.MAX_OUTCOME_ENTRIES }), {}),
  table: z.optional(drawTableName),
});

const guarantee = z.strictObject({
  description,
  counter: resourceName,
  after: amount(1, bounds.MAX_DRAWS_BEFORE_GUARANTEE),
  outcomes: z.array(outcomeName).check(z.minLength(1), z.maxLength(bounds.MAX_OUTCOMES)),
});

const drawTable = z.strictObject({
  description,
  ...catalogueFields,
  ...window,
  outcomes: sizedRecord(outcomeName, outcome, { least: 1, most: bounds.MAX_OUTCOMES }),
  guarantees: z._default(z.array(guarantee).check(z.maxLength(bounds.MAX_GUARANTEES)), []),
});

const levels = z.strictObject({
  description,
  resource: resourceName,
  paidResource: resourceName,
  maxLevel: z.int().check(z.minimum(1), z.maximum(bounds.MAX_LEVEL)),
  experienceForLevel: formulaText,
  grants: z._default(sizedRecord(resourceName, formula, { most: bounds.MAX_LEVEL_GRANTS }), {}),
});

const stat = z.strictObject({
  description,
  resource: resourceName,
  base: z._default(amount(0, bounds.MAX_STAT), bounds.STAT_DEFAULTS.base),
  perPoint: z._default(amount(0, bounds.MAX_STAT), bounds.STAT_DEFAULTS.perPoint),
});

const statPoints = z.strictObject({
  description,
  resource: resourceName,
  stats: sizedRecord(statName, stat, { least: 1, most: bounds.MAX_STATS }),
});

const tier = z.strictObject({ description, name: tierName, from: amount(0) });
const tiers = z.strictObject({
  description,
  resource: resourceName,
  list: z.array(tier).check(z.maxLength(bounds.MAX_TIERS)),
});
const season = z.strictObject({ description, from: instant, until: instant });

export const balanceDocument = z.strictObject({
  $schema: z.optional(text),
  description,
  defaultLanguage: z._default(language, 'en'),
  timeZone,
  resetHour: z._default(amount(0, 23), 0),
  weekStart: z._default(z.enum(WEEK_DAYS), 'monday'),
  timeZoneBefore: z.optional(
    z.strictObject({
      description,
      timeZone,
      resetHour: z.optional(amount(0, 23)),
      weekStart: z.optional(z.enum(WEEK_DAYS)),
      until: instant,
    }),
  ),
  playerZone: z.optional(factName),
  seasons: z._default(sizedRecord(seasonName, season, { most: bounds.MAX_SEASONS }), {}),
  limits: z._default(
    sizedRecord(limitName, z.strictObject({ description, ...limitBounds }), {
      most: bounds.MAX_SHARED_LIMITS,
    }),
    {},
  ),
  resources: sizedRecord(resourceName, resource, { least: 1, most: bounds.MAX_RESOURCES }),
  claimTypes: sizedRecord(claimTypeName, claimType, { most: bounds.MAX_CLAIM_TYPES }),
  exchanges: z._default(sizedRecord(exchangeName, exchange, { most: bounds.MAX_EXCHANGES }), {}),
  drawTables: z._default(sizedRecord(drawTableName, drawTable, { most: bounds.MAX_DRAW_TABLES }), {}),
  payouts,
  breakers,
  messages,
  streaks: z._default(sizedRecord(resourceName, streak, { most: bounds.MAX_STREAKS }), {}),
  counters: z._default(sizedRecord(resourceName, counter, { most: bounds.MAX_COUNTERS }), {}),
  attributes: z._default(
    sizedRecord(
      factName,
      z.strictObject({
        description,
        values: z.array(stringValue).check(z.minLength(1), z.maxLength(bounds.MAX_STRING_VALUES)),
      }),
      { most: bounds.MAX_ATTRIBUTES },
    ),
    {},
  ),
  combat: z.optional(
    z.strictObject({
      description,
      health: resourceName,
      damageTypes: z._default(z.array(damageType).check(z.maxLength(bounds.MAX_DAMAGE_TYPES)), []),
    }),
  ),
  levels: z.optional(levels),
  statPoints: z.optional(statPoints),
  tiers: z.optional(tiers),
  manualRewards: z.strictObject({
    description,
    limitPerReward: z._default(amount(0), bounds.MANUAL_LIMIT_DEFAULT),
    budgetPerDay: amount(0),
    awardsPerDay: z.optional(amount(1)),
    servers: z.optional(z.strictObject({ description, limitPerReward: amount(0), budgetPerDay: amount(0) })),
  }),
  campaigns: z.optional(z.strictObject({ description, approvalAbove: z._default(amount(0), 0) })),
});

export type BalanceDocument = z.infer<typeof balanceDocument>;
