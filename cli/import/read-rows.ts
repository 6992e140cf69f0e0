/**
 * Reads a file of historic transactions, either CSV with a header or JSON lines, and validates every row. One invalid row
 * makes the whole file invalid; its error names the line, the field and what is expected.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import type { HistoricRow } from '../../src/domain/import.ts';
import { isStorableText, MAX_AMOUNT, PATTERNS } from '../../src/domain/values.ts';

export const MAX_ROWS = 5_000_000;
const MAX_ERRORS = 20;
const MAX_SOURCE_LENGTH = 128;
const MAX_KEY_LENGTH = 256;
const FIELDS = ['player', 'resource', 'amount', 'time', 'source', 'key', 'type'] as const;
type Fields = Partial<Record<(typeof FIELDS)[number], unknown>>;

export interface NumberedRow extends HistoricRow {
  /** The line in the file, counted from 1. */
  readonly line: number;
}

export interface ReadRows {
  readonly rows: readonly NumberedRow[];
  /** The first errors. Empty if the file is valid. */
  readonly errors: readonly string[];
}

/** The names that rows may and may not use. */
export interface ImportNames {
  /** The resources of the current balance config. */
  readonly resources: ReadonlySet<string>;
  /** Claim types under which the ledger records operations of its own, and exchanges: their keys are not claim keys. */
  readonly closedTypes: ReadonlySet<string>;
}

export async function readRows(path: string, names: ImportNames): Promise<ReadRows> {
  const rows: NumberedRow[] = [];
  const errors: string[] = [];
  for await (const { line, fields } of /\.(jsonl|ndjson|json)$/i.test(path)
    ? jsonLines(path)
    : csvLines(path)) {
    const row = typeof fields === 'string' ? fields : rowOf(fields, names);
    if (typeof row === 'string') errors.push(`line ${line}: ${row}`);
    else rows.push({ ...row, line });
    if (errors.length >= MAX_ERRORS) break;
    if (rows.length > MAX_ROWS) {
      errors.push(
        `more than ${MAX_ROWS} rows: split the file by player and import the parts one after the other`,
      );
      break;
    }
  }
  return { rows, errors };
}

/** A line with its fields, or with an error message in their place. */
type Line = { readonly line: number; readonly fields: Fields | string };

async function* jsonLines(path: string): AsyncGenerator<Line> {
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (text.trim() === '') continue;
    yield { line, fields: jsonFields(text) };
  }
}

function jsonFields(text: string): Fields | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON; each line must be one JSON object';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be a JSON object';
  return unknownField(Object.keys(value)) ?? value;
}

async function* csvLines(path: string): AsyncGenerator<Line> {
  const parser = createReadStream(path).pipe(
    parse({
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      info: true,
      skip_empty_lines: true,
      trim: true,
    }),
  );
  let headerChecked = false;
  for await (const { record, info } of parser as AsyncIterable<{ record: Fields; info: { lines: number } }>) {
    const unknown = headerChecked ? null : unknownField(Object.keys(record));
    headerChecked = true;
    yield { line: info.lines, fields: unknown ?? record };
  }
}

function unknownField(names: readonly string[]): string | null {
  const unknown = names.find((name) => !(FIELDS as readonly string[]).includes(name));
  return unknown === undefined ? null : `has the field "${unknown}"; known are ${FIELDS.join(', ')}`;
}

/** Returns the row, or a message for its first invalid field. */
function rowOf(fields: Fields, { resources, closedTypes }: ImportNames): HistoricRow | string {
  const { player, resource, source, key, type } = fields;
  const amount =
    typeof fields.amount === 'string' && /^-?\d+$/.test(fields.amount)
      ? Number(fields.amount)
      : fields.amount;
  if (!matches(player, PATTERNS.playerId.expression)) return `player must be ${PATTERNS.playerId.expected}`;
  if (typeof resource !== 'string' || !resources.has(resource))
    return `resource ${JSON.stringify(resource)} is not in the balance config; add it there first`;
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount === 0)
    return `amount must be a whole number within ±${MAX_AMOUNT}, and not 0`;
  const time = timeOf(fields.time);
  if (time === null) return 'time must be ISO 8601 with a zone, such as 2024-05-01T12:30:00Z';
  if (!isText(source, MAX_SOURCE_LENGTH))
    return `source must be 1 to ${MAX_SOURCE_LENGTH} characters: the table or service that the row comes from`;
  const givenKey = absent(key) ? null : key;
  if (givenKey !== null && !isText(givenKey, MAX_KEY_LENGTH))
    return `key must be at most ${MAX_KEY_LENGTH} characters`;
  if (absent(type)) return { playerId: player, resource, amount, time, source, key: givenKey, type: null };
  if (!matches(type, PATTERNS.claimType.expression)) return `type must be ${PATTERNS.claimType.expected}`;
  if (closedTypes.has(type))
    return `type ${type} is reserved by the ledger or is an exchange; use another type`;
  if (givenKey === null || !PATTERNS.claimKey.expression.test(givenKey))
    return `key must be ${PATTERNS.claimKey.expected}, because the row has a type: both together identify the claim`;
  return { playerId: player, resource, amount, time, source, key: givenKey, type };
}

const absent = (value: unknown): value is undefined | null | '' =>
  value === undefined || value === null || value === '';

const matches = (value: unknown, pattern: RegExp): value is string =>
  typeof value === 'string' && pattern.test(value);

const isText = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= maxLength && isStorableText(value);

function timeOf(value: unknown): string | null {
  if (
    typeof value !== 'string' ||
    !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(value)
  )
    return null;
  const time = new Date(value.replace(' ', 'T'));
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
