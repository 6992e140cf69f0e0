/**
 * Public list prices in US dollars, for the worked example of what a million claims cost. They were read in stored copies of the
 * named pages. Check them before you rely on them: providers change prices, and included amounts and discounts are left out.
 */

export const READ_ON = '29 November 2026';

export interface Price {
  readonly what: string;
  readonly usd: number;
  readonly per: string;
  readonly source: string;
}

const WORKERS = 'https://developers.cloudflare.com/workers/platform/pricing/';
const DURABLE_OBJECTS = 'https://developers.cloudflare.com/durable-objects/platform/pricing/';
const NEON = 'https://neon.com/docs/introduction/plans';

export const PRICES = {
  workerRequests: { what: 'Workers Paid, requests', usd: 0.3, per: 'million', source: WORKERS },
  workerCpu: { what: 'Workers Paid, CPU time', usd: 0.02, per: 'million ms', source: WORKERS },
  objectRequests: { what: 'Durable Objects, requests', usd: 0.15, per: 'million', source: DURABLE_OBJECTS },
  objectDuration: {
    what: 'Durable Objects, duration',
    usd: 12.5,
    per: 'million GB-s',
    source: DURABLE_OBJECTS,
  },
  neonCompute: { what: 'Neon Launch, compute', usd: 0.106, per: 'CU-hour', source: NEON },
  neonStorage: { what: 'Neon Launch, storage', usd: 0.35, per: 'GB-month', source: NEON },
} as const satisfies Record<string, Price>;

/** Neon bills the hours in which a compute runs, not its CPU time. One CU has one vCPU. */
export const COMPUTE_IN_USE = 0.5;

/** What Cloudflare bills for each second in which an object is active: 128 MB of memory. */
export const OBJECT_GB = 0.128;
