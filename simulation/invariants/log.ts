/** I10 between journal and log: the Worker logs each answer with the same correlation ID and the same code, and the lane it took. */
import type { Attempt } from '../clients/journal.ts';
import type { CommitPath } from '../schedule/lane-faults.ts';
import type { Tally } from './tally.ts';

interface Line {
  readonly correlationId?: string;
  readonly code?: string;
  /** The class of a failure of the database or of Neon. */
  readonly failure?: string;
  readonly lane?: number;
  readonly batch?: number;
  readonly queuedMs?: number;
}

/** The log of one seed, by correlation ID. */
export class LogLines {
  readonly #lines = new Map<string, Line[]>();
  /** By correlation ID: the whole lines of answers that are a defect. */
  readonly #defects = new Map<string, string[]>();
  readonly #onFailure: (failure: string) => void;

  constructor(onFailure: (failure: string) => void = () => {}) {
    this.#onFailure = onFailure;
  }

  add(line: string): void {
    const start = line.indexOf('{');
    if (start < 0) return;
    try {
      const parsed = JSON.parse(line.slice(start)) as Line;
      if (!parsed.correlationId || !parsed.code) return;
      if (parsed.failure) this.#onFailure(parsed.failure);
      const lines = this.#lines.get(parsed.correlationId) ?? [];
      this.#lines.set(parsed.correlationId, lines);
      lines.push(parsed);
      if (parsed.code === 'INTERNAL') this.#noteDefect(parsed.correlationId, line.slice(start));
    } catch {
      // workerd writes lines of its own.
    }
  }

  of(correlationId: string): readonly Line[] {
    return this.#lines.get(correlationId) ?? [];
  }

  #noteDefect(correlationId: string, line: string): void {
    this.#defects.set(correlationId, [...(this.#defects.get(correlationId) ?? []), line.trim()]);
  }

  /** The lines of defects so far, which name the class of each failure. */
  defects(): ReadonlyMap<string, readonly string[]> {
    return new Map(this.#defects);
  }

  clear(): void {
    this.#lines.clear();
    this.#defects.clear();
  }
}

export function checkLog(
  tally: Tally,
  attempts: readonly Attempt[],
  { log, path }: { readonly log: LogLines; readonly path: CommitPath },
): void {
  for (const { correlationId, answer, intent } of attempts) {
    // A call has one line, whatever its items.
    if (intent.place !== undefined) continue;
    const about = { player: intent.player, keys: [intent.key] };
    const lines = log.of(correlationId);
    tally.check('I10', lines.every(path === 'lanes' ? isOfLane : namesNoLane), () => ({
      what: `${correlationId} was sent through ${path}, logged as ${JSON.stringify(lines)}`,
      ...about,
    }));
    // The codes of faults are left out: some end the request before the Worker logs an operation.
    const code = outcomeCode(answer);
    if (code === null) continue;
    const matching = lines.filter((line) => line.code === code);
    tally.check('I10', matching.length > 0, () => ({
      what: `${correlationId} was answered ${code}, logged as ${lines.map((line) => line.code).join(', ') || 'nothing'}`,
      ...about,
    }));
    // Calls do not go through lanes.
    tally.check('I10', path === 'direct' || intent.isCall === true || matching.every(namesLane), () => ({
      what: `${correlationId} was committed through a lane, logged as ${JSON.stringify(matching)}`,
      ...about,
    }));
  }
}

const MOST_LANES = 4;
const MOST_IN_BATCH = 100;

function namesLane({ lane, batch, queuedMs }: Line): boolean {
  const isWithin = (value: number | undefined, least: number, most: number) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  return (
    isWithin(lane, 0, MOST_LANES - 1) &&
    isWithin(batch, 1, MOST_IN_BATCH) &&
    isWithin(queuedMs, 0, Number.MAX_SAFE_INTEGER)
  );
}

/** A line of any code: only an outcome has a batch and a wait, and both of them. */
function isOfLane(line: Line): boolean {
  const hasOutcome = line.batch !== undefined || line.queuedMs !== undefined;
  return hasOutcome ? namesLane(line) : true;
}

function namesNoLane({ lane, batch, queuedMs }: Line): boolean {
  return lane === undefined && batch === undefined && queuedMs === undefined;
}

function outcomeCode(answer: Attempt['answer']): string | null {
  if (answer?.kind === 'receipt') return 'RECEIPT';
  if (answer?.kind === 'rejected') return answer.rejection.kind.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase();
  return null;
}
