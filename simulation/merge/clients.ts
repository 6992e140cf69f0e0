/** Sends what a world draws, loses replies, sends known keys again, and keeps every answer. */
import type { Random } from '../random.ts';
import { InternalError, type LocalApi, type Result } from '../stack/local-api.ts';
import type { Mutation, Request } from './world.ts';

export interface Change {
  readonly resource: string;
  readonly delta: number;
  readonly cause: string;
}

/** Of a claim that was granted. */
export interface Receipt extends Result {
  readonly __typename: 'Receipt';
  readonly replayed: boolean;
  readonly claim: { readonly id: string; readonly playerId: string };
  readonly changes: readonly Change[];
  readonly counterpartyChanges: readonly Change[] | null;
}

export const isReceipt = (result: Result | undefined): result is Receipt => result?.__typename === 'Receipt';

export interface Entry {
  readonly request: Request;
  /** When it was sent first, and when its outcome was known: counted by the clients. */
  readonly began: number;
  ended: number;
  /** The first is the outcome; all others must be equal. */
  readonly answers: Result[];
}

const CHANGE = '{ resource delta cause before after sequence }';
const RECEIPT = `__typename
  ... on Rejection { code }
  ... on PlayerMerged { playerId mergedInto }
  ... on Receipt { replayed claim { id playerId type key operation counterpartyId } changes ${CHANGE} counterpartyChanges ${CHANGE} }`;
const document = (name: Mutation) => {
  const input = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  return `mutation($input: ${input}!) { done: ${name}(input: $input) { ${RECEIPT} } }`;
};

const REPLAYS = 0.15;
const LOST = 0.1;

export class MergeClients {
  readonly api: LocalApi;
  readonly journal = new Map<string, Entry>();
  /** What the service could not answer. */
  readonly failures: string[] = [];
  #clock = 0;

  constructor(api: LocalApi) {
    this.api = api;
  }

  async send(request: Request, random: Random): Promise<Entry> {
    const { idempotencyKey } = request.input;
    const entry = this.journal.get(idempotencyKey) ?? {
      ...{ request, began: ++this.#clock, ended: Number.POSITIVE_INFINITY, answers: [] },
    };
    this.journal.set(idempotencyKey, entry);
    const patience = random.chance(LOST) ? random.int(1, 40) : undefined;
    try {
      entry.answers.push(
        await this.api.send(request.by, document(request.mutation), request.input, patience),
      );
      entry.ended = Math.min(entry.ended, ++this.#clock);
    } catch (error) {
      if (!(error instanceof InternalError)) throw error;
      this.failures.push(`${request.mutation} ${idempotencyKey} failed: ${error.message}`);
    }
    return entry;
  }

  /** All of these, so many at once, and now and then one of them that has an answer again. */
  async sendAll(requests: readonly Request[], atOnce: number, random: Random): Promise<void> {
    let next = 0;
    const answered: Request[] = [];
    const one = async (client: number) => {
      const dice = random.fork(`client ${client}`);
      for (let request = requests[next++]; request; request = requests[next++]) {
        await this.send(request, dice);
        answered.push(request);
        if (dice.chance(REPLAYS)) await this.send(dice.pick(answered), dice);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, (_, client) => one(client)));
  }
}
