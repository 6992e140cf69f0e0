/** The shape of exchanges (what a player gives for what) and of the tables that they draw from. */
import * as z from 'zod/mini';
import * as bounds from './bounds.ts';
import { amount, amounts, description, resourceName, sizedRecord, snakeName } from './schema-parts.ts';

export const exchangeName = snakeName('an exchange name', bounds.CLAIM_TYPE_NAME);
export const drawTableName = snakeName('a draw table name', bounds.CLAIM_TYPE_NAME);
const outcomeName = snakeName('an outcome name', bounds.CLAIM_TYPE_NAME);

export const exchange = z.strictObject({
  description,
  costs: z._default(amounts({ most: bounds.MAX_EXCHANGE_ENTRIES }), {}),
  gives: z._default(amounts({ most: bounds.MAX_EXCHANGE_ENTRIES }), {}),
  draws: z._default(
    sizedRecord(drawTableName, amount(1, bounds.MAX_DRAWS), { most: bounds.MAX_EXCHANGE_ENTRIES }),
    {},
  ),
  maxQuantity: z._default(amount(1, bounds.MAX_QUANTITY), 1),
  perDay: z.optional(amount(1)),
});

const outcome = z.strictObject({
  description,
  weight: amount(1, bounds.MAX_WEIGHT),
  gives: amounts({ least: 1, most: bounds.MAX_OUTCOME_ENTRIES }),
});

export const drawTable = z.strictObject({
  description,
  outcomes: sizedRecord(outcomeName, outcome, { least: 1, most: bounds.MAX_OUTCOMES }),
  guarantee: z.optional(
    z.strictObject({
      description,
      counter: resourceName,
      after: amount(1, bounds.MAX_DRAWS_BEFORE_GUARANTEE),
      outcomes: z.array(outcomeName).check(z.minLength(1), z.maxLength(bounds.MAX_OUTCOMES)),
    }),
  ),
});
