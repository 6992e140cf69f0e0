/** What a run did and how often each thing was looked at: the tables at its end. Sums only; judging is done elsewhere. */
import type { Attempt } from '../clients/journal.ts';
import { INVARIANTS, type Invariant, type Tally } from '../invariants/finding.ts';
import type { Rejection } from '../model/effect.ts';

export class Summary {
  operations = 0;
  attempts = 0;
  reads = 0;
  lostAfterCommit = 0;
  seconds = 0;
  readonly seeds: string[] = [];
  readonly #outcomes = new Map<string, Map<string, number>>();
  readonly #counts = new Map<string, number>();

  count(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  addAttempts(attempts: readonly Attempt[]): void {
    this.attempts += attempts.length;
    for (const { intent, answer } of attempts) {
      const outcomes = this.#outcomes.get(intent.operation) ?? new Map<string, number>();
      this.#outcomes.set(intent.operation, outcomes);
      const name = outcomeName(answer);
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    }
  }

  sumOf(of: (kind: string) => boolean): number {
    return [...this.#counts].reduce((sum, [kind, count]) => sum + (of(kind) ? count : 0), 0);
  }

  text(tally: Tally): string {
    const kills = this.sumOf((kind) => kind.includes('killed'));
    const faults = this.sumOf((kind) => /^(client|database) hop|killed|^KV|^clock|^staff|^schema/.test(kind));
    const rate = Math.round(this.operations / Math.max(this.seconds, 0.001));
    return [
      `${number(this.operations)} operations of ${this.seeds.length} seed(s) in ${this.seconds.toFixed(1)} s (${rate}/s): ` +
        `${number(this.attempts)} attempts, ${number(this.reads)} reads`,
      `${number(faults)} faults, ${number(this.lostAfterCommit)} replies lost after commit, ${number(kills)} kills`,
      '',
      ...this.#outcomeTable(),
      '',
      ...columns(
        [...this.#counts]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([kind, count]) => `${kind} ${number(count)}`),
      ),
      '',
      ...(Object.keys(INVARIANTS) as Invariant[]).map(
        (invariant) =>
          `${invariant.padEnd(4)}${number(tally.checks.get(invariant) ?? 0).padStart(12)} checks, ` +
          `${tally.findings.filter((finding) => finding.invariant === invariant).length} broken: ${INVARIANTS[invariant]}`,
      ),
    ].join('\n');
  }

  #outcomeTable(): string[] {
    const operations = [...this.#outcomes.keys()].sort();
    const names = [
      ...new Set([...this.#outcomes.values()].flatMap((outcomes) => [...outcomes.keys()])),
    ].sort();
    const row = (head: string, cells: readonly string[]) =>
      head.padEnd(32) +
      cells.map((cell, index) => cell.padStart((operations[index]?.length ?? 0) + 2)).join('');
    return [
      row('outcome', operations),
      ...names.map((name) =>
        row(
          name,
          operations.map((operation) => number(this.#outcomes.get(operation)?.get(name) ?? 0)),
        ),
      ),
    ];
  }
}

function outcomeName(answer: Attempt['answer']): string {
  switch (answer?.kind) {
    case 'receipt':
      return answer.receipt.replayed ? 'Receipt, replayed' : 'Receipt';
    case 'rejected':
      return kindOf(answer.rejection);
    case 'fault':
      return answer.code;
    default:
      return 'no answer';
  }
}

/** With the limit that stood in the way: each is to be met. */
function kindOf({ kind, details: { limit } }: Rejection): string {
  return limit === undefined ? kind : `${kind} ${String(limit).toLowerCase()}`;
}

function columns(cells: readonly string[]): string[] {
  const width = Math.max(0, ...cells.map((cell) => cell.length)) + 3;
  const across = Math.max(1, Math.floor(110 / width));
  const rows = Array.from({ length: Math.ceil(cells.length / across) }, (_, row) =>
    cells.slice(row * across, (row + 1) * across),
  );
  return rows.map((row) =>
    row
      .map((cell) => cell.padEnd(width))
      .join('')
      .trimEnd(),
  );
}

const number = (value: number) => value.toLocaleString('en');
