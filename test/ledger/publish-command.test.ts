import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configPublishCommand } from '../../cli/config-publish.ts';
import { runHere, startCommand } from '../support/ledger/commands.ts';
import { openPublisher } from '../support/ledger/publisher.ts';

const { another, publish, current, database, ledger, writeKv } = openPublisher();

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-publish-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const ofDatabase = (args: readonly string[]) => [...args, '--database-url', database().ownerDatabaseUrl];
const KVS = { local: writeKv, remote: () => Promise.reject(new Error('no test writes to a remote KV')) };
const run = (...args: readonly string[]) =>
  runHere((given, output) => configPublishCommand(given, output, KVS), ofDatabase(args));
/** As an operator does, without a terminal. The local KV is in the folder of the test. */
const runAlone = (...args: readonly string[]) =>
  startCommand('config-publish.ts', ofDatabase(args), dir).ended;

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
    const { status, out, err } = await runAlone(await fileOf(document), '--dry-run');
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
    expect(await runAlone('--dry-run')).toEqual(ended[0]);
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
    const done = await runAlone('--rollback', String(first.version), '--local', ...confirm);
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

describe('--at', () => {
  test('schedules a version, which --list shows, and which another publication keeps or cancels', async () => {
    await publish(another());
    const before = await newest();
    const at = '2999-01-01T00:00Z';
    const moment = '2999-01-01T00:00:00.000Z';
    const scheduled = await run(await fileOf(another()), '--local', '--at', at);
    expect(scheduled).toMatchObject({ status: 0, out: expect.stringContaining(`for ${moment}.`) });
    const listed = (await run('--list')).out.split('\n');
    expect(listed[0]).toMatch(new RegExp(`^${before + 1} {2}scheduled .* for ${moment} by `));
    expect(listed[1]).toMatch(new RegExp(`^${before} {2}current `));

    const next = await fileOf(another());
    const refused = await run(next, '--local');
    const why = `Version ${before + 1} is scheduled for ${moment}. Pass --keep ${before + 1} or --cancel ${before + 1}.`;
    expect(refused).toMatchObject({ status: 5, err: expect.stringContaining(why) });
    expect(await newest()).toBe(before + 1);
    const kept = await run(next, '--local', '--keep', String(before + 1));
    expect(kept.status).toBe(0);
    expect(kept.out).toContain(
      `Version ${before + 3} was version ${before + 1} and stays scheduled for ${moment}.`,
    );
    expect(await current()).toMatchObject({ version: before + 2 });

    const cancelled = await run('--cancel', String(before + 3), '--local', '--json');
    expect(cancelled.status).toBe(0);
    expect(JSON.parse(cancelled.out)).toEqual({ kind: 'cancelled', version: before + 3, scheduled: null });
    expect((await run('--cancel', String(before + 3), '--local')).status).toBe(5);
  });

  test('ends with 2 for a time without a zone, and for options that exclude each other', async () => {
    const wrong = [
      ['balance.json', '--local', '--at', '2999-01-01T00:00'],
      ['balance.json', '--local', '--at', 'tomorrow'],
      ['balance.json', '--local', '--at', '2999-01-01T00:00Z', '--keep', '7'],
      ['balance.json', '--local', '--keep', '7', '--cancel', '7'],
      ['--cancel', '7', '--dry-run'],
      ['--keep', '7', '--local'],
      ['balance.json', '--list'],
    ];
    const ended = await Promise.all(wrong.map((args) => run(...args)));
    expect(ended.map(({ status }) => status)).toEqual(wrong.map(() => 2));
  });
});
