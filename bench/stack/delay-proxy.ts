/**
 * A TCP proxy that puts a distance between two ends, and knows nothing of either: bytes arrive half a round trip after
 * they were sent, in both directions, in their order. A new connection waits one round trip, as its handshake would. It counts
 * turns: how often a client spoke after it had been answered, which is what a round trip is to both.
 */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export class DelayProxy {
  /** The way there and the way back; odd milliseconds go to the way back, as timers know no halves. */
  #thereMs = 0;
  #backMs = 0;
  turns = 0;

  /** Returns the port that leads to the given one. */
  async open(toPort: number): Promise<number> {
    const server = createServer({ noDelay: true }, (client) => this.#join(client, toPort));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  setRoundTrip(ms: number): void {
    this.#thereMs = Math.floor(ms / 2);
    this.#backMs = ms - this.#thereMs;
  }

  #join(client: Socket, toPort: number): void {
    const server = connect({ port: toPort, host: '127.0.0.1', noDelay: true });
    const open = performance.now() + this.#thereMs + this.#backMs;
    let answered = true;
    const there = later(server);
    const back = later(client);
    client.on('data', (bytes) => {
      if (answered) this.turns += 1;
      answered = false;
      there(bytes, Math.max(this.#thereMs, open + this.#thereMs - performance.now()));
    });
    server.on('data', (bytes) => {
      answered = true;
      back(bytes, this.#backMs);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }
}

/** Writes each chunk when it is due, never before an earlier one. */
function later(to: Socket): (bytes: Buffer, delayMs: number) => void {
  const waiting: { bytes: Buffer; due: number }[] = [];
  const flush = () => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const left = first.due - performance.now();
      // Within half a millisecond is on time: a timer would come a whole one late.
      if (left > 0.5) return void setTimeout(flush, left);
      waiting.shift();
      if (!to.destroyed) to.write(first.bytes);
    }
  };
  return (bytes, delayMs) => {
    const due = Math.max(performance.now() + delayMs, waiting.at(-1)?.due ?? 0);
    waiting.push({ bytes, due });
    if (waiting.length === 1) flush();
  };
}
