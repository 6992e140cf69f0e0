/** reverseClaim: staff and game servers take a granted claim back. The kernel finds the claim and whether it was reversed before. */
import { decideReverseClaim, REVERSE_CLAIM } from '../domain/reverse-claim.ts';
import { builder } from '../schema/builder.ts';
import { defineMutation } from './define-mutation.ts';

export const IfInsufficient = builder.enumType('IfInsufficient', {
  description: 'What a reversal does where the player no longer has what the claim gave.',
  values: {
    REFUSE: { value: 'refuse', description: 'Nothing moves: InsufficientBalance.' },
    DEBT: {
      value: 'debt',
      description:
        'The balance becomes negative; future grants pay the debt first. What the reversal returns then counts against the limits of the staff member.',
    },
  } as const,
});

export const reverseClaim = defineMutation({
  ...REVERSE_CLAIM,
  description: [
    'Staff, and game servers for claim types and exchanges whose `reversibleBy` names them: takes a claim back. Every balance that it moved is moved back, level-ups included; what regenerated stays.',
    'A claim is taken back once: after that the answer is AlreadyClaimed with the reversal, except that a claim that was not reopened can be reopened, which moves nothing.',
    'Returning what the player paid does not count against the limits of a staff member, unless a debt is left.',
  ].join(' '),
  actors: ['server', 'staff'],
  input: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true, description: 'The player of the claim.' }),
    claimId: t.field({
      type: 'ClaimId',
      required: true,
      description: 'The claim to take back: the ID that its receipt or the ledger shows.',
    }),
    reopen: t.boolean({
      defaultValue: false,
      description:
        'True: frees the key of the claim, its source keys, and what it used of limits in periods that still run, so that it can be made once more under a new idempotency key. Only where nothing of the claim is left; otherwise NotReversible. False: the key stays taken. An announcement that is taken back before it was paid is always reopened.',
    }),
    quantity: t.field({
      type: 'Quantity',
      description:
        'Takes back a part of an exchange without draws that was made several times at once: so many of them. Absent: all that are left. All parts together never exceed the whole: more than is left is NotReversible. Other claims have a quantity of 1.',
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
  parse: (input) => ({
    ...input,
    reopen: input.reopen ?? false,
    ifInsufficient: input.ifInsufficient ?? 'refuse',
  }),
  decide: decideReverseClaim,
  example: {
    playerId: 'player-1',
    claimId: 'k3v9q0d8x2m7c5ta1',
    reason: 'granted by mistake',
  },
  notes: 'Take the claim ID from a receipt, the ledger or a trace.',
});
