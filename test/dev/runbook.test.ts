/** What docs/runbook.md says of a failing database, of KV and of a bad config: each is caused in a local stack, and ended as written there. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localKv, readLocalKv } from '../../cli/config-kv.ts';
import { configPublishCommand } from '../../cli/config-publish.ts';
import { withClient } from '../../cli/connect.ts';
import { readSettings } from '../../cli/doctor/read-settings.ts';
import { CHECKS } from '../../cli/doctor.ts';
import { integrityCommand } from '../../cli/integrity.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { POINTER_KEY } from '../../src/config/published.ts';
import { runHere } from '../support/ledger/commands.ts';

let dir = '';
let stack: RunningStack;
const lines: string[] = [];
/** Wrangler frames a warning, so a line is looked for in the text. */
const logged = (event: string) => lines.some((line) => line.includes(`"event":"${event}"`));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-runbook-'));
  stack = await startLocalStack({
    ...{ dir, port: await freePort(), log: () => {} },
    onLine: (line) => lines.push(line),
  });
});
afterAll(async () => {
  await stack?.stop();
  await stack?.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
});

async function ready(): Promise<[number, unknown]> {
  const response = await fetch(new URL('/ready', stack.url));
  return [response.status, await response.json()];
}

const CLAIM = `mutation ($input: ClaimRewardInput!) { claimReward(input: $input) {
  __typename ... on Receipt { replayed changes { resource delta } } } }`;

/** As a game server: a victory over an enemy of the same level pays the same each time. */
async function claim(key: string) {
  const token = await stack.signer.signToken({ kind: 'server', id: 'server-1', expiresInSeconds: 600 });
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: CLAIM,
      variables: {
        input: {
          ...{
            idempotencyKey: `runbook-${key}`.padEnd(24, '-'),
            playerId: 'player-1',
            type: 'pve_victory',
            key,
          },
          facts: { difficulty: 'normal', enemy_level: 10 },
        },
      },
    }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the answer of one document
  return (await response.json()) as any;
}
const paid = async (key: string): Promise<number> => {
  const { data } = await claim(key);
  return data.claimReward.changes.find(({ resource }: { resource: string }) => resource === 'lumees').delta;
};

const server = (...statements: string[]) =>
  withClient(stack.database.postgres.superuserUrl(), async (client) => {
    for (const statement of statements) await client.query(statement);
  });

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not become true within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test('while the database is down nothing is granted and /ready says so; afterwards the same key is granted once', async () => {
  await claim('before');
  await server(
    'ALTER DATABASE onceward ALLOW_CONNECTIONS false',
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'onceward'`,
  );
  await until(async () => (await ready())[0] === 503);
  expect((await ready())[1]).toMatchObject({ failing: expect.arrayContaining(['ledger']) });
  const refused = await claim('while-down');
  expect(refused.errors[0].extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });

  await server('ALTER DATABASE onceward ALLOW_CONNECTIONS true');
  await until(async () => (await ready())[0] === 200);
  expect((await claim('while-down')).data.claimReward).toMatchObject({
    __typename: 'Receipt',
    replayed: false,
  });
  expect((await claim('while-down')).data.claimReward).toMatchObject({ replayed: true });
  const sound = await runHere(integrityCommand, ['--database-url', stack.ownerDatabaseUrl]);
  expect(sound, sound.output).toMatchObject({ status: 0 });
});

const publish = (...args: string[]) =>
  runHere(
    (given, output) =>
      configPublishCommand(given, output, {
        local: localKv(join(dir, 'wrangler')),
        remote: () => Promise.reject(new Error('no test writes to a remote KV')),
      }),
    [...args, '--local', '--database-url', stack.ownerDatabaseUrl],
  );

async function kvProblems(): Promise<string[]> {
  const check = CHECKS.find(({ name }) => name.startsWith('KV names the balance config'));
  const result = await check?.run({
    ...{ origin: null, isLocal: true, databaseUrl: null, ownerDatabaseUrl: stack.ownerDatabaseUrl },
    ...{ settings: await readSettings(), readKv: readLocalKv(join(dir, 'wrangler')) },
  });
  return result?.kind === 'wrong' ? result.findings.map(({ problem }) => problem) : [];
}

test('while KV is wrong the config of the database counts, and publishing the current version again repairs it', async () => {
  const normal = await paid('kv-healthy');
  await localKv(join(dir, 'wrangler'))([{ key: POINTER_KEY, value: 'not JSON' }]);
  await stack.restartWorker();
  expect(await paid('kv-broken')).toBe(normal);
  expect(logged('config_fallback')).toBe(true);
  expect(await kvProblems()).toHaveLength(1);

  expect(await publish('--rollback', '1', '--reason', 'KV was wrong')).toMatchObject({ status: 0 });
  expect(await kvProblems()).toEqual([]);
  lines.length = 0;
  await stack.restartWorker();
  expect(await paid('kv-repaired')).toBe(normal);
  expect(logged('config_fallback')).toBe(false);
});

test('a bad config stops paying with the first claim after its rollback, and a version tells its claims apart', async () => {
  const normal = await paid('config-good');
  const document = JSON.parse(await readFile('config/balance.example.json', 'utf8'));
  document.claimTypes.pve_victory.rewards.lumees = '100000';
  const file = join(dir, 'bad.json');
  await writeFile(file, JSON.stringify(document));
  expect(await publish(file, '--reason', 'a typing error')).toMatchObject({ status: 0 });
  expect(await paid('config-bad')).toBe(100_000);

  expect(await publish('--rollback', '1')).toMatchObject({ status: 0 });
  expect(await paid('config-rolled-back')).toBe(normal);
  const bad = await withClient(stack.ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT claim_key FROM onceward.claims_by_name
        WHERE config_version = (SELECT max(version) - 1 FROM onceward.balance_configs)`,
    );
    return rows.map(({ claim_key: key }) => key);
  });
  expect(bad).toEqual(['config-bad']);
});
