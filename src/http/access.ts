/** Who may ask: reads the actor from the Authorization header, applies the edge's rate limit, and limits introspection. */
import { BREAK, type DocumentNode, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { readBearer } from '../auth/bearer.ts';
import type { TokenSettings } from '../auth/settings.ts';
import { verifyAccessToken } from '../auth/tokens.ts';
import type { Actor } from '../domain/actor.ts';
import type { Env } from '../env.ts';
import type { RequestContext } from '../schema/builder.ts';
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
  if (verified.kind === 'early') throw graphqlErrors.earlyToken(verified);
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

/** Introspection is for servers and staff; a local stack allows everyone. `__typename` is open to all. */
export function guardIntrospection({ openToAll }: { openToAll: boolean }): Plugin<RequestContext> {
  if (openToAll) return {};
  return {
    onExecute: ({ args, setResultAndStopExecution }) => {
      const { actor } = args.contextValue as RequestContext;
      const mayAsk = actor?.kind === 'staff' || actor?.kind === 'server';
      if (!mayAsk && asksForSchema(args.document)) {
        setResultAndStopExecution({ errors: [graphqlErrors.forbiddenIntrospection()] });
      }
    },
  };
}

/** document-cache.ts keeps one document per text, so each is visited once. */
const answers = new WeakMap<DocumentNode, boolean>();

function asksForSchema(document: DocumentNode): boolean {
  let answer = answers.get(document);
  if (answer === undefined) {
    answer = false;
    visit(document, {
      Field: ({ name }) => {
        if (name.value !== '__schema' && name.value !== '__type') return undefined;
        answer = true;
        return BREAK;
      },
    });
    answers.set(document, answer);
  }
  return answer;
}
