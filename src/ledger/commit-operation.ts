/**
 * The only way to the kernel: Operations in, Outcomes or a Preview out, in one request to Neon. Nothing else writes.
 * `held`: the digests of the config documents that the caller has and that the answer need not hold.
 */
import type { Operation } from '../domain/operation.ts';
import type { Outcome, Preview } from '../domain/outcome.ts';
import { type Database, queryDatabase } from './database.ts';
import { decodePreview } from './decode-outcome.ts';
import { encodeOperation, operationText } from './encode-operation.ts';
import { CONTRACT_VERSION, type KernelAnswer, type KernelPreviewAnswer } from './kernel-contract.ts';
import { decodeAnswer } from './read-archive.ts';

/** Commits one operation: directly, or through a lane (lanes.ts), which is noted for the log. */
export type Commit = (
  operation: Operation,
  held: readonly string[],
  note: (passage: LanePassage) => void,
) => Promise<Outcome>;

export interface LanePassage {
  readonly lane: number;
  /** The operations in the request, and how long this one waited for it. Null: there is no outcome. */
  readonly batch: number | null;
  readonly queuedMs: number | null;
}

/**
 * Commits 1 to MAX_OPERATIONS operations in one transaction; outcomes in their order. Throws LedgerUnavailable where the outcomes
 * are unknown: sending the same operations again returns them.
 */
export async function commitOperations(
  database: Database,
  operations: readonly Operation[],
  held: readonly string[],
): Promise<Outcome[]> {
  const encoded = operations.map(encodeOperation);
  const texts = encoded.map(operationText);
  return await decodeAnswer(database, await commitEncoded(database, texts, held), encoded, held);
}

/** Commits operations that are already encoded, as JSON. */
export async function commitEncoded(
  database: Database,
  operations: readonly string[],
  held: readonly string[],
): Promise<KernelAnswer> {
  const statement = 'SELECT onceward.commit_operations($1::integer, $2::jsonb, $3::text[]) AS answer';
  return (await callKernel(database, statement, [`[${operations.join(',')}]`, held])) as KernelAnswer;
}

export async function commitOperation(
  database: Database,
  operation: Operation,
  held: readonly string[],
): Promise<Outcome> {
  const [outcome] = await commitOperations(database, [operation], held);
  return outcome as Outcome;
}

/** What the kernel would do with the operation now. It reads and never writes. */
export async function previewOperation(
  database: Database,
  operation: Operation,
  held: readonly string[],
): Promise<Preview> {
  const statement = 'SELECT onceward.preview_operation($1::integer, $2::jsonb, $3::text[]) AS answer';
  const encoded = JSON.stringify(encodeOperation(operation));
  return decodePreview((await callKernel(database, statement, [encoded, held])) as KernelPreviewAnswer);
}

/** `statement` takes the contract, what is sent as JSON, `held`, and more of its own. */
export async function callKernel(
  { sql: neon }: Database,
  statement: string,
  [encoded, held, ...more]: readonly [string, readonly string[], ...string[]],
): Promise<unknown> {
  const parameters = [CONTRACT_VERSION, encoded, held, ...more];
  const rows = await queryDatabase(() => neon.query(statement, parameters));
  return (rows as { answer: unknown }[])[0]?.answer;
}
