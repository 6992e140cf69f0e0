/** GET /catalog/<language>: what anybody may read of the config, in the languages that are published. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../../src/config/json.ts';
import { TEXTS_INDEX_KEY, textsKey } from '../../../src/config/texts.ts';
import { changedExample, type Document, kv, publish } from '../../support/worker/balance.ts';
import { asPlayer, faultOf, resultOf } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { owner } from '../../support/worker/ledger-state.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { announce } from '../../support/worker/pending.ts';
import { fresh, worker } from '../../support/worker/service.ts';

const shop = (document: Document) => {
  document.exchanges.summon.title = 'Summon';
  document.exchanges.summon.text = 'One token for one hero.';
  document.exchanges.summon.tags = ['shop'];
  document.resources.lumees.title = 'Lumees';
};
const GERMAN = {
  'exchanges.summon.title': 'Beschwörung',
  'exchanges.gone.title': 'Alt',
  'messages.welcome_back.title': 'Willkommen zurück',
};

/** As `npm run texts:publish` does. */
async function publishTexts(language: string, document: Record<string, string>): Promise<number> {
  const sha256 = await sha256Hex(canonicalJson(document));
  const [row] = await owner`
    INSERT INTO onceward.catalogue_texts (language, sha256, published_by, document)
    VALUES (${language}, ${sha256}, 'tests', ${canonicalJson(document)}) RETURNING version`;
  const version = Number(row?.version);
  const index = JSON.parse((await kv.get(TEXTS_INDEX_KEY)) ?? '{}');
  await kv.put(textsKey(sha256), canonicalJson(document));
  await kv.put(TEXTS_INDEX_KEY, JSON.stringify({ ...index, [language]: { version, sha256 } }));
  return version;
}

const ask = (language: string, init: RequestInit = {}) =>
  worker(`http://onceward.test/catalog/${language}`, init);
const catalogOf = async (language: string): Promise<Document> => (await ask(language)).json();
const entry = (list: readonly { id: string }[], id: string) => list.find((each) => each.id === id);

let germanVersion: number;
beforeAll(async () => {
  await publish(changedExample(shop));
  germanVersion = await publishTexts('de', GERMAN);
});
beforeEach(() => publish(changedExample(shop)));

describe('the catalogue', () => {
  it('shows texts in the language that is asked for, and missing ones in the default language', async () => {
    const [english, german] = [await catalogOf('en'), await catalogOf('de')];
    expect(english).toMatchObject({ language: 'en', defaultLanguage: 'en', textsVersion: null });
    expect(german).toMatchObject({ language: 'de', textsVersion: germanVersion, languages: ['de', 'en'] });
    expect(entry(english.exchanges, 'summon')).toMatchObject({ title: 'Summon', tags: ['shop'] });
    expect(entry(german.exchanges, 'summon')).toMatchObject({
      title: 'Beschwörung',
      text: 'One token for one hero.',
    });
    expect(entry(german.resources, 'lumees')).toMatchObject({ title: 'Lumees' });
  });

  it('answers an unknown language with those that exist', async () => {
    for (const language of ['fr', 'DE', '', 'constructor', 'de%2F..', '%E0%A4%A']) {
      const answer = await ask(language);
      expect(answer.status, language).toBe(404);
      expect(await answer.json()).toMatchObject({ languages: ['de', 'en'] });
    }
  });

  it('shows nothing that is for designers, staff or operators', async () => {
    const catalog = await catalogOf('de');
    expect(Object.keys(catalog).sort()).toEqual([
      'claimTypes',
      'configVersion',
      'defaultLanguage',
      'drawTables',
      'exchanges',
      'language',
      'languages',
      'levels',
      'resources',
      'textsVersion',
      'tiers',
      'timeZone',
    ]);
    const shown = ['id', 'title', 'text', 'image', 'tags', 'sort'];
    const members = (list: readonly object[]) => [...new Set(list.flatMap((each) => Object.keys(each)))];
    expect(members(catalog.resources)).toEqual(shown);
    expect(members(catalog.exchanges)).toEqual([
      ...shown,
      'window',
      'costs',
      'prices',
      'gives',
      'options',
      'draws',
      'maxQuantity',
    ]);
    expect(members(catalog.claimTypes)).toEqual([...shown, 'window', 'proof', 'period', 'rewards']);
    expect(members(catalog.drawTables)).toEqual([...shown, 'outcomes', 'guarantees']);
    expect(members(catalog.claimTypes.flatMap(({ rewards }: Document) => rewards))).toEqual([
      'resource',
      'cap',
    ]);
    expect(members(catalog.drawTables.flatMap(({ outcomes }: Document) => outcomes))).toEqual([
      'name',
      'weight',
      'gives',
      'table',
    ]);
    expect(JSON.stringify(catalog)).not.toMatch(/reversible|staff|manual|budget|description|Determines the/i);
  });
});

describe('caching', () => {
  it('has a strong tag, and answers 304 without a body to a client that has it', async () => {
    const first = await ask('de');
    const etag = String(first.headers.get('etag'));
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    expect(first.headers.get('content-language')).toBe('de');
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask('de', { headers: { 'if-none-match': sent } });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await ask('de', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    expect((await ask('en')).headers.get('etag')).not.toBe(etag);
  });

  it('changes its tag when the config or the texts change', async () => {
    const tag = async () => (await ask('de')).headers.get('etag');
    const before = await tag();
    await publish(
      changedExample((document) => {
        shop(document);
        document.exchanges.summon.costs = { summon_tokens: 2 };
      }),
    );
    const repriced = await tag();
    expect(repriced).not.toBe(before);
    await publishTexts('de', { 'exchanges.summon.title': 'Neu' });
    expect(await tag()).not.toBe(repriced);
    expect(entry((await catalogOf('de')).exchanges, 'summon')).toMatchObject({ title: 'Neu' });
    await publishTexts('de', GERMAN);
  });

  it('reads Postgres where KV has no texts', async () => {
    const kept = await kv.get(TEXTS_INDEX_KEY);
    await kv.delete(TEXTS_INDEX_KEY);
    try {
      expect(entry((await catalogOf('de')).exchanges, 'summon')).toMatchObject({ title: 'Beschwörung' });
    } finally {
      await kv.put(TEXTS_INDEX_KEY, String(kept));
    }
  });
});

describe('HTTP', () => {
  it('answers HEAD without a body, OPTIONS with what is allowed, and no other method', async () => {
    const head = await ask('de', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('etag')).toBe((await ask('de')).headers.get('etag'));
    const options = await ask('de', { method: 'OPTIONS', headers: { origin: 'https://game.example' } });
    expect(options.status).toBe(204);
    expect(options.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    const post = await ask('de', { method: 'POST', body: '{}' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('may be read by the allowed origins, and says so to shared caches', async () => {
    const answer = await ask('de', { headers: { origin: 'https://game.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')).toContain('etag');
    expect((await ask('de')).headers.get('vary')).toBe('origin');
  });

  it('is limited by address', async () => {
    const binding = { limit: async () => ({ success: false }) };
    const door = doorTo(await coldWorker(), { ADDRESS_RATE_LIMIT: binding });
    const headers = { 'cf-connecting-ip': '192.0.2.7' };
    const answer = await door('http://onceward.test/catalog/de', { headers });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '10']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('screens in a language', () => {
  it('shows the messages of an inbox in the language, with one request to the database', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'battle-1', { message: 'welcome_back' });
    const shown = async (language: string) => {
      const { edges } = resultOf(await asPlayer(playerId).inbox({ language }));
      return edges.map(({ node: { title, text } }) => [title, text]);
    };
    const text = 'Thank you for playing. Here is something for you.';
    expect(await shown('en')).toEqual([['Welcome back', text]]);
    expect(await countRequests(playerId, () => shown('de'))).toBe(1);
    expect(await shown('de')).toEqual([['Willkommen zurück', text]]);
  });

  it('shows titles and texts in the language, with one request to the database', async () => {
    const playerId = fresh('player');
    const offers = async (language: string) =>
      resultOf(await asPlayer(playerId).offers({ ids: ['summon'], language })).offers[0];
    expect(await offers('en')).toMatchObject({ title: 'Summon' });
    expect(await countRequests(playerId, () => offers('de'))).toBe(1);
    const [english, german] = [await offers('en'), await offers('de')];
    expect(german).toMatchObject({ title: 'Beschwörung', text: 'One token for one hero.' });
    expect(german?.terms).toBe(english?.terms);
    expect(faultOf(await asPlayer(playerId).offers({ language: 'fr' }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'language',
    });
  });
});
