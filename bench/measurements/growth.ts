/**
 * Measures the same requests on ledgers of different sizes. The databases are in one server, so that rounds can alternate
 * between sizes. Claims go to 1,000 players from the whole ledger, pages are read from a player with 10,000 entries.
 */
import { showProgress } from '../../cli/progress.ts';
import { type GrownDatabase, growDatabase, VETERAN } from '../growth/fill.ts';
import type { Stack } from '../stack/stack.ts';
import type { PlayerOf } from '../subjects/claims.ts';
import { onceward, PAGE_SIZE, startOnceward } from '../subjects/onceward.ts';
import type { Subject } from '../subjects/subject.ts';
import { countBuffers } from './buffers.ts';
import { measureRounds, type PlannedLoad, type Series, warmUp } from './rounds.ts';

export interface GrowthPlan {
  readonly rounds: number;
  readonly warmUpRequests: number;
  /** Ledger sizes, smallest first. */
  readonly entries: readonly number[];
  readonly loads: readonly PlannedLoad[];
}

export interface GrowthResults {
  readonly series: Series[];
  readonly databases: readonly (Omit<GrownDatabase, 'databaseUrl'> & {
    readonly condition: string;
    /** Pages that Postgres touches for a claim, one sample per claim. */
    readonly buffersPerClaim: readonly number[];
  })[];
}

const CLAIMING_PLAYERS = 1_000;
const THOUSANDTH_PAGE = 1_000;

export async function measureGrowth(
  stack: Stack,
  { rounds, warmUpRequests, entries, loads }: GrowthPlan,
): Promise<GrowthResults> {
  const grown: { condition: string; database: GrownDatabase; subjects: Subject[] }[] = [];
  for (const count of entries) {
    const condition = `${count.toLocaleString('en')} entries`;
    showProgress(`filling a database: ${condition}`);
    const database = await growDatabase(stack, count);
    showProgress(`starting a Worker and reading up to the thousandth page: ${condition}`);
    grown.push({ condition, database, subjects: await startOn(stack, database, count) });
  }
  for (const { condition, subjects } of grown)
    await warmUp(stack, { subjects, requests: warmUpRequests, condition });
  await stack.database.settle();
  const cases = loads.flatMap((load) =>
    grown.flatMap(({ condition, subjects }) => subjects.map((subject) => ({ ...load, subject, condition }))),
  );
  const series = await measureRounds(stack, { name: 'growth', cases, rounds });
  for (const { subjects } of grown) for (const { stop } of subjects) await stop();
  const databases = [];
  for (const { condition, database } of grown) {
    showProgress(`counting pages per claim: ${condition}`);
    const { databaseUrl, ...kept } = database;
    const buffersPerClaim = await countBuffers(stack, databaseUrl, spreadOver(database.players));
    databases.push({ condition, ...kept, buffersPerClaim });
  }
  return { series, databases };
}

async function startOn(
  stack: Stack,
  { databaseUrl, players }: GrownDatabase,
  entries: number,
): Promise<Subject[]> {
  const { endpointUrl } = stack.database;
  const worker = await startOnceward(stack, { access: { databaseUrl, endpointUrl } });
  const { claim, replay, page, cursorAfter } = await onceward(stack, worker, `grown-${entries}`);
  const playerOf = spreadOver(players);
  const after = await cursorAfter(VETERAN, (THOUSANDTH_PAGE - 1) * PAGE_SIZE);
  return [
    claim(playerOf),
    await replay(playerOf),
    page({ name: 'first-page', title: 'Onceward, first page', playerId: VETERAN, after: null }),
    page({ name: 'thousandth-page', title: 'Onceward, thousandth page', playerId: VETERAN, after }),
  ];
}

/** Chooses players with a history, evenly over the ledger. A ledger with fewer than 1,000 players is topped up with new players. */
function spreadOver(players: number): PlayerOf {
  return (claimNumber) => {
    const place = claimNumber % CLAIMING_PLAYERS;
    if (players >= CLAIMING_PLAYERS) return `grown-${1 + Math.floor((place * players) / CLAIMING_PLAYERS)}`;
    return place < players ? `grown-${1 + place}` : `newcomer-${place}`;
  };
}
