/**
 * The deadlocks that Postgres detected, from its log: an SQLSTATE alone may be an injected fault. A deadlock counts if each of its
 * statements is a call of the kernel. Those with a migration, a publication or the nemesis are none of the kernel's.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const BEGINS = /ERROR: {2}deadlock detected$/;
/** The last line of the message. The others begin with a tab, or are parts of it. */
const ENDS = /\b(STATEMENT|LOG|FATAL|ERROR|WARNING): {2}/;
const OF_PROCESS = /^Process \d+: /;
const OF_KERNEL = /\bonceward\.commit_operations\(/;
/** Longer than a line needs from Postgres to this process. */
const LAG_MS = 50;

/** The lines of one message. */
type Message = readonly string[];

export class Deadlocks {
  #message: string[] | null = null;
  #found: Message[] = [];

  /** Takes each line of Postgres's log. */
  readonly log = (line: string): void => {
    if (BEGINS.test(line)) {
      this.#end();
      this.#message = [line];
    } else if (this.#message) {
      this.#message.push(line.trim());
      if (ENDS.test(line)) this.#end();
    }
  };

  /** Returns the kernel's deadlocks since the last call. */
  async take(): Promise<readonly Message[]> {
    await sleep(LAG_MS);
    this.#end();
    return this.#found.splice(0);
  }

  #end(): void {
    const message = this.#message;
    this.#message = null;
    const statements = message?.filter((line) => OF_PROCESS.test(line)) ?? [];
    if (message && statements.length > 0 && statements.every((line) => OF_KERNEL.test(line)))
      this.#found.push(message);
  }
}
