/** reverseClaim: staff take a granted claim back. The kernel finds the claim and whether it was reversed before. */
import { badInput } from '../domain/fault.ts';
import { decideReverseClaim, REVERSE_CLAIM } from '../domain/reverse-claim.ts';
import { checkReason, PATTERNS, REASON_LENGTH } from '../domain/values.ts';
import { builder } from '../schema/builder.ts';
import { defineMutation } from './define-mutation.ts';
import { FaultError, throwFault } from './observe.ts';

const IfInsufficient = builder.enumType('IfInsufficient', {
  description: 'What a reversal does where the player no longer has what the claim gave.',
  values: {
    REFUSE: { value: 'refuse', description: 'Nothing moves: InsufficientBalance.' },
    DEBT: { value: 'debt', description: 'The balance becomes negative; future grants pay the debt first.' },
  } as const,
});

const isClaimId = (text: string) => PATTERNS.claimId.expression.test(text);

export const reverseClaim = defineMutation({
  ...REVERSE_CLAIM,
  description:
    'Staff: takes a claim back, once. Every balance that it moved is moved back, level-ups included. A second reversal is AlreadyClaimed.',
  actors: ['staff'],
  input: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true, description: 'The player of the claim.' }),
    claimId: t.id({
      required: true,
      description: 'The claim to take back: the ID that its receipt or the ledger shows.',
    }),
    reason: t.field({
      type: 'Text',
      required: true,
      description: `Why, in ${REASON_LENGTH.min} to ${REASON_LENGTH.max} characters. Kept with the reversal forever.`,
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
  // A value that is not an ID may be a ticket in the wrong field: it is not logged.
  about: ({ claimId, reason }) => ({
    reason,
    claimKey: isClaimId(claimId) ? claimId.toLowerCase() : null,
  }),
  parse: ({ claimId, reason, ifInsufficient }) => {
    if (!isClaimId(claimId))
      throw new FaultError(badInput('claimId', `must be ${PATTERNS.claimId.expected}`));
    throwFault(checkReason(reason));
    // The database spells a UUID in lower case.
    return { claimId: claimId.toLowerCase(), reason, ifInsufficient: ifInsufficient ?? 'refuse' };
  },
  decide: decideReverseClaim,
  example: {
    playerId: 'player-1',
    claimId: '00000000-0000-4000-8000-000000000000',
    reason: 'granted by mistake',
  },
  notes: 'Only staff. Take the claim ID from a receipt, the ledger or a trace.',
});
