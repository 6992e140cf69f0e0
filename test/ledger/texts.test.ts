/** Publishing translations: to Postgres with an audit row, then to KV; a later version replaces an earlier one. */
import { beforeAll, describe, expect, test } from 'vitest';
import { previewTexts, publishTexts } from '../../cli/texts-store.ts';
import { canonicalJson } from '../../src/config/json.ts';
import { TEXTS_INDEX_KEY, textsKey } from '../../src/config/texts.ts';
import { openPublisher } from '../support/ledger/publisher.ts';

const { kv, failKv, writeKv, another, publish, database, ledger } = openPublisher();

beforeAll(async () => {
  const document = another() as { exchanges: Record<string, object> };
  Object.assign(document.exchanges.summon as object, { title: 'Summon', text: 'One token for one hero.' });
  const published = await publish(document);
  if (published.kind !== 'published') throw new Error(JSON.stringify(published));
});

const GERMAN = { 'exchanges.summon.title': 'Beschwören' };
const send = (document: unknown, language = 'de') =>
  publishTexts({
    document,
    language,
    by: 'ada',
    reason: 'a test',
    ownerDatabaseUrl: database().ownerDatabaseUrl,
    writeKv,
  });
const index = () => JSON.parse(kv.get(TEXTS_INDEX_KEY) ?? 'null');
const count = async (query: string) => Number((await ledger().owner.query(query)).rows[0].count);
const versions = () => count('SELECT count(*) FROM onceward.catalogue_texts');

describe('publishing texts', () => {
  test('stores the texts, writes KV, and leaves an audit row', async () => {
    const published = await send(GERMAN);
    expect(published).toMatchObject({
      kind: 'published',
      missing: ['exchanges.summon.text', 'messages.welcome_back.title', 'messages.welcome_back.text'],
    });
    if (published.kind === 'invalid') throw new Error('invalid');
    const { version, sha256 } = published;
    expect(index()).toMatchObject({ de: { version, sha256 } });
    expect(kv.get(textsKey(sha256))).toBe(canonicalJson(GERMAN));
    const { rows } = await ledger().owner.query(
      `SELECT actor_id, outcome, reason, detail FROM onceward.audit_by_name WHERE action = 'texts.publish' ORDER BY id`,
    );
    expect(rows.at(-1)).toEqual({
      actor_id: 'ada',
      outcome: 'done',
      reason: 'a test',
      detail: { language: 'de', version, sha256 },
    });
  });

  test('publishing the current texts makes no version, and writes KV again', async () => {
    const first = await send(GERMAN);
    const before = await versions();
    kv.clear();
    expect(await send(GERMAN)).toEqual({ ...first, kind: 'unchanged' });
    expect(await versions()).toBe(before);
    expect(index()).toHaveProperty('de');
  });

  test('a language keeps its texts when another one is published, and is repaired after KV failed', async () => {
    await send(GERMAN);
    await send({ 'exchanges.summon.title': 'Invoquer' }, 'fr');
    expect(Object.keys(index())).toEqual(expect.arrayContaining(['de', 'fr']));
    const newer = { 'exchanges.summon.title': 'Rufen' };
    failKv((key) => key.startsWith(textsKey('')));
    await expect(send(newer)).rejects.toThrow('KV is down');
    failKv(null);
    expect(await send(newer)).toMatchObject({ kind: 'unchanged' });
    expect(kv.get(textsKey(index().de.sha256))).toBe(canonicalJson(newer));
  });

  test('wrong texts are refused, and nothing is written', async () => {
    const before = await versions();
    const wrong = { 'exchanges.sumon.title': 'Beschwören' };
    const problems = [{ path: 'exchanges.sumon.title', message: expect.stringContaining('did you mean') }];
    const preview = { document: wrong, language: 'de', ownerDatabaseUrl: database().ownerDatabaseUrl };
    expect(await previewTexts(preview)).toEqual({ kind: 'invalid', problems });
    expect(await send(wrong)).toEqual({ kind: 'invalid', problems });
    expect(await versions()).toBe(before);
  });

  test('published texts are never changed or removed', async () => {
    await send(GERMAN);
    for (const statement of [
      `UPDATE onceward.catalogue_texts SET language = 'xx'`,
      'DELETE FROM onceward.catalogue_texts',
      'TRUNCATE onceward.catalogue_texts',
    ])
      await expect(ledger().owner.query(statement)).rejects.toMatchObject({ code: '23000' });
  });
});
