/**
 * A reward server as it is often written first: it looks a claim up, adds to the wallet, and inserts the claim, each in a statement of
 * its own, and it keeps keys in the memory of its process. The suite must find what is wrong with it, and nothing else.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Adapter, ClaimRequest, Receipt, Reply } from '../../packages/conformance/src/adapter.ts';

/** Long enough that requests overlap on a busy machine too. */
const STATEMENT_MS = 60;

/** What survives a restart. */
class Tables {
  readonly wallets = new Map<string, number>();
  readonly claims = new Map<string, Receipt>();
}

export class NaiveServer {
  readonly #tables = new Tables();
  /** The receipts of this process, by player and key. */
  #receipts = new Map<string, Receipt>();
  #server: Server | null = null;
  /** Rises with each restart: a process that was killed executes no further statement. */
  #process = 0;
  #claims = 0;
  /** Claims that are being made, and those of them that have been paid and not inserted. */
  #inFlight = 0;
  #halfDone = 0;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start(): Promise<void> {
    const server = createServer(async (request, response) => {
      const body = JSON.parse(await textOf(request));
      const own = this.#process;
      this.#inFlight += 1;
      const answer = body.idempotencyKey ? await this.#claim(body) : this.#tables.wallets.get(body.player);
      if (own === this.#process) this.#inFlight -= 1;
      response.end(JSON.stringify(answer ?? 0));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** The wallets and claims are in a database; the keys are gone. It dies at the worst moment, as it would one day. */
  async restart(): Promise<void> {
    while (this.#inFlight > 0 && this.#halfDone === 0) await sleep(1);
    this.#process += 1;
    this.#inFlight = 0;
    this.#halfDone = 0;
    await this.stop();
    this.#receipts = new Map();
    await this.start();
  }

  async #statement<Result>(of: number, execute: () => Result): Promise<Result> {
    await sleep(STATEMENT_MS);
    // The client of a process that was killed gets no answer.
    if (of !== this.#process) await new Promise(() => {});
    return execute();
  }

  async #claim({ player, idempotencyKey, claim, amount }: ClaimRequest): Promise<Reply> {
    const known = this.#receipts.get(`${player}/${idempotencyKey}`);
    if (known) return { kind: 'granted', receipt: { ...known, replayed: true } };
    const place = `${player}/${claim}`;
    const { wallets, claims } = this.#tables;
    const own = this.#process;
    const taken = await this.#statement(own, () => claims.get(place));
    if (taken) return { kind: 'rejected', code: 'already_claimed', original: taken };
    const after = await this.#statement(own, () => {
      const sum = (wallets.get(player) ?? 0) + amount;
      wallets.set(player, sum);
      this.#halfDone += 1;
      return sum;
    });
    this.#claims += 1;
    const id = `claim-${this.#claims}`;
    const receipt = { id, replayed: false, before: after - amount, delta: amount, after };
    await this.#statement(own, () => {
      claims.set(place, receipt);
      this.#halfDone -= 1;
    });
    this.#receipts.set(`${player}/${idempotencyKey}`, receipt);
    return { kind: 'granted', receipt };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

export function naiveAdapter(server: NaiveServer): Adapter {
  const send = async (url: string, body: object) =>
    (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json();
  return {
    claim: (url, request) => send(url, request) as Promise<Reply>,
    balance: (url, player) => send(url, { player }) as Promise<number>,
    restart: () => server.restart(),
  };
}
