/** The Pothos builder: which TypeScript types stand behind scalars and context. It defines no GraphQL type itself. */
import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import type { Facts } from '../domain/rules.ts';
import type { RequestContext } from '../resolvers/context.ts';

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
    IdempotencyKey: Scalar<string>;
    PlayerId: Scalar<string>;
    ClaimType: Scalar<string>;
    ClaimKey: Scalar<string>;
    ResourceName: Scalar<string>;
    CorrelationId: Scalar<string>;
    Text: Scalar<string>;
    Facts: Scalar<Facts>;
    DateTime: { Input: Date; Output: string };
    JSON: { Input: never; Output: unknown };
  };
}>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: { cursorType: 'String', nodeQueryOptions: false, nodesQueryOptions: false },
});

builder.queryType({
  description: 'Reads. Each is one request to the database, and shows every write acknowledged before.',
});
builder.mutationType({
  description: `Writes. Each runs as one database transaction and is carried out once for each idempotency key.

**The key.** Make it before the first try, keep it with the input until there is an answer, and send both again, unchanged,
whenever there was none. The same key with the same input brings the original answer, for ever: the receipt with
\`replayed: true\`, or the original "no". The same key with other input is IdempotencyKeyReused.

**The answer.** Business outcomes are members of the result union. Faults that any field can have are errors with
\`extensions.code\`, \`extensions.correlationId\` and \`extensions.retryable\`; retryable means: send the same key again,
after a second or two, then less and less often.

| code | retryable | what it means |
|---|---|---|
| UNAUTHENTICATED | no | no token, or one that is expired or not accepted: get another, keep the key |
| FORBIDDEN | no | this token, staff role or ticket does not allow it; the key stays free |
| BAD_USER_INPUT | no | \`extensions.field\` and the message name what is wrong; the key stays free |
| RATE_LIMITED | yes | too many requests of this player or staff member |
| CONFIG_UNAVAILABLE | yes | there is no valid balance config, and none is made up |
| UNAVAILABLE | yes | no answer from the ledger: the outcome is unknown until the key is sent again |
| INTERNAL | yes | a defect of ours; the key tells what became of it |`,
});
