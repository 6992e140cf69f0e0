/** The Yoga server of an isolate: the schema behind its limits, with Yoga's own executor and cache replaced. */
import { type Plugin, YogaServer } from 'graphql-yoga';
import type { Env } from '../env.ts';
import type { Correlation } from '../log/correlation.ts';
import { schema } from '../resolvers/schema.ts';
import type { RequestContext, Services } from '../schema/builder.ts';
import { authenticate, guardIntrospection } from './access.ts';
import { cacheDocuments } from './document-cache.ts';
import { limitDocuments } from './document-limits.ts';
import { finishErrors } from './finish-errors.ts';
import { executeWithInputErrors } from './input-errors.ts';

export interface ServerContext extends Correlation {
  readonly waitUntil: RequestContext['waitUntil'];
}

/** Executes with graphql-js. Yoga's own executor adds deferred fragments, streams and cancellation, which nothing here uses. */
const executeWithGraphqlJs: Plugin = {
  onExecute: ({ setExecuteFn }) => setExecuteFn(executeWithInputErrors),
};

export function createGraphqlServer(env: Env, services: Services) {
  // Not passed through Yoga, which would copy it property by property for each request.
  const contexts = new WeakMap<Request, ServerContext>();
  // Without the adapter of createYoga: src/worker.ts handles routes and methods, and the adapter costs time on every request.
  const { handle } = new YogaServer<object, RequestContext>({
    schema,
    graphqlEndpoint: '/graphql',
    context: async ({ request }) => {
      const { requestId, correlationId, waitUntil } = contexts.get(request) as ServerContext;
      const now = new Date();
      const actor = await authenticate(request, { tokens: services.tokens, env, now });
      return { services, actor, requestId, correlationId, now, waitUntil };
    },
    plugins: [
      limitDocuments(),
      cacheDocuments(),
      guardIntrospection({ openToAll: env.ENVIRONMENT === 'local' }),
      finishErrors(schema, (request) => contexts.get(request)?.correlationId ?? null),
      executeWithGraphqlJs,
    ],
    // The development mode would show original errors.
    maskedErrors: { isDev: false },
    // src/http/admit.ts and cors.ts do what is needed of these. Each costs time on every request.
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
