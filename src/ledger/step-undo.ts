/** One step of an undo, in one request to Neon (drizzle/kernel/47_undo_steps.sql). */
import type { Operation } from '../domain/operation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { callKernel } from './commit-operation.ts';
import { type Database, queryDatabase } from './database.ts';
import { decodeOutcomes } from './decode-outcome.ts';
import { encodeOperation } from './encode-operation.ts';
import type { KernelAnswer } from './kernel-contract.ts';

export type UndoStep =
  | { readonly kind: 'stepped' | 'stopped'; readonly state: string }
  /** Other transactions hold all players whose turn it is. */
  | { readonly kind: 'busy' }
  /** The template is to be decided again. */
  | { readonly kind: 'stale'; readonly outcome: Outcome };

export async function stepUndo(
  database: Database,
  undoId: number,
  template: Operation,
  held: readonly string[],
): Promise<UndoStep> {
  const encoded = encodeOperation(template);
  const statement = 'SELECT onceward.step_undo($1::integer, $4::bigint, $2::jsonb, $3::text[]) AS answer';
  const answer = await callKernel(database, statement, [JSON.stringify(encoded), held, String(undoId)]);
  const step = answer as Exclude<UndoStep, { kind: 'stale' }> | { kind: 'stale'; answer: KernelAnswer };
  if (step.kind !== 'stale') return step;
  const { outcomes, ...configs } = step.answer;
  const stale = outcomes.filter(({ kind }) => ['stale_config', 'stale_time', 'clock_behind'].includes(kind));
  const [outcome] = decodeOutcomes({ outcomes: stale.slice(0, 1), ...configs }, [encoded]);
  return { kind: 'stale', outcome: outcome as Outcome };
}

/** Stops an undo that cannot go on. */
export async function stopUndo({ sql: neon }: Database, undoId: number, why: string): Promise<void> {
  await queryDatabase(() => neon.query('SELECT onceward.stop_undo($1::bigint, $2)', [undoId, why]));
}

/** The undos that have something to do, and in which nothing has happened for so long. */
export async function undosAtWork({ sql: neon }: Database, stalledSeconds: number): Promise<number[]> {
  const rows = await queryDatabase(() =>
    neon.query('SELECT onceward.undos_at_work(make_interval(secs => $1)) AS numbers', [stalledSeconds]),
  );
  return ((rows as { numbers: (number | string)[] }[])[0]?.numbers ?? []).map(Number);
}
