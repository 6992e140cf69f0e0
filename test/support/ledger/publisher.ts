/** Publishes configs to a database of the test file's own and to KV in memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { readConfigFile } from '../../../cli/config-document.ts';
import type { WriteKv } from '../../../cli/config-kv.ts';
import { type PublishRequest, publishBalanceConfig, readCurrent } from '../../../cli/config-store.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { startOwnDatabase } from './own-database.ts';
import { EXAMPLE_CONFIG } from './rules.ts';

export type Document = { description?: string } & Record<string, unknown>;

export function openPublisher() {
  let database: Awaited<ReturnType<typeof startOwnDatabase>>;
  let ledger: Ledger;
  let example: Document;
  let documents = 0;
  beforeAll(async () => {
    database = await startOwnDatabase({}, { rules: false });
    ledger = openLedger(database);
    example = (await readConfigFile(EXAMPLE_CONFIG)) as Document;
  }, 60_000);
  afterAll(async () => {
    await ledger?.close();
    await database?.stop();
  });

  const { kv, failKv, writeKv } = memoryKv();
  /** The example with another description. */
  const another = (): Document => {
    documents += 1;
    return { ...structuredClone(example), description: `document ${documents}` };
  };
  const publish = (document: unknown, over: Partial<PublishRequest> = {}) =>
    publishBalanceConfig({
      document,
      by: 'ada',
      reason: 'a test',
      ownerDatabaseUrl: database.ownerDatabaseUrl,
      writeKv,
      ...over,
    });
  const current = async () => {
    const found = await readCurrent(database.ownerDatabaseUrl);
    if (!found) throw new Error('nothing is published');
    return found;
  };
  return {
    kv,
    failKv,
    writeKv,
    another,
    publish,
    current,
    database: () => database,
    ledger: () => ledger,
    example: () => example,
  };
}

/** With delays, and failing where a test says so. */
function memoryKv() {
  const kv = new Map<string, string>();
  let fails: ((key: string) => boolean) | null = null;
  beforeEach(() => {
    fails = null;
  });
  const writeKv: WriteKv = async (entries) => {
    for (const { key, value } of entries) {
      await sleep(Math.random() * 5);
      if (fails?.(key)) throw new Error('KV is down');
      kv.set(key, value);
    }
  };
  const failKv = (which: typeof fails) => {
    fails = which;
  };
  return { kv, failKv, writeKv };
}
