/** `npm run config:publish` as staff use it: through the API of a local stack, under the name of the member whose token it has. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configPublishCommand } from '../../cli/config-publish.ts';
import { withClient } from '../../cli/connect.ts';
import { addStaff } from '../../cli/staff.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';

let dir = '';
let stack: RunningStack;
const ECONOMISTS = ['economist-1', 'economist-2'] as const;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-publish-'));
  stack = await startLocalStack({ dir, port: await freePort(), log: () => {}, onLine: () => {} });
  for (const id of ECONOMISTS)
    await addStaff(stack.ownerDatabaseUrl, { id, role: 'economist', rewardLimit: null, dailyBudget: null });
});

afterAll(async () => {
  delete process.env.ONCEWARD_TOKEN;
  await stack?.stop();
  await stack?.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
});

async function published(args: readonly string[], by: string = ECONOMISTS[0]) {
  process.env.ONCEWARD_TOKEN = await stack.signer.signToken({
    kind: 'staff',
    id: by,
    expiresInSeconds: 3_600,
  });
  const lines: string[] = [];
  const output = {
    log: (text: string) => void lines.push(text),
    error: (text: string) => void lines.push(text),
    progress: () => {},
    colours: false,
  };
  const url = ['--url', stack.url];
  const status = await configPublishCommand([...args, ...url], output);
  return { status, text: lines.join('\n') };
}

/** The example with another price of a chest. */
async function fileWith(lumees: number, change: (document: Record<string, unknown>) => void = () => {}) {
  const document = JSON.parse(await readFile('config/balance.example.json', 'utf8'));
  document.claimTypes.daily_quest.rewards.lumees = lumees;
  change(document);
  const file = join(dir, `${lumees}.json`);
  await writeFile(file, JSON.stringify(document, null, 2));
  return file;
}

const newest = () =>
  withClient(stack.ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      'SELECT onceward.config_json(version) AS config FROM onceward.balance_configs ORDER BY version DESC LIMIT 1',
    );
    return rows[0].config;
  });

test('shows the changes, publishes under the name of the member, and rolls back', async () => {
  const before = await newest();
  const file = await fileWith(201);
  const dry = await published([file, '--dry-run']);
  expect([dry.status, dry.text]).toEqual([0, expect.stringContaining('daily_quest pays 201 lumees')]);
  expect(await newest()).toEqual(before);
  const done = await published([file, '--reason', 'quests pay more']);
  expect([done.status, done.text]).toEqual([
    0,
    expect.stringContaining(`Published version ${before.version + 1}`),
  ]);
  expect(await newest()).toMatchObject({
    publishedBy: ECONOMISTS[0],
    reason: 'quests pay more',
    state: 'current',
  });
  const same = await published([file, '--reason', 'once more']);
  expect([same.status, same.text]).toEqual([5, expect.stringContaining('is current')]);
  const back = await published(['--rollback', String(before.version)]);
  expect(back.status).toBe(0);
  expect(await newest()).toMatchObject({ version: before.version + 2, sha256: before.sha256 });
}, 120_000);

test('refuses what is not valid or pays something again, and publishes nothing', async () => {
  const before = await newest();
  const invalid = await published([await fileWith(-1), '--reason', 'a mistake']);
  expect([invalid.status, invalid.text]).toEqual([3, expect.stringContaining('claimTypes.daily_quest')]);
  const weekly = await fileWith(202, ({ claimTypes }) => {
    Object.assign((claimTypes as { daily_quest: object }).daily_quest, { period: 'week' });
  });
  const again = await published([weekly, '--reason', 'weekly']);
  expect([again.status, again.text]).toEqual([
    4,
    expect.stringContaining('--reopens claimTypes.daily_quest.period'),
  ]);
  await expect(published([await fileWith(203)])).rejects.toThrow('pass --reason');
  expect(await newest()).toEqual(before);
}, 120_000);

test('schedules a version and cancels it', async () => {
  const file = await fileWith(204);
  const later = await published([file, '--reason', 'for the event', '--at', '2099-01-01T00:00Z']);
  expect([later.status, later.text]).toEqual([0, expect.stringContaining('for 2099-01-01T00:00:00.000Z')]);
  const { version, state } = await newest();
  expect(state).toBe('scheduled');
  const blocked = await published([await fileWith(205), '--reason', 'now']);
  expect([blocked.status, blocked.text]).toEqual([
    5,
    expect.stringContaining(`Version ${version} is scheduled`),
  ]);
  expect((await published(['--cancel', String(version)])).status).toBe(0);
  expect((await newest()).state).toBe('cancelled');
}, 120_000);

test('proposes where the owner asks for an approval, and publishes nothing where they switched it off', async () => {
  const before = await newest();
  const owner = ['--database-url', stack.ownerDatabaseUrl];
  const set = async (setting: string) => {
    const output = { log: () => {}, error: () => {}, progress: () => {}, colours: false };
    return configPublishCommand(['--api', setting, ...owner], output);
  };
  expect(await set('approved')).toBe(0);
  const file = await fileWith(206);
  const proposed = await published([file, '--reason', 'quests pay more']);
  expect([proposed.status, proposed.text]).toEqual([0, expect.stringMatching(/Proposed as \d+/)]);
  expect(await newest()).toEqual(before);
  expect(await set('off')).toBe(0);
  const off = await published([file, '--reason', 'quests pay more'], ECONOMISTS[1]);
  expect([off.status, off.text]).toEqual([5, expect.stringContaining('switched publishing')]);
  expect(await newest()).toEqual(before);
  await expect(set('everybody')).rejects.toThrow('--api must be one of off, staff, approved');
  expect(await set('staff')).toBe(0);
}, 120_000);
