/** Counts what a run did and how often each invariant was checked, and formats it as the tables at the end of the run. */
import type { Attempt } from '../clients/journal.ts';
import { INVARIANT_NAMES, INVARIANTS, type Tally } from '../invariants/tally.ts';
import type { Rejection } from '../model/effect.ts';
import type { SeedResult } from '../run/run-seed.ts';

/** The counters of injected faults, by their names. */
const FAULT = /^(client|database|lane) hop|killed|^KV|^clock|^staff|^schema|^lane not sent|^Worker/;
const MAX_COLUMNS = 110;

export class Summary {
  readonly seeds: string[] = [];
  attempts = 0;
  #operations = 0;
  #reads = 0;
  #lostAfterCommit = 0;
  #seconds = 0;
  /** By operation, then by outcome. */
  readonly #outcomes = new Map<string, Map<string, number>>();
  readonly #counts = new Map<string, number>();

  count(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  add({ seed, path, slots, reads, seconds, lostAfterCommit, attempts }: SeedResult): void {
    this.seeds.push(`${seed} (${path})`);
    this.attempts += attempts.length;
    this.#operations += slots;
    this.#reads += reads;
    this.#seconds += seconds;
    this.#lostAfterCommit += lostAfterCommit;
    for (const { intent, answer } of attempts) {
      const outcomes = this.#outcomes.get(intent.operation) ?? new Map<string, number>();
      this.#outcomes.set(intent.operation, outcomes);
      const name = outcomeName(answer);
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    }
  }

  text(tally: Tally): string {
    const counters = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      this.#totals(),
      ['Answers by operation', ...this.#outcomeTable().map(indented)],
      [
        'Faults and other events',
        ...inColumns(counters.map(([kind, count]) => `${kind} ${number(count)}`)).map(indented),
      ],
      ['Invariants', ...invariantTable(tally).map(indented)],
    ]
      .map((lines) => lines.join('\n'))
      .join('\n\n');
  }

  #totals(): string[] {
    const sumOf = (kinds: RegExp) =>
      [...this.#counts].reduce((sum, [kind, count]) => sum + (kinds.test(kind) ? count : 0), 0);
    const rate = Math.round(this.#operations / Math.max(this.#seconds, 0.001));
    return [
      `${counted(this.#operations, 'operation')} in ${counted(this.seeds.length, 'seed')}, ` +
        `${this.#seconds.toFixed(1)} s (${rate}/s): ${number(this.attempts)} attempts, ${number(this.#reads)} reads`,
      `${number(sumOf(FAULT))} faults injected, among them ${number(sumOf(/killed/))} kills (${number(sumOf(/^lane killed/))} of single lanes); ` +
        `${number(this.#lostAfterCommit)} answers lost after the commit`,
    ];
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
      row('', operations),
      ...names.map((name) =>
        row(
          name,
          operations.map((operation) => number(this.#outcomes.get(operation)?.get(name) ?? 0)),
        ),
      ),
    ];
  }
}

export function invariantTable({ checks, findings }: Tally): string[] {
  return INVARIANT_NAMES.map((invariant) => {
    const violations = findings.filter((finding) => finding.invariant === invariant).length;
    const count = number(checks.get(invariant) ?? 0).padStart(11);
    return `${invariant.padEnd(4)}${count} checks, ${counted(violations, 'violation')}: ${INVARIANTS[invariant]}`;
  });
}

function outcomeName(answer: Attempt['answer']): string {
  switch (answer?.kind) {
    case 'receipt':
      return answer.receipt.replayed ? 'Receipt, replayed' : 'Receipt';
    case 'rejected':
      return rejectionName(answer.rejection);
    case 'fault':
      return answer.code;
    case 'call':
      return answer.replayed ? 'Call, replayed' : 'Call';
    default:
      return 'no answer';
  }
}

/** Each limit is counted separately, as a run should exceed each of them. */
function rejectionName({ kind, details: { limit } }: Rejection): string {
  return limit === undefined ? kind : `${kind} ${String(limit).toLowerCase()}`;
}

function inColumns(cells: readonly string[]): string[] {
  const width = Math.max(0, ...cells.map((cell) => cell.length)) + 3;
  const perRow = Math.max(1, Math.floor(MAX_COLUMNS / width));
  const rows = Array.from({ length: Math.ceil(cells.length / perRow) }, (_, row) =>
    cells.slice(row * perRow, (row + 1) * perRow),
  );
  return rows.map((row) =>
    row
      .map((cell) => cell.padEnd(width))
      .join('')
      .trimEnd(),
  );
}

const indented = (line: string) => `  ${line}`;

const number = (value: number) => value.toLocaleString('en');

/** `1 violation`, `2 violations`, `no violations`. */
export function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : number(count)} ${noun}${count === 1 ? '' : 's'}`;
}
