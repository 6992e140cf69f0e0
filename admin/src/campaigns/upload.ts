// Makes a list of players and closes it: uploads the rows of a file in chunks, or lets a query look at all players. The keys of an
// upload follow from its name and its rows, so the same file goes on where it stopped, also after a reload or with the same list open
// in another tab.
import {
  closeList,
  createList,
  fillList,
  type ListReceipt,
  type PlayerList,
  type PlayerQueryInput,
  uploadListChunk,
} from '@onceward/client';
import type { Row } from '../../../cli/campaign/list-rows.ts';
import { resultOf } from '../actions/action.ts';
import { client } from '../session/api.ts';
import { sha256 } from './digest.ts';
import { chunksOf } from './file-rows.ts';

export interface UploadProgress {
  /** Rows, or for a query the players that were found. */
  readonly done: number;
  /** Null: it is not known. */
  readonly total: number | null;
}

interface UploadOptions {
  readonly onProgress: (progress: UploadProgress) => void;
  readonly signal: AbortSignal;
}

/** Why an upload stopped. */
export class UploadStopped extends Error {
  /** Whether the same again goes on with it. */
  readonly canGoOn: boolean;

  constructor(message: string, canGoOn: boolean) {
    super(message);
    this.canGoOn = canGoOn;
  }
}

const ATTEMPTS = 6;
const PAUSE_MS = 500;

const OPERATIONS = { createList, uploadListChunk, fillList, closeList } as const;
type Step = keyof typeof OPERATIONS;

/** Sends the same until there is an answer. */
async function send(step: Step, input: object, { signal }: UploadOptions): Promise<PlayerList> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const answer = resultOf<ListReceipt>(
      (await client.send(OPERATIONS[step] as never, input as never)) as never,
    );
    if (answer.kind === 'done') return answer.receipt.list;
    if (answer.kind === 'rejected') throw new UploadStopped(answer.rejection.message, false);
    if (answer.kind === 'refused') throw new UploadStopped(answer.message, false);
    if (attempt === ATTEMPTS) throw new UploadStopped(answer.message, true);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** (attempt - 1)));
  }
}

interface FileList {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly digest: string;
}

/** The ID of the closed list. */
export async function uploadList({ name, rows, digest }: FileList, options: UploadOptions): Promise<number> {
  const keyOf = (step: string) => sha256(JSON.stringify(['list', name, digest, step]));
  const made = await send('createList', { idempotencyKey: await keyOf('create'), name }, options);
  if (made.closedAt !== null) return made.id;
  const chunks = chunksOf(rows);
  options.onProgress({ done: made.rows, total: rows.length });
  // They are uploaded in their order.
  for (const [index, part] of chunks.entries()) {
    if (index < made.chunks) continue;
    const chunk = index + 1;
    const input = { idempotencyKey: await keyOf(`chunk ${chunk}`), listId: made.id, chunk, rows: part };
    const list = await send('uploadListChunk', input, options);
    options.onProgress({ done: list.rows, total: rows.length });
  }
  await send('closeList', { idempotencyKey: await keyOf('close'), listId: made.id }, options);
  return made.id;
}

interface QueryList {
  readonly name: string;
  readonly query: PlayerQueryInput;
}

/** The ID of the closed list. */
export async function queryPlayers({ name, query }: QueryList, options: UploadOptions): Promise<number> {
  const keyOf = (step: string) => sha256(JSON.stringify(['list', name, query, step]));
  let list = await send('createList', { idempotencyKey: await keyOf('create'), name, query }, options);
  if (list.closedAt !== null) return list.id;
  const listId = list.id;
  while (!list.isFilled) {
    list = await send('fillList', { idempotencyKey: crypto.randomUUID(), listId }, options);
    options.onProgress({ done: list.rows, total: null });
  }
  if (list.rows === 0)
    throw new UploadStopped('No player is like that. Change the query, and the name.', false);
  await send('closeList', { idempotencyKey: await keyOf('close'), listId }, options);
  return listId;
}
