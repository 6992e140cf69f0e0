/** Opens what is sealed in rows of the archive's files, with the keys that the database keeps. */
import type pg from 'pg';
import type { StoredRow } from '../../src/ledger/archive-files.ts';
import { type SealKey, sealKeyOf, unsealed } from '../../src/ledger/archive-seal.ts';

/** The claims with what was sealed in the files. Of players who were erased that is null. */
export async function opened(client: pg.Client, claims: readonly StoredRow[]): Promise<StoredRow[]> {
  const { rows } = await client.query<{ player: string; key: string | null }>(
    `SELECT p AS player, encode(k.key, 'hex') AS key
       FROM unnest($1::bigint[]) AS p LEFT JOIN onceward.archive_keys k ON k.player = p
      WHERE k.key IS NOT NULL OR EXISTS (SELECT FROM onceward.erasures e WHERE e.player = p)`,
    [[...new Set(claims.map(({ player }) => player))]],
  );
  const keys = new Map<unknown, SealKey | null>();
  for (const { player, key } of rows) keys.set(Number(player), key === null ? null : await sealKeyOf(key));
  return await Promise.all(
    claims.map(async (claim) => {
      const key = keys.get(claim.player);
      const name = `Claim ${claim.number} of player number ${claim.player}`;
      if (key === undefined) throw new Error(`${name} cannot be read: its key is lost.`);
      try {
        return await unsealed(claim, key);
      } catch {
        throw new Error(`${name} cannot be read: it was sealed with another key.`);
      }
    }),
  );
}
