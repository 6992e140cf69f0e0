/**
 * The clients: they send what the schedule says, remember what they sent under each key, and write down what they saw. An
 * intent is worked out once, when it is first sent; each later attempt repeats it to the letter.
 */

import type { Faults } from '../../dev/neon/faults.ts';
import type { Operation } from '../operation.ts';
import type { FrontProxy } from '../proxy/front-proxy.ts';
import type { Intent, Json } from '../schedule/intent.ts';
import type { Category } from '../schedule/mix.ts';
import type { Sent, Slot } from '../schedule/schedule.ts';
import { readAnswer } from './answer.ts';
import type { Credentials } from './credentials.ts';
import { READ_LEDGER, READ_PLAYER } from './document.ts';
import { type Answer, type Attempt, type ChangeSeen, isSettled, Journal, type ReadSeen } from './journal.ts';
import { Line } from './line.ts';

export interface ClientsOptions {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly credentials: Credentials;
  readonly proxy: FrontProxy;
  readonly databaseFaults: Faults;
  /** Told of each answer and read as it comes in. */
  readonly onAnswer: (attempt: Attempt) => void;
  readonly onRead: (read: ReadSeen) => void;
}

type SendOptions = Pick<Sent, 'front' | 'database' | 'expiredTicket'> & { category: Category | 'settle' };

/** Where a claim's ID is asked for before any answer has told it. */
const UNTOLD_CLAIM = '11111111-1111-4111-8111-111111111111';

export class Clients {
  readonly journal = new Journal();
  readonly #options: ClientsOptions;
  readonly #idle: Line[] = [];
  readonly #sent = new Map<number, Record<string, Json>>();
  readonly #claims = new Map<number, string>();

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /** One attempt; resolves when it has an answer, or will never have one. */
  async send(intent: Intent, { category, front, database, expiredTicket }: SendOptions): Promise<Attempt> {
    const { proxy, databaseFaults, onAnswer } = this.#options;
    const input = this.#inputOf(intent);
    const attempt = this.journal.begin({
      category,
      intent,
      sent: input,
      ticket: this.#operationOf(intent).ticket?.(intent) ?? null,
      expiredTicket,
      faults: { front: front?.kind ?? null, database: database?.kind ?? null },
    });
    const { correlationId } = attempt;
    if (front) proxy.plan(correlationId, front);
    // With its quotes: another attempt's ID may begin with this one.
    const match = `\\"correlationId\\":\\"${correlationId}\\"`;
    if (database) databaseFaults.add({ ...database, id: correlationId, match });
    const answer = await this.#ask(intent, attempt, front?.kind === 'abort' ? front.ms : null);
    if (front) proxy.forget(correlationId);
    if (database) databaseFaults.remove(correlationId);
    this.journal.end(attempt, answer);
    if (answer.kind === 'receipt') this.#claims.set(intent.number, answer.receipt.claim.id);
    onAnswer(attempt);
    return attempt;
  }

  /** Retries until there is an outcome. False: there was none in so many tries. */
  async settle(intent: Intent, tries: number): Promise<boolean> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const sent = await this.send(intent, {
        category: 'settle',
        front: null,
        database: null,
        expiredTicket: false,
      });
      if (isSettled(sent)) return true;
    }
    return false;
  }

  async read({ what, player, asServer }: Extract<Slot, { kind: 'read' }>, server: string): Promise<void> {
    const began = this.journal.tick();
    const floorVersion = this.journal.versionOf(player);
    const actor = asServer
      ? ({ kind: 'server', id: server } as const)
      : ({ kind: 'player', id: player } as const);
    const { query } = what === 'player' ? READ_PLAYER : READ_LEDGER;
    const body = JSON.stringify({ query, variables: { id: player } });
    const reply = await this.#onLine((line) => line.ask(this.#post(body, actor, `read.${player}`), null));
    if (reply.kind === 'lost') return;
    const seen = readSeen(what, reply.body);
    if (!seen) return;
    const read: ReadSeen = { player, began, floorVersion, ended: this.journal.tick(), seen };
    if (seen.kind === 'player') this.journal.learn(player, seen.version);
    this.journal.reads.push(read);
    this.#options.onRead(read);
  }

  close(): void {
    for (const line of this.#idle.splice(0)) line.close();
  }

  async #ask(
    intent: Intent,
    { correlationId, sent, expiredTicket }: Attempt,
    abortAfterMs: number | null,
  ): Promise<Answer> {
    const { credentials } = this.#options;
    const operation = this.#operationOf(intent);
    const says = operation.ticket?.(intent) ?? null;
    const { ticketFlaw: flaw } = intent;
    const ticket = says && { ticket: credentials.ticket(intent, says, { expired: expiredTicket, flaw }) };
    const { query } = operation.document;
    const body = JSON.stringify({ query, variables: { input: { ...sent, ...ticket } } });
    const request = this.#post(body, intent.actor, correlationId, intent);
    const reply = await this.#onLine((line) => line.ask(request, abortAfterMs));
    return reply.kind === 'lost' ? reply : readAnswer(reply.status, reply.body);
  }

  async #onLine<T>(use: (line: Line) => Promise<T>): Promise<T> {
    const line = this.#idle.pop() ?? new Line(this.#options.proxy.port);
    try {
      return await use(line);
    } finally {
      this.#idle.push(line);
    }
  }

  #post(body: string, actor: Intent['actor'], correlationId: string, { token }: Pick<Intent, 'token'> = {}) {
    const authorization = this.#options.credentials.authorization(actor, token);
    return {
      method: 'POST' as const,
      path: '/graphql',
      headers: {
        'content-type': 'application/json',
        'x-correlation-id': correlationId,
        ...(authorization !== null && { authorization }),
      },
      body,
    };
  }

  #operationOf({ operation }: Intent): Operation {
    return this.#options.operations.get(operation) as Operation;
  }

  #inputOf(intent: Intent): Record<string, Json> {
    const known = this.#sent.get(intent.number);
    if (known) return known;
    const seen = this.journal.versionOf(intent.player);
    const { expectedVersion: wish } = intent;
    const expectedVersion = wish === undefined ? null : wish === 'seen' ? seen : Math.max(seen - 1, 0);
    const variables = this.#operationOf(intent).variables(intent, {
      expectedVersion,
      claimIdOf: (number) => this.#claims.get(number) ?? UNTOLD_CLAIM,
    });
    const input = {
      idempotencyKey: intent.key,
      ...variables,
      ...(expectedVersion !== null && { expectedVersion }),
    };
    this.#sent.set(intent.number, input);
    return input;
  }
}

interface ReadBody {
  readonly errors?: unknown;
  readonly data?: {
    readonly player?: { version: number; balances: readonly { resource: string; amount: number }[] } | null;
    readonly ledger?: {
      edges: readonly { node: ChangeSeen & { playerVersion: number; claim: { id: string } } }[];
    };
  };
}

/** Undefined: the read failed, which is not judged: nothing was promised. */
function readSeen(what: 'player' | 'ledger', text: string): ReadSeen['seen'] | undefined {
  const { errors, data } = JSON.parse(text) as ReadBody;
  if (errors || !data) return undefined;
  if (what === 'ledger') {
    const entries = data.ledger?.edges.map(({ node: { claim, ...entry } }) => ({
      ...entry,
      claimId: claim.id,
    }));
    return { kind: 'ledger', entries: entries ?? [] };
  }
  if (!data.player) return { kind: 'nobody' };
  const { version, balances } = data.player;
  return {
    kind: 'player',
    version,
    balances: Object.fromEntries(balances.map(({ resource, amount }) => [resource, amount])),
  };
}
