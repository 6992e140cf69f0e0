import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { WriteKv } from '../../cli/config-kv.ts';
import { readCurrent } from '../../cli/config-store.ts';
import { documentKey, POINTER_KEY } from '../../src/config/published.ts';
import { openPublisher } from '../support/ledger/publisher.ts';

const { kv, failKv, writeKv, another, publish, current, database, ledger, example } = openPublisher();

const pointer = () => JSON.parse(kv.get(POINTER_KEY) ?? 'null');
const audits = async () => {
  const { rows } = await ledger().owner.query(
    `SELECT actor_kind, actor_id, outcome, reason, (detail->>'version')::int AS version, detail->>'sha256' AS sha256
       FROM onceward.audit_by_name WHERE action = 'config.publish' ORDER BY id`,
  );
  return rows;
};
const versions = async () =>
  Number((await ledger().owner.query('SELECT count(*) FROM onceward.balance_configs')).rows[0].count);

describe('publishing', () => {
  test('stores the document, writes KV, and leaves an audit row', async () => {
    const document = another();
    const published = await publish(document);
    if (published.kind !== 'published') throw new Error(published.kind);
    const { version, sha256 } = published;
    expect(await current()).toEqual({ version, sha256, document });
    expect(pointer()).toEqual({ version, sha256 });
    expect(JSON.parse(kv.get(documentKey(sha256)) ?? '')).toEqual(document);
    expect((await audits()).at(-1)).toEqual({
      actor_kind: 'operator',
      actor_id: 'ada',
      outcome: 'done',
      reason: 'a test',
      version,
      sha256,
    });
    const { rows } = await ledger().owner.query(
      'SELECT a.id AS published_by, b.reason, effective_from = published_at AS now FROM onceward.balance_configs b JOIN onceward.actors a ON a.no = b.publisher WHERE b.version = $1',
      [version],
    );
    expect(rows).toEqual([{ published_by: 'ada', reason: 'a test', now: true }]);
  });

  test('publishing the current document creates no version and no audit row, and writes KV again', async () => {
    const document = another();
    const first = await publish(document);
    const before = [await versions(), (await audits()).length];
    kv.clear();
    // The same document in another order of members.
    const reordered = Object.fromEntries(Object.entries(document).toReversed());
    expect(await publish(reordered)).toEqual({ ...first, kind: 'unchanged', changes: [] });
    expect([await versions(), (await audits()).length]).toEqual(before);
    expect(pointer()).toEqual({ version: (await current()).version, sha256: (await current()).sha256 });
  });

  test('publishing an earlier document creates a new version', async () => {
    const document = another();
    const first = await publish(document);
    await publish(another());
    const back = await publish(document);
    if ('problems' in first || 'problems' in back) throw new Error('not valid');
    expect(back).toMatchObject({ kind: 'published', sha256: first.sha256 });
    expect(back.version).toBeGreaterThan(first.version);
  });

  test('an invalid document changes nothing anywhere', async () => {
    const before = [await versions(), (await audits()).length, new Map(kv)];
    const { kind } = await publish({ ...example(), timeZone: 'Middle-earth/Shire' });
    expect(kind).toBe('invalid');
    expect([await versions(), (await audits()).length, kv]).toEqual(before);
  });

  test('a connection that is lost while KV is written is reported, and the version stays', async () => {
    const before = await versions();
    const writeKvAndLoseTheConnection: WriteKv = async (entries) => {
      await writeKv(entries);
      const { rowCount } = await ledger().owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()`,
      );
      expect(rowCount).toBe(1);
      await sleep(50);
    };
    const publishing = publish(another(), { writeKv: writeKvAndLoseTheConnection });
    await expect(publishing).rejects.toThrow(/Postgres holds version \d+, but KV was not written/);
    expect(await versions()).toBe(before + 1);
    expect(pointer().version).toBe((await current()).version);
  });

  test('twelve times at once creates twelve versions, and KV ends at the newest', async () => {
    const before = await versions();
    const results = await Promise.all(Array.from({ length: 12 }, () => publish(another())));
    const made = results.map((result) => (result.kind === 'published' ? result.version : 0));
    expect(new Set(made).size).toBe(12);
    expect(await versions()).toBe(before + 12);
    const { version, sha256, document } = await current();
    expect(version).toBe(Math.max(...made));
    expect(pointer()).toEqual({ version, sha256 });
    expect(JSON.parse(kv.get(documentKey(sha256)) ?? '')).toEqual(document);
    expect(
      (await audits())
        .slice(-12)
        .map((audit) => audit.version)
        .toSorted(),
    ).toEqual(made.toSorted());
  });

  test('twelve times at once with one document creates one version', async () => {
    const before = await versions();
    const document = another();
    const results = await Promise.all(Array.from({ length: 12 }, () => publish(document)));
    expect(results.filter(({ kind }) => kind === 'published')).toHaveLength(1);
    expect(await versions()).toBe(before + 1);
  });
});

describe('when KV fails', () => {
  test.each<[string, (key: string) => boolean]>([
    ['at the document', () => true],
    ['at the pointer', (key) => key === POINTER_KEY],
  ])('%s: the error says what is stored, KV still names a complete config, and publishing again repairs it', async (_, fails) => {
    await publish(another());
    const served = pointer();
    const document = another();
    failKv(fails);
    const failed = publish(document);
    await expect(failed).rejects.toThrow(
      /Postgres holds version \d+, but KV was not written; publish again\. KV is down/,
    );
    const { version, sha256, document: stored } = await current();
    expect(stored).toEqual(document);
    expect(pointer()).toEqual(served);
    expect(kv.has(documentKey(served.sha256))).toBe(true);

    failKv(null);
    expect(await publish(document)).toMatchObject({ kind: 'unchanged', version, sha256 });
    expect(pointer()).toEqual({ version, sha256 });
  });
});

describe('when Postgres cannot be used', () => {
  test('without tables: the error says to migrate, and KV is not written', async () => {
    kv.clear();
    const bare = publish(another(), {
      ownerDatabaseUrl: new URL('postgres', database().ownerDatabaseUrl).href,
    });
    await expect(bare).rejects.toThrow('run `npm run migrate` first');
    expect(kv.size).toBe(0);
  });

  test('unreachable: the error names the address', async () => {
    const gone = publish(another(), { ownerDatabaseUrl: 'postgresql://x@127.0.0.1:1/x' });
    await expect(gone).rejects.toThrow('Cannot reach Postgres at 127.0.0.1:1.');
  });

  test('with the app role’s URL: it is refused', async () => {
    const before = await versions();
    await expect(publish(another(), { ownerDatabaseUrl: database().databaseUrl })).rejects.toThrow(
      'permission denied',
    );
    expect(await versions()).toBe(before);
  });
});

describe('a document that counts in another resource than an earlier one', () => {
  test('levels that return must count in the resource that they had last', async () => {
    await publish(another());
    const { levels, ...without } = another() as { levels: object; resources: object };
    expect(await publish(without)).toMatchObject({
      kind: 'published',
      changes: expect.arrayContaining([
        expect.objectContaining({
          severity: 'running',
          path: 'levels',
          text: expect.stringContaining('Levels end'),
        }),
      ]),
    });
    // More versions in between change nothing.
    await publish({ ...without, description: 'another one' });
    const before = await readCurrent(database().ownerDatabaseUrl);
    const returned = {
      ...without,
      resources: { ...without.resources, paid_again: {} },
      levels: { ...levels, paidResource: 'paid_again' },
    };
    expect(await publish(returned)).toMatchObject({
      kind: 'invalid',
      problems: [
        {
          path: 'levels.paidResource',
          message: expect.stringMatching(/^was in version \d+ and must again be "levels_paid"/),
        },
      ],
    });
    expect(await readCurrent(database().ownerDatabaseUrl)).toEqual(before);
    expect(await publish({ ...without, levels })).toMatchObject({ kind: 'published' });
  });
});

describe('a document that counts in another resource than the current one', () => {
  test.each([
    ['levels', 'paidResource'],
    ['levels', 'resource'],
    ['statPoints', 'resource'],
    ['tiers', 'resource'],
  ] as const)('%s.%s is refused, because balances would begin at 0', async (part, field) => {
    await publish(another());
    const before = await readCurrent(database().ownerDatabaseUrl);
    const document = structuredClone(another()) as Record<string, Record<string, unknown>>;
    document.resources = { ...document.resources, [`new_${field.toLowerCase()}`]: {} };
    document[part] = { ...document[part], [field]: `new_${field.toLowerCase()}` };
    expect(await publish(document)).toMatchObject({
      kind: 'invalid',
      problems: [{ path: `${part}.${field}`, message: expect.stringContaining('must stay') }],
    });
    expect(await readCurrent(database().ownerDatabaseUrl)).toEqual(before);
  });
});
