/** Reads the claims of a part and their entries from the ledger, as its files and the index have them. */
import type pg from 'pg';
import { COLUMNS, type StoredRow } from '../../src/ledger/archive-files.ts';
import { type SealedTexts, type SealKey, seal, sealKeyOf } from '../../src/ledger/archive-seal.ts';
import { type ClaimNames, withoutTexts } from '../../src/ledger/archive-texts.ts';

export interface Slice {
  readonly from: Date;
  readonly until: Date;
}

export type Exported = Record<string, unknown>;

interface ExportedClaims {
  /** Rows of the file. */
  readonly claims: readonly Exported[];
  /** Of the claims that have texts which the index keeps. */
  readonly texts: readonly { readonly player: unknown; readonly number: unknown; readonly texts: string[] }[];
  /** How many erasures were done before the claims were read. */
  readonly erased: string;
}

export async function exportClaims(client: pg.Client, { from, until }: Slice): Promise<ExportedClaims> {
  const { rows: done } = await client.query('SELECT onceward.erasures_done() AS erased');
  const plain = COLUMNS.claims.filter(({ name }) => name !== 'sealed');
  const columns = plain.map(({ name, json }) => (json ? `c.${name}::text` : `c.${name}`));
  const { rows } = await client.query<Exported>(
    `SELECT ${columns.join(', ')}, p.id AS player_id, a.id AS actor_id, q.id AS counterparty_id,
            c.claim_key, c.idempotency_key, c.fingerprint, c.client_correlation_id, c.reason, c.input, c.facts_read
       FROM onceward.claims_to_write($1, $2) AS c
       JOIN onceward.actors p ON p.no = c.player
       JOIN onceward.actors a ON a.no = c.actor
       LEFT JOIN onceward.actors q ON q.no = c.counterparty
      ORDER BY c.claimed_at, c.player, c.number`,
    [from, until],
  );
  const keys = await keysOf(client, rows);
  const isName = await nameTest(client, rows);
  const claims: Exported[] = [];
  const texts: ExportedClaims['texts'][number][] = [];
  for (const row of rows) {
    const { claim, texts: kept } = await sealed(row, keys.get(row.player) ?? null, isName);
    claims.push(claim);
    if (kept.length > 0) texts.push({ player: row.player, number: row.number, texts: kept });
  }
  return { claims, texts, erased: done[0].erased };
}

/** The keys of the players who were not erased, by number. */
async function keysOf(client: pg.Client, rows: readonly Exported[]): Promise<Map<unknown, SealKey>> {
  const { rows: found } = await client.query<{ player: string; key: string }>(
    `SELECT k.player, encode(k.key, 'hex') AS key FROM onceward.keys_to_archive($1) AS k`,
    [[...new Set(rows.map(({ player }) => player))]],
  );
  const keys = new Map<unknown, SealKey>();
  for (const { player, key } of found) keys.set(player, await sealKeyOf(key));
  return keys;
}

/** Whether a text is a name of a type or a resource, or occurs in a config under which one of these claims was made. */
async function nameTest(client: pg.Client, rows: readonly Exported[]): Promise<(text: string) => boolean> {
  const { rows: names } = await client.query<{ name: string }>('SELECT name FROM onceward.names');
  const { rows: configs } = await client.query<{ document: unknown }>(
    'SELECT document FROM onceward.balance_configs WHERE version = ANY ($1)',
    [[...new Set(rows.map(({ config_version: version }) => version))]],
  );
  const known = new Set(names.map(({ name }) => name));
  const learn = (value: unknown): void => {
    if (typeof value === 'string') known.add(value);
    else if (Array.isArray(value)) value.forEach(learn);
    else if (value !== null && typeof value === 'object')
      for (const [name, member] of Object.entries(value)) learn([name, member]);
  };
  for (const { document } of configs) learn(typeof document === 'string' ? JSON.parse(document) : document);
  return (text) => known.has(text);
}

async function sealed(row: Exported, key: SealKey | null, isName: (text: string) => boolean) {
  const { player_id: player, actor_id: actor, counterparty_id: counterparty, ...claim } = row;
  const names = { player, actor, counterparty, key: row.claim_key } as ClaimNames;
  const { input, reason } = row as StoredRow;
  const { stored, texts } = withoutTexts({ input, reason }, names, isName);
  const written = { ...claim, ...(stored as object) } as unknown as SealedTexts & StoredRow;
  return { claim: { ...claim, sealed: key && (await seal(key, written, written)) }, texts: key ? texts : [] };
}

export async function exportEntries(
  client: pg.Client,
  claims: readonly Exported[],
): Promise<readonly Exported[]> {
  const { rows } = await client.query<Exported>(
    `SELECT (e.entry).* FROM onceward.entries_to_archive($1, $2) WITH ORDINALITY AS e(place, entry, nth)
      ORDER BY e.nth`,
    [claims.map(({ player }) => player), claims.map(({ number }) => number)],
  );
  return rows;
}
