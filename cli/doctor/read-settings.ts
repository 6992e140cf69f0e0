/** Reads wrangler.toml the way `wrangler deploy` does, as far as `npm run doctor` checks it. */
import { fileURLToPath } from 'node:url';

export interface WranglerSettings {
  readonly vars: Readonly<Record<string, string>>;
  /** The ID of the namespace BALANCE_KV; null: no such binding. */
  readonly balanceKv: string | null;
  readonly rateLimits: readonly string[];
  readonly crons: readonly string[];
  readonly hasPlacement: boolean;
  readonly hasLanes: boolean;
  /** The names of all buckets, queues and datasets. */
  readonly stores: readonly string[];
}

interface Named {
  readonly name: string;
}

interface Bound {
  readonly binding: string;
}

/** The part of what wrangler reads. */
interface WranglerConfig {
  readonly vars: Record<string, string>;
  readonly kv_namespaces: readonly (Bound & { readonly id?: string })[];
  readonly ratelimits: readonly Named[];
  readonly triggers: { readonly crons?: readonly string[] };
  readonly placement?: object;
  readonly durable_objects: { readonly bindings: readonly Named[] };
  readonly r2_buckets: readonly Bound[];
  readonly analytics_engine_datasets: readonly Bound[];
  readonly queues: { readonly producers?: readonly Bound[] };
}

const WRANGLER_TOML = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

/** `environment`: of wrangler.toml; undefined: the top level. Throws where the file is wrong. */
export async function readSettings(environment?: string, config = WRANGLER_TOML): Promise<WranglerSettings> {
  // Loading it takes longer than everything else that the command does.
  const { unstable_readConfig: readConfig } = await import('wrangler');
  const read = readConfig({ config, env: environment }, { hideWarnings: true }) as unknown as WranglerConfig;
  return {
    vars: read.vars,
    balanceKv: read.kv_namespaces.find(({ binding }) => binding === 'BALANCE_KV')?.id ?? null,
    rateLimits: read.ratelimits.map(({ name }) => name),
    crons: read.triggers.crons ?? [],
    hasPlacement: read.placement !== undefined,
    hasLanes: read.durable_objects.bindings.some(({ name }) => name === 'LANE'),
    stores: [...read.r2_buckets, ...read.analytics_engine_datasets, ...(read.queues.producers ?? [])].map(
      ({ binding }) => binding,
    ),
  };
}
