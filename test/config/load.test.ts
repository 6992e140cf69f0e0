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

describe('KV serves the config', () => {
  test('without a word to Postgres', async () => {
    world.publish(one);
    expect(await world.loader().current()).toEqual(rules(1));
    expect(world.reads).toEqual([POINTER_KEY, documentKey(one.sha256)]);
  });

  test('and is asked once within the time to live, then for the pointer alone', async () => {
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

  test('a new version takes effect after the time to live, with no restart', async () => {
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

  test('a rollback is a new version with the old document', async () => {
    world.publish(one);
    world.publish(two);
    const loader = world.loader();
    await loader.current();
    world.publish({ ...one, version: 3 });
    world.state.now += TTL_MS;
    expect(await loader.current()).toMatchObject({ rules: { version: 3, sha256: one.sha256 } });
  });

  test('a rollback to a document that the isolate has compiled needs the pointer alone', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    world.publish(two);
    await loader.byVersion(2);
    world.publish({ ...one, version: 3 });
    world.state.now += TTL_MS;
    world.reads.length = 0;
    expect(await loader.current()).toMatchObject({ rules: { version: 3, sha256: one.sha256 } });
    expect(world.reads).toEqual([POINTER_KEY]);
  });
});

describe('no rewards are invented', () => {
  test('when nothing was ever published', async () => {
    expect(await world.loader().current()).toEqual(
      unavailable(/KV holds no balance config; no balance config has been/),
    );
    expect(world.log).toMatchObject([{ event: 'config_unavailable', version: null }]);
  });

  test('when KV and Postgres both fail, and the reason holds no secret', async () => {
    world.publish(one);
    world.state.kvFails = true;
    world.state.postgresFails = true;
    expect(await world.loader().current()).toEqual(
      unavailable(/^KV could not be read; Postgres could not be read$/),
    );
    expect(JSON.stringify(world.log)).not.toContain('secret');
  });

  test('when what Postgres holds does not match its digest', async () => {
    world.publish({ ...one, document: exampleWith(BASE_PATH, 999_999) });
    expect(await world.loader().current()).toEqual(
      unavailable(/does not match its digest; .*does not match/),
    );
  });

  test('and the next request tries again', async () => {
    const loader = world.loader();
    expect(await loader.current()).toMatchObject({ kind: 'unavailable' });
    world.publish(one);
    expect(await loader.current()).toEqual(rules(1));
  });
});

describe('an isolate that has rules keeps them', () => {
  test('while KV and Postgres are away', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    world.state.kvFails = true;
    world.state.postgresFails = true;
    world.state.now += TTL_MS;
    expect(await loader.current()).toEqual(rules(1));
    expect(world.log).toMatchObject([{ event: 'config_kept', version: 1 }]);
  });

  test.each(['KV', 'Postgres'])('when %s is late and still says an older version', async (late) => {
    world.publish(one);
    world.publish(two);
    const loader = world.loader();
    await loader.current();
    if (late === 'KV') world.pointTo(one);
    else {
      world.kv.clear();
      world.publish(one);
      world.kv.clear();
    }
    world.state.now += TTL_MS;
    expect(await loader.current()).toEqual(rules(2));
  });

  test('until the same version says something else, as after a database was restored', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    world.publish({ ...two, version: 1 });
    world.state.now += TTL_MS;
    expect(await loader.current()).toMatchObject({ rules: { version: 1, sha256: two.sha256 } });
  });

  test('while one request reads anew: the others neither read nor wait', async () => {
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

test('at a cold start each request reads for itself', async () => {
  world.publish(one);
  const loader = world.loader();
  const answers = await Promise.all([loader.current(), loader.current(), loader.current()]);
  expect(answers).toEqual([rules(1), rules(1), rules(1)]);
  expect(world.reads.filter((key) => key === POINTER_KEY)).toHaveLength(3);
});

describe('rules of other versions', () => {
  test('are found by version, once', async () => {
    world.publish(one);
    world.publish(two);
    const loader = world.loader();
    await loader.current();
    world.reads.length = 0;
    expect(await loader.byVersion(1)).toEqual(rules(1));
    expect(await loader.byVersion(1)).toEqual(rules(1));
    expect(await loader.byVersion(2)).toEqual(rules(2));
    expect(world.reads).toEqual(['postgres 1']);
    expect(await loader.byVersion(9)).toEqual(unavailable(/there is no balance config 9/));
  });

  test('are adopted from a document that came with an answer, without becoming current', async () => {
    world.publish(one);
    world.publish(two);
    const loader = world.loader();
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toEqual(rules(2));
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toEqual(rules(2));
  });

  test('are not adopted when the document is invalid, or not what its digest says', async () => {
    const loader = world.loader();
    expect(await loader.adopt({ ...one, sha256: two.sha256 })).toEqual(
      unavailable(/does not match its digest/),
    );
    const invalid = await published(1, exampleWith(['timeZone'], 'nowhere'));
    expect(await loader.adopt(invalid)).toEqual(unavailable(/is invalid: timeZone must be/));
  });

  test('are no answer to what is current, when nobody can say what is', async () => {
    const loader = world.loader();
    expect(await loader.adopt(one)).toEqual(rules(1));
    expect(await loader.current()).toMatchObject({ kind: 'unavailable' });
  });

  test('are compiled once for a document', async () => {
    const loader = world.loader();
    const first = await loader.adopt(one);
    const again = await loader.adopt(one);
    expect(first.kind === 'rules' && again.kind === 'rules' && again.rules === first.rules).toBe(true);
  });

  test('that are newer than the isolate’s own become current: a claim was made under them', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    await loader.adopt(two);
    expect(await loader.current()).toEqual(rules(2));
  });

  test('are kept in a bounded number', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    for (let version = 2; version <= 12; version++) {
      const config = await published(version, exampleWith(BASE_PATH, version));
      world.publish(config);
      await loader.byVersion(version);
    }
    world.reads.length = 0;
    for (const version of [12, 5, 4, 1]) await loader.byVersion(version);
    expect(world.reads).toEqual(['postgres 4', 'postgres 1']);
  });

  test('are dropped before those in use, however many are asked for', async () => {
    for (let version = 1; version <= 12; version++)
      world.publish(await published(version, exampleWith(BASE_PATH, version)));
    const loader = world.loader();
    await loader.current();
    world.reads.length = 0;
    for (let version = 1; version < 12; version++) {
      await loader.byVersion(version);
      world.state.now += TTL_MS;
      await loader.current();
    }
    const pointers = world.reads.filter((read) => !read.startsWith('postgres'));
    expect(new Set(pointers)).toEqual(new Set([POINTER_KEY]));
  });
});
