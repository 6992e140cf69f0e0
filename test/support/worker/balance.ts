/** Publishes balance configs inside workerd as config-publish does: to Postgres, then to the KV of the test file. */
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import { canonicalJson, sha256Hex } from '../../../src/config/json.ts';
import { documentKey, POINTER_KEY } from '../../../src/config/published.ts';
import { owner } from './ledger-state.ts';

export const kv = env.BALANCE_KV;

// biome-ignore lint/suspicious/noExplicitAny: tests change single values anywhere in the JSON document
export type Document = any;

/** A copy of the example config with a change. */
export function changedExample(change: (document: Document) => void): Document {
  const document = structuredClone(inject('config').document);
  change(document);
  return document;
}

/** Writes the example config to KV, which is empty at the start of every test file. */
export async function serveExample(): Promise<void> {
  const { version, sha256, document } = inject('config');
  await serve({ version, sha256, document });
}

/** Publishes the document as the next version and returns that version. */
export async function publish(document: Document): Promise<number> {
  const sha256 = await sha256Hex(canonicalJson(document));
  const rows = await owner`
    INSERT INTO onceward.balance_configs (sha256, document, published_by) VALUES (${sha256}, ${canonicalJson(document)}::jsonb, 'tests')
    RETURNING version`;
  const version = Number(rows[0]?.version);
  await serve({ version, sha256, document });
  return version;
}

async function serve({
  version,
  sha256,
  document,
}: {
  version: number;
  sha256: string;
  document: unknown;
}): Promise<void> {
  await kv.put(documentKey(sha256), canonicalJson(document));
  await kv.put(POINTER_KEY, JSON.stringify({ version, sha256 }));
}
