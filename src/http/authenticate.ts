/** Reads the actor from the Authorization header and applies the edge's rate limit. Throws the GraphQL error otherwise. */
import { readBearer } from '../auth/bearer.ts';
import type { TokenSettings } from '../auth/settings.ts';
import { verifyAccessToken } from '../auth/tokens.ts';
import type { Actor } from '../domain/actor.ts';
import type { Env } from '../env.ts';
import { graphqlErrors } from '../schema/errors.ts';

/** Null: no token was sent. Each operation then answers UNAUTHENTICATED. */
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
  await limitRate(verified.actor, env);
  return verified.actor;
}

/** Approximate, and counted per location: it protects the service. Exact limits are counted in the transaction. */
async function limitRate({ kind, id }: Actor, env: Env): Promise<void> {
  const limiter =
    kind === 'player' ? env.PLAYER_RATE_LIMIT : kind === 'staff' ? env.STAFF_RATE_LIMIT : undefined;
  const result = await limiter?.limit({ key: `${kind}:${id}` });
  if (result?.success === false) throw graphqlErrors.rateLimited();
}
