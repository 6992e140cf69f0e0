/** Checks wrangler.toml: what `wrangler deploy` accepts and Onceward cannot use. */
import { type Check, type CheckResult, type Finding, resultOf, skipped } from './check.ts';
import type { WranglerSettings } from './read-settings.ts';

const PLACEHOLDER_KV = /^0+$/;
/** What the variables have in a fresh checkout. */
const PLACEHOLDER_ISSUER = /^https:\/\/auth(-staging)?\.example\.com\/$/;
const LIMITS = ['PLAYER_RATE_LIMIT', 'STAFF_RATE_LIMIT', 'ADDRESS_RATE_LIMIT'];

export const wranglerSettings: Check = {
  name: 'wrangler.toml',
  async run({ settings, isLocal }) {
    if (isLocal) return skipped('the local stack brings its own settings');
    return resultOf(
      [...bindings(settings), ...variables(settings), ...limits(settings)],
      'bindings, variables, limits, schedule and placement are set',
    );
  },
};

/** Bindings without which a feature is off, and nothing else is wrong. */
const OPTIONAL: Readonly<Record<string, string>> = {
  METRICS: 'counting of operations and gauges is off',
  EVENT_FILES: 'writing files of events is off',
  EVENT_COUNTS: 'counting of events is off',
  EVENTS_QUEUE: 'waking the sender of events is off; it runs each minute',
  ARCHIVE: 'reading the archive is off: replays of archived claims are UNAVAILABLE',
};

export const optionalBindings: Check = {
  name: 'optional bindings',
  async run({ settings: { stores }, isLocal }): Promise<CheckResult> {
    if (isLocal) return skipped('the local stack brings its own settings');
    const missing = Object.entries(OPTIONAL).filter(([name]) => !stores.includes(name));
    const all = Object.keys(OPTIONAL).length;
    return {
      kind: 'sound',
      note: `${all - missing.length} of ${all} are bound`,
      notices: missing.map(([name, off]) => `${name} is not bound: ${off}`),
    };
  },
};

function bindings({ balanceKv, crons, hasPlacement }: WranglerSettings): Finding[] {
  const findings: Finding[] = [];
  if (balanceKv === null || PLACEHOLDER_KV.test(balanceKv))
    findings.push({
      problem: `the KV namespace BALANCE_KV is ${balanceKv === null ? 'not bound' : 'the placeholder of a fresh checkout'}`,
      fix: 'Run `npx wrangler kv namespace create BALANCE_KV` and put its ID into wrangler.toml.',
    });
  if (crons.length === 0)
    findings.push({
      problem:
        'nothing is scheduled: rewards do not expire, and campaigns whose Workflow died stay where they are',
      fix: 'Put `crons` back under [triggers] in wrangler.toml.',
    });
  if (!hasPlacement)
    findings.push({
      problem:
        'the Worker is not placed: it runs near the player, and each request crosses the distance to the database',
      fix: 'Put `[placement]` with `mode = "smart"` back into wrangler.toml.',
    });
  return findings;
}

function variables({ vars, hasLanes }: WranglerSettings): Finding[] {
  const findings: Finding[] = [];
  if (vars.ENVIRONMENT !== 'production')
    findings.push({
      problem: `ENVIRONMENT is "${vars.ENVIRONMENT ?? ''}": callers without a token can read the schema`,
      fix: 'Set ENVIRONMENT = "production" in wrangler.toml.',
    });
  if (PLACEHOLDER_ISSUER.test(vars.TOKEN_ISSUER ?? ''))
    findings.push({
      problem: 'TOKEN_ISSUER is the example of a fresh checkout: no token is accepted',
      fix: 'Set TOKEN_ISSUER to the `iss` of your tokens (docs/tokens.md).',
    });
  if (vars.COMMIT_THROUGH === 'lanes' && !hasLanes)
    findings.push({
      problem: 'COMMIT_THROUGH is "lanes", and there is no binding LANE',
      fix: 'Put the Durable Object LANE back into wrangler.toml, or set COMMIT_THROUGH = "direct".',
    });
  return findings;
}

function limits({ rateLimits }: WranglerSettings): Finding[] {
  return LIMITS.filter((name) => !rateLimits.includes(name)).map((name) => ({
    problem: `${name} is not bound: these callers are not limited`,
    fix: `Put the rate limit ${name} back into wrangler.toml.`,
  }));
}
