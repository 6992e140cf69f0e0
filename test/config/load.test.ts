// The config loader reads the current config from KV, keeps what it has loaded while a source fails, and tells when it has none.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConfigAnswer,
  documentKey,
  POINTER_KEY,
  type PublishedConfig,
} from '../../src/config/published.ts';
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
    const healthOf = (answer: ConfigAnswer) =>
      answer.kind === 'rules'
        ? [answer.rules.version, answer.rules.statPoints?.stats.get('health')?.base]
        : [];
    expect(healthOf(await loader.current())).toEqual([2, 600]);
    expect(healthOf(before)).toEqual([1, 500]);
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

  test('logs the class of the failure that kept Postgres from being read', async () => {
    Object.assign(world.state, { postgresFails: true, failure: 'quota' });
    expect(await world.loader().current()).toEqual(unavailable(/Postgres could not be read \(quota\)$/));
    expect(world.log).toMatchObject([{ why: expect.stringMatching(/\(quota\)$/) }]);
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

describe('the rules of an operation', () => {
  test('are those of KV, and Postgres is not read', async () => {
    world.publish(one);
    const loader = world.loader();
    expect(await loader.loaded()).toMatchObject({ version: 1 });
    world.publish(two);
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 2 });
    expect(world.reads).not.toContain('postgres');
    expect(world.log).toEqual([]);
  });

  test.each([
    ['fails', () => Object.assign(world.state, { kvFails: true })],
    ['is empty', () => world.kv.clear()],
    ['is not bound', () => Object.assign(world.state, { bound: false })],
  ])('are missing in a new isolate while KV %s, and the kernel brings them', async (_, disturb) => {
    world.publish(one);
    disturb();
    const loader = world.loader();
    expect(await loader.loaded()).toBeNull();
    expect(world.log).toMatchObject([{ event: 'config_fallback', version: null }]);
    expect(await loader.adoptCurrent(one)).toEqual(rules(1));
    expect(await loader.loaded()).toMatchObject({ version: 1 });
    expect(world.reads).not.toContain('postgres');
  });

  test('stay those that were loaded while KV fails', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.loaded();
    world.state.kvFails = true;
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 1 });
    expect(world.log).toMatchObject([{ event: 'config_kept', version: 1 }]);
  });

  test('share the time to live with the rules of queries', async () => {
    world.publish(one);
    const loader = world.loader();
    await loader.current();
    world.reads.length = 0;
    expect(await loader.loaded()).toMatchObject({ version: 1 });
    expect(world.reads).toEqual([]);
  });
});
