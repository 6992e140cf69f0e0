/** `npm run integrity`: verifies the whole ledger, page by page in bounded memory, and lists what is inconsistent. */
import type pg from 'pg';
import {
  decodeIntegrityPage,
  type IntegrityFault,
  type IntegrityPage,
} from '../src/ledger/read-integrity.ts';
import { type Command, type Output, ownerDatabaseUrl, parseArguments, runAsProcess } from './command-line.ts';
import { withClient } from './connect.ts';
import { progressBar } from './progress.ts';

const DEFAULT_PLAYERS = 200;
const MAX_SHOWN = 50;

const HELP = `npm run integrity [-- --players N] [--database-url URL]

Verifies the ledger: sums, chains, claims, limits, pending rewards and reversals (invariants of docs/proof.md), and that the sums
of the economy are those of the ledger, as far as they go. It only reads,
takes no locks and can run at any time. Exit codes: 0 if the ledger is sound; 1 if it is not or if it has no players.

  --players N          players per statement (default: ${DEFAULT_PLAYERS})
  --database-url URL   a connection string with read access (default: OWNER_DATABASE_URL, or the local stack's)`;

const OPTIONS = { players: { type: 'string' }, 'database-url': { type: 'string' } } as const;

export const integrityCommand: Command = async (args, output) => {
  const { values } = parseArguments({ help: HELP, options: OPTIONS, args });
  const pageSize = values.players === undefined ? DEFAULT_PLAYERS : Number(values.players);
  if (!Number.isInteger(pageSize) || pageSize < 1)
    throw new Error('--players must be a whole number of 1 or more.');
  const url = await ownerDatabaseUrl(values['database-url']);
  return report(await withClient(url, (client) => checkAll(client, pageSize, output)), output);
};

interface Checked {
  readonly players: number;
  readonly entries: number;
  readonly faults: readonly IntegrityFault[];
  readonly seconds: number;
}

async function checkAll(client: pg.Client, pageSize: number, { progress }: Output): Promise<Checked> {
  const startedAt = Date.now();
  const { rows } = await client.query('SELECT count(*)::int AS players FROM onceward.players');
  const bar = progressBar('checking players', rows[0].players, progress);
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
  faults.push(...(await checkEconomy(client, progress)));
  return { players, entries, faults, seconds: (Date.now() - startedAt) / 1_000 };
}

/** Day by day, so that a statement reads the claims of one day. */
async function checkEconomy(client: pg.Client, progress: Output['progress']): Promise<IntegrityFault[]> {
  const { rows: days } = await client.query('SELECT day::text FROM onceward.days_of_economy() AS day');
  const bar = progressBar('checking days', days.length, progress);
  const found: { invariant: string; detail: string }[] = [];
  for (const [index, { day }] of days.entries()) {
    found.push(...(await client.query('SELECT * FROM onceward.integrity_of_economy($1)', [day])).rows);
    bar.show(index + 1);
  }
  bar.end();
  found.push(...(await client.query('SELECT * FROM onceward.integrity_of_buckets()')).rows);
  return found.map((fault) => ({ ...OF_NO_PLAYER, ...fault }));
}

const OF_NO_PLAYER = { playerId: 'economy', resource: null, sequence: null, claimId: null };

async function checkPage(client: pg.Client, after: string, pageSize: number): Promise<IntegrityPage> {
  const { rows } = await client.query('SELECT onceward.integrity_page($1, $2) AS page', [after, pageSize]);
  return decodeIntegrityPage(rows[0].page);
}

function report({ players, entries, faults, seconds }: Checked, { log }: Output): number {
  log(`${players} players and ${entries} entries checked in ${seconds.toFixed(1)} s.`);
  if (players === 0 && faults.length === 0) {
    log('This database has no players, so nothing was proved. Check that it is the right database.');
    return 1;
  }
  if (faults.length === 0) {
    log('The ledger is sound.');
    return 0;
  }
  for (const { invariant, playerId, resource, sequence, claimId, detail } of faults.slice(0, MAX_SHOWN)) {
    const where = [
      playerId,
      resource,
      sequence !== null && `entry ${sequence}`,
      claimId && `claim ${claimId}`,
    ];
    log(`${invariant}  ${where.filter(Boolean).join(', ')}: ${detail}`);
  }
  if (faults.length > MAX_SHOWN) log(`… and ${faults.length - MAX_SHOWN} more.`);
  return 1;
}

if (import.meta.main) await runAsProcess(integrityCommand);
