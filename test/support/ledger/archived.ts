/** A history with each kind of claim, the Worker's way to an archive in a directory, and what a replay must be. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ArchiveBucket } from '../../../src/ledger/archive-files.ts';
import { openDatabase } from '../../../src/ledger/database.ts';
import { CONTRACT_VERSION, type KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { decodeAnswer } from '../../../src/ledger/read-archive.ts';
import { type Granted, granted, type Ledger } from './ledger.ts';
import { award, give, operation, take } from './operations.ts';
import { announcement, limitUse, pending, reversal, transfer } from './systems.ts';

const DRAWS = [{ table: 'summons', outcome: 'hero', roll: 1, of: 100, guaranteed: false }];

/** An operation, and how it was answered before it was archived. */
export interface Made {
  readonly operation: KernelOperation;
  readonly outcome: Granted;
}

/** Each player makes each kind of claim. A round has keys of its own. */
export async function playRound(
  { commit }: Ledger,
  {
    players,
    staff,
    round,
  }: { readonly players: readonly string[]; readonly staff: string; readonly round: string },
): Promise<Made[]> {
  const made: Made[] = [];
  const make = async (op: KernelOperation): Promise<Granted['claim']> => {
    const outcome = await granted(commit(op));
    made.push({ operation: op, outcome });
    return outcome.claim;
  };
  for (const player of players)
    await make(
      operation({ player, postings: [give('gold', 100), give('experience', 150)], milestones: true }),
    );
  for (const [place, player] of players.entries()) {
    await make(operation({ player, postings: [take('gold', 30)], limits: [limitUse()] }));
    await commit(operation({ player, postings: [take('gold', 1_000)] }));
    await make(transfer(player, players[(place + 1) % players.length] as string, 5));
    await make(
      operation({ player, choices: [{ one_of: [{ when: [], draws: DRAWS, postings: [give('gold', 1)] }] }] }),
    );
    const taken = await make(
      operation({ player, claim_key: `again-${round}`, postings: [give('charges', 2)] }),
    );
    await granted(commit(reversal(staff, taken, { reopen: true, resources: ['charges'] })));
    await make(operation({ player, claim_key: `again-${round}`, postings: [give('charges', 1)] }));
    const kept = await make(
      operation({
        player,
        postings: [give('charges', 4)],
        source_keys: [{ game: false, resource: 'gold', key: `match/${round}` }],
      }),
    );
    await granted(commit(reversal(staff, kept, { resources: ['charges'] })));
    await make({ ...award(staff, 7), player });
    await make(announcement(pending(player)));
  }
  return made;
}

/** What the Worker's binding does, on a directory. */
export function bucketOf(directory: string): ArchiveBucket {
  return {
    async get(name, { range: { offset, length } }) {
      const file = await open(join(directory, name)).catch(() => null);
      if (!file) return null;
      const bytes = new Uint8Array(length);
      await file.read(bytes, 0, length, offset);
      await file.close();
      return { arrayBuffer: async () => bytes.buffer };
    },
  };
}

interface Place {
  readonly databaseUrl: string;
  readonly neonEndpoint: string;
}

/** Sends an operation as the Worker does. */
export async function sendWithArchive(
  { databaseUrl, neonEndpoint }: Place,
  { owner, app }: Ledger,
  op: KernelOperation,
  archive: ArchiveBucket | null,
) {
  const connected = openDatabase({ databaseUrl, endpoint: neonEndpoint, archive });
  const { rows: configs } = await owner.query(
    'SELECT version, sha256 FROM onceward.balance_configs ORDER BY version DESC LIMIT 1',
  );
  const sent = { ...op, config_version: configs[0].version, config_sha256: configs[0].sha256 };
  const { rows } = await app.query(`SELECT onceward.commit_operations($1, $2, '{}') AS answer`, [
    CONTRACT_VERSION,
    JSON.stringify([sent]),
  ]);
  const [outcome] = await decodeAnswer(connected, rows[0].answer, [sent], []);
  return outcome;
}

/** What the claims of each player and type count towards limits: since ever, between the rounds, and lately. */
export async function countedUses({ owner }: Ledger): Promise<Record<string, unknown>[]> {
  const { rows } = await owner.query(
    `SELECT a.id, t.name, s.days, onceward.used_since(a.no, 0::smallint, ARRAY[t.no], NULL, s.at)::int AS units,
            onceward.used_since(a.no, 0::smallint, ARRAY[t.no], 'gold', s.at)::int AS taken,
            onceward.received_since(a.no, ARRAY[t.no], 'gold', s.at)::int AS received
       FROM onceward.actors a, onceward.names t, LATERAL (
              SELECT days, coalesce(now() - days * interval '1 day', '-infinity') AS at
                FROM unnest(ARRAY[NULL, 2000, 1000]) AS days) AS s
      WHERE a.kind = 1 AND t.kind = 2 AND t.name IN ('quest', 'transfer', 'manual_reward')
      ORDER BY a.no, t.no, s.days`,
  );
  return rows;
}

/** What the archive must give back. */
export const replayOf = ({ outcome }: Made) => ({
  kind: 'granted',
  replayed: true,
  archived: true,
  claim: expect.objectContaining({
    playerId: outcome.claim.playerId,
    key: outcome.claim.key,
    playerVersion: outcome.claim.version,
  }),
  changes: outcome.changes.map(({ resource, before, delta, sequence }) =>
    expect.objectContaining({ resource, before, delta, after: before + delta, sequence }),
  ),
});
