// Measures V8's heap in workerd: documents that anyone may send leave nothing behind, and those of callers with a token a bounded part.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DevTools } from '../../bench/profile/devtools.ts';
import { buildWorker, compatibilityDate } from '../../bench/stack/build.ts';
import { startWorkerd, type Workerd } from '../../bench/stack/workerd.ts';
import { createSigner, createSigningKeys, LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../dev/sign.ts';

const MIB = 1024 * 1024;
/** Without the bound they left 96 MiB for 1,000 documents behind, so 400 show it as well. */
const DOCUMENTS = process.env.ONCEWARD_LONG_TESTS ? 1_000 : 400;
const LENGTH = 8_000;
const CONNECTIONS = 8;

let dir = '';
let worker: Workerd;
let tools: DevTools;
let token = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-heap-'));
  const signal = AbortSignal.timeout(110_000);
  const bundle = await buildWorker({ entry: 'src/worker.ts', dir: join(dir, 'bundle'), signal });
  const signer = await createSigner(await createSigningKeys());
  token = await signer.signToken({ kind: 'player', id: 'player-1', expiresInSeconds: 3_600 });
  worker = await startWorkerd({
    dir: join(dir, 'workerd'),
    bundle,
    compatibilityDate: await compatibilityDate(),
    inspect: true,
    kv: { binding: 'BALANCE_KV', entries: {} },
    variables: {
      ENVIRONMENT: 'production',
      DATABASE_URL: 'postgresql://onceward_app:none@127.0.0.1/none',
      JWKS: signer.jwks,
      TOKEN_ISSUER: LOCAL_ISSUER,
      TOKEN_AUDIENCE: LOCAL_AUDIENCE,
    },
  });
  tools = await DevTools.attach(worker.inspectorPort as number, 'worker');
}, 120_000);
afterAll(async () => {
  tools?.close();
  await worker?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function send(query: string, authorization?: string): Promise<{ data?: unknown; errors?: unknown[] }> {
  const response = await fetch(`http://127.0.0.1:${worker.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown; errors?: unknown[] };
}

/** Sends this many different documents, and checks each answer. */
async function sendMany(documentOf: (index: number) => string, check: (answer: object) => void, by?: string) {
  let next = 0;
  const sendSome = async () => {
    while (next < DOCUMENTS) check(await send(documentOf(next++), by));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sendSome));
}

/** In MiB. What a first collection finalises only a second one frees. */
async function heap(): Promise<number> {
  return Math.min(await collectedHeap(), await collectedHeap());
}

/** A collection runs in a task of the isolate: only while it handles requests. */
async function collectedHeap(): Promise<number> {
  const collected = tools.send('HeapProfiler.collectGarbage');
  for (let count = 0; count < 20; count += 1) await send('{ __typename }');
  await collected;
  return (await tools.send<{ usedSize: number }>('Runtime.getHeapUsage')).usedSize / MIB;
}

const padded = (text: string) => `${text}${'#'.repeat(LENGTH - text.length)}`;
/** With about 900 tokens, of 1,000 that a document may have. */
const validDocument = (index: number) => {
  const fragments = Array.from(
    { length: 80 },
    (_, at) => `fragment F${at} on Query { __typename ...F${at + 1} }`,
  );
  return padded(`query Q${index} { ...F0 } ${fragments.join(' ')} fragment F80 on Query { __typename }`);
};
const invalidDocument = (index: number) => {
  const fields = Array.from({ length: 900 }, (_, at) => `a${at}b${index % 7}`);
  return padded(`query Q${index} { me { ${fields.join(' ')} } }`);
};
const isAnswered = (answer: object) => expect(answer).toEqual({ data: { __typename: 'Query' } });
const isRefused = (answer: { errors?: unknown[] }) => expect(answer.errors?.length).toBe(5);

test('the heap grows by at most a fifth over invalid and valid documents without a token', async () => {
  isAnswered(await send(validDocument(DOCUMENTS)));
  isRefused(await send(invalidDocument(DOCUMENTS)));
  const before = await heap();
  await sendMany(invalidDocument, isRefused);
  const afterInvalid = await heap();
  await sendMany(validDocument, isAnswered);
  const after = await heap();
  const figures = `${before.toFixed(1)} → ${afterInvalid.toFixed(1)} → ${after.toFixed(1)} MiB`;
  expect(afterInvalid, figures).toBeLessThanOrEqual(1.2 * before);
  expect(after, figures).toBeLessThanOrEqual(1.2 * before);
}, 120_000);

test('the heap grows by at most 15 MiB over large valid documents of a player', async () => {
  const before = await heap();
  await sendMany(validDocument, isAnswered, `Bearer ${token}`);
  const after = await heap();
  const figures = `${before.toFixed(1)} → ${after.toFixed(1)} MiB`;
  expect(after - before, figures).toBeLessThan(15);
}, 120_000);
