/** What global-setup.ts hands to the tests, which may run in another process (workerd): plain JSON. */
import type { SigningKeys } from '../../dev/sign.ts';
import type { PublishedConfig } from '../../src/config/published.ts';

export interface Provided {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
  /** Copies of that database, one for each worker: what one worker publishes never reaches another. */
  readonly databases: readonly { readonly databaseUrl: string; readonly ownerDatabaseUrl: string }[];
  readonly neonEndpoint: string;
  readonly neonControl: string;
  readonly jwks: string;
  readonly signingKeys: SigningKeys;
  /** The example config as it was published. */
  readonly config: PublishedConfig;
}

declare module 'vitest' {
  interface ProvidedContext extends Provided {
    /** Of everything that tests make at random; vitest.config.ts says where it comes from. */
    fuzzSeed: number;
  }
}
