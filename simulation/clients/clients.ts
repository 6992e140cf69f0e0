/**
 * The simulated clients. They send what the schedule says and record the answers in the journal. An intent's input is computed
 * when it is first sent; every retry sends it unchanged.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection, type HttpRequest } from '../../bench/load/connection.ts';
import type { Faults } from '../../dev/neon/faults.ts';
import type { FaultProxy } from '../../packages/conformance/src/fault-proxy.ts';
import type { Variant } from '../game/balance-config.ts';
import type { Operation } from '../operation.ts';
import type { DatabaseFault } from '../schedule/faults.ts';
import type { Intent, Json } from '../schedule/intent.ts';
import { type CommitPath, LANE_FAULT_HEADER, type LaneFault } from '../schedule/lane-faults.ts';
import type { Category } from '../schedule/mix.ts';
import type { ReadSlot, SendSlot } from '../schedule/schedule.ts';
import { parseAnswer, parseRead } from './answer.ts';
import type { Credentials } from './credentials.ts';
import { ledgerBody, mutationBody, playerBody, screenBody } from './document.ts';
import { itemKey } from './item-key.ts';
import {
  type Answer,
  type AnsweredItem,
  type Attempt,
  isBeyondHour,
  isSettled,
  isTooLate,
  Journal,
  type Read,
} from './journal.ts';

export interface ClientsOptions {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly variants: readonly Variant[];
  readonly credentials: Credentials;
  readonly proxy: FaultProxy;
  readonly databaseFaults: Faults;
  readonly path: CommitPath;
  /** Called with each attempt and read as soon as it has ended. */
  readonly onAnswer: (attempt: Attempt) => void;
  readonly onRead: (read: Read) => void;
}

type Flaws = 'clientFault' | 'databaseFault' | 'laneFault' | 'expiredTicket' | 'secondMutation';
type SendOptions = Pick<SendSlot, Flaws> & { category: Category | 'settle' };

/** Sent where an operation needs the ID of a claim that no answer has shown yet. */
const UNKNOWN_CLAIM = '11111111111111111';
/** Requests that a poison breaks: more than an operation has until it fails alone. */
const POISONED = 100;

export class Clients {
  readonly journal = new Journal();
  readonly #options: ClientsOptions;
  readonly #idle: ClientConnection[] = [];
  readonly #inputs = new Map<number, Record<string, Json>>();
  readonly #claims = new Map<number, string>();

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /** One attempt. Resolves when it has an answer, or cannot get one any more. */
  async send(intent: Intent, options: SendOptions): Promise<Attempt> {
    const { proxy, onAnswer, path } = this.#options;
    const { category, clientFault, databaseFault, expiredTicket, secondMutation } = options;
    const laneFault = path === 'lanes' ? options.laneFault : null;
    const attempt = this.journal.begin({
      category,
      intent,
      sent: this.#inputOf(intent),
      ticket: this.#operationOf(intent).ticket?.(intent) ?? null,
      expiredTicket,
      secondMutation,
      injected: {
        client: clientFault?.kind ?? null,
        database: databaseFault?.kind ?? null,
        lane: laneFault?.kind ?? null,
      },
    });
    const { correlationId } = attempt;
    if (clientFault) proxy.plan(correlationId, clientFault);
    const healDatabase = this.#breakDatabase(correlationId, databaseFault, laneFault);
    const answer = await this.#mutate(attempt, {
      abortAfterMs: clientFault?.kind === 'abort' ? clientFault.ms : null,
      laneFault,
    });
    if (clientFault) proxy.forget(correlationId);
    healDatabase();
    this.journal.end(attempt, answer);
    if (answer.kind === 'receipt') this.#claims.set(intent.number, answer.receipt.claim.id);
    onAnswer(attempt);
    if (answer.kind === 'call') this.#splitCall(attempt, answer.items);
    return attempt;
  }

  /** Each item of a call that has an outcome is an attempt of its own. */
  #splitCall(call: Attempt, items: readonly AnsweredItem[]): void {
    const { intent, sent } = call;
    const { actor, key } = intent;
    for (const [place, item] of items.entries()) {
      const { answer } = item;
      if (answer.kind !== 'receipt' && answer.kind !== 'rejected') continue;
      const input = this.#operationOf(intent).itemInput?.(item) ?? {};
      const { isCall: _, ...rest } = intent;
      const itemIntent = { ...rest, input, place, key: itemKey(actor, key, place) };
      const { playerId } = sent;
      const itemSent = { ...input, ...(playerId !== undefined && { playerId }) };
      this.#options.onAnswer(this.journal.endItem(call, { intent: itemIntent, sent: itemSent, answer }));
    }
  }

  /** Retries without faults until the outcome is known. False: it is still unknown after `tries` attempts. */
  async settle(intent: Intent, tries: number): Promise<boolean> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const sent = await this.send(intent, {
        category: 'settle',
        clientFault: null,
        databaseFault: null,
        laneFault: null,
        expiredTicket: false,
        secondMutation: null,
      });
      if (isSettled(sent) || isTooLate(sent) || isBeyondHour(sent)) return true;
    }
    return false;
  }

  async read({ what, player, asServer }: ReadSlot, server: string): Promise<void> {
    const began = this.journal.tick();
    const { version: acknowledgedVersion, number: acknowledgedNumber } = this.journal.known(player);
    const acknowledgedConfig = this.journal.config;
    const actor = asServer
      ? ({ kind: 'server', id: server } as const)
      : ({ kind: 'player', id: player } as const);
    const body = readBody(what, player);
    const request = this.#post(body, actor, `read.${player}`);
    const reply = await this.#onConnection((connection) => connection.send(request, null));
    if (reply.kind === 'lost') return;
    const seen = parseRead(what, reply.body);
    if (!seen) return;
    const acknowledged = { acknowledgedVersion, acknowledgedNumber, acknowledgedConfig };
    const read: Read = { player, began, ...acknowledged, ended: this.journal.tick(), seen };
    if (seen.kind === 'player') this.journal.learn(player, seen);
    this.journal.reads.push(read);
    this.#options.onRead(read);
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  /** Returns the function that removes the faults again. */
  #breakDatabase(
    correlationId: string,
    databaseFault: DatabaseFault | null,
    laneFault: LaneFault | null,
  ): () => void {
    const { databaseFaults } = this.#options;
    // The quotes are part of it: the ID of another attempt may begin with this one.
    const match = `\\"client_correlation_id\\":\\"${correlationId}\\"`;
    const added: string[] = [];
    if (databaseFault) added.push(databaseFaults.add({ ...databaseFault, match }));
    if (laneFault?.kind === 'poison')
      added.push(
        databaseFaults.add({ kind: 'error', errorCode: laneFault.errorCode, match, times: POISONED }),
      );
    return () => {
      for (const id of added) databaseFaults.remove(id);
    };
  }

  async #mutate(
    attempt: Attempt,
    { abortAfterMs, laneFault }: { abortAfterMs: number | null; laneFault: LaneFault | null },
  ): Promise<Answer> {
    const { correlationId, intent, sent, expiredTicket: expired, secondMutation } = attempt;
    const content = this.#operationOf(intent).ticket?.(intent) ?? null;
    const flaw = intent.ticketFlaw;
    const ticket = content && {
      ticket: this.#options.credentials.ticket(intent.player, content, { expired, flaw }),
    };
    const body = mutationBody(intent.operation, { ...sent, ...ticket }, secondMutation);
    const post = this.#post(body, intent.actor, correlationId, intent);
    const isInLane = laneFault !== null && laneFault.kind !== 'poison';
    const headers = { ...post.headers, ...(isInLane && { [LANE_FAULT_HEADER]: JSON.stringify(laneFault) }) };
    const request = { ...post, headers };
    const reply = await this.#onConnection((connection) => connection.send(request, abortAfterMs));
    return reply.kind === 'lost' ? reply : parseAnswer(reply.status, reply.body);
  }

  async #onConnection<T>(use: (connection: ClientConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? new ClientConnection(this.#options.proxy.port);
    try {
      return await use(connection);
    } finally {
      this.#idle.push(connection);
    }
  }

  #post(
    body: string,
    actor: Intent['actor'],
    correlationId: string,
    { token, zone }: Pick<Intent, 'token' | 'zone'> = {},
  ) {
    const authorization = this.#options.credentials.authorization(actor, token, zone);
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
    const known = this.#inputs.get(intent.number);
    if (known) return known;
    const seen = this.journal.known(intent.player).version;
    const { expectedVersion: wanted } = intent;
    const expectedVersion = wanted === undefined ? null : wanted === 'seen' ? seen : Math.max(seen - 1, 0);
    const input = {
      idempotencyKey: intent.key,
      ...this.#operationOf(intent).toInput(intent, {
        expectedVersion,
        claimIdOf: (number) => this.#claims.get(number) ?? UNKNOWN_CLAIM,
        rulesShown: (which) => {
          const { variants } = this.#options;
          const index = this.journal.variant + (which === 'current' ? 0 : 1);
          return (variants[index % variants.length] as Variant).rules;
        },
      }),
      ...(expectedVersion !== null && { expectedVersion }),
    };
    this.#inputs.set(intent.number, input);
    return input;
  }
}

type Reply =
  | { readonly kind: 'reply'; readonly status: number; readonly body: string }
  | { readonly kind: 'lost'; readonly why: string };

const GIVEN_UP: Reply = { kind: 'lost', why: 'the client gave up' };

/** One connection, opened again after it was lost. A request is sent once; it has an answer or none. */
class ClientConnection {
  readonly #port: number;
  #connection: HttpConnection | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async send(request: HttpRequest, abortAfterMs: number | null): Promise<Reply> {
    try {
      if (!this.#connection || this.#connection.closed)
        this.#connection = await HttpConnection.open(this.#port);
      const connection = this.#connection;
      const sending = connection.send(request).then((answer): Reply => ({ kind: 'reply', ...answer }));
      if (abortAfterMs === null) return await sending;
      sending.catch(() => {});
      const first = await Promise.race([sending, sleep(abortAfterMs).then((): Reply => GIVEN_UP)]);
      if (first === GIVEN_UP) this.close();
      return first;
    } catch (error) {
      this.close();
      return { kind: 'lost', why: (error as Error).message };
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

function readBody(what: ReadSlot['what'], player: string): string {
  switch (what) {
    case 'player':
      return playerBody(player);
    case 'ledger':
      return ledgerBody(player);
    case 'offers':
    case 'claimables':
      return screenBody(what, player);
  }
}
