/** The values that the parts of the balance document share: names, texts, amounts, formulas, times. schema.ts combines them. */
import * as z from 'zod/mini';
import { isTimeZone } from '../domain/day-clock.ts';
import { isStorableText } from '../domain/values.ts';
import * as bounds from './bounds.ts';

export const text = z
  .string()
  .check(z.maxLength(bounds.MAX_TEXT), z.refine(isStorableText, 'must be plain text'));
export const description = z.optional(text);

export const amount = (minimum: number, maximum = bounds.MAX_AMOUNT) =>
  z.int().check(z.minimum(minimum), z.maximum(maximum));

export const resourceName = z
  .string()
  .check(
    z.maxLength(bounds.MAX_RESOURCE_NAME),
    z.regex(
      bounds.RESOURCE_NAME,
      'must be a resource name: lowercase letters, digits and _, with at most one ":kind", like lumees or shards:fire',
    ),
  );

const snakeName = (what: string, pattern: RegExp) =>
  z
    .string()
    .check(
      z.regex(pattern, `must be ${what}: 1 to 64 lowercase letters, digits and _, starting with a letter`),
    );
export const claimTypeName = snakeName('a claim type name', bounds.CLAIM_TYPE_NAME);
export const factName = snakeName('a fact name', bounds.FACT_NAME);
export const exchangeName = snakeName('an exchange name', bounds.CLAIM_TYPE_NAME);
export const drawTableName = snakeName('a draw table name', bounds.CLAIM_TYPE_NAME);
export const limitName = snakeName('a limit name', bounds.CLAIM_TYPE_NAME);
export const seasonName = snakeName('a season name', bounds.CLAIM_TYPE_NAME);
export const payoutName = snakeName('a payout name', bounds.CLAIM_TYPE_NAME);
export const breakerName = snakeName('a breaker name', bounds.CLAIM_TYPE_NAME);
export const messageName = snakeName('a message name', bounds.CLAIM_TYPE_NAME);
export const damageType = snakeName('a damage type', bounds.CLAIM_TYPE_NAME);
const optionName = snakeName('an option name', bounds.CLAIM_TYPE_NAME);
export const outcomeName = snakeName('an outcome name', bounds.CLAIM_TYPE_NAME);
export const statName = snakeName('a stat name', bounds.STAT_NAME);

export const tierName = z
  .string()
  .check(
    z.regex(bounds.TIER_NAME, 'must be 1 to 32 letters, digits, spaces, "_" or "-", starting with a letter'),
  );

/** A record with `least` to `most` entries. */
export const sizedRecord = <K extends z.core.$ZodRecordKey, V extends z.core.SomeType>(
  key: K,
  value: V,
  { least = 0, most }: { least?: number; most: number },
) =>
  z.record(key, value).check(
    z.refine((record) => Object.keys(record).length >= least, `must have at least ${least} entry`),
    z.refine((record) => Object.keys(record).length <= most, `must have at most ${most} entries`),
  );
/** Amounts by resource. */
export const amounts = (size: { least?: number; most: number }) => sizedRecord(resourceName, amount(1), size);

// The message of a union lists its forms. describeIssue uses it when no form fits the value.
export const formulaText = z.string().check(z.minLength(1), z.maxLength(bounds.MAX_FORMULA));
export const formula = z.union([formulaText, amount(0)], 'must be a formula in quotes or a whole number');
/** What a pending reward gives instead where it expires. */
export const onExpiry = z.optional(
  z.strictObject({ description, gives: amounts({ least: 1, most: bounds.MAX_REWARDS_PER_CLAIM }) }),
);
/** A number, or a stat whose maximum is the limit. */
export const limit = z.union(
  [amount(0), z.strictObject({ stat: statName })],
  'must be {"stat": …} or a whole number',
);

export const timeZone = z
  .string()
  .check(z.refine(isTimeZone, 'must be an IANA time zone, like UTC or Europe/Berlin'));

export const instant = z.string().check(z.refine(isInstant, 'must be a time like 2026-12-01T00:00:00.000Z'));
/** As Date prints it, so that two texts of one moment are equal. */
function isInstant(text: string): boolean {
  const time = new Date(text);
  return /^\d{4}-/.test(text) && !Number.isNaN(time.getTime()) && time.toISOString() === text;
}

const textKey = z
  .string()
  .check(
    z.maxLength(bounds.MAX_TEXT_KEY),
    z.regex(
      bounds.TEXT_KEY,
      'must be a text key: lowercase letters, digits, _ and dots, like locked.needs_gold',
    ),
  );
const requirement = z.strictObject({ description, when: formulaText, text: textKey });

/** Each at least 1: what may not be used at all is left out of the config. */
export const playerBounds = {
  perDay: z.optional(amount(1)),
  perWeek: z.optional(amount(1)),
  perMonth: z.optional(amount(1)),
  perSeason: z._default(sizedRecord(seasonName, amount(1), { most: bounds.MAX_SEASONS }), {}),
  ever: z.optional(amount(1)),
};
export const limitBounds = { ...playerBounds, total: z.optional(amount(1)) };
export const sharedLimits = z._default(
  z.array(limitName).check(z.maxLength(bounds.MAX_SHARED_LIMITS_OF_ONE)),
  [],
);

export const stringValue = z
  .string()
  .check(z.regex(bounds.STRING_VALUE, 'must be 1 to 64 letters, digits, "_", ".", ":" or "-"'));

export const window = { from: z.optional(instant), until: z.optional(instant) };

/** Who may take claims back, besides staff. */
export const reversibleBy = z._default(z.array(z.enum(['server'])).check(z.maxLength(1)), []);

export const requires = z._default(z.array(requirement).check(z.maxLength(bounds.MAX_REQUIREMENTS)), []);

/** Of one, or a formula for the whole quantity. */
const amountsOrFormulas = (least: number) =>
  sizedRecord(
    resourceName,
    z.union([formulaText, amount(1)], 'must be a formula in quotes or a whole number'),
    { least, most: bounds.MAX_EXCHANGE_ENTRIES },
  );
export const exchangeAmounts = z._default(amountsOrFormulas(0), {});
export const exchangeCosts = z._default(
  z.union(
    [
      amountsOrFormulas(0),
      z.array(amountsOrFormulas(1)).check(z.minLength(1), z.maxLength(bounds.MAX_PRICES)),
    ],
    'must be {…} of amounts by resource, or a list of these: the ways to pay',
  ),
  {},
);
export const chooseOne = z.optional(
  sizedRecord(optionName, z.strictObject({ description, gives: amountsOrFormulas(1) }), {
    least: 2,
    most: bounds.MAX_OPTIONS,
  }),
);

/** How many times each table is drawn from. */
export const draws = z._default(
  sizedRecord(drawTableName, amount(1, bounds.MAX_DRAWS), { most: bounds.MAX_EXCHANGE_ENTRIES }),
  {},
);
