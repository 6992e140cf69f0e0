/**
 * The growth run: the same requests over ledgers of different sizes that stand side by side in one server, so that rounds can
 * take turns. Claims go to a thousand players spread over all there are; pages are read of one with ten thousand entries.
 */
import { type GrownDatabase, growDatabase, VETERAN } from '../growth/fill.ts';
import { type Stack, startOnceward } from '../stack/stack.ts';
import type { PlayerOf } from '../subjects/claims.ts';
import { PAGE_SIZE } from '../subjects/documents.ts';
import { onceward } from '../subjects/onceward.ts';
import type { Subject } from '../subjects/subject.ts';
import { measureRounds, type Say, type Series, warmUp } from './rounds.ts';

export interface GrowthPlan {
  readonly rounds: number;
  readonly warmUpRequests: number;
  /** Ledger entries, smallest first. */
  readonly entries: readonly number[];
  readonly loads: readonly { readonly connections: number; readonly requests: number }[];
}

export interface GrowthResults {
  readonly series: Series[];
  readonly databases: readonly (Omit<GrownDatabase, 'databaseUrl'> & { readonly condition: string })[];
}

const CLAIMING_PLAYERS = 1_000;
const THOUSANDTH_PAGE = 1_000;

const sizeName = (entries: number) => `${entries.toLocaleString('en')} entries`;

export async function measureGrowth(
  stack: Stack,
  { plan, say }: { plan: GrowthPlan; say: Say },
): Promise<GrowthResults> {
  const grown: { condition: string; database: GrownDatabase; subjects: Subject[] }[] = [];
  for (const entries of plan.entries) {
    const condition = sizeName(entries);
    say(`filling a database: ${condition}`);
    const database = await growDatabase(stack, entries);
    say(`starting a Worker on it, and walking to the thousandth page: ${condition}`);
    grown.push({ condition, database, subjects: await startOn(stack, database, entries) });
  }
  for (const { condition, subjects } of grown)
    await warmUp(stack, {
      subjects,
      requests: plan.warmUpRequests,
      say: (what) => say(`${what}, ${condition}`),
    });
  await stack.database.settle();
  const cases = plan.loads.flatMap((load) =>
    grown.flatMap(({ condition, subjects }) => subjects.map((subject) => ({ ...load, subject, condition }))),
  );
  const series = await measureRounds(stack, { name: 'growth', cases, rounds: plan.rounds, say });
  for (const { subjects } of grown) for (const { stop } of subjects) await stop();
  return {
    series,
    databases: grown.map(({ condition, database: { databaseUrl: _, ...kept } }) => ({ condition, ...kept })),
  };
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

/** Players who have a history, as far as there are enough, and otherwise newcomers. */
function spreadOver(players: number): PlayerOf {
  return (claims) => {
    const place = claims % CLAIMING_PLAYERS;
    if (players >= CLAIMING_PLAYERS) return `grown-${1 + Math.floor((place * players) / CLAIMING_PLAYERS)}`;
    return place < players ? `grown-${1 + place}` : `newcomer-${place}`;
  };
}
