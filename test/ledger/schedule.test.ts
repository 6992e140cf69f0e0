// Versions that are published for later: they become current by the database's clock alone, at most one at a time.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { cancelScheduled, listVersions, type Published, previewPublication } from '../../cli/config-store.ts';
import { documentKey, POINTER_KEY } from '../../src/config/published.ts';
import { granted } from '../support/ledger/ledger.ts';
import { operation } from '../support/ledger/operations.ts';
import { type Document, openPublisher } from '../support/ledger/publisher.ts';
import { publishRules, testRules } from '../support/ledger/rules.ts';

const { kv, writeKv, another, publish, current, database, ledger } = openPublisher();

const pointer = () => JSON.parse(kv.get(POINTER_KEY) ?? 'null');
const inFuture = (milliseconds: number) => new Date(Date.now() + milliseconds);
const FAR = () => inFuture(3_600_000);

async function versionOf(published: Promise<Published>): Promise<number> {
  const result = await published;
  if (!('version' in result)) throw new Error(JSON.stringify(result));
  return result.version;
}
const cancel = (version: number) =>
  cancelScheduled({
    ...{ version, by: 'ada', reason: 'a test', writeKv },
    ownerDatabaseUrl: database().ownerDatabaseUrl,
  });
const scheduled = async (): Promise<number | null> =>
  (await ledger().owner.query('SELECT onceward.scheduled_config() AS version')).rows[0].version;
/** A claim under the version that is current when the kernel decides it, as an isolate makes it. */
async function claim() {
  const sent = operation({ claim_type: 'daily_quest', postings: [] });
  for (;;) {
    const outcome = await ledger().commit(sent);
    if (outcome.kind !== 'stale_config') return (await granted(Promise.resolve(outcome))).claim;
  }
}

/** What the kernel has of each version, apart from what only its number tells apart. */
async function stored(): Promise<unknown> {
  const { rows } = await ledger().owner.query(
    `SELECT (SELECT jsonb_agg(c ORDER BY c.version) FROM onceward.balance_configs c) AS configs,
            (SELECT jsonb_agg(r ORDER BY r.resource, r.effective_from) FROM onceward.regeneration_rules r) AS rules,
            (SELECT count(*) FROM onceward.audit_events) AS audited`,
  );
  return rows[0];
}
const rulesOf = async (resource: string) => {
  const { rows } = await ledger().owner.query(
    `SELECT config_version AS version, every_seconds AS every, effective_from AS "from",
            nullif(effective_until, 'infinity') AS until
       FROM onceward.regeneration_rules
      WHERE resource = onceward.number_of(1, $1) ORDER BY effective_from`,
    [resource],
  );
  return rows;
};
const regenerating = (resource: string, everySeconds: number): Document => {
  const document = another();
  Object.assign(document.resources as object, {
    [resource]: { ceiling: 9, regenerates: { everySeconds } },
  });
  return document;
};

afterEach(async () => {
  const version = await scheduled();
  if (version !== null) await cancel(version);
});

describe('a version that is published for later', () => {
  test('is current from its moment on, and nothing has to run then', async () => {
    const before = await versionOf(publish(another()));
    const at = inFuture(2_000);
    const document = another();
    const result = await publish(document, { at });
    expect(result).toMatchObject({
      kind: 'scheduled',
      scheduled: { version: before + 1, from: at.toISOString() },
    });
    expect((await current()).version).toBe(before);
    expect(pointer()).toMatchObject({
      version: before,
      next: { version: before + 1, from: at.toISOString() },
    });
    expect(JSON.parse(kv.get(documentKey(pointer().next.sha256)) ?? '')).toEqual(document);
    const made = [];
    while (Date.now() < at.getTime() + 300) made.push(...(await Promise.all([claim(), claim(), claim()])));
    for (const { claimedAt, configVersion } of made)
      expect(configVersion).toBe(claimedAt < at.getTime() ? before : before + 1);
    expect(new Set(made.map(({ configVersion }) => configVersion))).toEqual(new Set([before, before + 1]));
    expect((await current()).version).toBe(before + 1);
    // The next publication is later than it, as every version is later than the ones before it.
    await publish(another());
    const { rows } = await ledger().owner.query(
      `SELECT count(*)::int AS wrong FROM (
         SELECT effective_from <= lag(effective_from) OVER (ORDER BY version) AS wrong
           FROM onceward.balance_configs WHERE effective_from < 'infinity') AS v WHERE wrong`,
    );
    expect(rows[0].wrong).toBe(0);
  });

  test('changes regeneration from its moment on', async () => {
    const before = await versionOf(publish(regenerating('spark', 60)));
    const at = FAR();
    const version = await versionOf(publish(regenerating('spark', 30), { at }));
    expect(await rulesOf('spark')).toEqual([
      { version: before, every: 60, from: expect.any(Date), until: at },
      { version, every: 30, from: at, until: null },
    ]);
    await cancel(version);
    expect(await rulesOf('spark')).toEqual([
      { version: before, every: 60, from: expect.any(Date), until: null },
    ]);
  });

  test('is refused in the past and while another one is scheduled, and nothing is written', async () => {
    await publish(another());
    expect(await publish(another(), { at: inFuture(-1) })).toMatchObject({ kind: 'conflict' });
    const version = await versionOf(publish(another(), { at: FAR() }));
    const before = await stored();
    for (const over of [{ at: FAR() }, {}, { keep: version - 1 }, { cancel: version - 1 }]) {
      const { kind, problems } = (await publish(another(), over)) as Published & {
        problems: { message: string }[];
      };
      expect(kind).toBe('conflict');
      expect(problems[0]?.message).toContain(`Version ${version} is scheduled for`);
      expect(problems[0]?.message).toContain(`--cancel ${version}`);
    }
    expect(await stored()).toEqual(before);
  });

  test('is scheduled once when the same is published for the same moment again', async () => {
    await publish(another());
    const [document, at] = [another(), FAR()];
    const version = await versionOf(publish(document, { at }));
    kv.clear();
    expect(await publish(document, { at })).toMatchObject({ kind: 'unchanged', version });
    expect(pointer()).toMatchObject({ next: { version } });
  });

  test('is one of several that are published for later at once', async () => {
    await publish(another());
    const at = FAR();
    const results = await Promise.all(Array.from({ length: 8 }, () => publish(another(), { at })));
    expect(results.map(({ kind }) => kind).toSorted()).toEqual([...Array(7).fill('conflict'), 'scheduled']);
  });

  test('is shown by --list and by a dry run, as is what publishing would need', async () => {
    const before = await versionOf(publish(another()));
    const version = await versionOf(publish(another(), { at: FAR() }));
    const [newest, older] = await listVersions(database().ownerDatabaseUrl, 2);
    expect([newest, older]).toMatchObject([
      { version, state: 'scheduled' },
      { version: before, state: 'current' },
    ]);
    const preview = (over: object) =>
      previewPublication({ document: another(), ownerDatabaseUrl: database().ownerDatabaseUrl, ...over });
    expect(await preview({})).toMatchObject({ kind: 'conflict', scheduled: { version } });
    expect(await preview({ keep: version })).toMatchObject({ kind: 'publishable', scheduled: { version } });
    await cancel(version);
    expect(await listVersions(database().ownerDatabaseUrl, 1)).toMatchObject([
      { version, state: 'cancelled', effectiveFrom: null },
    ]);
  });

  test('cannot change limits of the game', async () => {
    const LIMIT = {
      limit: 'stock:gems',
      period: 'ever',
      since: '-infinity',
      claim_types: ['chest'],
      resource: null,
    };
    await publishRules(ledger().owner);
    const rules = await testRules({ game_limits: [{ ...LIMIT, bound: 5, stripes: 1 }] });
    await expect(
      ledger().owner.query(`SELECT onceward.publish_config('{}', 'x', 'tests', NULL, $1, $2)`, [
        JSON.stringify({ ...rules, names: { ...rules.names, limit: [...rules.names.limit, 'stock:gems'] } }),
        FAR(),
      ]),
    ).rejects.toThrow('limits of the game cannot change at a scheduled moment');
    expect(await scheduled()).toBeNull();
  });
});

describe('publishing at once while a version is scheduled', () => {
  test('keeps it under a new number, compared with the new one, with the rules of both', async () => {
    const before = await versionOf(publish(regenerating('ember', 60)));
    const at = FAR();
    const kept = await versionOf(publish(regenerating('ember', 30), { at }));
    const result = await publish(regenerating('ember', 45), { keep: kept });
    expect(result).toMatchObject({
      kind: 'published',
      version: kept + 1,
      scheduled: { version: kept + 2, was: kept, from: at.toISOString() },
    });
    expect(await scheduled()).toBe(kept + 2);
    expect((await current()).version).toBe(kept + 1);
    expect(pointer()).toMatchObject({ version: kept + 1, next: { version: kept + 2 } });
    const changed = 'changes' in result ? result.changes.map(({ text }) => text) : [];
    expect(changed.some((text) => text.startsWith(`When version ${kept} takes effect: `))).toBe(true);
    const { from } = (await rulesOf('ember'))[1];
    expect(await rulesOf('ember')).toEqual([
      { version: before, every: 60, from: expect.any(Date), until: from },
      { version: kept + 1, every: 45, from, until: at },
      { version: kept + 2, every: 30, from: at, until: null },
    ]);
    expect((await claim()).configVersion).toBe(kept + 1);
  });

  test('asks to confirm what the kept version would pay again after the new one', async () => {
    const weekly = () => {
      const document = another() as Document & { claimTypes: { daily_quest: { period: string } } };
      document.claimTypes.daily_quest.period = 'week';
      return document;
    };
    await publish(another());
    const path = 'claimTypes.daily_quest.period';
    const kept = await versionOf(publish(weekly(), { at: FAR(), reopens: [path] }));
    const before = await stored();
    expect(await publish(another(), { keep: kept })).toMatchObject({ kind: 'refused', problems: [{ path }] });
    expect(await stored()).toEqual(before);
    expect(await publish(another(), { keep: kept, reopens: [path] })).toMatchObject({ kind: 'published' });
  });

  test('cancels it', async () => {
    await publish(regenerating('glow', 60));
    const version = await versionOf(publish(regenerating('glow', 30), { at: FAR() }));
    expect(await publish(regenerating('glow', 45), { cancel: version })).toMatchObject({
      kind: 'published',
      version: version + 1,
      scheduled: null,
    });
    expect((await rulesOf('glow')).map(({ every }) => every)).toEqual([60, 45]);
    expect(pointer()).toEqual({ version: version + 1, sha256: (await current()).sha256 });
  });
});

describe('cancelling a scheduled version', () => {
  test('leaves the current one in force beyond the moment, with an audit row', async () => {
    const before = await versionOf(publish(another()));
    const at = inFuture(1_500);
    const version = await versionOf(publish(another(), { at }));
    expect(await cancel(version)).toEqual({ kind: 'cancelled', version, scheduled: null });
    expect(pointer()).toEqual({ version: before, sha256: (await current()).sha256 });
    await sleep(Math.max(0, at.getTime() - Date.now()) + 50);
    expect((await claim()).configVersion).toBe(before);
    const { rows } = await ledger().owner.query(
      `SELECT detail->>'version' AS version FROM onceward.audit_by_name WHERE action = 'config.cancel' ORDER BY id DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ version: String(version) }]);
  });

  test('is refused from its moment on, and of what is not scheduled', async () => {
    await publish(another());
    const at = inFuture(1_000);
    const version = await versionOf(publish(another(), { at }));
    await sleep(Math.max(0, at.getTime() - Date.now()) + 5);
    const before = await stored();
    for (const one of [version, version - 1, version + 99])
      expect(await cancel(one)).toMatchObject({ kind: 'conflict' });
    expect(await stored()).toEqual(before);
    expect((await claim()).configVersion).toBe(version);
  });

  test('whose transaction ends after the moment: what began meanwhile is decided under the current version', async () => {
    const before = await versionOf(publish(another()));
    const at = inFuture(1_500);
    const version = await versionOf(publish(another(), { at }));
    const { version: config_version, sha256: config_sha256 } = await current();
    const named = operation({ config_version, config_sha256, claim_type: 'daily_quest', postings: [] });
    const client = await ledger().owner.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT onceward.cancel_config($1, $2, NULL)', [version, 'ada']);
      await sleep(Math.max(0, at.getTime() - Date.now()) + 100);
      const waiting = ledger().commit(named);
      await sleep(200);
      await client.query('COMMIT');
      const { claim: made } = await granted(waiting);
      expect(made.configVersion).toBe(before);
    } finally {
      client.release();
    }
    expect((await claim()).configVersion).toBe(before);
  });

  test('waits for an operation that has read which version is current, and gives up before others wait for long', async () => {
    await publish(another());
    const version = await versionOf(publish(another(), { at: FAR() }));
    const client = await ledger().owner.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT onceward.read_context()');
      await expect(
        ledger().owner.query('SELECT onceward.cancel_config($1, $2, NULL)', [version, 'ada']),
      ).rejects.toMatchObject({ code: '55P03' });
      expect(await scheduled()).toBe(version);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  test('is all that may change of a config', async () => {
    await publish(another());
    const version = await versionOf(publish(another(), { at: FAR() }));
    const update = (set: string, of: number) =>
      ledger().owner.query(`UPDATE onceward.balance_configs SET ${set} WHERE version = $1`, [of]);
    for (const [set, of] of [
      [`effective_from = 'infinity'`, version - 1],
      [`effective_from = now()`, version],
      [`effective_from = 'infinity', sha256 = 'x'`, version],
    ] as const)
      await expect(update(set, of)).rejects.toThrow('append-only');
  });
});
