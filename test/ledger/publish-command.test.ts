import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPublisher } from '../support/ledger/publisher.ts';

const { another, publish, current, database, ledger } = openPublisher();

// Each run of the command is a process that loads the whole schema.
vi.setConfig({ testTimeout: 60_000 });

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-publish-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const COMMAND = join(import.meta.dirname, '../../cli/config-publish.ts');

/** Runs the command as an operator does, without a terminal. Its local KV is in the folder of the test. */
async function run(...args: readonly string[]): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [COMMAND, ...args, '--database-url', database().ownerDatabaseUrl], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, out, err };
}

async function fileOf(document: unknown): Promise<string> {
  const path = join(dir, 'balance.json');
  await writeFile(path, JSON.stringify(document));
  return path;
}

// biome-ignore lint/suspicious/noExplicitAny: tests change single values anywhere in the JSON document
const changed = (change: (document: any) => void) => {
  const document = another();
  change(document);
  return document;
};
const weekly = () => changed(({ claimTypes }) => (claimTypes.daily_quest.period = 'week'));
const newest = async () =>
  (await ledger().owner.query('SELECT max(version) AS version FROM onceward.balance_configs')).rows[0]
    .version;

describe('the command', () => {
  test('shows changes in groups and without colours, and writes nothing with --dry-run', async () => {
    await publish(another());
    const before = await newest();
    const document = changed(({ claimTypes }) => {
      claimTypes.daily_quest.rewards.lumees = 200;
      claimTypes.arena_chest.perDay = 3;
    });
    const { status, out, err } = await run(await fileOf(document), '--dry-run');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(
      /^Changes what is running:\n {2}arena_chest is limited to 3 per day instead of 5\..*\nPrices, rewards and chances:\n {2}daily_quest pays 200 lumees instead of 150\.\nOther values:\n {2}description: /,
    );
    expect(out).toContain(`would replace version ${before}`);
    expect(out).not.toContain('\x1b');
    expect(await newest()).toBe(before);
  });

  test('ends with 4 and the option to pass where something would be paid again', async () => {
    await publish(another());
    const before = await newest();
    const { status, out, err } = await run(await fileOf(weekly()), '--local');
    expect(status).toBe(4);
    expect(out).toContain('players who claimed it for the running day can claim it again');
    expect(err).toContain('--reopens claimTypes.daily_quest.period');
    expect(await newest()).toBe(before);
    const confirmed = await run(
      await fileOf(weekly()),
      '--dry-run',
      '--reopens',
      'claimTypes.daily_quest.period',
    );
    expect(confirmed.status).toBe(0);
  });

  test('prints one JSON object with --json', async () => {
    await publish(another());
    const { status, out } = await run(await fileOf(weekly()), '--dry-run', '--json');
    expect(status).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'refused',
      problems: [{ path: 'claimTypes.daily_quest.period' }],
      changes: expect.arrayContaining([expect.objectContaining({ severity: 'reopens' })]),
    });
    const invalid = await run(await fileOf({ ...another(), timeZone: 'Mars' }), '--dry-run', '--json');
    expect(invalid.status).toBe(3);
    expect(JSON.parse(invalid.out)).toMatchObject({ kind: 'invalid', problems: [{ path: 'timeZone' }] });
  });

  test('ends with 2 for a wrong command line', async () => {
    const wrong = [
      ['--dry-run'],
      ['balance.json', '--rollback', '1'],
      ['--rollback', 'latest'],
      ['balance.json'],
      ['balance.json', '--force'],
    ];
    const ended = await Promise.all(wrong.map((args) => run(...args)));
    expect(ended.map(({ status }) => status)).toEqual(wrong.map(() => 2));
  });

  test('ends with 1 for a file or a version that does not exist', async () => {
    expect(await run('gone.json', '--dry-run')).toMatchObject({
      status: 1,
      err: expect.stringContaining('gone.json'),
    });
    expect(await run('--rollback', '999999', '--dry-run')).toMatchObject({
      status: 1,
      err: expect.stringContaining('There is no version 999999.'),
    });
  });
});

describe('--rollback', () => {
  test('publishes the document of the version as a new version, through the same checks', async () => {
    const first = await publish(another());
    if (!('version' in first)) throw new Error(first.kind);
    await publish(weekly(), { reopens: ['claimTypes.daily_quest.period'] });
    const between = await newest();
    const refused = await run('--rollback', String(first.version), '--local');
    expect(refused).toMatchObject({
      status: 4,
      out: expect.stringContaining('once per day instead of once per week'),
    });
    expect(await newest()).toBe(between);

    const confirm = ['--reopens', 'claimTypes.daily_quest.period', '--json'];
    const done = await run('--rollback', String(first.version), '--local', ...confirm);
    expect(done.status).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({
      kind: 'published',
      version: between + 1,
      sha256: first.sha256,
    });
    expect(await current()).toMatchObject({ version: between + 1, sha256: first.sha256 });
    const { rows } = await ledger().owner.query(
      'SELECT reason FROM onceward.balance_configs ORDER BY version DESC LIMIT 1',
    );
    expect(rows[0].reason).toMatch(new RegExp(`^rollback to version ${first.version}; reopens `));
  });
});
