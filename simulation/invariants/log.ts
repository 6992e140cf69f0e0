/** I10 between journal and the Worker's log: each answer has its line, under the same correlation ID, with the same code. */
import type { Attempt } from '../clients/journal.ts';
import type { Tally } from './finding.ts';

/** The lines of one seed, by correlation ID. */
export class LogLines {
  readonly #codes = new Map<string, Set<string>>();

  take(line: string): void {
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
      // A line that workerd itself wrote.
    }
  }

  codesOf(correlationId: string): ReadonlySet<string> {
    return this.#codes.get(correlationId) ?? new Set();
  }

  clear(): void {
    this.#codes.clear();
  }
}

export function judgeLog(tally: Tally, attempts: readonly Attempt[], lines: LogLines): void {
  for (const { correlationId, answer, intent } of attempts) {
    const code = codeOf(answer);
    // A token that is refused, and input of the wrong shape, are told before any operation begins.
    if (code === null || answer?.kind === 'fault') continue;
    const codes = lines.codesOf(correlationId);
    tally.check('I10', codes.has(code), () => ({
      what: `${correlationId} was answered ${code}, logged as ${[...codes].join(', ') || 'nothing'}`,
      player: intent.player,
      keys: [intent.key],
    }));
  }
}

function codeOf(answer: Attempt['answer']): string | null {
  if (answer?.kind === 'receipt') return 'RECEIPT';
  if (answer?.kind === 'rejected') return answer.rejection.kind.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase();
  return null;
}
