/**
 * Apollo Server on Fastify in production mode, with its default document cache and a Drizzle transaction for the mutation: the
 * usual way to implement a claim.
 */
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastify from 'fastify';
import { reportPort } from '../serve.ts';
import { claimReward } from './claim-reward.ts';

const typeDefs = `
  type Query { status: String! }
  type Mutation { claimReward(input: ClaimRewardInput!): Receipt! }
  input ClaimRewardInput { idempotencyKey: String!, key: String!, playerId: String!, ratingGap: Int! }
  type Claim { id: ID!, type: String!, key: String! }
  type Change { resource: String!, before: Float!, after: Float!, delta: Float! }
  type Player { version: Float!, level: Int! }
  type Receipt { claim: Claim!, changes: [Change!]!, player: Player!, levelBefore: Int!, levelAfter: Int!, replayed: Boolean! }
`;

const server = new ApolloServer({
  typeDefs,
  resolvers: {
    Query: { status: () => 'ok' },
    Mutation: { claimReward: (_: unknown, { input }) => claimReward(input) },
  },
  introspection: false,
  includeStacktraceInErrorResponses: false,
  plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginUsageReportingDisabled()],
});
await server.start();

const app = fastify();
app.post('/graphql', fastifyApolloHandler(server));
await app.listen({ port: 0, host: '127.0.0.1' });
reportPort((app.server.address() as { port: number }).port);
