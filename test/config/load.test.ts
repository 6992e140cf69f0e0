import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { documentKey, POINTER_KEY, type PublishedConfig } from '../../src/config/published.ts';
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

const rules = (version: number) => ({ kind: 'rules', rules: expect.objectContaining({ version }) });
const unavailable = (why: RegExp) => ({ kind: 'unavailable', why: expect.stringMatching(why) });

describe('loading from KV', () => {
  test('reads the config from KV without reading Postgres', async () => {
    world.publish(one);
    expect(await world.loader().current()).toEqual(rules(1));
    expect(world.reads).toEqual([POINTER_KEY, documentKey(one.sha256)]);
  });

  test('reads KV once within the time to live, and then only the pointer', async () => {
    world.publish(one);
    const loader = world.loader();
    const first = await loader.current();
    world.state.now += TTL_MS - 1;
    const second = await loader.current();
    expect(second).toEqual(first);
    expect(world.reads).toHaveLength(2);
    world.state.now += 1;
    await loader.current();
    expect(world.reads.slice(2)).toEqual([POINTER_KEY]);
  });

  test('uses a new version after the time to live, without a restart', async () => {
    world.publish(one);
    const loader = world.loader();
    const before = await loader.current();
    world.publish(two);
    expect(await loader.current()).toEqual(before);
    world.state.now += TTL_MS;
    expect(await loader.current()).toMatchObject({
      rules: { version: 2, statPoints: { stats: { health: { base: 600 } } } },
    });
    expect(before).toMatchObject({ rules: { version: 1, statPoints: { stats: { health: { base: 500 } } } } });
  });

  test('loads a rollback as a new version with the old document', async () => {
    world.publish(one);
    world.publish(two);
    const loader = world.loader();
    await loader.current();
    world.publish({ ...one, version: 3 });
    world.state.now += TTL_MS;
    expect(await loader.current()).toMatchObject({ rules: { version: 3, sha256: one.sha256 } });
  });

  test('reads only the pointer for a rollback to a document that the isolate has compiled', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    world.publish(two);
    await loader.adopt(two);
    world.publish({ ...one, version: 3 });
    world.state.now += TTL_MS;
    world.reads.length = 0;
    expect(await loader.current()).toMatchObject({ rules: { version: 3, sha256: one.sha256 } });
    expect(world.reads).toEqual([POINTER_KEY]);
  });
});

describe('without a valid config', () => {
  test('reports unavailable when nothing is published', async () => {
    expect(await world.loader().current()).toEqual(
      unavailable(/KV holds no balance config; no balance config has been/),
    );
    expect(world.log).toMatchObject([{ event: 'config_unavailable', version: null }]);
  });

  test('reports unavailable without secrets when KV and Postgres both fail', async () => {
    world.publish(one);
    world.state.kvFails = true;
    world.state.postgresFails = true;
    expect(await world.loader().current()).toEqual(
      unavailable(/^KV could not be read; Postgres could not be read$/),
    );
    expect(JSON.stringify(world.log)).not.toContain('secret');
  });

  test('reports unavailable when the document in Postgres does not match its digest', async () => {
    world.publish({ ...one, document: exampleWith(BASE_PATH, 999_999) });
    expect(await world.loader().current()).toEqual(
      unavailable(/does not match its digest; .*does not match/),
    );
  });

  test('tries again with the next request', async () => {
    const loader = world.loader();
    expect(await loader.current()).toMatchObject({ kind: 'unavailable' });
    world.publish(one);
    expect(await loader.current()).toEqual(rules(1));
  });
});

describe('an isolate with loaded rules', () => {
  test('keeps its rules while KV and Postgres fail', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    world.state.kvFails = true;
    world.state.postgresFails = true;
    world.state.now += TTL_MS;
    expect(await loader.current()).toEqual(rules(1));
    expect(world.log).toMatchObject([{ event: 'config_kept', version: 1 }]);
  });

  test.each([
    'KV',
    'Postgres',
  ])('keeps its rules when %s is stale and returns an older version', async (stale) => {
    world.publish(one);
    world.publish(two);
    const loader = world.loader();
    await loader.current();
    if (stale === 'KV') world.pointTo(one);
    else {
      world.kv.clear();
      world.publish(one);
      world.kv.clear();
    }
    world.state.now += TTL_MS;
    expect(await loader.current()).toEqual(rules(2));
  });

  test('replaces its rules when the same version has another document, as after a database restore', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    world.publish({ ...two, version: 1 });
    world.state.now += TTL_MS;
    expect(await loader.current()).toMatchObject({ rules: { version: 1, sha256: two.sha256 } });
  });

  test('lets one request read while the others use the loaded rules without waiting', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    world.publish(two);
    world.state.now += TTL_MS;
    world.reads.length = 0;
    const gate = Promise.withResolvers<void>();
    world.state.kvGate = gate.promise;
    const reading = loader.current();
    const others = await Promise.all([loader.current(), loader.current()]);
    expect(others).toEqual([rules(1), rules(1)]);
    expect(world.reads).toEqual([POINTER_KEY]);
    gate.resolve();
    expect(await reading).toEqual(rules(2));
    expect(await loader.current()).toEqual(rules(2));
  });
});

test('each request reads for itself on a cold start', async () => {
  world.publish(one);
  const loader = world.loader();
  const answers = await Promise.all([loader.current(), loader.current(), loader.current()]);
  expect(answers).toEqual([rules(1), rules(1), rules(1)]);
  expect(world.reads.filter((key) => key === POINTER_KEY)).toHaveLength(3);
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
