/** I10 between journal and log: the Worker logs each answer with the same correlation ID and the same code. */
import type { Attempt } from '../clients/journal.ts';
import type { Tally } from './tally.ts';

/** The log of one seed, by correlation ID. */
export class LogLines {
  readonly #codes = new Map<string, Set<string>>();

  add(line: string): void {
    const start = line.indexOf('{');
    if (start < 0) return;
    try {
      const { correlationId, code } = JSON.parse(line.slice(start)) as {
        correlationId?: string;
        code?: string;
      };
      if (!correlationId || !code) return;
      const codes = this.#codes.get(correlationId) ?? new Set();
      this.#codes.set(correlationId, codes.add(code));
    } catch {
      // workerd writes lines of its own.
    }
  }

  codesOf(correlationId: string): ReadonlySet<string> {
    return this.#codes.get(correlationId) ?? new Set();
  }

  clear(): void {
    this.#codes.clear();
  }
}

export function checkLog(tally: Tally, attempts: readonly Attempt[], lines: LogLines): void {
  for (const { correlationId, answer, intent } of attempts) {
    // Faults are left out: some end the request before the Worker logs an operation.
    const code = outcomeCode(answer);
    if (code === null) continue;
    const codes = lines.codesOf(correlationId);
    tally.check('I10', codes.has(code), () => ({
      what: `${correlationId} was answered ${code}, logged as ${[...codes].join(', ') || 'nothing'}`,
      player: intent.player,
      keys: [intent.key],
    }));
  }
}

function outcomeCode(answer: Attempt['answer']): string | null {
  if (answer?.kind === 'receipt') return 'RECEIPT';
  if (answer?.kind === 'rejected') return answer.rejection.kind.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase();
  return null;
}
