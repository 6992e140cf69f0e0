/**
 * Replays many stored claims under the config that was current, through the API and from the database, and compares the totals with
 * the ledger; under a draft, with what the draft changes; and ends a replay early.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { configReplayCommand } from '../../cli/config-replay.ts';
import { withClient } from '../../cli/connect.ts';
import { readRules } from '../../cli/import/current-rules.ts';
import type { ReplayResult } from '../../cli/replay/text.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { fillWithClaims } from './fill.ts';

export interface ReplayProofOptions {
  readonly claims: number;
  readonly seed: string;
  readonly log: (line: string) => void;
}

export interface ReplayProof {
  readonly claims: number;
  readonly players: number;
  readonly seconds: { readonly fill: number; readonly api: number; readonly database: number };
  /** How many claims the replay that was ended early had. */
  readonly endedAfter: number;
  /** What does not agree; empty: everything does. */
  readonly faults: readonly string[];
}

/** The window ends so long before the replay begins. */
const SETTLES_MS = 10_000;
/** The draft pays so many lumees more for a matron. */
const MORE = 7;

export async function proveReplay({ claims, seed, log }: ReplayProofOptions): Promise<ReplayProof> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-replay-'));
  const stack = await startLocalStack({ dir, port: await freePort(), log, onLine: () => {} });
  try {
    return await prove(stack, { claims, seed, log, dir });
  } finally {
    await stack.stop();
    await stack.database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

async function prove(
  stack: RunningStack,
  { claims, seed, log, dir }: ReplayProofOptions & { readonly dir: string },
): Promise<ReplayProof> {
  const startedAt = Date.now();
  const rules = await withClient(stack.ownerDatabaseUrl, readRules);
  await fillWithClaims({ databaseUrl: stack.databaseUrl, prefix: 'filled', rules, claims, seed, log });
  const filledAt = Date.now();
  await withClient(stack.ownerDatabaseUrl, (client) => client.query('VACUUM ANALYZE'));
  await sleep(SETTLES_MS + 1_000);

  const [current, draft] = await writeDocuments(stack.config, dir);
  const token = await stack.signer.signToken({ kind: 'staff', id: 'admin-1', expiresInSeconds: 7_200 });
  const api = ['--url', stack.url, '--token', token];
  const database = ['--database-url', stack.ownerDatabaseUrl];
  const byApi = await replay([current, ...api], log);
  const byDatabase = await replay([draft, ...database], log);
  const ended = await replay([current, ...api], log, true);
  const ledger = await totalsOf(stack);
  const { matrons, total } = ledger;
  return {
    ...{ claims: byApi.result.claims, players: byApi.result.players, endedAfter: ended.result.claims },
    seconds: { fill: (filledAt - startedAt) / 1_000, api: byApi.seconds, database: byDatabase.seconds },
    faults: [
      ...(byApi.result.claims === total ? [] : [`${byApi.result.claims} of ${total} claims were replayed`]),
      ...(byApi.result.apart.length === 0 ? [] : [`not replayed: ${JSON.stringify(byApi.result.apart)}`]),
      ...(byApi.exitCode === 0 ? [] : [`the replay ended with ${byApi.exitCode}`]),
      ...differences('under the current config', byApi.result, ledger.amounts),
      ...differences('under the draft', byDatabase.result, {
        ...ledger.amounts,
        lumees: (ledger.amounts.lumees ?? 0) + MORE * matrons,
      }),
      ...(ended.exitCode === 130 && !ended.result.isComplete && ended.result.claims < total
        ? []
        : [`ended early: exit code ${ended.exitCode}, ${ended.result.claims} claims`]),
    ],
  };
}

/** The current document, and one that pays more. */
async function writeDocuments(config: unknown, dir: string): Promise<[string, string]> {
  const draft = structuredClone(config) as { claimTypes: Record<string, { rewards: { lumees: string } }> };
  const { rewards } = draft.claimTypes.matron_victory as { rewards: { lumees: string } };
  rewards.lumees = `(${rewards.lumees}) + ${MORE}`;
  const paths: [string, string] = [join(dir, 'current.json'), join(dir, 'draft.json')];
  await Promise.all(
    [config, draft].map((each, place) => writeFile(paths[place] as string, JSON.stringify(each))),
  );
  return paths;
}

interface Ran {
  readonly result: ReplayResult;
  readonly exitCode: number;
  readonly seconds: number;
}

/** `endsEarly`: at the first progress. */
async function replay(args: readonly string[], log: (line: string) => void, endsEarly = false): Promise<Ran> {
  const ended = new AbortController();
  const printed: string[] = [];
  const startedAt = Date.now();
  const output = {
    log: (text: string) => printed.push(text),
    error: log,
    progress: (message: string) => {
      log(message);
      if (endsEarly) ended.abort();
    },
    colours: false,
  };
  const exitCode = await configReplayCommand([...args, '--json', '--days', '1'], output, ended.signal);
  const seconds = (Date.now() - startedAt) / 1_000;
  return { result: JSON.parse(printed.join('')) as ReplayResult, exitCode, seconds };
}

interface Ledger {
  readonly total: number;
  readonly matrons: number;
  readonly amounts: Readonly<Record<string, number>>;
}

/** What the claims of the players requested, without what they received from others. */
async function totalsOf(stack: RunningStack): Promise<Ledger> {
  return await withClient(stack.ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT n.name AS resource, sum(coalesce(e.requested, e.delta))::float8 AS requested
         FROM onceward.ledger_entries e JOIN onceward.reward_claims c USING (player, number)
         JOIN onceward.names n ON n.kind = 1 AND n.no = e.resource WHERE e.cause = 1 GROUP BY 1`,
    );
    const { rows: counts } = await client.query(
      `SELECT count(*)::int AS total, count(*) FILTER (WHERE t.name = 'matron_victory')::int AS matrons
         FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player AND a.kind = 1
         JOIN onceward.names t ON t.kind = 2 AND t.no = c.claim_type`,
    );
    const amounts = Object.fromEntries(rows.map(({ resource, requested }) => [resource, requested]));
    return { ...counts[0], amounts };
  });
}

function differences(when: string, { versions }: ReplayResult, expected: Ledger['amounts']): string[] {
  const found: Record<string, number> = {};
  for (const { resource, would } of versions.flatMap(({ resources }) => resources))
    found[resource] = (found[resource] ?? 0) + would;
  return [...new Set([...Object.keys(found), ...Object.keys(expected)])].flatMap((resource) =>
    (found[resource] ?? 0) === (expected[resource] ?? 0)
      ? []
      : [`${when}: ${found[resource]} ${resource} instead of ${expected[resource]}`],
  );
}
