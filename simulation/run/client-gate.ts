/** Holds clients back while the database is down, so that an outage does not use up the schedule. A few requests still pass. */

const PASSES_WHILE_CLOSED = 24;

export class ClientGate {
  #passes = Number.POSITIVE_INFINITY;
  #waiting: (() => void)[] = [];

  close(): void {
    this.#passes = PASSES_WHILE_CLOSED;
  }

  open(): void {
    this.#passes = Number.POSITIVE_INFINITY;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async pass(): Promise<void> {
    while (this.#passes <= 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#passes -= 1;
  }
}
