/** From the Authorization header to an actor within the edge's rate limit, or the GraphQL error that says why not. */
import { readBearer } from '../auth/bearer.ts';
import type { TokenSettings } from '../auth/settings.ts';
import { verifyAccessToken } from '../auth/tokens.ts';
import type { Actor } from '../domain/actor.ts';
import type { Env } from '../env.ts';
import { graphqlErrors } from '../telemetry/graphql-errors.ts';

/** Null: no token was sent; every operation then asks for one. */
export async function authenticate(
  request: Request,
  { tokens, env, now }: { tokens: TokenSettings; env: Env; now: Date },
): Promise<Actor | null> {
  const bearer = readBearer(request.headers.get('authorization'));
  if (bearer.kind === 'none') return null;
  if (bearer.kind === 'malformed') throw graphqlErrors.refusedToken(bearer.why);
  const verified = await verifyAccessToken(bearer.token, tokens, now);
  if (verified.kind === 'unavailable') throw graphqlErrors.keysUnavailable();
  if (verified.kind === 'invalid') throw graphqlErrors.refusedToken(verified.why);
  await refuseFlood(verified.actor, env);
  return verified.actor;
}

/** Counted by location and approximately: it protects the service. What must be exact is counted in the transaction. */
async function refuseFlood({ kind, id }: Actor, env: Env): Promise<void> {
  const limiter =
    kind === 'player' ? env.PLAYER_RATE_LIMIT : kind === 'staff' ? env.STAFF_RATE_LIMIT : undefined;
  const verdict = await limiter?.limit({ key: `${kind}:${id}` });
  if (verdict?.success === false) throw graphqlErrors.rateLimited();
}
