import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_DOCUMENT_BYTES } from '../../src/config/bounds.ts';
import { documentKey, isPointer, POINTER_KEY, type PublishedConfig } from '../../src/config/published.ts';
import { readDocument, readPointer } from '../../src/config/read-kv.ts';
import { exampleDocument, exampleWith, published, SHA } from './example.ts';
import { createFakeSources } from './fake-sources.ts';

let one: PublishedConfig;
let oneText: string;
let world: ReturnType<typeof createFakeSources>;

beforeAll(async () => {
  one = await published(1, exampleDocument());
  oneText = JSON.stringify(one.document);
});

beforeEach(() => {
  world = createFakeSources();
});

afterEach(() => {
  vi.useRealTimers();
});

const rules = (version: number) => ({ kind: 'rules', rules: expect.objectContaining({ version }) });

describe('fallback to Postgres', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'KV is not bound',
      () => {
        world.state.bound = false;
      },
      /KV is not bound/,
    ],
    [
      'KV throws',
      () => {
        world.state.kvFails = true;
      },
      /KV could not be read/,
    ],
    ['KV is empty', () => world.kv.clear(), /KV holds no balance config/],
    ['KV has no document', () => world.kv.delete(documentKey(one.sha256)), /KV holds no balance config/],
    ['the pointer in KV is not JSON', () => world.kv.set(POINTER_KEY, '{'), /not JSON/],
    ['the pointer in KV has no version', () => world.kv.set(POINTER_KEY, '{}'), /pointer in KV is malformed/],
    [
      'the document in KV is one byte too large',
      () => world.kv.set(documentKey(one.sha256), oneText.padEnd(MAX_DOCUMENT_BYTES + 1)),
      /too large/,
    ],
    [
      'the document in KV is truncated',
      () => world.kv.set(documentKey(one.sha256), '{"timeZone":'),
      /not JSON/,
    ],
    [
      'KV has another document',
      () => world.kv.set(documentKey(one.sha256), '{}'),
      /does not match its digest/,
    ],
    [
      'the document in KV is huge',
      () => world.kv.set(documentKey(one.sha256), ' '.repeat(300_000)),
      /too large/,
    ],
    [
      'the document in KV is nested too deeply for the stack',
      () => world.kv.set(documentKey(one.sha256), '['.repeat(99_000) + ']'.repeat(99_000)),
      /digest/,
    ],
  ])('reads Postgres when %s', async (_, breakKv, why) => {
    world.publish(one);
    breakKv();
    expect(await world.loader().current()).toEqual(rules(1));
    expect(world.log).toEqual([{ event: 'config_fallback', why: expect.stringMatching(why), version: 1 }]);
  });

  test('reads Postgres when KV does not answer in time', async () => {
    vi.useFakeTimers();
    world.publish(one);
    world.state.kvGate = new Promise(() => {});
    const answer = world.loader().current();
    await vi.advanceTimersByTimeAsync(2000);
    vi.useRealTimers();
    expect(await answer).toEqual(rules(1));
  });

  test('reads Postgres when the pointer in KV names an invalid document', async () => {
    world.publish(one);
    const invalid = await published(2, exampleWith(['timeZone'], 'nowhere'));
    world.kv.set(documentKey(invalid.sha256), JSON.stringify(invalid.document));
    world.pointTo(invalid);
    expect(await world.loader().current()).toEqual(rules(1));
    expect(world.log[0]?.why).toMatch(/balance config 2 is invalid: timeZone: must be an IANA time zone/);
  });
});

test('a document of the maximum size is read from KV', async () => {
  world.publish(one);
  world.kv.set(documentKey(one.sha256), oneText.padEnd(MAX_DOCUMENT_BYTES));
  expect(await world.loader().current()).toEqual(rules(1));
  expect(world.reads).toEqual([POINTER_KEY, documentKey(one.sha256)]);
});

test('a read clears its timer, whether KV answers or throws', async () => {
  vi.useFakeTimers();
  world.publish(one);
  await world.loader().current();
  world.state.kvFails = true;
  await world.loader().current();
  expect(vi.getTimerCount()).toBe(0);
});

test('KV caches a pointer for 30 seconds and a document for 5 minutes, under keys that all releases share', async () => {
  const calls: unknown[] = [];
  const get = async (...call: unknown[]) => {
    calls.push(call);
    return '{}';
  };
  await readPointer({ get });
  await readDocument({ get }, SHA);
  expect(calls).toEqual([
    ['balance:current', { type: 'text', cacheTtl: 30 }],
    [`balance:${SHA}`, { type: 'text', cacheTtl: 300 }],
  ]);
});

describe('a pointer', () => {
  test('a pointer can have further fields', () => {
    expect(isPointer({ version: 1, sha256: SHA, publishedBy: 'someone' })).toBe(true);
  });

  test.each<[unknown]>([
    [null],
    [7],
    ['text'],
    [[1, SHA]],
    [{ version: 1 }],
    [{ sha256: SHA }],
    [{ version: 0, sha256: SHA }],
    [{ version: -1, sha256: SHA }],
    [{ version: 1.5, sha256: SHA }],
    [{ version: '1', sha256: SHA }],
    [{ version: 2 ** 53, sha256: SHA }],
    [{ version: 1, sha256: SHA.slice(1) }],
    [{ version: 1, sha256: `${SHA}a` }],
    [{ version: 1, sha256: `x${SHA}` }],
    [{ version: 1, sha256: `${SHA}x` }],
    [{ version: 1, sha256: SHA.toUpperCase() }],
    [{ version: 1, sha256: null }],
    [{ version: 1, sha256: [SHA] }],
  ])('%j is not a pointer', (value) => expect(isPointer(value)).toBe(false));
});
