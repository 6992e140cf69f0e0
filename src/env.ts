/** The Worker's bindings and variables (wrangler.toml), and nothing else. */
export interface Env {
  /** The app role's connection string. A secret. */
  readonly DATABASE_URL: string;
  /** Local stack and tests only: where Neon's HTTP endpoint is played (http://127.0.0.1:port/sql). */
  readonly NEON_ENDPOINT?: string;
  readonly BALANCE_KV: KVNamespace;
  readonly ASSETS?: Fetcher;
  /** Public keys that sign tokens and tickets: a JWKS document inline, or where to fetch it. */
  readonly JWKS?: string;
  readonly JWKS_URL?: string;
  readonly TOKEN_ISSUER: string;
  readonly TOKEN_AUDIENCE: string;
  /** Left out: 10. */
  readonly CONFIG_POINTER_TTL_SECONDS?: string;
  /** Left out: none but the Worker's own. */
  readonly ALLOWED_ORIGINS?: string;
  readonly ENVIRONMENT: 'local' | 'production';
  readonly PLAYER_RATE_LIMIT?: RateLimit;
  readonly STAFF_RATE_LIMIT?: RateLimit;
}
