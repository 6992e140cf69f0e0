/** The Pothos builder, with the TypeScript types of scalars and of the request's context, and the context itself. */
import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import type { TokenSettings } from '../auth/settings.ts';
import type { ConfigLoader } from '../config/load.ts';
import type { TextsLoader } from '../config/load-texts.ts';
import type { Actor } from '../domain/actor.ts';
import type { Facts } from '../domain/rules.ts';
import type {
  ClaimId,
  Code,
  MessageText,
  NonNegativeInt,
  NoteText,
  PositiveInt,
  Quantity,
  Reason,
  Title,
} from '../domain/values.ts';
import type { Commit } from '../ledger/commit-operation.ts';
import type { Database } from '../ledger/database.ts';
import type { Metrics } from '../log/metrics.ts';
import type { InSpan } from '../log/spans.ts';

/** Created once per isolate. Holds no state of any player. */
export interface Services {
  /** Starts what drives a campaign; null: there is no Workflow binding. */
  readonly beginCampaign: ((campaignId: number) => Promise<void>) | null;
  /** Goes on with a ranking for as long as a Worker may after its answer. */
  readonly payRanking: (rankingId: number) => Promise<void>;
  /** For reads and previews. */
  readonly database: Database;
  readonly commit: Commit;
  readonly config: ConfigLoader;
  /** Names that no claim type or exchange of a config may have. */
  readonly reservedClaimTypes: readonly string[];
  /** Writes the current config and the scheduled one to KV, as the database has them. Throws where KV or the database does not answer. */
  /** Left out: operations have no spans. */
  readonly inSpan?: InSpan;
  /** Where operations are counted; left out: nowhere. */
  readonly metrics?: Metrics;
  readonly writeConfigKv: () => Promise<boolean>;
  /** Translations of the config's texts. */
  readonly texts: TextsLoader;
  readonly tokens: TokenSettings;
  /** The secret of codes; null: it is not set, and there are no codes. */
  readonly codeSecret: string | null;
  /** The secret of receipts of erasures; null: it is not set, and nobody is erased. */
  readonly erasureSecret: string | null;
  /** Of what sends events to endpoints; null: no secret is set, and there are no endpoints. */
  readonly sender: { readonly secret: string; readonly allowsLoopback: boolean } | null;
  /** Wakes the sender after an operation; null: there is no Queue, and the schedule does. */
  readonly wakeSender: (() => Promise<void>) | null;
}

/** Created per request. */
export interface RequestContext {
  readonly services: Services;
  /** Null: no token was sent. */
  readonly actor: Actor | null;
  /** Ours: a UUID of version 7. */
  readonly requestId: string;
  /** What answers and log lines show: the caller's, or ours where the caller sent none. */
  readonly correlationId: string;
  /** Of the caller's trace; null: none was sent. */
  readonly traceId: string | null;
  /** When the request arrived: the only clock that the rules see. */
  readonly now: Date;
  /** Counts operations beyond the first one of the request. Throws RATE_LIMITED. */
  readonly countMore: (operations: number) => Promise<void>;
  /** Keeps the Worker alive for a promise, even when the client has disconnected. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

interface Scalar<T> {
  Input: T;
  Output: T;
}

export const builder = new SchemaBuilder<{
  Context: RequestContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: Scalar<string>;
    SafeInt: Scalar<number>;
    PositiveInt: Scalar<PositiveInt>;
    NonNegativeInt: Scalar<NonNegativeInt>;
    Quantity: Scalar<Quantity>;
    Reason: Scalar<Reason>;
    Title: Scalar<Title>;
    MessageText: Scalar<MessageText>;
    NoteText: Scalar<NoteText>;
    ClaimId: Scalar<ClaimId>;
    Code: Scalar<Code>;
    IdempotencyKey: Scalar<string>;
    PlayerId: Scalar<string>;
    ClaimType: Scalar<string>;
    ClaimKey: Scalar<string>;
    ResourceName: Scalar<string>;
    StatName: Scalar<string>;
    Language: Scalar<string>;
    Tag: Scalar<string>;
    MessageName: Scalar<string>;
    RoleName: Scalar<string>;
    Permission: Scalar<string>;
    KeyId: Scalar<string>;
    OperationName: Scalar<string>;
    Terms: Scalar<string>;
    Seed: Scalar<string>;
    ConfigPath: Scalar<string>;
    CorrelationId: Scalar<string>;
    Text: Scalar<string>;
    BalanceDocument: Scalar<string>;
    Facts: Scalar<Facts>;
    DateTime: { Input: Date; Output: string };
    Day: Scalar<string>;
    Sum: { Input: never; Output: string };
    JSON: { Input: never; Output: unknown };
  };
}>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: { cursorType: 'String', nodeQueryOptions: false, nodesQueryOptions: false },
});

/** The type parameter of Pothos' own types. */
export type SchemaTypes = typeof builder.$inferSchemaTypes;

builder.queryType({
  description:
    'Reads. Each is one request to the database and sees every write that was acknowledged before it.',
});
builder.mutationType({
  description: `Writes. Each runs as one database transaction and takes effect once per idempotency key.

**The key.** Make it before the first try, keep it with the input until there is an answer, and send both again, unchanged,
whenever there is none. The same key with the same input returns the original answer, forever: the receipt with
\`replayed: true\`, or the original rejection. The same key with other input is IdempotencyKeyReused.

**One mutation per request.** A request with several is BAD_USER_INPUT, and none of them runs.

**The answer.** Business outcomes are members of the result union. Faults that any field can have are errors with
\`extensions.code\`, \`extensions.correlationId\` and \`extensions.retryable\`. Retryable means: send the same key again after a
second or two, then less and less often.

| code | retryable | meaning |
|---|---|---|
| UNAUTHENTICATED | no | no token, or one that is expired or not accepted: get another one, keep the key. Retryable if it is only too early: wait for \`retry-after\` seconds |
| FORBIDDEN | no | this token, staff role or ticket does not allow it; the key stays free |
| BAD_USER_INPUT | no | \`extensions.field\` and the message name what is wrong; the key stays free |
| RATE_LIMITED | yes | too many operations of this caller or address, too many rejections of this player today, or too many unknown codes: wait for \`retry-after\` seconds |
| CONFIG_UNAVAILABLE | yes | there is no valid balance config |
| UNAVAILABLE | yes | the ledger did not answer: the outcome is unknown until the key is sent again. With the header \`retry-after\` nothing was done |
| INTERNAL | yes | a defect of ours; sending the key again returns the outcome |
| PERSISTED_QUERY_NOT_SUPPORTED | no | the request has the hash of a document: send the document |`,
});
