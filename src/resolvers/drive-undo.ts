/**
 * Drives undos: step after step until there is nothing to do, or the time is over. It keeps nothing: when it dies, the schedule or the
 * next action goes on where the database is.
 */
import { undoTemplate } from '../domain/undo.ts';
import { LedgerUnavailable } from '../ledger/failures.ts';
import { stepUndo, stopUndo, undosAtWork } from '../ledger/step-undo.ts';
import { uuidV7 } from '../log/correlation.ts';
import { writeLog } from '../log/log.ts';
import type { Services } from '../schema/builder.ts';

type Driven = Pick<Services, 'database' | 'config'>;

/** What a Worker may take after its answer, with a margin. */
export const AFTER_ANSWER_MS = 20_000;
const BUSY_PAUSE_MS = 200;
const MAX_FAILURES = 5;

export async function driveUndo(services: Driven, undoId: number, forMs: number): Promise<void> {
  const ends = Date.now() + forMs;
  let failures = 0;
  while (Date.now() < ends) {
    try {
      const step = await oneStep(services, undoId);
      if (step === 'stopped') return;
      failures = 0;
      if (step === 'busy') await pause(BUSY_PAUSE_MS);
    } catch (error) {
      failures += 1;
      if (error instanceof LedgerUnavailable && failures < MAX_FAILURES) {
        await pause(BUSY_PAUSE_MS * failures);
        continue;
      }
      writeLog({ event: 'undo_failed', undo: undoId, why: (error as Error).name }, null);
      // A defect would fail again. What is only unavailable goes on with the schedule.
      if (!(error instanceof LedgerUnavailable)) await stopUndo(services.database, undoId, 'it failed');
      return;
    }
  }
}

async function oneStep(services: Driven, undoId: number): Promise<'stepped' | 'busy' | 'stopped'> {
  const { config, database } = services;
  const current = await config.current();
  let rules = current.kind === 'rules' ? current.rules : null;
  let now = new Date();
  for (let attempt = 0; attempt < MAX_FAILURES && rules !== null; attempt += 1) {
    const { operation } = undoTemplate({
      // The kernel sets who reverses: the staff member who runs the undo.
      actor: { kind: 'staff', id: 'undo' },
      playerId: 'undo',
      idempotencyKey: `undo-${crypto.randomUUID()}`,
      expectedVersion: null,
      correlationId: uuidV7(Date.now()),
      clientCorrelationId: null,
      now,
      rules,
      player: null,
      zones: null,
    });
    const step = await stepUndo(database, undoId, operation, config.held());
    if (step.kind !== 'stale') return step.kind;
    if (step.outcome.kind === 'stale_time') now = step.outcome.at;
    else if (step.outcome.kind === 'stale_config' && step.outcome.current) {
      const adopted = await config.adoptCurrent(step.outcome.current);
      rules = adopted.kind === 'rules' ? adopted.rules : null;
    } else throw new LedgerUnavailable('the clock of the database is behind');
  }
  throw new LedgerUnavailable('there is no config, or it changed with every attempt');
}

/** The schedule's part: goes on with undos in which nothing has happened for a while, all of them within this time. */
export async function continueUndos(services: Driven, forMs: number): Promise<void> {
  const ends = Date.now() + forMs;
  for (const undoId of await undosAtWork(services.database, STALLED_SECONDS))
    await driveUndo(services, undoId, ends - Date.now());
}

const STALLED_SECONDS = 60;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
