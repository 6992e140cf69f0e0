/**
 * `/health` says that the Worker runs, and which settings it lacks. `/ready` asks what operations need, the ledger and the balance
 * config, and says which one fails.
 */
import { wrongTokenSettings } from '../auth/settings.ts';
import type { Env } from '../env.ts';
import { wrongLaneSettings } from '../ledger/lanes.ts';
import { askLedger } from '../ledger/read-config.ts';
import { writeLog } from '../log/log.ts';
import type { Services } from '../schema/builder.ts';
import { wrongConsoleSettings } from './console.ts';

/** What must be set, or set to something else, before a request can be answered. README.md ("Deploy") says how. */
export function missingSettings(env: Partial<Env>): string[] {
  const database = env.DATABASE_URL ? [] : ['DATABASE_URL'];
  return [
    ...database,
    ...wrongTokenSettings(env),
    ...wrongLaneSettings(env),
    ...weakSecrets(env),
    ...wrongConsoleSettings(env),
  ];
}

const MIN_SECRET = 32;

/** They may be missing: then there are no codes, nobody is erased, and there are no endpoints. */
function weakSecrets({ CODE_SECRET, ERASURE_SECRET, EVENTS_SECRET }: Partial<Env>): string[] {
  return Object.entries({ CODE_SECRET, ERASURE_SECRET, EVENTS_SECRET }).flatMap(([name, secret]) =>
    secret && secret.length < MIN_SECRET ? [`${name} (at least ${MIN_SECRET} characters)`] : [],
  );
}

/** Missing settings, for /health. The log says so once per isolate. */
export function reportSettings(): (env: Env) => Response {
  let reported = false;
  return (env) => {
    const missing = missingSettings(env);
    if (missing.length === 0) return answer({ status: 'ok' });
    if (!reported) writeLog({ event: 'settings_missing', missing: missing.join(', ') }, null);
    reported = true;
    return answer({ status: 'ok', missing });
  };
}

/** How long an answer of /ready is given again, so that asking often does not load the database. */
const KEPT_MS = 1_000;
const PROBE_TIMEOUT_MS = 3_000;
const POLL_MS = 50;

/** One probe at a time. A request that waits for another's reads its answer, never its promise: that request may be aborted. */
export function reportReadiness({ database, config }: Pick<Services, 'database' | 'config'>) {
  let failing: readonly string[] = [];
  let answeredAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  const isRecent = (time: number, within: number) => Math.abs(Date.now() - time) < within;

  async function probe(): Promise<void> {
    askedAt = Date.now();
    const [ledger, rules] = await Promise.all([
      succeeds(() => askLedger(database)),
      succeeds(async () => (await config.current()).kind === 'rules'),
    ]);
    failing = [...(ledger ? [] : ['ledger']), ...(rules ? [] : ['config'])];
    if (failing.length > 0) writeLog({ event: 'not_ready', failing: failing.join(', ') }, null);
    answeredAt = Date.now();
    askedAt = Number.NEGATIVE_INFINITY;
  }

  return async (): Promise<Response> => {
    while (!isRecent(answeredAt, KEPT_MS)) {
      if (isRecent(askedAt, 2 * PROBE_TIMEOUT_MS)) await pause(POLL_MS);
      else await probe();
    }
    return readiness(failing);
  };
}

export function readiness(failing: readonly string[]): Response {
  return failing.length === 0 ? answer({ status: 'ok' }) : answer({ status: 'unavailable', failing }, 503);
}

/** False: it failed, or took too long. */
async function succeeds(ask: () => Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(late.resolve, PROBE_TIMEOUT_MS, false);
  try {
    return await Promise.race([ask(), late.promise]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function answer(body: object, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}
