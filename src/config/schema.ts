/**
 * The shape of the balance document: fields, types and bounds of each part by itself. What parts mean to each other
 * (a reward names a resource that exists) is cross-checks.ts; what formulas do is formulas.ts.
 */
import * as z from 'zod/mini';
import type { Stat } from '../domain/rules.ts';
import * as bounds from './bounds.ts';
import { MANUAL_LIMIT_DEFAULT, STAT_DEFAULTS } from './defaults.ts';
import { drawTable, drawTableName, exchange, exchangeName } from './schema-exchanges.ts';
import {
  amount,
  description,
  formula,
  formulaText,
  limit,
  resourceName,
  sizedRecord,
  snakeName,
  text,
} from './schema-parts.ts';

const resource = z.strictObject({
  description,
  floor: z._default(amount(-bounds.MAX_AMOUNT, 0), 0),
  ceiling: z._default(z.nullable(limit), null),
  atCeiling: z._default(z.enum(['reject', 'clamp']), 'reject'),
  manual: z._default(z.boolean(), false),
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
      perDay: z._default(z.nullable(amount(1)), null),
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
    values: z
      .array(
        z
          .string()
          .check(z.regex(bounds.STRING_VALUE, 'must be 1 to 64 letters, digits, "_", ".", ":" or "-"')),
      )
      .check(z.minLength(1), z.maxLength(bounds.MAX_STRING_VALUES)),
  }),
]);

const reward = z.union(
  [
    formulaText,
    amount(0),
    z.strictObject({
      description,
      amount: formula,
      cap: z.optional(z.nullable(amount(1))),
      onceFor: z.optional(
        z
          .array(snakeName('a fact name', bounds.FACT_NAME))
          .check(z.minLength(1), z.maxLength(bounds.MAX_SOURCE_FACTS)),
      ),
    }),
  ],
  'must be a formula in quotes, a whole number, or {"amount": …, "cap": …}',
);

const claimType = z.strictObject({
  description,
  proof: z.enum(['ticket', 'calendar', 'server']),
  period: z.optional(z.enum(['day', 'week'])),
  facts: z._default(
    sizedRecord(snakeName('a fact name', bounds.FACT_NAME), fact, { most: bounds.MAX_FACTS_PER_CLAIM }),
    {},
  ),
  rewards: sizedRecord(resourceName, reward, { least: 1, most: bounds.MAX_REWARDS_PER_CLAIM }),
  perDay: z.optional(amount(1)),
});

const levels = z.strictObject({
  description,
  resource: resourceName,
  paidResource: resourceName,
  maxLevel: z.int().check(z.minimum(1), z.maximum(bounds.MAX_LEVEL)),
  experienceForLevel: formulaText,
  grants: z._default(sizedRecord(resourceName, formula, { most: bounds.MAX_LEVEL_GRANTS }), {}),
});

const stat = (name: Stat) =>
  z.strictObject({
    description,
    resource: resourceName,
    base: z._default(amount(0, bounds.MAX_STAT), STAT_DEFAULTS[name].base),
    perPoint: z._default(amount(0, bounds.MAX_STAT), STAT_DEFAULTS[name].perPoint),
  });

const tier = z.strictObject({
  description,
  name: z
    .string()
    .check(
      z.regex(
        bounds.TIER_NAME,
        'must be 1 to 32 letters, digits, spaces, "_" or "-", beginning with a letter',
      ),
    ),
  from: amount(0),
});

export const balanceDocument = z.strictObject({
  $schema: z.optional(text),
  description,
  timeZone: z.string().check(z.refine(isTimeZone, 'must be an IANA time zone, like UTC or Europe/Berlin')),
  resources: sizedRecord(resourceName, resource, { least: 1, most: bounds.MAX_RESOURCES }),
  claimTypes: sizedRecord(snakeName('a claim type name', bounds.CLAIM_TYPE_NAME), claimType, {
    most: bounds.MAX_CLAIM_TYPES,
  }),
  exchanges: z._default(sizedRecord(exchangeName, exchange, { most: bounds.MAX_EXCHANGES }), {}),
  drawTables: z._default(sizedRecord(drawTableName, drawTable, { most: bounds.MAX_DRAW_TABLES }), {}),
  combat: z.optional(z.strictObject({ description, health: resourceName })),
  levels,
  statPoints: z.strictObject({
    description,
    resource: resourceName,
    stats: z.strictObject({ energy: stat('energy'), stamina: stat('stamina'), health: stat('health') }),
  }),
  tiers: z.strictObject({
    description,
    resource: resourceName,
    list: z.array(tier).check(z.maxLength(bounds.MAX_TIERS)),
  }),
  manualRewards: z.strictObject({
    description,
    limitPerReward: z._default(amount(0), MANUAL_LIMIT_DEFAULT),
    budgetPerDay: amount(0),
    awardsPerDay: z.optional(amount(1)),
  }),
});

export type BalanceDocument = z.infer<typeof balanceDocument>;

/** Names only: an offset such as "+02:00" has no daylight saving and would shift days twice a year. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
