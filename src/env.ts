/** The Worker's bindings and variables (wrangler.toml), and nothing else. */
export interface Env {
  /** The app role's connection string. A secret. */
  readonly DATABASE_URL: string;
  /** Local stack and tests only: the stand-in for Neon's HTTP endpoint (http://127.0.0.1:port/sql). */
  readonly NEON_ENDPOINT?: string;
  readonly BALANCE_KV: KVNamespace;
  readonly ASSETS?: Fetcher;
  /** The public keys of tokens and tickets: a JWKS document inline, or the URL of one. */
  readonly JWKS?: string;
  readonly JWKS_URL?: string;
  readonly TOKEN_ISSUER?: string;
  readonly TOKEN_AUDIENCE?: string;
  /** Further issuers, such as a hosted login, as JSON (docs/tokens.md). */
  readonly TOKEN_ISSUERS?: string;
  /** Default: 60. */
  readonly CLOCK_LEEWAY_SECONDS?: string;
  /** What the tokens of game servers may do that have no scope: `all`, `none` (default), or a scope as JSON (docs/tokens.md). */
  readonly SERVER_SCOPE?: string;
  /** Default: 10. */
  readonly CONFIG_POINTER_TTL_SECONDS?: string;
  /** Default: only the Worker's own origin. */
  readonly ALLOWED_ORIGINS?: string;
  /** What codes are hashed with: at least 32 characters. A secret. Without it there are no codes. */
  readonly CODE_SECRET?: string;
  /** What the IDs of erased players are hashed with: at least 32 characters. A secret. Without it nobody is erased. */
  readonly ERASURE_SECRET?: string;
  /** What the secrets of endpoints follow from: at least 32 characters. A secret. Without it no events are sent to endpoints. */
  readonly EVENTS_SECRET?: string;
  /** Wakes the sender of events. Without it the schedule does, each minute. */
  readonly EVENTS_QUEUE?: Queue;
  /** Gets all events as files, each hour (docs/events.md). Without it there are none. */
  readonly EVENT_FILES?: R2Bucket;
  /** Counts events for dashboards. Without it nothing is counted. */
  readonly EVENT_COUNTS?: AnalyticsEngineDataset;
  /** Where staff sign in to the console, as JSON. Default: they paste tokens. */
  readonly CONSOLE_SIGN_IN?: string;
  readonly ENVIRONMENT: 'local' | 'production';
  /** How operations reach the kernel: `direct`, the default, or `lanes`. */
  readonly COMMIT_THROUGH?: string;
  readonly LANE?: DurableObjectNamespace;
  /** The number of lanes. Default: 2. */
  readonly LANES?: string;
  /** The region of the database, of Cloudflare's location hints. */
  readonly LANE_LOCATION_HINT?: string;
  /** Drives campaigns. Without it there are none. */
  readonly CAMPAIGNS?: Workflow<{ readonly campaignId: number; readonly instance: number }>;
  /** After how long a campaign in which nothing happens gets a new instance. Default: 120. */
  readonly CAMPAIGN_STALLED_SECONDS?: string;
  /** Where operations and gauges are counted (docs/monitoring.md). Without it they are not. */
  readonly METRICS?: AnalyticsEngineDataset;
  /** Claims that `npm run archive` moved there. Without it, replays of those claims are UNAVAILABLE. */
  readonly ARCHIVE?: R2Bucket;
  readonly PLAYER_RATE_LIMIT?: RateLimit;
  readonly STAFF_RATE_LIMIT?: RateLimit;
  readonly SERVER_RATE_LIMIT?: RateLimit;
  /** Of callers without a token, by network address. */
  readonly ADDRESS_RATE_LIMIT?: RateLimit;
}
