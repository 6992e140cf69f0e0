/**
 * Who may ask, and how often: reads the actor from the Authorization header and applies the edge's rate limits. They are
 * approximate and counted per location: they protect the service. Exact limits are counted in the transaction.
 */
import { readBearer } from '../auth/bearer.ts';
import type { TokenSettings } from '../auth/settings.ts';
import { verifyAccessToken } from '../auth/tokens.ts';
import type { Actor } from '../domain/actor.ts';
import type { Env } from '../env.ts';
import { writeLog } from '../log/log.ts';
import { graphqlErrors } from '../schema/errors.ts';

/** Null: no token was sent. Each operation then answers UNAUTHENTICATED. */
export async function authenticate(
  request: Request,
  { tokens, now }: { tokens: TokenSettings; now: Date },
): Promise<Actor | null> {
  const bearer = readBearer(request.headers.get('authorization'));
  if (bearer.kind === 'none') return null;
  if (bearer.kind === 'malformed') throw graphqlErrors.refusedToken(bearer.why);
  const verified = await verifyAccessToken(bearer.token, tokens, now);
  if (verified.kind === 'unavailable') throw graphqlErrors.keysUnavailable();
  if (verified.kind === 'invalid') throw graphqlErrors.refusedToken(verified.why);
  if (verified.kind === 'early') throw graphqlErrors.earlyToken(verified);
  return verified.actor;
}

/** Counts operations of an actor, or of an address without a token. Throws RATE_LIMITED. */
export type CountOperations = (actor: Actor | null, request: Request, operations: number) => Promise<void>;

const BINDINGS = {
  player: 'PLAYER_RATE_LIMIT',
  staff: 'STAFF_RATE_LIMIT',
  server: 'SERVER_RATE_LIMIT',
  address: 'ADDRESS_RATE_LIMIT',
} as const;

export function openRateLimits(env: Env): CountOperations {
  const limiters = {
    player: openLimiter(env, 'player'),
    staff: openLimiter(env, 'staff'),
    server: openLimiter(env, 'server'),
    address: openLimiter(env, 'address'),
  };
  return async (actor, request, operations) => {
    const { kind, id } = actor ?? { kind: 'address' as const, id: networkOf(request) };
    const isWithin = limiters[kind];
    // Without an address the request did not come through Cloudflare's edge.
    if (isWithin === null || id === null) return;
    for (let count = 0; count < operations; count += 1)
      if (!(await isWithin(`${kind}:${id}`))) throw graphqlErrors.rateLimited();
  };
}

/** The caller's IPv4 address, or the 64 bits of an IPv6 address that one subscriber has. */
function networkOf({ headers }: Request): string | null {
  const address = headers.get('cf-connecting-ip');
  return address && (address.split('::', 1)[0] as string).split(':').slice(0, 4).join(':');
}

const TIMEOUT_MS = 250;
/** After a failure, how long nothing is counted: a binding that hangs would delay every request. */
const PAUSE_MS = 5_000;
const LATE = new Error(`no answer within ${TIMEOUT_MS} ms`);

/** Whether a key is within the limit. A limiter that fails allows everything. Null: there is no such binding. */
function openLimiter(env: Env, kind: keyof typeof BINDINGS): ((key: string) => Promise<boolean>) | null {
  const binding = env[BINDINGS[kind]];
  if (!binding) return null;
  let failedAt = Number.NEGATIVE_INFINITY;
  // Absolute, because a clock may be set back.
  const isPaused = () => Math.abs(Date.now() - failedAt) < PAUSE_MS;
  return async (key) => {
    if (isPaused()) return true;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(late.reject, TIMEOUT_MS, LATE);
    try {
      return (await Promise.race([binding.limit({ key }), late.promise])).success !== false;
    } catch (error) {
      const why = error === LATE ? LATE.message : 'it failed';
      if (!isPaused()) writeLog({ event: 'rate_limit_failed', binding: BINDINGS[kind], why }, null);
      failedAt = Date.now();
      return true;
    } finally {
      clearTimeout(timer);
    }
  };
}
