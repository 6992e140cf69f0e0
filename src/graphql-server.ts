/** The one Yoga of an isolate: the schema behind its guards. Everything that GraphQL itself needs, and no rule of ours. */
import { createYoga } from 'graphql-yoga';
import type { Env } from './env.ts';
import { authenticate } from './guards/authenticate.ts';
import { documentLimits } from './guards/document-limits.ts';
import { finishErrors } from './guards/finish-errors.ts';
import { guardIntrospection } from './guards/introspection.ts';
import type { RequestContext, Services } from './resolvers/context.ts';
import { schema } from './schema/schema.ts';

export interface ServerContext {
  readonly correlationId: string;
  readonly waitUntil: RequestContext['waitUntil'];
}

export function createGraphqlServer(env: Env, services: Services) {
  return createYoga<ServerContext, RequestContext>({
    schema,
    graphqlEndpoint: '/graphql',
    context: async ({ request, correlationId, waitUntil }) => {
      const now = new Date();
      const actor = await authenticate(request, { tokens: services.tokens, env, now });
      return { services, actor, correlationId, now, waitUntil };
    },
    plugins: [
      ...documentLimits(),
      guardIntrospection({ openToAll: env.ENVIRONMENT === 'local' }),
      finishErrors(),
    ],
    // Never the development mode: it shows the original errors.
    maskedErrors: { isDev: false },
    // The door has its own (src/guards/http-guard.ts, cors.ts), and each of these costs time on every request.
    maxRequestBodySize: false,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });
}
