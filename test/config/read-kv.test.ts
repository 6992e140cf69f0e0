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

describe('Postgres answers when KV', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'is not bound',
      () => {
        world.state.bound = false;
      },
      /KV is not bound/,
    ],
    [
      'throws',
      () => {
        world.state.kvFails = true;
      },
      /KV could not be read/,
    ],
    ['is empty', () => world.kv.clear(), /KV holds no balance config/],
    ['holds no document', () => world.kv.delete(documentKey(one.sha256)), /KV holds no balance config/],
    ['holds a pointer that is not JSON', () => world.kv.set(POINTER_KEY, '{'), /not JSON/],
    [
      'holds a pointer without a version',
      () => world.kv.set(POINTER_KEY, '{}'),
      /pointer in KV is malformed/,
    ],
    [
      'holds a document one byte too large',
      () => world.kv.set(documentKey(one.sha256), oneText.padEnd(MAX_DOCUMENT_BYTES + 1)),
      /too large/,
    ],
    ['holds a document cut short', () => world.kv.set(documentKey(one.sha256), '{"timeZone":'), /not JSON/],
    [
      'holds another document',
      () => world.kv.set(documentKey(one.sha256), '{}'),
      /does not match its digest/,
    ],
    ['holds a huge document', () => world.kv.set(documentKey(one.sha256), ' '.repeat(300_000)), /too large/],
    [
      'holds a bottomless document',
      () => world.kv.set(documentKey(one.sha256), '['.repeat(99_000) + ']'.repeat(99_000)),
      /digest/,
    ],
  ])('%s', async (_, breakKv, why) => {
    world.publish(one);
    breakKv();
    expect(await world.loader().current()).toEqual(rules(1));
    expect(world.log).toEqual([{ event: 'config_fallback', why: expect.stringMatching(why), version: 1 }]);
  });

  test('does not answer in time', async () => {
    vi.useFakeTimers();
    world.publish(one);
    world.state.kvGate = new Promise(() => {});
    const answer = world.loader().current();
    await vi.advanceTimersByTimeAsync(2000);
    vi.useRealTimers();
    expect(await answer).toEqual(rules(1));
  });

  test('points at an invalid document', async () => {
    world.publish(one);
    const invalid = await published(2, exampleWith(['timeZone'], 'nowhere'));
    world.kv.set(documentKey(invalid.sha256), JSON.stringify(invalid.document));
    world.pointTo(invalid);
    expect(await world.loader().current()).toEqual(rules(1));
    expect(world.log[0]?.why).toMatch(/balance config 2 is invalid: timeZone must be an IANA time zone/);
  });
});

test('a document as large as may be published is read from KV', async () => {
  world.publish(one);
  world.kv.set(documentKey(one.sha256), oneText.padEnd(MAX_DOCUMENT_BYTES));
  expect(await world.loader().current()).toEqual(rules(1));
  expect(world.reads).toEqual([POINTER_KEY, documentKey(one.sha256)]);
});

test('a read leaves no timer behind, whether KV answers or throws', async () => {
  vi.useFakeTimers();
  world.publish(one);
  await world.loader().current();
  world.state.kvFails = true;
  await world.loader().current();
  expect(vi.getTimerCount()).toBe(0);
});

test('KV may remember a pointer for half a minute, and a document for five, under keys that releases share', async () => {
  const asked: unknown[] = [];
  const get = async (...call: unknown[]) => {
    asked.push(call);
    return '{}';
  };
  await readPointer({ get });
  await readDocument({ get }, SHA);
  expect(asked).toEqual([
    ['balance:current', { type: 'text', cacheTtl: 30 }],
    [`balance:${SHA}`, { type: 'text', cacheTtl: 300 }],
  ]);
});

describe('a pointer is a version from 1 and a digest in small hex, and', () => {
  test('may say more', () => {
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
  ])('not %j', (value) => expect(isPointer(value)).toBe(false));
});
