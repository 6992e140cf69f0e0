/** The kinds and periods of limits, derived from their catalogue (src/domain/limits.ts), and what a claim used of one. */
import {
  LIMIT_PERIODS,
  LIMITS,
  type LimitName,
  type LimitPeriod,
  type UsedLimit as UsedLimitRecord,
} from '../domain/limits.ts';
import { builder } from './builder.ts';

export const LimitKind = builder.enumType('LimitKind', {
  description: 'What bounds an operation.',
  values: Object.fromEntries(
    Object.entries(LIMITS).map(([name, { description }]) => [
      name.toUpperCase(),
      { value: name as LimitName, description },
    ]),
  ),
});

builder.enumType('LimitPeriod', {
  description: 'The period in which a limit counts.',
  values: Object.fromEntries(
    LIMIT_PERIODS.map((period) => [period.toUpperCase(), { value: period }]),
  ) as Record<Uppercase<LimitPeriod>, { value: LimitPeriod }>,
});

export const UsedLimit = builder.objectRef<UsedLimitRecord>('UsedLimit').implement({
  description: 'What a claim used of a limit.',
  fields: (t) => ({
    limit: t.expose('limit', { type: LimitKind }),
    name: t.exposeString('name', {
      description: 'What is limited: a claim type, an exchange, a resource, or the name of a shared limit.',
    }),
    period: t.exposeString('period', {
      description: 'The name of the period in which it counts, as in LimitState.',
    }),
    amount: t.expose('amount', { type: 'SafeInt' }),
  }),
});
