/** Input fields that several operations share. */
import type { builder } from './builder.ts';

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
    type: 'SafeInt',
    description: "The player's version that the caller saw. Any other version is a VersionConflict.",
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
