// A version that is published for later: isolates switch to it at its moment, and the schedule moves the pointer on.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/config/json.ts';
import { movePointer } from '../../src/config/move-pointer.ts';
import {
  documentKey,
  isPublishedPointer,
  POINTER_KEY,
  type PublishedConfig,
  type PublishedPointer,
} from '../../src/config/published.ts';
import { rules } from '../support/loader-answers.ts';
import { exampleDocument, exampleWith, published } from './example.ts';
import { createFakeSources, TTL_MS } from './fake-sources.ts';

const BASE_PATH = ['statPoints', 'stats', 'health', 'base'];

let one: PublishedConfig;
let two: PublishedConfig;
let world: ReturnType<typeof createFakeSources>;
let moment: number;

beforeAll(async () => {
  one = await published(1, exampleDocument());
  two = await published(2, exampleWith(BASE_PATH, 600));
});

beforeEach(() => {
  world = createFakeSources();
  world.publish(one);
  moment = world.state.now + TTL_MS / 2;
  world.schedule(one, two, moment);
});

describe('an isolate that knows the next version', () => {
  test('uses it from its moment on, without another read', async () => {
    const loader = world.loader();
    expect(await loader.current()).toEqual(rules(1));
    const reads = world.reads.length;
    world.state.now = moment - 1;
    expect(await loader.loaded()).toMatchObject({ version: 1 });
    world.state.now = moment;
    expect(await loader.loaded()).toMatchObject({ version: 2 });
    expect(await loader.current()).toEqual(rules(2));
    expect(world.reads).toHaveLength(reads);
  });

  test('keeps it while the pointer has not been moved on', async () => {
    const loader = world.loader();
    await loader.current();
    world.state.now = moment + 3 * TTL_MS;
    expect(await loader.current()).toEqual(rules(2));
    world.state.now += 3 * TTL_MS;
    expect(await loader.current()).toEqual(rules(2));
    expect(await world.loader().current()).toEqual(rules(2));
  });

  test('does not use it once it is cancelled', async () => {
    const loader = world.loader();
    moment = world.state.now + 2 * TTL_MS;
    world.schedule(one, two, moment);
    await loader.current();
    world.pointTo(one);
    world.state.now += TTL_MS;
    await loader.current();
    world.state.now = moment;
    expect(await loader.current()).toEqual(rules(1));
  });

  test('returns to the current version where the kernel says that its clock is early, and switches when the kernel does', async () => {
    const loader = world.loader();
    world.state.now = moment;
    expect(await loader.loaded()).toMatchObject({ version: 2 });
    expect(await loader.adoptCurrent(one)).toEqual(rules(1));
    for (const _ of [1, 2, 3]) {
      world.state.now += TTL_MS;
      expect(await loader.loaded()).toMatchObject({ version: 1 });
    }
    await loader.adoptCurrent(two);
    world.state.now += TTL_MS;
    expect(await loader.loaded()).toMatchObject({ version: 2 });
  });

  test('goes on with the current version while the document of the next cannot be read', async () => {
    world.kv.delete(documentKey(two.sha256));
    const loader = world.loader();
    expect(await loader.current()).toEqual(rules(1));
    world.state.now = moment;
    expect(await loader.current()).toEqual(rules(1));
    world.kv.set(documentKey(two.sha256), canonicalJson(two.document));
    world.state.now += TTL_MS;
    expect(await loader.current()).toEqual(rules(2));
  });
});

test.each([
  ['a version of 0', { version: 0 }],
  ['no digest', { sha256: undefined }],
  ['no moment', { from: undefined }],
  ['a moment that is no time', { from: 'soon' }],
])('a pointer is malformed whose next version has %s', (_, over) => {
  const next = { version: 2, sha256: two.sha256, from: new Date(moment).toISOString() };
  expect(isPublishedPointer({ version: 1, sha256: one.sha256, next })).toBe(true);
  expect(isPublishedPointer({ version: 1, sha256: one.sha256, next: { ...next, ...over } })).toBe(false);
});

describe('the schedule', () => {
  const move = (published: PublishedPointer | null) =>
    movePointer({
      kv: {
        get: async (key) => world.kv.get(key) ?? null,
        put: async (key, value) => void world.kv.set(key, value),
      },
      readPublished: async () => published,
      readDocument: async (version) => (version === 1 ? one : two).document,
    });
  const idOf = ({ version, sha256 }: PublishedConfig) => ({ version, sha256 });
  const pointer = () => JSON.parse(world.kv.get(POINTER_KEY) ?? 'null');

  test('moves the pointer on to what the database says is current', async () => {
    expect(await move(idOf(two))).toBe(true);
    expect(pointer()).toEqual(idOf(two));
  });

  test('writes nothing while the pointer names what the database does', async () => {
    const next = { ...idOf(two), from: new Date(moment).toISOString() };
    const before = [...world.kv];
    expect(await move({ ...idOf(one), next })).toBe(false);
    expect(await move(null)).toBe(false);
    expect([...world.kv]).toEqual(before);
  });

  test('writes the documents that KV lacks before the pointer', async () => {
    world.kv.clear();
    const next = { ...idOf(two), from: new Date(moment).toISOString() };
    expect(await move({ ...idOf(one), next })).toBe(true);
    expect([...world.kv.keys()]).toEqual([documentKey(one.sha256), documentKey(two.sha256), POINTER_KEY]);
    expect(await world.loader().current()).toEqual(rules(1));
  });
});
