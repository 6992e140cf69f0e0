/** The entry point: creates the isolate's services once and routes each request. */
import { tracing, WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { tokenSettings } from './auth/settings.ts';
import { beginCampaign, driveCampaign } from './campaigns/drive.ts';
import { payRanking } from './campaigns/pay-ranking.ts';
import type { StepParameters } from './campaigns/run-step.ts';
import { createConfigLoader } from './config/load.ts';
import { createTextsLoader } from './config/load-texts.ts';
import type { Env } from './env.ts';
import { runSender, senderOf } from './events/run-sender.ts';
import { createWake } from './events/wake.ts';
import { corsHeaders, preflight } from './http/admit.ts';
import { CATALOG_PATH, openCatalog } from './http/catalog.ts';
import { answerConsole, CONSOLE_PATHS } from './http/console.ts';
import { createGraphqlServer } from './http/graphql-server.ts';
import { missingSettings, readiness, reportReadiness, reportSettings } from './http/health.ts';
import { openDatabase } from './ledger/database.ts';
import { LedgerUnavailable } from './ledger/failures.ts';
import { commitPath } from './ledger/lanes.ts';
import { readPublishedConfig } from './ledger/read-config.ts';
import { readTexts, readTextsIndex } from './ledger/read-texts.ts';
import { CORRELATION_HEADER, type Correlation, correlationOf } from './log/correlation.ts';
import { writeLog } from './log/log.ts';
import type { InSpan } from './log/spans.ts';
import { stackOf } from './log/stack.ts';
import { AFTER_ANSWER_MS } from './resolvers/drive-undo.ts';
import { RESERVED_CLAIM_TYPES } from './resolvers/schema.ts';
import { moveConfigPointer, runJobs } from './scheduled.ts';
import { type ErrorCode, errorExtensions, graphqlErrors } from './schema/errors.ts';

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
  const texts = createTextsLoader({
    kv: env.BALANCE_KV,
    ttlMs: pointerTtlMs(env),
    now: Date.now,
    readIndex: () => readTextsIndex(database),
    readTexts: (version) => readTexts(database, version),
  });
  const commit = commitPath(env, database);
  const { CAMPAIGNS: workflow } = env;
  const services = {
    database,
    commit,
    config,
    texts,
    reservedClaimTypes: RESERVED_CLAIM_TYPES,
    writeConfigKv: () => moveConfigPointer(env, database, true),
    tokens: tokenSettings(env),
    codeSecret: env.CODE_SECRET || null,
    erasureSecret: env.ERASURE_SECRET || null,
    sender: senderOf(env),
    wakeSender: createWake(env.EVENTS_QUEUE),
    inSpan,
    ...(env.METRICS && { metrics: env.METRICS }),
    beginCampaign: workflow ? (id: number) => beginCampaign(database, workflow, id) : null,
    payRanking: (id: number) => payRanking({ database, config }, id, AFTER_ANSWER_MS),
  };
  return {
    database,
    config,
    graphql: createGraphqlServer(env, services),
    catalog: openCatalog(env, services),
    ready: reportReadiness(services),
  };
}

function connect({ DATABASE_URL: databaseUrl, NEON_ENDPOINT: endpoint, ARCHIVE: archive }: Env) {
  return openDatabase({ databaseUrl, endpoint, archive });
}

const DEFAULT_POINTER_TTL_SECONDS = 10;

/** A missing or malformed setting falls back to the default; otherwise every request would read KV. */
function pointerTtlMs({ CONFIG_POINTER_TTL_SECONDS: given }: Env): number {
  const seconds = Number(given || Number.NaN);
  return (seconds >= 0 ? seconds : DEFAULT_POINTER_TTL_SECONDS) * 1000;
}

/** Exported for the binding LANE. */
export { Lane } from './ledger/lanes.ts';

/** Exported for the binding CAMPAIGNS. */
export class CampaignRun extends WorkflowEntrypoint<Env, StepParameters> {
  override async run(
    { payload }: Readonly<WorkflowEvent<StepParameters>>,
    step: WorkflowStep,
  ): Promise<void> {
    isolate ??= openIsolate(this.env);
    await driveCampaign(isolate, payload, step);
  }
}

const inSpan: InSpan = (name, run) => tracing.startActiveSpan(name, run);
const health = reportSettings();
let isolate: ReturnType<typeof openIsolate> | undefined;

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') return health(env);
    if (pathname === '/ready') return ready(env);
    if (pathname === '/') return Response.redirect(new URL('/admin', request.url).href, 302);
    if (CONSOLE_PATHS.includes(pathname)) return answerConsole(request, env);
    const isCatalog = pathname.startsWith(CATALOG_PATH);
    if (pathname !== '/graphql' && !isCatalog)
      return new Response('Not found. GraphQL is at /graphql, GraphiQL at /admin.', { status: 404 });
    if (request.method === 'OPTIONS')
      return preflight(request, env.ALLOWED_ORIGINS, isCatalog ? 'GET, HEAD' : 'POST');

    const correlation = correlationOf(request);
    const response = await answer(request, env, ctx, { ...correlation, isCatalog });
    response.headers.set(CORRELATION_HEADER, correlation.correlationId);
    if (!isCatalog) response.headers.set('cache-control', 'no-store');
    response.headers.set('x-content-type-options', 'nosniff');
    for (const [name, value] of Object.entries(corsHeaders(request, env.ALLOWED_ORIGINS)))
      response.headers.set(name, value);
    return response;
  },

  /** The schedule is in wrangler.toml. */
  async scheduled({ cron }, env): Promise<void> {
    if (missingSettings(env).length > 0) return;
    isolate ??= openIsolate(env);
    await runJobs({ env, ...isolate }, cron);
  },

  /** Messages only say that there is something to send. One that cannot be heeded is lost: the schedule sends. */
  async queue(batch, env): Promise<void> {
    batch.ackAll();
    if (missingSettings(env).length > 0) return;
    isolate ??= openIsolate(env);
    await runSender(env, isolate.database);
  },
} satisfies ExportedHandler<Env>;

async function ready(env: Env): Promise<Response> {
  try {
    if (!isolate && missingSettings(env).length > 0) return readiness(['settings']);
    isolate ??= openIsolate(env);
    return await isolate.ready();
  } catch {
    return readiness(['settings']);
  }
}

async function answer(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  { isCatalog, ...correlation }: Correlation & { readonly isCatalog: boolean },
): Promise<Response> {
  const { correlationId } = correlation;
  try {
    const missing = isolate ? [] : missingSettings(env);
    if (missing.length > 0) {
      const error = `settings missing: ${missing.join(', ')}`;
      return refuse({ code: 'UNAVAILABLE', status: 503, message: NOT_CONFIGURED, error }, correlationId);
    }
    isolate ??= openIsolate(env);
    if (isCatalog) return await isolate.catalog(request, correlationId);
    return await isolate.graphql.fetch(request, {
      ...correlation,
      waitUntil: (promise: Promise<unknown>) => ctx.waitUntil(promise),
    });
  } catch (error) {
    // A missing or wrong binding. The answer never holds a foreign message.
    const kind = error instanceof Error ? error.name : typeof error;
    const { message } = graphqlErrors.internal();
    const stack = stackOf(error);
    return refuse({ code: 'INTERNAL', status: 500, message, error: kind, stack }, correlationId);
  }
}

const NOT_CONFIGURED = 'The service is not configured. Try again later';

interface Failure {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  /** For the log. */
  readonly error: string;
  readonly stack?: string | null;
}

/** The answer where there is no GraphQL server. */
function refuse({ code, status, message, error, stack = null }: Failure, correlationId: string): Response {
  writeLog({ operation: 'request', success: false, code, error, stack }, correlationId);
  const errors = [{ message, extensions: errorExtensions(code, correlationId) }];
  return Response.json({ errors }, { status });
}
