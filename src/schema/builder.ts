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
  description:
    'Writes. Each runs as one database transaction and is carried out once for each idempotency key, however often it is sent.',
});
