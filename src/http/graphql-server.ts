/** The Yoga server of an isolate: the schema behind its limits, with Yoga's own request parser, executor and cache replaced. */
import { type Plugin, YogaServer } from 'graphql-yoga';
import type { Actor } from '../domain/actor.ts';
import type { Env } from '../env.ts';
import type { Correlation } from '../log/correlation.ts';
import { schema } from '../resolvers/schema.ts';
import type { RequestContext, Services } from '../schema/builder.ts';
import { authenticate, openRateLimits } from './access.ts';
import { checkHeaders, readBody } from './admit.ts';
import { guardDocuments } from './documents.ts';
import { guardExecution } from './execute.ts';
import { finishErrors } from './finish-errors.ts';

interface ServerContext extends Correlation {
  readonly waitUntil: RequestContext['waitUntil'];
}

/** What is known of a request. `actor` is set before its body is read. */
interface Visit extends ServerContext {
  readonly now: Date;
  actor: Actor | null;
}

export function createGraphqlServer(env: Env, services: Services) {
  // Not passed through Yoga, which would copy it property by property for each request.
  const visits = new WeakMap<Request, Visit>();
  const visitOf = (request: Request) => visits.get(request) as Visit;
  const count = openRateLimits(env);

  /** Replaces Yoga's parsers of requests. Errors are answered like those of an operation. */
  const door: Plugin = {
    onRequestParse: ({ request, setRequestParser }) => {
      checkHeaders(request);
      setRequestParser(enter);
    },
  };
  const enter = async (request: Request) => {
    const visit = visitOf(request);
    const actor = authenticate(request, { tokens: services.tokens, now: visit.now });
    // A refused token costs as much as none.
    visit.actor = await actor.catch(async (error) => {
      await count(null, request, 1);
      throw error;
    });
    await count(visit.actor, request, 1);
    return readBody(request, visit.actor);
  };

  // Without the adapter of createYoga: src/worker.ts handles routes and methods, and the adapter costs time on every request.
  const { handle } = new YogaServer<object, RequestContext>({
    schema,
    graphqlEndpoint: '/graphql',
    context: ({ request }) => {
      const { actor, requestId, correlationId, traceId, now, waitUntil } = visitOf(request);
      const countMore = (operations: number) => count(actor, request, operations);
      return { services, actor, requestId, correlationId, traceId, now, countMore, waitUntil };
    },
    plugins: [
      door,
      guardDocuments((request) => visitOf(request).actor !== null),
      guardExecution({ isSchemaOpen: env.ENVIRONMENT === 'local' }),
      finishErrors((request) => visitOf(request).correlationId, services.metrics),
    ],
    // The development mode would show original errors.
    maskedErrors: { isDev: false },
    // src/http/admit.ts does what is needed of these. Each costs time on every request.
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
      visits.set(request, { ...context, now: new Date(), actor: null });
      return handle(request, { waitUntil: (promise) => context.waitUntil(Promise.resolve(promise)) });
    },
  };
}
