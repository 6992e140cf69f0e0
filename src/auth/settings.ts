/**
 * Builds the settings for verifying tokens and tickets from the Worker's variables, once per isolate. A missing or
 * wrong variable makes every verification `unavailable`; it never makes verification more lenient.
 */
import { inlineKeys, type KeySource, remoteKeys, unavailableKeys } from './keys.ts';
import { VerifiedTokenCache } from './verified-token-cache.ts';

/** The part of Env (src/env.ts) that verification reads, declared here so that it also compiles outside a Worker. */
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
  readonly verifiedTokens: VerifiedTokenCache;
}

/** The inline JWKS takes precedence over the URL: somebody set it on purpose, and the local stack uses it. */
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
    verifiedTokens: new VerifiedTokenCache(),
  };
}
