/** reverseClaim: staff take a granted claim back. The kernel finds the claim and whether it was reversed before. */
import { decideReverseClaim, REVERSE_CLAIM } from '../domain/reverse-claim.ts';
import { builder } from '../schema/builder.ts';
import { defineMutation } from './define-mutation.ts';

const IfInsufficient = builder.enumType('IfInsufficient', {
  description: 'What a reversal does where the player no longer has what the claim gave.',
  values: {
    REFUSE: { value: 'refuse', description: 'Nothing moves: InsufficientBalance.' },
    DEBT: { value: 'debt', description: 'The balance becomes negative; future grants pay the debt first.' },
  } as const,
});

export const reverseClaim = defineMutation({
  ...REVERSE_CLAIM,
  description:
    'Staff: takes a claim back, once. Every balance that it moved is moved back, level-ups included. A second reversal is AlreadyClaimed.',
  actors: ['staff'],
  input: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true, description: 'The player of the claim.' }),
    claimId: t.field({
      type: 'ClaimId',
      required: true,
      description: 'The claim to take back: the ID that its receipt or the ledger shows.',
    }),
    reason: t.field({
      type: 'Reason',
      required: true,
      description: 'Why. Kept with the reversal forever.',
    }),
    ifInsufficient: t.field({ type: IfInsufficient, defaultValue: 'refuse' }),
  }),
  rejections: [
    'already_claimed',
    'insufficient_balance',
    'limit_exceeded',
    'not_reversible',
    'unknown_claim',
    'unknown_player',
  ],
  logDetails: ({ claimId, reason }) => ({ reason, claimKey: claimId }),
  parse: (input) => ({ ...input, ifInsufficient: input.ifInsufficient ?? 'refuse' }),
  decide: decideReverseClaim,
  example: {
    playerId: 'player-1',
    claimId: 'k3v9q0d8x2m7c5ta1',
    reason: 'granted by mistake',
  },
  notes: 'Only staff. Take the claim ID from a receipt, the ledger or a trace.',
});
