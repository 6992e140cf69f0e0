/**
 * Publishes the texts of a language: a row in Postgres with its audit row, then the document and the index in KV. Texts are checked
 * against the current config; a later config may leave some of them unused.
 */
import type pg from 'pg';
import { compileBalanceConfig } from '../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../src/config/json.ts';
import type { Problem } from '../src/config/problem.ts';
import { checkTexts, TEXTS_INDEX_KEY, type TextsIndex, textsKey } from '../src/config/texts.ts';
import type { WriteKv } from './config-kv.ts';
import { withClient } from './connect.ts';
import { selectCurrent } from './current-config.ts';

export interface TextsRequest {
  /** Parsed JSON, not validated yet. */
  readonly document: unknown;
  readonly language: string;
  readonly ownerDatabaseUrl: string;
}

export interface PublishTexts extends TextsRequest {
  readonly by: string;
  readonly reason: string | null;
  readonly writeKv: WriteKv;
}

export type TextsChecked =
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  | { readonly kind: 'publishable'; readonly sha256: string; readonly missing: readonly string[] };
export type TextsPublished =
  | Extract<TextsChecked, { kind: 'invalid' }>
  | {
      /** `unchanged`: the current texts of the language are these. KV is written again. */
      readonly kind: 'published' | 'unchanged';
      readonly version: number;
      readonly sha256: string;
      readonly missing: readonly string[];
    };

/** Checks and writes nothing. */
export function previewTexts(request: TextsRequest): Promise<TextsChecked> {
  return withClient(request.ownerDatabaseUrl, (client) => checked(client, request));
}

export function publishTexts(request: PublishTexts): Promise<TextsPublished> {
  return withClient(request.ownerDatabaseUrl, async (client) => {
    await client.query('BEGIN');
    // One publication at a time, so that KV gets the newest version last. Readers go on.
    await client.query('LOCK TABLE onceward.catalogue_texts IN SHARE ROW EXCLUSIVE MODE');
    const found = await checked(client, request);
    if (found.kind === 'invalid') return found;
    const { sha256, missing } = found;
    const current = (await selectTextsIndex(client))[request.language];
    const version = current?.sha256 === sha256 ? current.version : await insert(client, request, sha256);
    await client.query('COMMIT');
    const index = await selectTextsIndex(client);
    await request.writeKv([
      { key: textsKey(sha256), value: canonicalJson(request.document) },
      { key: TEXTS_INDEX_KEY, value: JSON.stringify(index) },
    ]);
    return { kind: current?.sha256 === sha256 ? 'unchanged' : 'published', version, sha256, missing };
  });
}

async function checked(client: pg.Client, { document, language }: TextsRequest): Promise<TextsChecked> {
  const current = await selectCurrent(client);
  if (current === null) throw new Error('No balance config is published. Publish one first.');
  const compiled = compileBalanceConfig(current.document, current);
  if (compiled.kind === 'invalid')
    throw new Error(
      `The current version ${current.version} is not valid in this release. Publish another first.`,
    );
  const { problems, missing } = checkTexts(document, language, compiled.rules);
  if (problems.length > 0) return { kind: 'invalid', problems };
  return { kind: 'publishable', sha256: await sha256Hex(canonicalJson(document)), missing };
}

async function insert(
  client: pg.Client,
  { document, language, by, reason }: PublishTexts,
  sha256: string,
): Promise<number> {
  const { rows } = await client.query(
    `INSERT INTO onceward.catalogue_texts (language, sha256, published_by, reason, document)
     VALUES ($1, $2, $3, $4, $5) RETURNING version`,
    [language, sha256, by, reason, canonicalJson(document)],
  );
  const { version } = rows[0];
  await client.query(
    `INSERT INTO onceward.audit_events (actor, action, outcome, reason, detail)
     VALUES (onceward.register_actor('operator', $1), 'texts.publish', 'done', $2, $3)`,
    [by, reason, JSON.stringify({ language, version, sha256 })],
  );
  return version;
}

/** The current version of each language. */
async function selectTextsIndex(client: pg.Client): Promise<TextsIndex> {
  const { rows } = await client.query(
    `SELECT DISTINCT ON (language) language, version, sha256 FROM onceward.catalogue_texts
      ORDER BY language, version DESC`,
  );
  return Object.fromEntries(rows.map(({ language, version, sha256 }) => [language, { version, sha256 }]));
}
