/** Holds clients back while the database is away, so that an outage does not eat the schedule; a few see it all the same. */

const PASSES = 24;

export class Gate {
  #passes = Number.POSITIVE_INFINITY;
  #waiting: (() => void)[] = [];

  close(): void {
    this.#passes = PASSES;
  }

  open(): void {
    this.#passes = Number.POSITIVE_INFINITY;
    for (const go of this.#waiting.splice(0)) go();
  }

  async pass(): Promise<void> {
    while (this.#passes <= 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#passes -= 1;
  }
}
