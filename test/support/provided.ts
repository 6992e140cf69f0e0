/** The values that global-setup.ts provides to tests. They are plain JSON, because tests may run in another process (workerd). */
import type { SigningKeys } from '../../dev/sign.ts';
import type { PublishedConfig } from '../../src/config/published.ts';

export interface Provided {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
  /** Copies of that database, one for each worker, so that a worker never sees a config that another one publishes. */
  readonly databases: readonly { readonly databaseUrl: string; readonly ownerDatabaseUrl: string }[];
  /** Databases with the schema to copy: with the config of the kernel's tests, and with none. */
  readonly templates: { readonly withRules: string; readonly withoutRules: string };
  readonly neonEndpoint: string;
  readonly neonControl: string;
  readonly jwks: string;
  readonly signingKeys: SigningKeys;
  /** The published example config. */
  readonly config: PublishedConfig;
}

declare module 'vitest' {
  interface ProvidedContext extends Provided {
    /** The seed of all random test values. See vitest.config.ts. */
    fuzzSeed: number;
    /** Whether tests that take long do all that they can. */
    isLongRun: boolean;
  }
}
