/**
 * The archive in the proof of erasures. Old claims are archived first. Afterwards everything is searched that the files say with every
 * key that is left, and the claims are put back.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { partsOf, restoreParts } from '../../cli/archive/restore.ts';
import { oldClaims } from '../../cli/archive/slices.ts';
import { openStore } from '../../cli/archive/store.ts';
import { archiveOld } from '../../cli/archive.ts';
import { readArchiveRows } from '../../src/ledger/archive-files.ts';
import { type SealKey, sealKeyOf, unsealed } from '../../src/ledger/archive-seal.ts';

const MOMENTS: Readonly<Record<string, readonly [player: string, moments: readonly string[]]>> = {
  reward_claims: ['player', ['claimed_at']],
  ledger_entries: ['player', ['anchored_at']],
  actors: ['no', ['created_at', 'updated_at']],
  balances: ['player', ['anchored_at']],
  counted_claims: ['subject', ['since']],
};

/** Archives all claims of these players, as if they had been made long ago, to a directory that it returns. */
export async function archiveClaimsOf(
  owner: pg.Client,
  names: readonly string[],
  log: (line: string) => void,
) {
  const ofPlayers = 'IN (SELECT no FROM onceward.actors WHERE kind = 1 AND id = ANY ($1))';
  await owner.query('BEGIN; SET LOCAL session_replication_role = replica');
  for (const [table, [player, moments]] of Object.entries(MOMENTS)) {
    const moved = moments.map((moment) => `${moment} = ${moment} - interval '1200 days'`);
    await owner.query(`UPDATE onceward.${table} SET ${moved.join(', ')} WHERE ${player} ${ofPlayers}`, [
      names,
    ]);
  }
  await owner.query('COMMIT');
  await rollUp(owner);
  await owner.query(`DELETE FROM onceward.outbox WHERE player ${ofPlayers}`, [names]);
  const directory = await mkdtemp(join(tmpdir(), 'onceward-erased-archive-'));
  const output = { log, error: log, progress: () => {}, colours: false };
  const before = new Date(Date.now() - 1_100 * 86_400_000);
  const run = { client: owner, store: openStore({ place: directory }), output, most: 5_000 };
  await archiveOld(run, await oldClaims(owner, before), before);
  return directory;
}

/** Until every claim is in the sums of the economy. */
async function rollUp(owner: pg.Client): Promise<void> {
  for (;;) {
    await owner.query('SELECT onceward.roll_up_economy(10000)');
    const { rows } = await owner.query('SELECT EXISTS (SELECT FROM onceward.events_not_rolled_up()) AS more');
    if (!rows[0].more) return;
    await sleep(50);
  }
}

/** What names anybody in the archive, or does not agree; then the claims are put back. `claims`: how many of erased players were archived. */
export async function faultsOfArchive(
  owner: pg.Client,
  directory: string,
  { claims, named }: { readonly claims: number; readonly named: (text: string) => string | undefined },
): Promise<string[]> {
  const { texts, opened, closed } = await contentsOfArchive(owner, directory);
  const faults = texts.flatMap((text) =>
    named(text) ? [`the archive has ${named(text)}: ${text.slice(0, 400)}`] : [],
  );
  if (opened === 0) faults.push('no claim of the archive can be read');
  if (closed !== claims) faults.push(`${closed} claims of the archive cannot be read, not ${claims}`);
  const store = openStore({ place: directory });
  const parts = await partsOf(owner, null);
  await restoreParts({ client: owner, store, operator: 'proof', only: null }, parts);
  await rm(directory, { recursive: true });
  return faults;
}

interface ArchiveContents {
  /** Each file's bytes, and each row of its claims as it is opened. */
  readonly texts: readonly string[];
  /** How many rows of claims opened, and how many did not. */
  readonly opened: number;
  readonly closed: number;
}

export async function contentsOfArchive(
  client: Pick<pg.Client, 'query'>,
  directory: string,
): Promise<ArchiveContents> {
  const { rows } = await client.query(
    `SELECT player::float8 AS player, encode(key, 'hex') AS key FROM onceward.archive_keys`,
  );
  const keys = new Map<unknown, SealKey>();
  for (const { player, key } of rows) keys.set(player, await sealKeyOf(key));
  const texts: string[] = [];
  let [opened, closed] = [0, 0];
  for (const name of await readdir(directory, { recursive: true })) {
    if (!/\.(parquet|json)$/.test(name)) continue;
    const bytes = new Uint8Array(await readFile(join(directory, name)));
    texts.push(Buffer.from(bytes).toString('latin1'));
    if (!/claims-[0-9a-f]+\.parquet$/.test(name)) continue;
    const { buffer, byteLength } = bytes;
    const found = await readArchiveRows('claims', {
      byteLength,
      slice: (start, end) => buffer.slice(start, end),
    });
    for (const row of found) {
      const { sealed: _, ...plain } = row;
      const own = keys.get(row.player);
      // One's own key first: a seal of one player must open with no other's.
      const candidates = own ? [own] : [...keys.values()].slice(0, MAX_TRIED);
      const clear = await firstOpen(row, candidates);
      texts.push(JSON.stringify(clear ?? plain));
      if (clear) opened += 1;
      else closed += 1;
    }
  }
  return { texts, opened, closed };
}

/** Of the keys of others. */
const MAX_TRIED = 100;

async function firstOpen(row: Parameters<typeof unsealed>[0], keys: readonly SealKey[]) {
  if (!row.sealed) return null;
  for (const key of keys) {
    const clear = await unsealed(row, key).catch(() => null);
    if (clear) return clear;
  }
  return null;
}
