/** The one Yoga of an isolate: the schema behind its guards. Everything that GraphQL itself needs, and no rule of ours. */
import { execute } from 'graphql';
import { type Plugin, YogaServer } from 'graphql-yoga';
import type { Env } from './env.ts';
import { authenticate } from './guards/authenticate.ts';
import { cacheDocuments } from './guards/document-cache.ts';
import { limitDocuments } from './guards/document-limits.ts';
import { finishErrors } from './guards/finish-errors.ts';
import { guardIntrospection } from './guards/introspection.ts';
import type { RequestContext, Services } from './resolvers/context.ts';
import { schema } from './schema/schema.ts';

export interface ServerContext {
  readonly correlationId: string;
  readonly waitUntil: RequestContext['waitUntil'];
}

/** graphql-js itself. Yoga's own executor adds deferred fragments, streams and cancelling, which nothing here uses. */
const executeWithGraphqlJs: Plugin = { onExecute: ({ setExecuteFn }) => setExecuteFn(execute) };

export function createGraphqlServer(env: Env, services: Services) {
  // Beside the request and not by way of Yoga, which would copy it property by property for each.
  const contexts = new WeakMap<Request, ServerContext>();
  // Without the adapter that createYoga puts around it: routes and methods are the door's, and it costs time on every request.
  const { handle } = new YogaServer<object, RequestContext>({
    schema,
    graphqlEndpoint: '/graphql',
    context: async ({ request }) => {
      const { correlationId, waitUntil } = contexts.get(request) as ServerContext;
      const now = new Date();
      const actor = await authenticate(request, { tokens: services.tokens, env, now });
      return { services, actor, correlationId, now, waitUntil };
    },
    plugins: [
      limitDocuments(),
      cacheDocuments(),
      guardIntrospection({ openToAll: env.ENVIRONMENT === 'local' }),
      finishErrors(),
      executeWithGraphqlJs,
    ],
    // Never the development mode: it shows the original errors.
    maskedErrors: { isDev: false },
    // The door has its own (src/guards/http-guard.ts, cors.ts), and each of these costs time on every request.
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });
  return {
    async fetch(request: Request, context: ServerContext): Promise<Response> {
      contexts.set(request, context);
      return handle(request, { waitUntil: (promise) => context.waitUntil(Promise.resolve(promise)) });
    },
  };
}
