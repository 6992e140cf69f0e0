// The config loader adopts a config that came with an answer of the kernel, as the current one or beside it.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { POINTER_KEY, type PublishedConfig } from '../../src/config/published.ts';
import { rules, unavailable } from '../support/loader-answers.ts';
import { exampleDocument, exampleWith, published } from './example.ts';
import { createFakeSources, TTL_MS } from './fake-sources.ts';

const BASE_PATH = ['statPoints', 'stats', 'health', 'base'];

let one: PublishedConfig;
let two: PublishedConfig;
let world: ReturnType<typeof createFakeSources>;

beforeAll(async () => {
  one = await published(1, exampleDocument());
  two = await published(2, exampleWith(BASE_PATH, 600));
});

beforeEach(() => {
  world = createFakeSources();
});

describe('adopting the rules of another version', () => {
  test('adopts an older document without making it current', async () => {
    world.publish(one);
    world.publish(two);
    const loader = world.loader();
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toEqual(rules(2));
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toEqual(rules(2));
  });

  test('does not adopt a document that is invalid or does not match its digest', async () => {
    const loader = world.loader();
    expect(await loader.adopt({ ...one, sha256: two.sha256 })).toEqual(
      unavailable(/does not match its digest/),
    );
    const invalid = await published(1, exampleWith(['timeZone'], 'nowhere'));
    expect(await loader.adopt(invalid)).toEqual(unavailable(/is invalid: timeZone: must be/));
  });

  test('does not use an adopted document as current when no current config is available', async () => {
    const loader = world.loader();
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toMatchObject({ kind: 'unavailable' });
  });

  test('compiles a document once', async () => {
    const loader = world.loader();
    const first = await loader.adopt(one);
    const again = await loader.adopt(one);
    expect(first.kind === 'rules' && again.kind === 'rules' && again.rules === first.rules).toBe(true);
  });

  test('makes an adopted newer version current, because a claim proves that it was published', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    await loader.adopt(two);
    expect(await loader.current()).toEqual(rules(2));
  });

  test('keeps the eight most recently used documents', async () => {
    const loader = world.loader();
    const configs: PublishedConfig[] = [];
    for (let version = 1; version <= 12; version++)
      configs.push(await published(version, exampleWith(BASE_PATH, version)));
    const adopt = async (version: number) => {
      const answer = await loader.adopt(configs[version - 1] as PublishedConfig);
      return answer.kind === 'rules' ? answer.rules : null;
    };
    const first = new Map<number, unknown>();
    for (let version = 1; version <= 12; version++) first.set(version, await adopt(version));
    const isCached = async (version: number) => (await adopt(version)) === first.get(version);
    expect([await isCached(12), await isCached(5), await isCached(4), await isCached(1)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('does not evict the current rules, however many documents are adopted', async () => {
    const configs: PublishedConfig[] = [];
    for (let version = 1; version <= 12; version++)
      configs.push(await published(version, exampleWith(BASE_PATH, version)));
    for (const config of configs) world.publish(config);
    const loader = world.loader();
    await loader.current();
    world.reads.length = 0;
    for (const config of configs.slice(0, -1)) {
      await loader.adopt(config);
      world.state.now += TTL_MS;
      await loader.current();
    }
    expect(new Set(world.reads)).toEqual(new Set([POINTER_KEY]));
  });
});

describe('adopting what the kernel says is current', () => {
  test.each([
    'a higher',
    'a lower',
  ])('%s version replaces the loaded one, for operations and for queries', async (kind) => {
    const [loadedFirst, adopted] = kind === 'a higher' ? [one, two] : [two, one];
    world.publish(loadedFirst);
    const loader = world.loader();
    await loader.loaded();
    expect(await loader.adoptCurrent(adopted)).toEqual(rules(adopted.version));
    expect(await loader.loaded()).toMatchObject({ version: adopted.version });
    expect(await loader.current()).toEqual(rules(adopted.version));
  });

  test('a KV that goes on naming what the kernel overruled is not believed again', async () => {
    world.publish(two);
    const loader = world.loader();
    await loader.loaded();
    await loader.adoptCurrent(one);
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 1 });
    expect(await loader.current()).toEqual(rules(1));
    // The next publication is another pointer.
    world.publish({ ...two, version: 3 });
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 3 });
  });

  test('a config that was overruled becomes current again when the kernel says so', async () => {
    world.publish(two);
    const loader = world.loader();
    await loader.loaded();
    await loader.adoptCurrent(one);
    await loader.adoptCurrent(two);
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 2 });
  });

  test('a document that is held need not be sent', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    expect(loader.held()).toEqual([one.sha256]);
    await loader.adopt(two);
    expect(loader.held()).toEqual([one.sha256, two.sha256]);
    expect(await loader.adoptCurrent({ version: 9, sha256: two.sha256, document: null })).toMatchObject({
      rules: { version: 9, sha256: two.sha256 },
    });
    expect(await loader.adopt({ ...one, document: null })).toEqual(rules(1));
  });

  test('a document that is neither sent nor held changes nothing', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    const why = unavailable(/is no longer in memory/);
    expect(await loader.adoptCurrent({ ...two, document: null })).toEqual(why);
    expect(await loader.loaded()).toMatchObject({ version: 1 });
  });

  test('a document that does not match its digest changes nothing', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    expect(await loader.adoptCurrent({ ...two, document: one.document })).toEqual(
      unavailable(/does not match its digest/),
    );
    expect(await loader.loaded()).toMatchObject({ version: 1 });
  });

  test('starts the time to live again', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    world.state.now += TTL_MS;
    await loader.adoptCurrent(two);
    world.reads.length = 0;
    await loader.loaded();
    expect(world.reads).toEqual([]);
  });
});
