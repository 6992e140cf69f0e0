/** Translations: what a document of texts may hold, and how an isolate loads it. */
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../src/config/json.ts';
import { createTextsLoader, type TextsSources } from '../../src/config/load-texts.ts';
import { checkTexts, isTextsIndex, TEXTS_INDEX_KEY, textsKey } from '../../src/config/texts.ts';
import { exampleWithAll, rulesOf } from './example.ts';

const RULES = rulesOf(
  exampleWithAll(
    [['exchanges', 'summon', 'title'], 'Summon'],
    [['exchanges', 'summon', 'text'], 'One token for one hero.'],
    [['resources', 'lumees', 'title'], 'Lumees'],
  ),
);

describe('a document of texts', () => {
  it('is valid with some of the texts, and names those that are missing', () => {
    expect(checkTexts({ 'exchanges.summon.title': 'Beschwören' }, 'de', RULES)).toEqual({
      problems: [],
      missing: [
        'resources.lumees.title',
        'exchanges.summon.text',
        'messages.welcome_back.title',
        'messages.welcome_back.text',
      ],
    });
    expect(checkTexts({}, 'pt-BR', RULES).problems).toEqual([]);
  });

  it.each<[unknown, string, string, RegExp]>([
    [
      { 'exchanges.sumon.title': 'x' },
      'de',
      'exchanges.sumon.title',
      /did you mean "exchanges.summon.title"/,
    ],
    [{ hello: 'x' }, 'de', 'hello', /is no text of the balance config; check the key/],
    [{ 'exchanges.summon.tags': 'x' }, 'de', 'exchanges.summon.tags', /is no text/],
    [{ 'exchanges.summon.title': '' }, 'de', 'exchanges.summon.title', /1 to 100 characters, not 0/],
    [{ 'exchanges.summon.title': 'x'.repeat(101) }, 'de', 'exchanges.summon.title', /not 101/],
    [{ 'exchanges.summon.text': 'x'.repeat(1001) }, 'de', 'exchanges.summon.text', /1 to 1000/],
    [{ 'exchanges.summon.title': 7 }, 'de', 'exchanges.summon.title', /text in quotes/],
    [{ 'exchanges.summon.title': 'a\u0000b' }, 'de', 'exchanges.summon.title', /plain text/],
    [{}, 'en', 'language', /default language/],
    [{}, 'DE', 'language', /language tag/],
    [[], 'de', '', /object of texts by key/],
    [null, 'de', '', /object of texts by key/],
  ])('%j in %s is refused at %s', (document, language, path, message) => {
    expect(checkTexts(document, language, RULES).problems).toContainEqual({
      path,
      message: expect.stringMatching(message),
    });
  });

  it('has at most 1 MiB', () => {
    const large = { 'exchanges.summon.text': 'ü'.repeat(1000), padding: 'x'.repeat(1024 * 1024) };
    expect(checkTexts(large, 'de', RULES).problems).toContainEqual({
      path: '',
      message: expect.stringMatching(/at most 1048576 bytes/),
    });
  });
});

const TEXTS = { 'exchanges.summon.title': 'Beschwören' };
const pointerTo = async (texts: object, version = 1) => ({
  version,
  sha256: await sha256Hex(canonicalJson(texts)),
});

interface World {
  readonly kv: Map<string, string>;
  readonly stored: Map<number, unknown>;
  reads: number;
  time: number;
}

async function worldWith(texts: object): Promise<World & { readonly sources: TextsSources }> {
  const pointer = await pointerTo(texts);
  const kv = new Map([
    [TEXTS_INDEX_KEY, JSON.stringify({ de: pointer })],
    [textsKey(pointer.sha256), canonicalJson(texts)],
  ]);
  const world: World = { kv, stored: new Map([[1, texts]]), reads: 0, time: 0 };
  const sources: TextsSources = {
    kv: { get: async (key) => kv.get(key) ?? null },
    readIndex: async () => {
      world.reads += 1;
      return { de: pointer };
    },
    readTexts: async (version) => {
      world.reads += 1;
      return world.stored.get(version) ?? null;
    },
    ttlMs: 10_000,
    now: () => world.time,
  };
  return Object.assign(world, { sources });
}

function fill(kv: Map<string, string>, value: string): void {
  for (const key of kv.keys()) kv.set(key, value);
}

describe('the loader of texts', () => {
  it('reads KV once for as long as it trusts the index', async () => {
    const world = await worldWith(TEXTS);
    const loader = createTextsLoader(world.sources);
    const { de } = await loader.index();
    if (!de) throw new Error('no texts');
    expect(await loader.texts('de', de)).toEqual(TEXTS);
    world.kv.clear();
    expect(await loader.index()).toEqual({ de });
    expect(await loader.texts('de', de)).toEqual(TEXTS);
    expect(world.reads).toBe(0);
    const newer = await pointerTo({}, 2);
    world.kv.set(TEXTS_INDEX_KEY, JSON.stringify({ de: newer }));
    world.time = 10_000;
    expect(await loader.index()).toEqual({ de: newer });
  });

  it.each<[string, (world: World) => void]>([
    ['empty', ({ kv }) => kv.clear()],
    ['corrupt', ({ kv }) => fill(kv, '{')],
    ['of another shape', ({ kv }) => fill(kv, '{"de":1}')],
  ])('reads Postgres where KV is %s', async (_, damage) => {
    const world = await worldWith(TEXTS);
    damage(world);
    const loader = createTextsLoader(world.sources);
    const { de } = await loader.index();
    if (!de) throw new Error('no texts');
    expect(await loader.texts('de', de)).toEqual(TEXTS);
    expect(world.reads).toBe(2);
  });

  it('refuses texts that do not match their digest', async () => {
    const world = await worldWith(TEXTS);
    world.kv.clear();
    world.stored.set(1, { 'exchanges.summon.title': 'Evil' });
    const loader = createTextsLoader(world.sources);
    const { de } = await loader.index();
    if (!de) throw new Error('no texts');
    await expect(loader.texts('de', de)).rejects.toThrow(/do not match their digest/);
  });

  it('keeps four documents', async () => {
    const world = await worldWith(TEXTS);
    const loader = createTextsLoader({ ...world.sources, kv: undefined });
    for (const version of [1, 2, 3, 4, 5]) {
      const texts = { 'exchanges.summon.title': `Text ${version}` };
      world.stored.set(version, texts);
      await loader.texts('de', await pointerTo(texts, version));
    }
    const before = world.reads;
    await loader.texts('de', await pointerTo({ 'exchanges.summon.title': 'Text 5' }, 5));
    expect(world.reads).toBe(before);
    await loader.texts('de', await pointerTo({ 'exchanges.summon.title': 'Text 1' }, 1));
    expect(world.reads).toBe(before + 1);
  });
});

it.each([
  null,
  [1],
  { de: null },
  { de: { version: 1 } },
  { DE: { version: 1, sha256: 'a'.repeat(64) } },
])('%j is no index of texts', (value) => expect(isTextsIndex(value)).toBe(false));
