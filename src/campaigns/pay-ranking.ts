/**
 * Pays rankings that were uploaded: call after call until nothing is left, or the time is over. It keeps nothing: when it dies, the
 * schedule or the next action goes on where the database is.
 */
import { decideRankedRow } from '../domain/rankings.ts';
import { LedgerUnavailable } from '../ledger/failures.ts';
import {
  type RankingState,
  type RankingStep,
  readRankingStep,
  sendPlaces,
  stalledRankings,
  stopRanking,
} from '../ledger/ranking-calls.ts';
import { writeLog } from '../log/log.ts';
import { callsOf, type RowSending, type StepServices, sendRows } from './send-rows.ts';

/** How many places one step goes through. */
const STEP_ROWS = 500;
const MAX_FAILURES = 5;
const PAUSE_MS = 200;
const STALLED_SECONDS = 60;

export async function payRanking(services: StepServices, rankingId: number, forMs: number): Promise<void> {
  const ends = Date.now() + forMs;
  let failures = 0;
  while (Date.now() < ends) {
    try {
      if (!(await payStep(services, rankingId))) return;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!(error instanceof LedgerUnavailable) || failures === MAX_FAILURES) {
        writeLog({ event: 'ranking_failed', ranking: rankingId, why: (error as Error).name }, null);
        return;
      }
      await new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS * failures));
    }
  }
}

/** Whether there is another step. */
async function payStep(services: StepServices, rankingId: number): Promise<boolean> {
  const { database } = services;
  const step = await readRankingStep(database, rankingId, STEP_ROWS);
  // Asking again and again would change nothing where no place is left.
  if (!step || step.rows.length === 0) return false;
  const ranking = { ...step, id: rankingId };
  const sending: RowSending<RankingStep['rows'][number], RankingState> = {
    decide: (intent, row) => decideRankedRow(intent, ranking, row),
    send: (call) => sendPlaces(database, { rankingId, ...call }),
    stop: (why) => stopRanking(database, rankingId, why),
  };
  for (const rows of callsOf(step.rows)) {
    const answer = await sendRows(services.config, sending, rows);
    if (answer.kind === 'stopped') return false;
    if (answer.kind === 'moved') return true;
    if (answer.state !== 'paying') return false;
  }
  return true;
}

/** The schedule's part: goes on with rankings in which nothing has happened for a while, all of them within this time. */
export async function continueRankings(services: StepServices, forMs: number): Promise<void> {
  const ends = Date.now() + forMs;
  for (const rankingId of await stalledRankings(services.database, STALLED_SECONDS))
    await payRanking(services, rankingId, ends - Date.now());
}
