/** Input fields and input types that several operations share. */
import type { HistoryFilter as Filter } from '../ledger/read-history.ts';
import { builder } from './builder.ts';

export type InputFields = PothosSchemaTypes.InputFieldBuilder<
  typeof builder.$inferSchemaTypes,
  'InputObject'
>;

export const idempotencyKey = (t: InputFields) =>
  t.field({
    type: 'IdempotencyKey',
    required: true,
    description: 'Made before the first try and sent with every retry.',
  });

export const expectedVersion = (t: InputFields) =>
  t.field({
    type: 'NonNegativeInt',
    description: "The player's version that the caller saw. Any other version is a VersionConflict.",
  });

export const terms = (t: InputFields) =>
  t.field({
    type: 'Terms',
    description:
      'The `terms` that a preview showed. If they no longer hold, nothing moves and the answer is TermsChanged.',
  });

/** For operations that players make for themselves, and servers for a player. */
export const optionalPlayerId = (t: InputFields) =>
  t.field({ type: 'PlayerId', description: 'Servers: the player who acts. Players act for themselves.' });

/** A reward that is announced, and recovered if nobody claims it. */
export const pendingReward = (t: InputFields) => ({
  playerId: t.field({ type: 'PlayerId', required: true, description: 'The player who is owed the reward.' }),
  type: t.field({
    type: 'ClaimType',
    required: true,
    description: 'A claim type of the balance config, such as `pve_victory`.',
  }),
  key: t.field({
    type: 'ClaimKey',
    required: true,
    description: 'Identifies the claim within its type: an encounter, a slip.',
  }),
});

export const GrantInput = builder.inputType('GrantInput', {
  description: 'How much of a resource to give.',
  fields: (t) => ({
    resource: t.field({
      type: 'ResourceName',
      required: true,
      description: 'A resource that the balance config lets staff give.',
    }),
    amount: t.field({
      type: 'PositiveInt',
      required: true,
      description: 'To take something back, reverse the claim.',
    }),
  }),
});

export const HistoryFilter = builder.inputType('HistoryFilter', {
  description: 'Narrows a history. Fields that are left out do not narrow it.',
  fields: (t) => ({
    resource: t.field({ type: 'ResourceName' }),
    claimType: t.field({
      type: 'ClaimType',
      description:
        'A claim type or exchange of the balance config, or one that the ledger reserves, such as `manual_reward`, `reversal` or `transfer`.',
    }),
    from: t.field({ type: 'DateTime', description: 'From this moment on.' }),
    to: t.field({ type: 'DateTime', description: 'Before this moment.' }),
  }),
});

export function filterOf(filter: Partial<Record<keyof Filter, unknown>> | null | undefined) {
  return {
    resource: null,
    claimType: null,
    from: null,
    to: null,
    ...(filter as Partial<Filter>),
  } satisfies Filter;
}
