/** Checks the deployed Worker through its address, as any caller could. */
import { type Check, type CheckResult, type Deployment, type Finding, resultOf, skipped } from './check.ts';

const TIMEOUT_MS = 10_000;
/** The leeway for tokens is 60 s by default; a clock that is off by this much is on its way there. */
const MAX_SKEW_MS = 5_000;

/** Runs the check with the Worker's address. */
function atWorker(run: (origin: string, deployment: Deployment) => Promise<CheckResult>) {
  return (deployment: Deployment) =>
    deployment.origin === null
      ? Promise.resolve(skipped('needs --url or ONCEWARD_URL'))
      : run(deployment.origin, deployment);
}

const ask = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });

export const workerAnswers: Check = {
  name: 'the Worker answers, and has its settings',
  run: atWorker(async (origin, { isLocal }) => {
    const findings: Finding[] = [];
    if (!isLocal && !origin.startsWith('https://'))
      findings.push({ problem: `${origin} is not https`, fix: 'Pass the https address of the Worker.' });
    const response = await ask(`${origin}/health`);
    const body = (await response.json().catch(() => null)) as { status?: string; missing?: string[] } | null;
    if (response.status !== 200 || body?.status !== 'ok')
      findings.push({
        problem: `/health answers ${response.status}: this is not Onceward`,
        fix: 'Check the address and the `routes` of wrangler.toml, and deploy.',
      });
    for (const setting of body?.missing ?? [])
      findings.push({
        problem: `the Worker lacks ${setting}`,
        fix: 'Set it in wrangler.toml or with `npx wrangler secret put` (README.md, "Deploy").',
      });
    return resultOf(findings, `/health of ${origin} lacks nothing`);
  }),
};

export const workerIsReady: Check = {
  name: 'the Worker reaches the ledger and the balance config',
  run: atWorker(async (origin) => {
    const response = await ask(`${origin}/ready`);
    const { failing = [] } = (await response.json().catch(() => ({}))) as { failing?: string[] };
    const fixes: Readonly<Record<string, string>> = {
      ledger:
        'Check the secret DATABASE_URL, and the `failure` of the Worker’s log lines (README.md, "Monitor").',
      config: 'Publish a balance config with `npm run config:publish`.',
    };
    if (response.status === 200) return resultOf([], '/ready answers ok');
    if (failing.length === 0)
      return resultOf(
        [
          {
            problem: `/ready answers ${response.status}`,
            fix: 'Read the Worker’s log with `npx wrangler tail`.',
          },
        ],
        '',
      );
    return resultOf(
      failing.map((name) => ({
        problem: `/ready answers ${response.status}: ${name} fails`,
        fix: fixes[name] ?? 'Read the Worker’s log with `npx wrangler tail`.',
      })),
      '',
    );
  }),
};

export const workerClock: Check = {
  name: 'the clocks of the Worker and of this machine agree',
  run: atWorker(async (origin) => {
    const before = Date.now();
    const { headers } = await ask(`${origin}/health`);
    const middle = (before + Date.now()) / 2;
    const told = Date.parse(headers.get('date') ?? '');
    // Cloudflare sends it; the local runtime does not.
    if (Number.isNaN(told)) return skipped('the Worker’s answer has no `date`');
    // The header has no milliseconds.
    const skew = Math.max(0, Math.abs(told + 500 - middle) - 500);
    return resultOf(
      skew <= MAX_SKEW_MS
        ? []
        : [
            {
              problem: `the clocks differ by ${Math.round(skew / 1_000)} s`,
              fix: 'Set the clock of this machine by NTP. If it is right, set the clock of whatever answers at this address.',
            },
          ],
      'they differ by less than 5 s',
    );
  }),
};

export const schemaIsClosed: Check = {
  name: 'callers without a token cannot read the schema',
  run: atWorker(async (origin, { isLocal }) => {
    if (isLocal) return skipped('the local stack shows it on purpose');
    const response = await ask(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __schema { queryType { name } } }"}',
    });
    const body = (await response.json().catch(() => ({}))) as { data?: { __schema?: object } | null };
    return resultOf(
      body.data?.__schema === undefined
        ? []
        : [
            {
              problem: 'the schema was answered without a token',
              fix: 'Set ENVIRONMENT = "production" in wrangler.toml and deploy.',
            },
          ],
      'the schema is not shown',
    );
  }),
};
