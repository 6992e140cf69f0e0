/**
 * Sends rows of a list to the kernel, in calls that it records with what they did: decided under the current config, again where that
 * is another by then, and in halves where a call fails because of one row.
 */
import type { ConfigLoader } from '../config/load.ts';
import type { Decision, Intent } from '../domain/decide.ts';
import type { Operation } from '../domain/operation.ts';
import type { BalanceRules } from '../domain/rules.ts';
import type { Database } from '../ledger/database.ts';
import { LedgerDefect, LedgerUnavailable } from '../ledger/failures.ts';
import { MAX_OPERATIONS } from '../ledger/kernel-contract.ts';
import type { RowsAnswer } from '../ledger/rows-answer.ts';
import { uuidV7 } from '../log/correlation.ts';

/** A config that is published between two attempts, four times in a row, does not happen. */
const MAX_ATTEMPTS = 4;

export interface StepServices {
  readonly database: Database;
  readonly config: ConfigLoader;
}

export interface ListedRow {
  readonly line: number;
  /** It was busy, and is sent by itself. */
  readonly alone: boolean;
}

export interface RowCall {
  /** Ascending. */
  readonly lines: readonly number[];
  /** One for each line. */
  readonly operations: readonly Operation[];
  readonly held: readonly string[];
}

type Sent<State> = Exclude<RowsAnswer<State>, { kind: 'stale' }>;

export interface RowSending<Row extends ListedRow, State> {
  readonly decide: (intent: Pick<Intent, 'correlationId' | 'now' | 'rules'>, row: Row) => Decision;
  readonly send: (call: RowCall) => Promise<RowsAnswer<State>>;
  /** Records why it cannot go on. */
  readonly stop: (why: string) => Promise<void>;
}

/** Rows that were busy go alone, because one operation waits for its player and several do not. */
export function callsOf<Row extends ListedRow>(rows: readonly Row[]): (readonly Row[])[] {
  const together = rows.filter(({ alone }) => !alone);
  const calls: (readonly Row[])[] = rows.filter(({ alone }) => alone).map((row) => [row]);
  for (let from = 0; from < together.length; from += MAX_OPERATIONS)
    calls.push(together.slice(from, from + MAX_OPERATIONS));
  return calls;
}

/** A call that fails because of one row is sent again in halves; the row that fails alone stops everything. */
export async function sendRows<Row extends ListedRow, State>(
  config: ConfigLoader,
  sending: RowSending<Row, State>,
  rows: readonly Row[],
): Promise<Sent<State>> {
  try {
    return await sendTogether(config, sending, rows);
  } catch (error) {
    if (!(error instanceof LedgerDefect)) throw error;
    if (rows.length === 1) return await stop(sending, `line ${rows[0]?.line} cannot be granted`);
    const half = Math.ceil(rows.length / 2);
    const first = await sendRows(config, sending, rows.slice(0, half));
    return first.kind === 'committed' ? await sendRows(config, sending, rows.slice(half)) : first;
  }
}

async function sendTogether<Row extends ListedRow, State>(
  config: ConfigLoader,
  sending: RowSending<Row, State>,
  rows: readonly Row[],
): Promise<Sent<State>> {
  let rules = await currentRules(config);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const intent = { correlationId: uuidV7(Date.now()), now: new Date(), rules };
    const decisions = rows.map((row) => sending.decide(intent, row));
    const fault = decisions.find((decision) => decision.fault)?.fault;
    if (fault) return await stop(sending, fault.message);
    const answer = await sending.send({
      lines: rows.map(({ line }) => line),
      operations: decisions.map(({ operation }) => operation),
      held: config.held(),
    });
    if (answer.kind !== 'stale') return answer;
    const adopted = answer.current && (await config.adoptCurrent(answer.current));
    if (adopted?.kind !== 'rules') throw new LedgerUnavailable('the current config cannot be used');
    rules = adopted.rules;
  }
  throw new LedgerUnavailable('the config changed with every attempt');
}

async function currentRules(config: ConfigLoader): Promise<BalanceRules> {
  const current = await config.current();
  if (current.kind !== 'rules') throw new LedgerUnavailable('there is no valid config');
  return current.rules;
}

async function stop(
  sending: Pick<RowSending<never, never>, 'stop'>,
  why: string,
): Promise<{ readonly kind: 'stopped' }> {
  await sending.stop(why);
  return { kind: 'stopped' };
}
