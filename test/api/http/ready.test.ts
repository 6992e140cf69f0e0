import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { catchLines, rawLines } from '../../support/worker/log-lines.ts';
import type { Door } from '../../support/worker/service.ts';

beforeAll(async () => {
  await serveExample();
  catchLines();
});
const network = globalThis.fetch;
let fetch = vi.spyOn(globalThis, 'fetch');
afterEach(() => {
  fetch.mockRestore();
  fetch = vi.spyOn(globalThis, 'fetch');
});

const newDoor = async (bindings: Partial<Env> = {}): Promise<Door> => doorTo(await coldWorker(), bindings);
const brokenKv = { get: () => Promise.reject(new Error('a secret of KV')) } as unknown as KVNamespace;

async function readiness(door: Door): Promise<[number, unknown]> {
  const response = await door('http://onceward.test/ready', { method: 'GET' });
  expect(response.headers.get('cache-control')).toBe('no-store');
  return [response.status, await response.json()];
}

const READY = [200, { status: 'ok' }];
const failing = (...parts: string[]) => [503, { status: 'unavailable', failing: parts }];
const events = () =>
  rawLines()
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'not_ready');

/** Requests to the database that fail: those whose body contains `part`. */
function breakDatabase(part: string, failure: () => Promise<Response>): void {
  fetch.mockImplementation((url, init) =>
    String(init?.body).includes(part) ? failure() : network(url, init),
  );
}
const refuse = () => Promise.reject(new TypeError('a secret of the network'));
const refuseSql = async () =>
  Response.json({ message: 'a secret of the database', code: '57P01' }, { status: 400 });
const hang = () => new Promise<Response>(() => {});

describe('/ready', () => {
  it('is ok while the ledger and the config can be read', async () => {
    expect(await readiness(await newDoor())).toEqual(READY);
    expect(await readiness(await newDoor({ BALANCE_KV: brokenKv }))).toEqual(READY);
  });

  it.each<[string, () => Promise<Response>]>([
    ['cannot be reached', refuse],
    ['refuses to answer', refuseSql],
    ['hangs', hang],
  ])('is 503 and names the ledger while the database %s, while /health stays ok', async (_, failure) => {
    const before = events().length;
    const door = await newDoor();
    breakDatabase('', failure);
    expect(await readiness(door)).toEqual(failing('ledger'));
    expect((await door('http://onceward.test/health', {})).status).toBe(200);
    expect(events().slice(before)).toEqual([
      { level: 'warn', correlationId: null, event: 'not_ready', failing: 'ledger' },
    ]);
  });

  it('names the config where neither KV nor the database has it, and both parts where both fail', async () => {
    breakDatabase('document', refuse);
    expect(await readiness(await newDoor({ BALANCE_KV: brokenKv }))).toEqual(failing('config'));
    breakDatabase('', refuse);
    expect(await readiness(await newDoor({ BALANCE_KV: brokenKv }))).toEqual(failing('ledger', 'config'));
  });

  it('names the settings while they are missing or cannot be used', async () => {
    expect(await readiness(await newDoor({ DATABASE_URL: '' }))).toEqual(failing('settings'));
    const throwing = {
      get DATABASE_URL(): string {
        throw new Error('a secret of the settings');
      },
    };
    expect(await readiness(await newDoor(throwing))).toEqual(failing('settings'));
  });

  it('is ok again a second after the cause is gone', async () => {
    const door = await newDoor();
    breakDatabase('', refuse);
    expect(await readiness(door)).toEqual(failing('ledger'));
    fetch.mockRestore();
    await vi.waitFor(async () => expect(await readiness(door)).toEqual(READY), {
      timeout: 5_000,
      interval: 200,
    });
  });

  it.each<[string, () => Promise<Response>, unknown[]]>([
    ['answers', () => network(...(fetch.mock.lastCall as Parameters<typeof network>)), READY],
    ['hangs', hang, failing('ledger')],
  ])('asks the database once for many requests, while it %s', async (_, behaviour, expected) => {
    const door = await newDoor();
    fetch.mockClear();
    breakDatabase('', behaviour);
    const answers = await Promise.all(Array.from({ length: 50 }, () => readiness(door)));
    expect(answers).toEqual(Array(50).fill(expected));
    expect(await readiness(door)).toEqual(expected);
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});
