/** What `env` and `exports` of cloudflare:workers are in the tests. */
declare namespace Cloudflare {
  interface Env
    extends Pick<import('../../../src/env.ts').Env, 'BALANCE_KV' | 'COMMIT_THROUGH' | 'LANE' | 'LANES'> {
    NEON_ENDPOINT: string;
    OWNER_DATABASE_URL: string;
  }
  interface GlobalProps {
    mainModule: typeof import('../../../src/worker.ts');
  }
}
