/** The input fields that mutations share, and how GraphQL hands inputs over. */
import type { builder } from './builder.ts';

export type InputFields = PothosSchemaTypes.InputFieldBuilder<
  typeof builder.$inferSchemaTypes,
  'InputObject'
>;

/** An input as it arrives: fields that a client may leave out are absent or null. */
export type Optional<T> = {
  readonly [K in keyof T as null extends T[K] ? never : K]: T[K];
} & { readonly [K in keyof T as null extends T[K] ? K : never]?: T[K] | undefined };

export const idempotencyKey = (t: InputFields) =>
  t.field({
    type: 'IdempotencyKey',
    required: true,
    description: 'Made before the first try, sent with every retry.',
  });

export const expectedVersion = (t: InputFields) =>
  t.field({
    type: 'SafeInt',
    description: "The player's version that the caller saw; any other is a VersionConflict.",
  });

/** Which reward, and whose: what is announced, and recovered if nobody claims it. */
export const owedClaim = (t: InputFields) => ({
  playerId: t.field({ type: 'PlayerId', required: true, description: 'Whom the reward is owed to.' }),
  type: t.field({
    type: 'ClaimType',
    required: true,
    description: 'A claim type of the balance config, such as `pve_victory`.',
  }),
  key: t.field({ type: 'ClaimKey', required: true, description: 'Which one: an encounter, a slip.' }),
});
