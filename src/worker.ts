/** The entry point: creates the isolate's services once and routes each request. */
import { tokenSettings, wrongTokenSettings } from './auth/settings.ts';
import { createConfigLoader } from './config/load.ts';
import type { Env } from './env.ts';
import { admit } from './http/admit.ts';
import { corsHeaders, preflight } from './http/cors.ts';
import { createGraphqlServer } from './http/graphql-server.ts';
import { openDatabase } from './ledger/database.ts';
import { expireRefusals } from './ledger/expire-refusals.ts';
import { LedgerUnavailable } from './ledger/failures.ts';
import { commitPath, wrongLaneSettings } from './ledger/lanes.ts';
import { readPublishedConfig } from './ledger/read-config.ts';
import { CORRELATION_HEADER, type Correlation, correlationOf } from './log/correlation.ts';
import { writeLog } from './log/log.ts';
import { errorExtensions, graphqlErrors } from './schema/errors.ts';

function openIsolate(env: Env) {
  const database = connect(env);
  const config = createConfigLoader({
    kv: env.BALANCE_KV,
    ttlMs: pointerTtlMs(env),
    now: Date.now,
    readPublished: () => readPublishedConfig(database, 'current'),
    failureOf: (error) => (error instanceof LedgerUnavailable ? error.failure : null),
    log: (entry, correlationId) => writeLog({ ...entry }, correlationId),
  });
  return createGraphqlServer(env, {
    database,
    commit: commitPath(env, database),
    config,
    tokens: tokenSettings(env),
  });
}

function connect({ DATABASE_URL: databaseUrl, NEON_ENDPOINT: endpoint }: Env) {
  return openDatabase({ databaseUrl, endpoint });
}

const DEFAULT_POINTER_TTL_SECONDS = 10;

/** A missing or malformed setting falls back to the default; otherwise every request would read KV. */
function pointerTtlMs({ CONFIG_POINTER_TTL_SECONDS: given }: Env): number {
  const seconds = Number(given || Number.NaN);
  return (seconds >= 0 ? seconds : DEFAULT_POINTER_TTL_SECONDS) * 1000;
}

/** What must be set, or set to something else, before a request can be answered. README.md ("Deploy") says how. */
function missingSettings(env: Partial<Env>): string[] {
  const database = env.DATABASE_URL ? [] : ['DATABASE_URL'];
  return [...database, ...wrongTokenSettings(env), ...wrongLaneSettings(env)];
}

/** Says that the Worker runs, and which settings it lacks; the log says so once per isolate. */
function health(env: Env): Response {
  const missing = missingSettings(env);
  if (missing.length === 0) return Response.json({ status: 'ok' });
  if (!reported) writeLog({ event: 'settings_missing', missing: missing.join(', ') }, null);
  reported = true;
  return Response.json({ status: 'ok', missing });
}

/** Exported for the binding LANE. */
export { Lane } from './ledger/lanes.ts';

let reported = false;
let server: ReturnType<typeof openIsolate> | undefined;

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') return health(env);
    if (pathname === '/') return Response.redirect(new URL('/admin', request.url).href, 302);
    if (pathname !== '/graphql')
      return new Response('Not found. GraphQL is at /graphql, GraphiQL at /admin.', { status: 404 });
    if (request.method === 'OPTIONS') return preflight(request, env.ALLOWED_ORIGINS);

    const correlation = correlationOf(request);
    const { correlationId } = correlation;
    const response = await answer(request, env, ctx, correlation);
    response.headers.set(CORRELATION_HEADER, correlationId);
    for (const [name, value] of Object.entries(corsHeaders(request, env.ALLOWED_ORIGINS)))
      response.headers.set(name, value);
    return response;
  },

  /** The schedule is in wrangler.toml. A failure is reported by the platform, and the next run deletes what is left. */
  async scheduled(_controller, env): Promise<void> {
    if (missingSettings(env).length === 0) await expireRefusals(connect(env));
  },
} satisfies ExportedHandler<Env>;

async function answer(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  correlation: Correlation,
): Promise<Response> {
  try {
    return await answerOrThrow(request, env, ctx, correlation);
  } catch (error) {
    // A missing or wrong binding, or a body that broke off. The answer never holds a foreign message.
    const kind = error instanceof Error ? error.name : typeof error;
    writeLog(
      { operation: 'request', success: false, code: 'INTERNAL', error: kind },
      correlation.correlationId,
    );
    const { message } = graphqlErrors.internal();
    const errors = [{ message, extensions: errorExtensions('INTERNAL', correlation.correlationId) }];
    return Response.json({ errors }, { status: 500 });
  }
}

const NOT_CONFIGURED = 'The service is not configured. Try again later';

async function answerOrThrow(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  correlation: Correlation,
): Promise<Response> {
  const { correlationId } = correlation;
  const admission = await admit(request);
  if (admission.kind === 'refused') {
    const { status, message, headers = {} } = admission;
    writeLog({ operation: 'request', success: false, code: 'BAD_USER_INPUT', error: message }, correlationId);
    const errors = [{ message, extensions: errorExtensions('BAD_USER_INPUT', correlationId) }];
    return Response.json({ errors }, { status, headers });
  }
  const missing = server ? [] : missingSettings(env);
  if (missing.length > 0) {
    const error = `settings missing: ${missing.join(', ')}`;
    writeLog({ operation: 'request', success: false, code: 'UNAVAILABLE', error }, correlationId);
    const errors = [{ message: NOT_CONFIGURED, extensions: errorExtensions('UNAVAILABLE', correlationId) }];
    return Response.json({ errors }, { status: 503 });
  }
  server ??= openIsolate(env);
  return server.fetch(admission.request, {
    ...correlation,
    waitUntil: (promise: Promise<unknown>) => ctx.waitUntil(promise),
  });
}
