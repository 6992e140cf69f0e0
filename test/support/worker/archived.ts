/** Archives claims of players into R2, and puts them back, as `npm run archive` and `npm run archive:restore` do. */
import { env } from 'cloudflare:workers';
import type pg from 'pg';
import { archivePart, type Manifest } from '../../../cli/archive/part.ts';
import { partsOf, restoreParts } from '../../../cli/archive/restore.ts';
import { oldClaims, slicesOf } from '../../../cli/archive/slices.ts';
import type { ArchiveStore } from '../../../cli/archive/store.ts';
import type { Env } from '../../../src/env.ts';
import { owner } from './ledger-state.ts';

export const bucket = (env as unknown as Env).ARCHIVE as R2Bucket;

const TIMESTAMPTZ = 1184;

/** The part of a connection that the archive uses. Its driver returns moments. */
const client = {
  async query(text: string, parameters: unknown[] = []) {
    const { fields, rows } = await owner.query(text, parameters, { fullResults: true });
    const moments = fields.filter(({ dataTypeID }) => dataTypeID === TIMESTAMPTZ).map(({ name }) => name);
    const read = (name: string, value: unknown) =>
      moments.includes(name) && typeof value === 'string' ? new Date(value) : value;
    return {
      rows: rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, read(name, value)])),
      ),
    };
  },
} as unknown as pg.Client;

const store: ArchiveStore = {
  place: 'r2:tests',
  write: async (name, bytes) => {
    await bucket.put(name, bytes);
  },
  read: async (name) => {
    const object = await bucket.get(name);
    if (!object) throw new Error(`${name} is missing`);
    return new Uint8Array(await object.arrayBuffer());
  },
};

/** The column with the player's number, and the moments, of each table that has some. */
const MOMENTS: Readonly<Record<string, readonly [player: string, moments: readonly string[]]>> = {
  reward_claims: ['player', ['claimed_at', 'occurred_at']],
  ledger_entries: ['player', ['anchored_at']],
  actors: ['no', ['created_at', 'updated_at']],
  balances: ['player', ['anchored_at']],
  pending_rewards: ['player', ['announced_at', 'expires_at']],
  counted_claims: ['subject', ['since']],
};

/** As if these players had played long ago. Events of them count as sent. */
export async function makeOlder(players: readonly string[], days: number): Promise<void> {
  const ofPlayers = (column: string) =>
    `${column} IN (SELECT no FROM onceward.actors WHERE kind = 1 AND id = ANY ($1))`;
  const statements = Object.entries(MOMENTS).map(([table, [player, moments]]) => {
    const moved = moments.map((moment) => `${moment} = ${moment} - interval '${days} days'`);
    return `UPDATE onceward.${table} SET ${moved.join(', ')} WHERE ${ofPlayers(player)}`;
  });
  await owner.transaction([
    owner.query('SET LOCAL session_replication_role = replica'),
    ...statements.map((statement) => owner.query(statement, [players])),
    owner.query(`DELETE FROM onceward.outbox WHERE ${ofPlayers('player')}`, [players]),
  ]);
}

/** Archives what is old. */
export async function archiveOld(): Promise<Manifest[]> {
  const before = new Date(Date.now() - 1_100 * 86_400_000);
  const manifests: Manifest[] = [];
  for await (const slice of slicesOf(client, await oldClaims(client, before), { before, most: 1_000 })) {
    const [{ no }] = (await owner`SELECT coalesce(max(no), 0) + 1 AS no FROM onceward.archive_parts`) as [
      { no: number },
    ];
    manifests.push(await archivePart({ client, store, operator: 'tests' }, no, slice));
  }
  return manifests;
}

/** Puts everything back that is archived. */
export async function restoreAll(): Promise<number> {
  return await restoreParts({ client, store, operator: 'tests', only: null }, await partsOf(client, null));
}

/** What the kernel finds wrong with these players. */
export async function faultsOf(players: readonly string[]): Promise<string[]> {
  const rows = await owner`
    SELECT f.detail FROM onceward.actors a, LATERAL onceward.integrity_of_players(a.no - 1, a.no) AS f
     WHERE a.kind = 1 AND a.id = ANY (${players})`;
  return rows.map(({ detail }) => detail as string);
}
