/** claimReward: its input, its result union and its place in the schema. */
import type { ClaimRequestInput } from '../resolvers/claim-request.ts';
import { claimReward } from '../resolvers/claim-reward.ts';
import { builder } from './builder.ts';
import { expectedVersion, type InputFields, idempotencyKey, type Optional } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import {
  AlreadyClaimed,
  IdempotencyKeyReused,
  LimitExceeded,
  NotEligible,
  resultTypeName,
  UnknownClaimType,
  UnknownPlayer,
  VersionConflict,
} from './rejections.ts';

/** Who claims what for whom: the same for the mutation and its preview. */
export const claimRequestFields = (t: InputFields) => ({
  type: t.field({
    type: 'ClaimType',
    required: true,
    description: 'A claim type of the balance config, such as `pve_victory`.',
  }),
  key: t.field({
    type: 'ClaimKey',
    description:
      'Which one: an encounter, a slip. May be left out beside a ticket; must be left out for a calendar claim, whose key is the day or week.',
  }),
  ticket: t.field({
    type: 'Text',
    description:
      'Players: the proof that a game server signed for this claim, where the claim type wants one.',
  }),
  playerId: t.field({
    type: 'PlayerId',
    description: 'Servers and staff: whom the claim is for. Players claim for themselves.',
  }),
  facts: t.field({
    type: 'Facts',
    description:
      'Servers and staff: the values that the reward formulas use. A player has them in the ticket.',
  }),
  expectedVersion: expectedVersion(t),
});

/** What GraphQL leaves out is null to the resolvers. */
export function claimRequestOf(input: Optional<ClaimRequestInput>): ClaimRequestInput {
  const { type, key = null, ticket = null, playerId = null, facts = null, expectedVersion = null } = input;
  return { type, key, ticket, playerId, facts, expectedVersion };
}

const ClaimRewardInput = builder.inputType('ClaimRewardInput', {
  fields: (t) => ({ idempotencyKey: idempotencyKey(t), ...claimRequestFields(t) }),
});

const ClaimRewardResult = builder.unionType('ClaimRewardResult', {
  description: 'Every outcome of claimReward.',
  types: [
    Receipt,
    AlreadyClaimed,
    IdempotencyKeyReused,
    LimitExceeded,
    NotEligible,
    UnknownClaimType,
    UnknownPlayer,
    VersionConflict,
  ],
  resolveType: resultTypeName,
});

builder.mutationField('claimReward', (t) =>
  t.field({
    type: ClaimRewardResult,
    description: 'Give a player the reward that the balance config holds for this claim type, once.',
    args: { input: t.arg({ type: ClaimRewardInput, required: true }) },
    resolve: (_, { input }, context) =>
      claimReward({ idempotencyKey: input.idempotencyKey, ...claimRequestOf(input) }, context),
  }),
);
