/** The shape of emission breakers. What must hold between them and the rest is in breakers.ts. */
import * as z from 'zod/mini';
import { BREAKER_SCOPES } from '../domain/breakers.ts';
import * as bounds from './bounds.ts';
import {
  amount,
  breakerName,
  claimTypeName,
  description,
  resourceName,
  sizedRecord,
} from './schema-values.ts';

const breaker = z.strictObject({
  description,
  resource: z.optional(resourceName),
  claimTypes: z.optional(
    z.array(claimTypeName).check(z.minLength(1), z.maxLength(bounds.MAX_TYPES_OF_BREAKER)),
  ),
  per: z._default(z.enum(BREAKER_SCOPES), 'game'),
  perHour: amount(1),
});

export const breakers = z._default(sizedRecord(breakerName, breaker, { most: bounds.MAX_BREAKERS }), {});
