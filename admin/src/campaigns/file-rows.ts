// The rows of a file of players as they are read: which are right, and what is wrong with the others.
import { type Given, givenOfJson, type Row, rowChecker } from '../../../cli/campaign/list-rows.ts';
import { sha256 } from './digest.ts';

// As in the schema: uploadListChunk.
const CHUNK_ROWS = 1_000;
const MAX_CHUNKS = 200;
const MAX_ROWS = CHUNK_ROWS * MAX_CHUNKS;
/** So many are listed; all are counted. */
const LISTED_PROBLEMS = 200;

export interface Problem {
  /** In the file; 0: of the file as a whole. */
  readonly line: number;
  readonly problem: string;
}

export interface ReadFile {
  readonly name: string;
  readonly rows: readonly Row[];
  /** The first of them. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** Of the rows. The same file has the same one, whatever it is called. */
  readonly digest: string;
  /** How many rows say what they give, and how much of each resource all of them together give. */
  readonly givenRows: number;
  readonly totals: readonly { readonly resource: string; readonly amount: number }[];
}

/** Takes the text of a file in pieces, and hands on its rows. */
export interface RowReader {
  push(text: string): void;
  end(): Promise<void>;
}

export class Collected {
  readonly rows: Row[] = [];
  readonly #problems: Problem[] = [];
  readonly #check = rowChecker();
  readonly #giveable: ReadonlySet<string>;
  readonly #totals = new Map<string, number>();
  problemCount = 0;
  #givenRows = 0;

  constructor(giveable: readonly string[]) {
    this.#giveable = new Set(giveable);
  }

  problem(line: number, problem: string): void {
    this.problemCount += 1;
    if (this.#problems.length < LISTED_PROBLEMS) this.#problems.push({ line, problem });
  }

  /** What is wrong with the names of the columns; null: nothing. */
  columns(names: readonly string[]): string | null {
    if (!names.includes('player'))
      return `The first line must name the columns, of which one is “player”. It has: ${names.join(', ')}`;
    const unknown = names.find((name) => !['player', 'item'].includes(name) && !this.#giveable.has(name));
    return unknown === undefined
      ? null
      : `The column “${unknown}” is no resource that staff can give. There are: ${[...this.#giveable].join(', ')}`;
  }

  add(given: Given): void {
    const row = this.#check(given);
    const unknown =
      typeof row === 'string' ? undefined : row.gives?.find(({ resource }) => !this.#giveable.has(resource));
    if (typeof row === 'string' || unknown) {
      this.problem(given.line, typeof row === 'string' ? row : `staff cannot give ${unknown?.resource}`);
      return;
    }
    this.rows.push(row);
    if (row.gives) this.#givenRows += 1;
    for (const { resource, amount } of row.gives ?? [])
      this.#totals.set(resource, (this.#totals.get(resource) ?? 0) + amount);
  }

  async result(): Promise<Omit<ReadFile, 'name'>> {
    const { rows } = this;
    if (rows.length > MAX_ROWS) this.problem(0, `A list has at most ${MAX_ROWS} players.`);
    if (rows.length === 0 && this.problemCount === 0) this.problem(0, 'The file names no players.');
    if (this.#givenRows > 0 && this.#givenRows < rows.length)
      this.problem(0, `${rows.length - this.#givenRows} rows say no amount, and the others do.`);
    const digests = await Promise.all(chunksOf(rows).map((chunk) => sha256(JSON.stringify(chunk))));
    return {
      rows,
      problems: this.#problems.toSorted((a, b) => a.line - b.line),
      problemCount: this.problemCount,
      digest: await sha256(digests.join()),
      givenRows: this.#givenRows,
      totals: [...this.#totals].map(([resource, amount]) => ({ resource, amount })),
    };
  }
}

/** As they are uploaded. */
export function chunksOf<T>(rows: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / CHUNK_ROWS) }, (_, chunk) =>
    rows.slice(chunk * CHUNK_ROWS, (chunk + 1) * CHUNK_ROWS),
  );
}

export function jsonLines(found: Collected): RowReader {
  let rest = '';
  let line = 0;
  const read = (content: string) => {
    line += 1;
    if (content.trim() === '') return;
    const given = givenOfJson(content, line);
    if (given) found.add(given);
    else found.problem(line, 'is not a JSON object');
  };
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const content of lines) read(content);
    },
    async end() {
      read(rest);
    },
  };
}
