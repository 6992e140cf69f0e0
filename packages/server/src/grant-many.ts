/**
 * Grants to any number of players: in chunks of at most 500, one after the other, each under a key that follows from what it grants. A
 * run that was killed is started again with the same list: what was granted is replayed, and the rest is granted.
 */
import {
  type Client,
  type Fault,
  type GrantItemInput,
  type GrantManyItem,
  type GrantManyReceipt,
  grantMany as grantManyOperation,
} from '@onceward/client';
import { type Called, call, pauseAfter } from './call.ts';
import { keyFor } from './keys.ts';

export interface GrantManyOptions {
  /** The occasion. Each item is granted once per campaign, item and player, whatever chunk or key it comes in. */
  readonly campaign: string;
  /** Kept with each award. */
  readonly reason: string;
  /** In the order in which they are granted. Read as they are sent, so a file can be streamed. */
  readonly items: Iterable<GrantItemInput> | AsyncIterable<GrantItemInput>;
  /** 1 to 500; 500 unless set. Another size makes other keys: then what was granted before is `AlreadyClaimed`. */
  readonly chunkSize?: number;
  /** Milliseconds that a chunk may take, with its retries; 60,000 unless set. */
  readonly deadlineMs?: number;
  /** Called after each chunk. It is awaited, so it may store how far the run is. */
  readonly onProgress?: (progress: GrantProgress) => void | Promise<void>;
}

export interface GrantCounts {
  /** Items with a receipt, those of an earlier run included. */
  readonly granted: number;
  /** Items that another chunk or call of the campaign granted before. */
  readonly alreadyGranted: number;
  /** Items with another rejection: an unknown player, a limit. Nothing moved. */
  readonly rejected: number;
  /** Items without an outcome. Run the list again. */
  readonly failed: number;
}

export interface GrantProgress extends GrantCounts {
  /** Items of this run that were sent and answered. */
  readonly done: number;
  /** The items of this chunk. */
  readonly items: readonly GrantManyItem[];
}

export interface GrantedMany extends GrantCounts {
  /** Why the run ended before the end of the list; null: every item was sent. */
  readonly stopped: Fault | Extract<Called<never>, { kind: 'unknown' }> | null;
  /** What became of each item, in the order of the list. */
  readonly items: readonly GrantManyItem[];
}

const COUNTED: Readonly<Record<GrantManyItem['result']['__typename'], keyof GrantCounts>> = {
  Receipt: 'granted',
  AlreadyClaimed: 'alreadyGranted',
  ItemFailed: 'failed',
  LimitExceeded: 'rejected',
  PlayerMerged: 'rejected',
  UnknownPlayer: 'rejected',
};
const MOST_ITEMS = 500;
const DEADLINE_MS = 60_000;

export async function grantMany(client: Client, options: GrantManyOptions): Promise<GrantedMany> {
  const { items, chunkSize = MOST_ITEMS, onProgress } = options;
  if (!(Number.isInteger(chunkSize) && chunkSize >= 1 && chunkSize <= MOST_ITEMS))
    throw new RangeError(`A chunk has 1 to ${MOST_ITEMS} items`);
  const done: GrantManyItem[] = [];
  const counts = { granted: 0, alreadyGranted: 0, rejected: 0, failed: 0 };
  for await (const chunk of chunksOf(items, chunkSize)) {
    const called = await grantChunk(client, chunk, options);
    if (called.kind !== 'result') return { stopped: called, ...counts, items: done };
    for (const item of called.result.items) {
      done.push(item);
      counts[COUNTED[item.result.__typename]] += 1;
    }
    await onProgress?.({ done: done.length, ...counts, items: called.result.items });
  }
  return { stopped: null, ...counts, items: done };
}

/** The same call again while items of it can still succeed: the key lets those that have an outcome replay it. */
async function grantChunk(
  client: Client,
  items: readonly GrantItemInput[],
  { campaign, reason, deadlineMs = DEADLINE_MS }: GrantManyOptions,
): Promise<Called<GrantManyReceipt>> {
  const key = await keyFor('grantMany', campaign, reason, writtenOut(items));
  const until = performance.now() + deadlineMs;
  for (let count = 0; ; count += 1) {
    const called = await call(
      client,
      grantManyOperation,
      { campaign, reason, items },
      { key, deadlineMs: until - performance.now() },
    );
    if (called.kind !== 'result') return called;
    const { result, correlationId } = called;
    if (result.__typename === 'IdempotencyKeyReused')
      return faultOf(result.code, result.message, correlationId);
    const pause = pauseAfter(count, null);
    const canRepeat = result.items.some(
      (item) => item.result.__typename === 'ItemFailed' && item.result.retryable,
    );
    if (!canRepeat || performance.now() + pause >= until) return { ...called, result };
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The same text for the same items, in whatever order the fields of an object were written. */
const writtenOut = (items: readonly GrantItemInput[]): string =>
  JSON.stringify(
    items.map(({ playerId, item, gives }) => [
      playerId,
      item,
      ...gives.map(({ resource, amount }) => [resource, amount]),
    ]),
  );

/** The key was used for another list: a defect, because it follows from the list. */
const faultOf = (code: string, message: string, correlationId: string): Fault => ({
  kind: 'fault',
  code,
  message,
  field: null,
  retryable: false,
  retryAfterMs: null,
  correlationId,
});

async function* chunksOf<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  size: number,
): AsyncGenerator<Item[]> {
  let chunk: Item[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
