// Counts requests whose body contains a given text, from the moment that somebody asks. It keeps numbers, never bodies,
// so it stays small however long the endpoint runs.

import { randomUUID } from 'node:crypto';

const maxCounters = 10_000;

type Counter = { pattern: Buffer; requests: number };

export class Traffic {
  readonly #counters = new Map<string, Counter>();

  /** Starts counting, also requests that a fault then drops. Returns the counter's ID. */
  watch(match: string): string {
    if (!match) throw new Error('an empty text would count every request of every test');
    // The oldest goes first: by then its test is long over.
    for (const id of this.#counters.keys()) {
      if (this.#counters.size < maxCounters) break;
      this.#counters.delete(id);
    }
    const id = randomUUID();
    this.#counters.set(id, { pattern: Buffer.from(match), requests: 0 });
    return id;
  }

  /** Undefined when there is no such counter. */
  count(id: string): number | undefined {
    return this.#counters.get(id)?.requests;
  }

  unwatch(id: string): boolean {
    return this.#counters.delete(id);
  }

  record(body: Buffer): void {
    for (const counter of this.#counters.values()) if (body.includes(counter.pattern)) counter.requests++;
  }
}
