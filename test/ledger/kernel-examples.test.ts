// Runs drizzle/kernel/examples on databases of their own and compares what each statement returns with the file.
// `npx vitest run test/ledger/kernel-examples.test.ts -u` writes the output into the files.
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withClient } from '../../cli/connect.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';

const FOLDER = new URL('../../drizzle/kernel/examples/', import.meta.url).pathname;
const [SETUP = '', ...EXAMPLES] = readdirSync(FOLDER).sort();
const OUTPUT = '-- →';
const MAX_COLUMNS = 100;

/** Comments, statements and the output below them. A statement ends with a semicolon at the end of a line. */
function statementsOf(file: string): string[] {
  const lines = readFileSync(FOLDER + file, 'utf8').split('\n');
  const text = lines.filter((line) => !line.startsWith(OUTPUT)).join('\n');
  return text.trim().split(/(?<=;)\n+/);
}

/** In one line where it fits, otherwise a line for each member. */
function printed(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const members = Object.entries(value).map(([name, member]) => [list ? '' : `"${name}": `, member] as const);
  const [open, close] = list ? ['[', ']'] : ['{', '}'];
  const short = `${open}${members.map(([name, member]) => name + printed(member)).join(', ')}${close}`;
  if (indent.length + short.length <= MAX_COLUMNS - OUTPUT.length - 2) return short;
  const deeper = `${indent}  `;
  const lines = members.map(([name, member]) => `${deeper}${name}${printed(member, deeper)}`);
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** Values that differ in each run: UUIDs, digests, handles, times. */
const masked = (text: string): string =>
  text.replaceAll(
    /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{64}|[\da-f]{20}|\b1[78]\d{11}\b|\d{4}(-\d\d){2}T[\d:.+]+/g,
    '…',
  );

const VOID = 2278;

function outputOf({ rows, fields: all }: pg.QueryResult): string[] {
  const fields = all.filter(({ dataTypeID }) => dataTypeID !== VOID);
  const show = (value: unknown) => (typeof value === 'object' ? printed(value) : String(value));
  const lines = (fields.length > 0 ? rows : []).flatMap((row) =>
    fields
      .map(({ name }) => show(row[name]))
      .join(' | ')
      .split('\n'),
  );
  const named = fields.length > 1 && rows.length > 0 ? [fields.map(({ name }) => name).join(' | ')] : [];
  return [...named, ...lines];
}

async function run(client: pg.Client, statement: string): Promise<string> {
  const lines = await client
    .query(statement)
    .then(outputOf, ({ code, constraint, message }: pg.DatabaseError) => [
      `ERROR ${code}: ${constraint ?? message}`,
    ]);
  return [statement, ...lines.map((line) => `${OUTPUT} ${masked(line)}`)].join('\n');
}

describe('an example of the kernel gives the output that stands in its file', () => {
  let database: Awaited<ReturnType<typeof startOwnServer>>;
  beforeAll(async () => {
    database = await startOwnServer({}, { rules: false });
    await withClient(database.ownerDatabaseUrl, (client) =>
      client.query(readFileSync(FOLDER + SETUP, 'utf8')),
    );
  });
  afterAll(() => database.stop());

  test.each(EXAMPLES)('%s', async (file) => {
    const name = file.replace(/\W/g, '_');
    await withClient(database.postgres.superuserUrl(), (client) =>
      client.query(`CREATE DATABASE "${name}" TEMPLATE onceward`),
    );
    const url = database.postgres.superuserUrl(name);
    const done = await withClient(url, (first) =>
      withClient(url, async (second) => {
        const outputs: string[] = [];
        for (const statement of statementsOf(file))
          outputs.push(await run(/^-- In another session/m.test(statement) ? second : first, statement));
        return outputs;
      }),
    );
    await expect(`${done.join('\n\n')}\n`).toMatchFileSnapshot(FOLDER + file);
  });
});
