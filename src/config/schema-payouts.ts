/** The shape of rank tables. What must hold between their rows is in payouts.ts. */
import * as z from 'zod/mini';
import { MAX_PARTICIPANTS, TIE_RULES } from '../domain/payout-rule.ts';
import * as bounds from './bounds.ts';
import { amount, amounts, description, payoutName, sizedRecord } from './schema-values.ts';

const payout = z.strictObject({
  description,
  ranks: z
    .array(
      z.strictObject({
        description,
        to: amount(1, MAX_PARTICIPANTS),
        gives: amounts({ least: 1, most: bounds.MAX_REWARDS_PER_CLAIM }),
      }),
    )
    .check(z.minLength(1), z.maxLength(bounds.MAX_RANK_ROWS)),
  ties: z._default(z.enum(TIE_RULES), 'same'),
});

export const payouts = z._default(sizedRecord(payoutName, payout, { most: bounds.MAX_PAYOUTS }), {});
