/** The pieces that the shape of the balance document is made of: amounts, names, texts, and records of a bounded size. */
import * as z from 'zod/mini';
import { STATS } from '../domain/rules.ts';
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
      'must be a resource name: small letters, digits and _, with at most one ":kind", like lumees or shards:fire',
    ),
  );

export const snakeName = (what: string, pattern: RegExp) =>
  z
    .string()
    .check(z.regex(pattern, `must be ${what}: 1 to 64 small letters, digits and _, beginning with a letter`));

/** A record that must hold at least `least` entries and at most `most`. */
export const sizedRecord = <K extends z.core.$ZodRecordKey, V extends z.core.SomeType>(
  key: K,
  value: V,
  { least = 0, most }: { least?: number; most: number },
) =>
  z.record(key, value).check(
    z.refine((record) => Object.keys(record).length >= least, `must hold at least ${least} entry`),
    z.refine((record) => Object.keys(record).length <= most, `must hold at most ${most} entries`),
  );

/** Of a union, the message says what it may be: describe-issue.ts tells it where no branch fits. */
export const formulaText = z.string().check(z.minLength(1), z.maxLength(bounds.MAX_FORMULA));
export const formula = z.union([formulaText, amount(0)], 'must be a formula in quotes or a whole number');

/** A number, or the maximum that a stat has by the points put into it. */
export const limit = z.union(
  [amount(0), z.strictObject({ stat: z.enum(STATS) })],
  'must be {"stat": …} or a whole number',
);

/** Amounts by resource. */
export const amounts = (size: { least?: number; most: number }) => sizedRecord(resourceName, amount(1), size);
