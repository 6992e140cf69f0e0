/** Publishes balance configs inside workerd as config-publish does: to Postgres, then to the KV of the test file. */
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import { compileBalanceConfig } from '../../../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../../../src/config/json.ts';
import { type KernelRules, kernelRulesOf } from '../../../src/config/publication.ts';
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

/**
 * Makes the example config current. KV is empty at the start of every test file, and an earlier file may have published another
 * config in this worker's database.
 */
export async function serveExample(): Promise<void> {
  const { sha256, document } = inject('config');
  await cancelScheduled();
  const [current] = await owner`
    SELECT version, sha256 FROM onceward.balance_configs WHERE effective_from <= clock_timestamp() ORDER BY effective_from DESC, version DESC LIMIT 1`;
  if (current?.sha256 === sha256) await serve({ version: current.version, sha256, document });
  else await publish(document);
}

/** What another test file scheduled. */
export async function cancelScheduled(): Promise<void> {
  await owner`SELECT onceward.cancel_config(version, 'tests', NULL)
                FROM onceward.balance_configs WHERE version = onceward.scheduled_config()`;
}

/** The current version, and the one that is scheduled. */
export async function publishedVersions(): Promise<{ current: number; scheduled: number | null }> {
  const [row] =
    await owner`SELECT onceward.current_config() AS current, onceward.scheduled_config() AS scheduled`;
  return row as { current: number; scheduled: number | null };
}

/** Publishes the document as the next version and returns that version. `gameLimits`: more than it names. */
export async function publish(
  document: Document,
  gameLimits: KernelRules['game_limits'] = [],
): Promise<number> {
  const { sha256, rules } = await compiled(document);
  const limits = [...rules.names.limit, ...gameLimits.map(({ limit }) => limit)];
  const effects = {
    ...rules,
    names: { ...rules.names, limit: limits },
    game_limits: [...rules.game_limits, ...gameLimits],
  };
  const rows = await owner`
    SELECT onceward.publish_config(${canonicalJson(document)}, ${sha256}, 'tests', NULL,
             ${JSON.stringify(effects)}) AS version`;
  const version = Number(rows[0]?.version);
  await serve({ version, sha256, document });
  return version;
}

/** Publishes the document for later (milliseconds since 1970) and returns its version. */
export async function schedule(document: Document, at: number): Promise<number> {
  const { sha256, rules } = await compiled(document);
  const from = new Date(at).toISOString();
  const rows = await owner`
    SELECT onceward.publish_config(${canonicalJson(document)}, ${sha256}, 'tests', NULL,
             ${JSON.stringify(rules)}, ${from}) AS version`;
  const version = Number(rows[0]?.version);
  const current = JSON.parse((await kv.get(POINTER_KEY)) ?? 'null');
  await kv.put(documentKey(sha256), canonicalJson(document));
  await kv.put(POINTER_KEY, JSON.stringify({ ...current, next: { version, sha256, from } }));
  return version;
}

async function compiled(document: Document): Promise<{ sha256: string; rules: KernelRules }> {
  const sha256 = await sha256Hex(canonicalJson(document));
  const result = compileBalanceConfig(document, { version: 0, sha256 });
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  return { sha256, rules: kernelRulesOf(result.rules) };
}

interface Served {
  readonly version: number;
  readonly sha256: string;
  readonly document: unknown;
}

async function serve({ version, sha256, document }: Served): Promise<void> {
  await kv.put(documentKey(sha256), canonicalJson(document));
  await kv.put(POINTER_KEY, JSON.stringify({ version, sha256 }));
}
