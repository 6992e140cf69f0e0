/** The command that reckons the whole ledger anew and names what is wrong, some players at a time, in bounded memory. */
import type pg from 'pg';
import type { IntegrityFault, IntegrityPage } from '../src/ledger/read-integrity.ts';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { withClient } from './connect.ts';
import { progressBar } from './progress.ts';

const HELP = `npm run integrity [-- --players N] [--database-url URL]

Reckons the ledger anew: sums, chains, sequences, claims and versions (the invariants I1 to I5 of docs/proof.md). It reads and never
writes, takes no lock, and may run while players play. Ends with 0 where all is sound, with 1 where something is
wrong or there was nothing to look at.

  --players N          how many players to look at in one request (default: 200)
  --database-url URL   a connection string that may read (default: OWNER_DATABASE_URL, or the local stack's)`;

const { values } = parseCommandLine({
  help: HELP,
  options: { players: { type: 'string' }, 'database-url': { type: 'string' } },
});

const DEFAULT_PLAYERS = 200;
const SHOWN = 50;

async function run(): Promise<void> {
  const pageSize = values.players === undefined ? DEFAULT_PLAYERS : Number(values.players);
  if (!Number.isInteger(pageSize) || pageSize < 1)
    throw new Error('--players must be a whole number from 1.');
  const url = await ownerDatabaseUrl(values['database-url']);
  report(await withClient(url, (client) => checkAll(client, pageSize)));
}

interface Checked {
  readonly players: number;
  readonly entries: number;
  readonly faults: readonly IntegrityFault[];
  readonly seconds: number;
}

async function checkAll(client: pg.Client, pageSize: number): Promise<Checked> {
  const began = Date.now();
  const { rows } = await client.query('SELECT count(*)::int AS players FROM onceward.players');
  const bar = progressBar('checking players', rows[0].players);
  const faults: IntegrityFault[] = [];
  let [players, entries] = [0, 0];
  for (let after: string | null = ''; after !== null; ) {
    const page: IntegrityPage = await checkPage(client, after, pageSize);
    players += page.players;
    entries += page.entries;
    faults.push(...page.faults);
    bar.show(players);
    after = page.next;
  }
  bar.end();
  return { players, entries, faults, seconds: (Date.now() - began) / 1_000 };
}

async function checkPage(client: pg.Client, after: string, pageSize: number): Promise<IntegrityPage> {
  const { rows } = await client.query('SELECT onceward.integrity_page($1, $2) AS page', [after, pageSize]);
  return rows[0].page;
}

function report({ players, entries, faults, seconds }: Checked): void {
  console.log(`${players} players and ${entries} entries checked in ${seconds.toFixed(1)} s.`);
  if (players === 0 && faults.length === 0) {
    console.log('There is nobody in this database yet, so nothing was proved. Is it the right one?');
    process.exitCode = 1;
    return;
  }
  if (faults.length === 0) {
    console.log('The ledger is sound.');
    return;
  }
  for (const { invariant, playerId, resource, sequence, claimId, detail } of faults.slice(0, SHOWN)) {
    const where = [
      playerId,
      resource,
      sequence !== null && `entry ${sequence}`,
      claimId && `claim ${claimId}`,
    ];
    console.log(`${invariant}  ${where.filter(Boolean).join(', ')}: ${detail}`);
  }
  if (faults.length > SHOWN) console.log(`… and more: ${faults.length} faults were found.`);
  process.exitCode = 1;
}

await run().catch(fail);
