/** What `env` and `exports` of cloudflare:workers are in the tests. */
declare namespace Cloudflare {
  interface Env extends Pick<import('../../../src/env.ts').Env, 'BALANCE_KV' | 'NEON_ENDPOINT'> {}
  interface GlobalProps {
    mainModule: typeof import('../../../src/worker.ts');
  }
}
