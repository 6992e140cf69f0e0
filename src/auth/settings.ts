/**
 * What the verification of tokens and tickets rests on, made once for an isolate from the Worker's variables. A
 * variable that is missing or wrong makes every verification `unavailable`, never more lenient.
 */
import { GenuineCache } from './genuine-cache.ts';
import { inlineKeys, type KeySource, remoteKeys, unavailableKeys } from './jwks.ts';

/** The part of Env (src/env.ts) that this room reads, named here so that it also compiles outside a Worker. */
export interface TokenEnv {
  readonly JWKS?: string;
  readonly JWKS_URL?: string;
  readonly TOKEN_ISSUER: string;
  readonly TOKEN_AUDIENCE: string;
}

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySource;
  readonly genuine: GenuineCache;
}

/** The inline JWKS wins over the URL: it is what somebody wrote down, and the local stack uses it. */
function keySource(env: TokenEnv): KeySource {
  if (!env.TOKEN_ISSUER || !env.TOKEN_AUDIENCE) {
    return unavailableKeys('TOKEN_ISSUER and TOKEN_AUDIENCE must be set');
  }
  if (env.JWKS) return inlineKeys(env.JWKS);
  if (env.JWKS_URL) return remoteKeys(env.JWKS_URL);
  return unavailableKeys('JWKS or JWKS_URL must be set');
}

export function tokenSettings(env: TokenEnv): TokenSettings {
  return {
    issuer: env.TOKEN_ISSUER,
    audience: env.TOKEN_AUDIENCE,
    keys: keySource(env),
    genuine: new GenuineCache(),
  };
}
