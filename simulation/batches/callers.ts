/**
 * Callers of `onceward.commit_operations`, each on a connection of the app role. They send batches, send an operation that was busy
 * again alone, and a batch that failed again in halves, so that a poisonous operation fails alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Random } from '../random.ts';
import { bulkOnWire, faultOfOtherList, readBulkAnswer } from './bulks.ts';
import type { KnownClaim } from './drafts.ts';
import type { PublishedConfig } from './game.ts';
import {
  type BatchAttempt,
  type BatchError,
  type BatchIntent,
  type BatchOperation,
  type BatchOutcome,
  type Bulk,
  CONTRACT,
  grantOf,
  isOwn,
  isRetryable,
  onWire,
  uuidOf,
} from './operation.ts';

/** What all callers know, and everything that they sent. */
export class BatchJournal {
  readonly attempts: BatchAttempt[] = [];
  readonly claims: KnownClaim[] = [];
  readonly published: PublishedConfig[] = [];
  /** What was wrong with the answer to each call of several claims; null: nothing. */
  readonly bulkAnswers: (string | null)[] = [];
  readonly #known = new Map<string, { readonly version: number; readonly number: number }>();
  #clock = 0;
  #calls = 0;

  tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  nextCall(): number {
    this.#calls += 1;
    return this.#calls;
  }

  /** The highest version and number of a player that an answer has shown. */
  known(player: string): { readonly version: number; readonly number: number } {
    return this.#known.get(player) ?? { version: 0, number: 0 };
  }

  record(attempt: BatchAttempt): void {
    this.attempts.push(attempt);
    const { outcome, sent } = attempt;
    if (outcome.kind !== 'granted') return;
    const { handle, number, version } = grantOf(outcome);
    const known = this.known(sent.player);
    this.#known.set(sent.player, {
      version: Math.max(known.version, version),
      number: Math.max(known.number, number),
    });
    if (!outcome.replayed && !isOwn(sent))
      this.claims.push({ player: sent.player, handle, number, operation: attempt.intent.operation });
  }
}

export interface CallerOptions {
  readonly databaseUrl: string;
  readonly journal: BatchJournal;
  readonly random: Random;
  readonly count: (kind: string) => void;
}

export class Caller {
  readonly #options: CallerOptions;
  #client: pg.Client | undefined;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** Sends the operations and what is left of them, at most `tries` times. Returns those whose outcome is still unknown. */
  async commit(intents: readonly BatchIntent[], tries = 6): Promise<BatchIntent[]> {
    let left = [...intents];
    for (let attempt = 0; attempt < tries && left.length > 0; attempt += 1) left = await this.#send(left);
    return left;
  }

  async close(): Promise<void> {
    await this.#client?.end().catch(() => {});
    this.#client = undefined;
  }

  /** Returns the operations to send again. */
  async #send(intents: readonly BatchIntent[]): Promise<BatchIntent[]> {
    const attempts = await this.#call(intents);
    const isPoisoned = attempts.some(({ outcome }) => outcome.kind === 'error' && !isRetryable(outcome));
    if (isPoisoned) {
      if (intents.length === 1) return [];
      // Halves, then halves of halves: all others are committed.
      const middle = intents.length >> 1;
      const left: BatchIntent[] = [];
      for (const half of [intents.slice(0, middle), intents.slice(middle)])
        left.push(...(await this.commit(half)));
      return left;
    }
    const again = attempts
      .filter(({ outcome, intent }) => isRetryable(outcome) && !intent.isStale)
      .map(({ intent }) => intent);
    const busy = attempts.filter(({ outcome }) => outcome.kind === 'busy').map(({ intent }) => intent);
    const left: BatchIntent[] = [];
    for (const intent of busy) left.push(...(await this.#send([intent])));
    return [...left, ...again.filter((intent) => !busy.includes(intent))];
  }

  async #call(intents: readonly BatchIntent[]): Promise<BatchAttempt[]> {
    const { journal, random, count } = this.#options;
    const current = journal.published.at(-1);
    const acknowledgedConfig = current?.version ?? 0;
    // Now and then a caller that has not heard of the newest config yet.
    const config = random.chance(0.1) ? (journal.published.at(-2) ?? current) : current;
    const call = journal.nextCall();
    const sent = intents.map(({ operation }, index) => ({
      ...operation,
      // The rows of a claim name the attempt that made it.
      correlation_id: uuidOf(`${operation.idempotency_key}/${call}/${index}`),
      config_version: operation.config_version ?? config?.version ?? null,
      config_sha256: operation.config_sha256 ?? config?.sha256 ?? null,
    }));
    const known = sent.map(({ player, counterparty }) =>
      [player, counterparty ?? ''].map((one) => journal.known(one).number),
    );
    const began = journal.tick();
    const outcomes = await this.#query(sent, intents);
    const ended = journal.tick();
    count(
      Array.isArray(outcomes) ? 'batch committed' : `batch failed: ${outcomes.code || 'connection lost'}`,
    );
    return intents.map((intent, index) => {
      const outcome = Array.isArray(outcomes) ? (outcomes[index] as BatchOutcome) : outcomes;
      const attempt: BatchAttempt = {
        intent,
        sent: sent[index] as BatchOperation,
        call,
        size: intents.length,
        began,
        ended,
        acknowledgedConfig,
        acknowledgedNumber: known[index]?.[0] ?? 0,
        acknowledgedOther: known[index]?.[1] ?? 0,
        outcome,
      };
      journal.record(attempt);
      count(`operation ${outcome.kind}`);
      return attempt;
    });
  }

  async #query(
    operations: readonly BatchOperation[],
    intents: readonly BatchIntent[],
  ): Promise<BatchOutcome[] | BatchError> {
    try {
      this.#client ??= await connect(this.#options.databaseUrl);
      const bulk = intents[0]?.bulk?.bulk;
      if (bulk) return await this.#queryBulk(this.#client, bulk, { operations, intents });
      const { rows } = await this.#client.query<{ answer: { outcomes: BatchOutcome[] } }>(
        `SELECT onceward.commit_operations($1, $2::jsonb, '{}') AS answer`,
        [CONTRACT, JSON.stringify(operations.map(onWire))],
      );
      return rows[0]?.answer.outcomes ?? [];
    } catch (error) {
      const { code = '', message } = error as pg.DatabaseError;
      if (!/^[0-9A-Z]{5}$/.test(code) || code.startsWith('57P') || code.startsWith('08')) {
        await this.close();
        await sleep(5);
      }
      return { kind: 'error', code, message };
    }
  }

  /** Items of a call. Once it is recorded, now and then the same call with another list, which must be answered with the first. */
  async #queryBulk(
    client: pg.Client,
    bulk: Bulk,
    {
      operations,
      intents,
    }: { readonly operations: readonly BatchOperation[]; readonly intents: readonly BatchIntent[] },
  ): Promise<BatchOutcome[]> {
    const { journal, random } = this.#options;
    const places = intents.map((intent) => intent.bulk?.place ?? 0);
    const send = async (sent: Bulk) => {
      const { rows } = await client.query(`SELECT onceward.commit_bulk($1, $2, $3, '{}') AS answer`, [
        CONTRACT,
        ...bulkOnWire(sent, operations, places),
      ]);
      return rows[0].answer;
    };
    const { outcomes, fault } = readBulkAnswer(await send(bulk), operations);
    journal.bulkAnswers.push(fault);
    const isRecorded = outcomes.some(({ kind }) => kind === 'granted' || kind === 'rejected');
    if (isRecorded && random.chance(0.2)) {
      const other = { ...bulk, items: [...bulk.items, 'another'] };
      journal.bulkAnswers.push(faultOfOtherList(bulk, await send(other)));
    }
    return outcomes;
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  // A connection that is killed while it is idle.
  client.on('error', () => {});
  await client.connect();
  return client;
}
