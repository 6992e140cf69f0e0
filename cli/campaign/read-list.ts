/** Reads a file of players, CSV or JSON lines, as the rows of a list. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { PATTERNS } from '../../src/domain/values.ts';

export interface Row {
  readonly playerId: string;
  readonly item?: string;
  readonly gives?: readonly { readonly resource: string; readonly amount: number }[];
}

export interface ReadList {
  readonly rows: readonly Row[];
  /** Each begins with its line in the file. */
  readonly problems: readonly string[];
}

interface Given {
  readonly line: number;
  readonly player: unknown;
  readonly item: unknown;
  readonly gives: Readonly<Record<string, unknown>>;
}

const MAX_PROBLEMS = 20;

export async function readList(file: string): Promise<ReadList> {
  const text = await readFile(file, 'utf8');
  const problems: string[] = [];
  const given = /\.(jsonl|ndjson|json)$/.test(file) ? fromJsonLines(text, problems) : fromCsv(text, problems);
  const firstLines = new Map<string, number>();
  const rows = given.flatMap((row) => {
    const found = rowOf(row);
    if (typeof found === 'string') problems.push(`line ${row.line}: ${found}`);
    else {
      const first = firstLines.get(found.playerId);
      if (first === undefined) {
        firstLines.set(found.playerId, row.line);
        return [found];
      }
      problems.push(`line ${row.line}: names the player of line ${first}`);
    }
    return [];
  });
  return { rows, problems: problems.slice(0, MAX_PROBLEMS) };
}

/** Columns besides `player` and `item` are resources. */
function fromCsv(text: string, problems: string[]): Given[] {
  try {
    const records = parse(text, {
      columns: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      bom: true,
    }) as {
      readonly record: Readonly<Record<string, string>>;
      readonly info: { readonly lines: number };
    }[];
    return records.map(({ record: { player, item, ...amounts }, info: { lines } }) => ({
      line: lines,
      player,
      item: item === '' ? undefined : item,
      gives: Object.fromEntries(
        Object.entries(amounts).flatMap(([name, amount]) => (amount === '' ? [] : [[name, Number(amount)]])),
      ),
    }));
  } catch (error) {
    problems.push((error as Error).message);
    return [];
  }
}

function fromJsonLines(text: string, problems: string[]): Given[] {
  return text.split('\n').flatMap((content, index) => {
    if (content.trim() === '') return [];
    try {
      const { player, item, gives = {} } = JSON.parse(content);
      return [{ line: index + 1, player, item, gives }];
    } catch {
      problems.push(`line ${index + 1}: is not a JSON object`);
      return [];
    }
  });
}

/** The row, or what is wrong with it. */
function rowOf({ player, item, gives }: Given): Row | string {
  if (typeof player !== 'string' || !PATTERNS.playerId.expression.test(player))
    return `player must be ${PATTERNS.playerId.expected}`;
  if (item !== undefined && (typeof item !== 'string' || !PATTERNS.claimKey.expression.test(item)))
    return `item must be ${PATTERNS.claimKey.expected}`;
  const amounts = Object.entries(gives ?? {});
  const wrong = amounts.find(([, amount]) => !Number.isSafeInteger(amount) || (amount as number) < 1);
  if (wrong) return `${wrong[0]} must be a whole number from 1`;
  return {
    playerId: player,
    ...(item !== undefined && { item }),
    ...(amounts.length > 0 && {
      gives: amounts.map(([resource, amount]) => ({ resource, amount: amount as number })),
    }),
  };
}
