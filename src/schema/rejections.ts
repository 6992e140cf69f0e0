/** The business "no"s: members of the mutations' result unions. A recorded "no" is replayed under its key like a receipt. */
import type { FurtherKey } from '../domain/outcome.ts';
import type { ToldRejection } from '../domain/rejection-message.ts';
import type { MutationResult, RejectedAs, RejectedResult } from '../resolvers/carry-out.ts';
import { builder } from './builder.ts';
import { BalanceChange, RewardClaim } from './reward-claim.ts';

type Kind = ToldRejection['kind'];
type Told<K extends Kind> = Extract<ToldRejection, { kind: K }>;

const RejectionCode = builder.enumType('RejectionCode', {
  description:
    'Which business "no" it is. Faults (token, malformed input, outage) are GraphQL errors instead.',
  values: [
    'ALREADY_CLAIMED',
    'IDEMPOTENCY_KEY_REUSED',
    'INSUFFICIENT_BALANCE',
    'LIMIT_EXCEEDED',
    'VERSION_CONFLICT',
    'UNKNOWN_PLAYER',
    'UNKNOWN_CLAIM',
    'NOT_REVERSIBLE',
    'UNKNOWN_CLAIM_TYPE',
    'UNKNOWN_EXCHANGE',
    'NOT_ANNOUNCED',
    'NOT_ELIGIBLE',
  ] as const satisfies readonly Uppercase<Kind>[],
});

const Rejection = builder.interfaceRef<RejectedResult>('Rejection').implement({
  description:
    'The request was understood and refused; nothing moved. Sent again with the same key it is refused again, in the same words.',
  fields: (t) => ({
    code: t.field({
      type: RejectionCode,
      resolve: ({ rejection }) => rejection.kind.toUpperCase() as Uppercase<Kind>,
    }),
    message: t.exposeString('message', { description: 'A sentence that says what to do. Not for parsing.' }),
    correlationId: t.exposeID('correlationId', {
      description:
        'Of the attempt that was refused first; for a reused key, of the request that used the key first.',
    }),
  }),
});

const TYPE_NAMES = {
  already_claimed: 'AlreadyClaimed',
  idempotency_key_reused: 'IdempotencyKeyReused',
  insufficient_balance: 'InsufficientBalance',
  limit_exceeded: 'LimitExceeded',
  version_conflict: 'VersionConflict',
  unknown_player: 'UnknownPlayer',
  unknown_claim: 'UnknownClaim',
  not_reversible: 'NotReversible',
  unknown_claim_type: 'UnknownClaimType',
  unknown_exchange: 'UnknownExchange',
  not_announced: 'NotAnnounced',
  not_eligible: 'NotEligible',
} as const satisfies Record<Kind, string>;

/** The GraphQL type of a mutation's result, for the resolveType of every result union. */
export function resultTypeName(result: MutationResult): string {
  return result.kind === 'receipt' ? 'Receipt' : TYPE_NAMES[result.rejection.kind];
}

const rejection = <K extends Kind>(kind: K) => builder.objectRef<RejectedAs<Told<K>>>(TYPE_NAMES[kind]);

const SharedKey = builder.objectRef<FurtherKey>('SharedKey').implement({
  description: 'A business key beside type and key of the claim: a resource that is given once for a source.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'What is given once: a resource, such as `skill:passing`.' }),
    key: t.exposeString('key', {
      description: 'For which source: the facts that name it, joined by slashes.',
    }),
  }),
});

export const AlreadyClaimed = rejection('already_claimed').implement({
  description:
    'This player was paid for this before, under another idempotency key: here is the claim that gave it, and what it gave. This request gives nothing, not even a part that would have been new (see `sharedKey`).',
  interfaces: [Rejection],
  fields: (t) => ({
    claim: t.field({ type: RewardClaim, resolve: ({ original }) => required(original).claim }),
    changes: t.field({ type: [BalanceChange], resolve: ({ original }) => [...required(original).changes] }),
    sharedKey: t.field({
      type: SharedKey,
      nullable: true,
      description: 'What another claim gave before for the same source; null where it was this very claim.',
      resolve: ({ rejection }) => rejection.sharedKey,
    }),
  }),
});

export const IdempotencyKeyReused = rejection('idempotency_key_reused').implement({
  description:
    'The key belongs to a request with other input. A defect of the client: make one key for each intent.',
  interfaces: [Rejection],
  fields: (t) => ({
    fields: t.stringList({
      description:
        'The input fields that differ from the request that used the key first; `mutation` where it was another mutation.',
      resolve: ({ rejection }) => [...rejection.fields],
    }),
  }),
});

export const InsufficientBalance = rejection('insufficient_balance').implement({
  description: 'The player does not have what this costs.',
  interfaces: [Rejection],
  fields: (t) => ({
    resource: t.field({ type: 'ResourceName', resolve: ({ rejection }) => rejection.resource }),
    available: t.field({
      type: 'SafeInt',
      description: 'What could be taken before the floor.',
      resolve: ({ rejection }) => rejection.available,
    }),
    required: t.field({ type: 'SafeInt', resolve: ({ rejection }) => rejection.required }),
    counterpartyId: t.field({
      type: 'PlayerId',
      nullable: true,
      description:
        "Whose balance it is, where it is not the claim's own player: the recipient of a transfer that is reversed.",
      resolve: ({ rejection }) => rejection.playerId ?? null,
    }),
  }),
});

const LimitKind = builder.enumType('LimitKind', {
  description: 'Which limit stands in the way.',
  values: {
    RESOURCE_CEILING: {
      value: 'resource_ceiling',
      description: 'The most that a balance of this resource may hold.',
    },
    STAFF_REWARD: {
      value: 'staff_reward',
      description: 'The most that this staff member may hand out in one award.',
    },
    STAFF_DAILY_BUDGET: {
      value: 'staff_daily_budget',
      description: 'The most that this staff member may hand out in a day.',
    },
    STAFF_DAILY_AWARDS: {
      value: 'staff_daily_awards',
      description: 'How many awards one staff member may make in a day. A reversal is none.',
    },
    CLAIMS_PER_DAY: {
      value: 'claims_per_day',
      description: 'How many claims of this type one player may make in a day.',
    },
    EXCHANGES_PER_DAY: {
      value: 'exchanges_per_day',
      description: 'How often one player may make this exchange in a day.',
    },
    TRANSFER_AMOUNT: { value: 'transfer_amount', description: 'The most of a resource in one transfer.' },
    TRANSFER_PER_DAY: {
      value: 'transfer_per_day',
      description: 'The most of a resource that one player may give away in a day.',
    },
    RECIPIENT_CEILING: {
      value: 'recipient_ceiling',
      description:
        'The other player cannot hold it. What they hold and can hold is not told: `bound` and `remaining` are 0.',
    },
  } as const,
});

export const LimitExceeded = rejection('limit_exceeded').implement({
  description: 'A limit would be passed. Nothing was given in part.',
  interfaces: [Rejection],
  fields: (t) => ({
    limit: t.field({ type: LimitKind, resolve: ({ rejection }) => rejection.limit }),
    ceilingOf: t.field({
      type: 'ResourceName',
      nullable: true,
      description: 'For the ceilings and TRANSFER_AMOUNT: the resource that it is about.',
      resolve: ({ rejection }) => rejection.resource,
    }),
    bound: t.field({ type: 'SafeInt', resolve: ({ rejection }) => rejection.bound }),
    remaining: t.field({
      type: 'SafeInt',
      description: 'What was left of the limit.',
      resolve: ({ rejection }) => rejection.remaining,
    }),
    requested: t.field({ type: 'SafeInt', resolve: ({ rejection }) => rejection.requested }),
    renewsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it renews by itself; null: it does not.',
      resolve: ({ rejection }) => rejection.renewsAt,
    }),
  }),
});

export const VersionConflict = rejection('version_conflict').implement({
  description: 'The player has changed since the version that `expectedVersion` named.',
  interfaces: [Rejection],
  fields: (t) => ({
    expected: t.field({ type: 'SafeInt', resolve: ({ rejection }) => rejection.expected }),
    current: t.field({
      type: 'SafeInt',
      description: 'The version when this was refused.',
      resolve: ({ rejection }) => rejection.current,
    }),
  }),
});

export const UnknownPlayer = rejection('unknown_player').implement({
  description: 'Staff named a player who does not exist. Awards create nobody.',
  interfaces: [Rejection],
  fields: (t) => ({
    playerId: t.field({ type: 'PlayerId', resolve: ({ rejection }) => rejection.playerId }),
  }),
});

export const UnknownClaim = rejection('unknown_claim').implement({
  description: 'This player has no granted claim with this ID.',
  interfaces: [Rejection],
  fields: (t) => ({ claimId: t.id({ resolve: ({ rejection }) => rejection.claimId }) }),
});

export const NotReversible = rejection('not_reversible').implement({
  description: 'The claim is itself a reversal.',
  interfaces: [Rejection],
  fields: (t) => ({ claimId: t.id({ resolve: ({ rejection }) => rejection.claimId }) }),
});

export const UnknownClaimType = rejection('unknown_claim_type').implement({
  description: 'The balance config has no such claim type.',
  interfaces: [Rejection],
  fields: (t) => ({
    claimType: t.field({ type: 'ClaimType', resolve: ({ rejection }) => rejection.claimType }),
  }),
});

export const UnknownExchange = rejection('unknown_exchange').implement({
  description: 'The balance config has no such exchange.',
  interfaces: [Rejection],
  fields: (t) => ({
    exchange: t.field({ type: 'ClaimType', resolve: ({ rejection }) => rejection.exchange }),
  }),
});

export const NotAnnounced = rejection('not_announced').implement({
  description: 'Nothing is owed for this claim: it was never announced.',
  interfaces: [Rejection],
  fields: (t) => ({
    claimType: t.field({ type: 'ClaimType', resolve: ({ rejection }) => rejection.claimType }),
    claimKey: t.field({ type: 'ClaimKey', resolve: ({ rejection }) => rejection.claimKey }),
  }),
});

const NotEligibleReason = builder.enumType('NotEligibleReason', {
  description: 'Why the player may not claim this.',
  values: {
    TICKET_REQUIRED: {
      value: 'ticket_required',
      description: 'It needs a ticket that a game server has signed.',
    },
    SERVER_ONLY: { value: 'server_only', description: 'Only a game server may claim it, for the player.' },
  } as const,
});

export const NotEligible = rejection('not_eligible').implement({
  description: 'The player may not claim this in this way.',
  interfaces: [Rejection],
  fields: (t) => ({
    claimType: t.field({ type: 'ClaimType', resolve: ({ rejection }) => rejection.claimType }),
    why: t.field({ type: NotEligibleReason, resolve: ({ rejection }) => rejection.why }),
  }),
});

function required(original: RejectedResult['original']): NonNullable<RejectedResult['original']> {
  if (!original) throw new Error('a claim that was paid before came without the original');
  return original;
}
