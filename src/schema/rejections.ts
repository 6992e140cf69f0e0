/** The GraphQL types of rejections, derived from their catalogue (src/domain/rejections.ts). */
import type { OriginalClaim } from '../domain/outcome.ts';
import {
  type AnsweredRejection,
  type ClaimReversal as ClaimReversalShape,
  type NotEligibleReason as NotEligibleReasonName,
  type NotReversibleReason as NotReversibleReasonName,
  REJECTIONS,
  type RejectionField,
  type RejectionKind,
  type SourceKey as SourceKeyShape,
} from '../domain/rejections.ts';
import './action-rejections.ts';
import './merge-conflict.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { BalanceChange, RewardClaim } from './claim.ts';

/** A rejection as a member of a result union. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly rejection: AnsweredRejection;
  readonly message: string;
  /** Of the attempt that was rejected first. */
  readonly correlationId: string;
  readonly original: OriginalClaim | null;
}

const KINDS = Object.keys(REJECTIONS) as RejectionKind[];
export const codeOf = (kind: RejectionKind) => kind.toUpperCase() as Uppercase<RejectionKind>;

/** `limit_exceeded` → LimitExceeded. */
export function rejectionTypeName(kind: RejectionKind): string {
  return kind.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export const RejectionCode = builder.enumType('RejectionCode', {
  description: 'The kind of a rejection. Faults (token, malformed input, outage) are GraphQL errors instead.',
  values: KINDS.map(codeOf),
});

const Rejection = builder.interfaceRef<Rejected>('Rejection').implement({
  description:
    'The request was understood and rejected; nothing moved. Sent again with the same key it is rejected again, in the same words.',
  fields: (t) => ({
    code: t.field({ type: RejectionCode, resolve: ({ rejection }) => codeOf(rejection.kind) }),
    message: t.exposeString('message', { description: 'A sentence that says what to do. Do not parse it.' }),
    correlationId: t.exposeID('correlationId', {
      description:
        'Of the attempt that was rejected first; for a reused key, of the request that used the key first. Where a player may not see that, of this request.',
    }),
  }),
});

builder.enumType('NotEligibleReason', {
  description: 'Why the player may not claim this.',
  values: {
    TICKET_REQUIRED: {
      value: 'ticket_required',
      description: 'It needs a ticket that a game server signed.',
    },
    SERVER_ONLY: { value: 'server_only', description: 'Only a game server may claim it, for the player.' },
    NOT_BY_STAFF: {
      value: 'not_by_staff',
      description:
        'Staff may not claim it: what it pays follows from a streak or from draws. They pay draws that a game server announced.',
    },
  } satisfies Record<string, { value: NotEligibleReasonName; description: string }>,
});

builder.enumType('NotReversibleReason', {
  description: 'Why a claim cannot be reversed in this way.',
  values: {
    REVERSAL: { value: 'reversal', description: 'It is itself a reversal.' },
    MERGE: { value: 'merge', description: 'It merged a guest into the player.' },
    EXPIRED: {
      value: 'expired',
      description: 'It is the expiry of a pending reward that gave nothing instead.',
    },
    COLLECTED: {
      value: 'collected',
      description:
        'It paid what an earlier claim could not give because a ceiling was reached. Reversing that claim takes it back.',
    },
    ARCHIVED: {
      value: 'archived',
      description: 'It is so old that it was moved to the archive. An operator can put it back.',
    },
    NOT_BY_SERVERS: {
      value: 'not_by_servers',
      description: 'The balance config does not let game servers reverse claims of its type.',
    },
    QUANTITY: { value: 'quantity', description: '`quantity` is more than is left.' },
    DRAWS: { value: 'draws', description: 'It made draws, so it can only be reversed whole.' },
    REOPEN: { value: 'reopen', description: 'A part of it would be left: it cannot be reopened yet.' },
  } satisfies Record<string, { value: NotReversibleReasonName; description: string }>,
});

builder.objectRef<ClaimReversalShape>('ClaimReversal').implement({
  description: 'The reversal that took a claim back.',
  fields: (t) => ({
    claimId: t.exposeID('claimId', { description: 'The claim ID of the reversal.' }),
    reversedAt: t.field({ type: 'DateTime', resolve: ({ reversedAt }) => reversedAt }),
  }),
});

builder.objectRef<SourceKeyShape>('SourceKey').implement({
  description:
    'A uniqueness key of a claim besides its type and key: a resource is given once for a source, per player or in the whole game.',
  fields: (t) => ({
    type: t.exposeString('type', {
      description: 'The resource that is given once, such as `skill:passing`.',
    }),
    key: t.exposeString('key', {
      description: 'The source: the value of the fact that names it; of several facts, `5:match2:m7`.',
    }),
  }),
});

type RejectedFields = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Rejected>;

/** The field of a row. Its values have the type that the row declares (src/domain/rejections.ts checks it). */
function rejectionField(t: RejectedFields, name: string, field: RejectionField) {
  const { from = name, nullable, description } = field;
  const list = /^\[(.*)\]$/.exec(field.type);
  const type = list ? [list[1]] : field.type;
  const stored = ({ rejection }: Rejected) => (rejection as unknown as Record<string, unknown>)[from] ?? null;
  return t.field({
    type: type as 'String',
    nullable: nullable !== undefined,
    ...(description !== undefined && { description }),
    resolve: stored as (rejected: Rejected) => string,
  });
}

/** The rejections that show an earlier claim, if it is the player's own, and what is said of it. */
const WITH_ORIGINAL: { readonly [Kind in RejectionKind]?: string } = {
  already_claimed:
    'The claim that was granted first. Null: another player has it, and this player got nothing. `sourceKey` is then given once in the whole game.',
  reward_expired:
    'The claim that settled it, of the operation `expireReward`. Null: a preview found that it has expired.',
};

function originalFields(t: RejectedFields, description: string) {
  return {
    original: t.field({
      type: RewardClaim,
      nullable: true,
      description,
      resolve: ({ original }) => original?.claim ?? null,
    }),
    changes: t.field({
      type: [BalanceChange],
      description: 'What that claim moved; empty where `original` is null.',
      resolve: ({ original }) => [...(original?.changes ?? [])],
    }),
  };
}

function rejectionType(kind: RejectionKind) {
  const { description, fields } = REJECTIONS[kind];
  return builder.objectRef<Rejected>(rejectionTypeName(kind)).implement({
    description,
    interfaces: [Rejection],
    fields: (t) => ({
      ...(WITH_ORIGINAL[kind] !== undefined && originalFields(t, WITH_ORIGINAL[kind])),
      ...Object.fromEntries(
        Object.entries<RejectionField>(fields).map(([name, field]) => [name, rejectionField(t, name, field)]),
      ),
    }),
  });
}

/** The GraphQL type of each rejection, for result unions. */
export const REJECTION_TYPES = Object.fromEntries(
  KINDS.map((kind) => [kind, rejectionType(kind)]),
) as Readonly<Record<RejectionKind, ReturnType<typeof rejectionType>>>;
