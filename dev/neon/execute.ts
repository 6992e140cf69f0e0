// Runs a request on one session and writes the answer's JSON while the rows arrive. A batch is one transaction that
// stops and rolls back at its first error. It decides nothing about faults or HTTP.

import pg from 'pg';
import { RequestRefused } from './errors.ts';
import { encoderFor } from './json-values.ts';
import { type SqlRequest, type Statement, startTransaction } from './protocol.ts';
import type { SessionPool } from './sessions.ts';

export type Execution = { pool: SessionPool; maxResponseBytes: number; aborted: AbortSignal };

/** Gives the answer's body. Whatever goes wrong is thrown. */
export async function execute(
  request: SqlRequest,
  { pool, maxResponseBytes, aborted }: Execution,
): Promise<string> {
  const client = await pool.acquire();
  if (aborted.aborted) {
    void pool.release(client);
    throw cancelled();
  }
  // Neon cancels the running query when its HTTP request goes away.
  const cancel = () => pool.cancel(client);
  aborted.addEventListener('abort', cancel, { once: true });
  const output = { rawText: request.rawText, maxBytes: maxResponseBytes, bytesLeft: maxResponseBytes };
  try {
    const answer = request.batch
      ? await runBatch(client, request, output, aborted)
      : await runStatement(client, request.statements[0] as Statement, output);
    // A cancel request that came too late could still hit the session's next query, so the session is not reused.
    if (aborted.aborted) pool.discard(client);
    else void pool.release(client);
    return answer;
  } catch (error) {
    // As Neon does: a session that failed outside a transaction, or was cancelled, is not used again.
    const keep = request.batch && error instanceof pg.DatabaseError && !aborted.aborted;
    if (keep) void pool.release(client);
    else pool.discard(client);
    throw aborted.aborted ? cancelled() : error;
  } finally {
    aborted.removeEventListener('abort', cancel);
  }
}

const cancelled = () => new RequestRefused(400, 'Query cancelled, connection was terminated');

type Output = { rawText: boolean; maxBytes: number; bytesLeft: number };

async function runBatch(
  client: pg.Client,
  request: SqlRequest,
  output: Output,
  aborted: AbortSignal,
): Promise<string> {
  await client.query(startTransaction(request.batch ?? { readOnly: false, deferrable: false }));
  const results: string[] = [];
  for (const statement of request.statements) {
    if (aborted.aborted) throw cancelled();
    results.push(await runStatement(client, statement, output));
  }
  await client.query('COMMIT');
  return `{"results":[${results.join(',')}]}`;
}

type Fields = pg.FieldDef[];

/** One statement, by the extended protocol even without parameters: that is what refuses `select 1; drop table t`. */
function runStatement(client: pg.Client, statement: Statement, output: Output): Promise<string> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query({
      text: statement.query,
      values: statement.params,
      rowMode: 'array',
      queryMode: 'extended',
    } as pg.QueryConfig);
    let encodeRow: ((row: (string | null)[]) => string) | undefined;
    let rows = '';
    query.on('row', (row: (string | null)[], result) => {
      if (output.bytesLeft < 0) return;
      encodeRow ??= rowEncoder(result?.fields ?? [], statement.arrayMode, output.rawText);
      const json = encodeRow(row);
      // The cap holds for a batch as a whole. Characters stand in for bytes: near enough for a limit.
      output.bytesLeft -= json.length + 1;
      if (output.bytesLeft < 0) {
        reject(new RequestRefused(507, `response is too large (max is ${output.maxBytes} bytes)`));
        // Ends the query too: reading the rest only to throw it away could take for ever.
        void client.end().catch(() => {});
        return;
      }
      rows += rows ? `,${json}` : json;
    });
    query.on('error', reject);
    query.on('end', (result) => {
      const { command, rowCount, fields } = result;
      resolve(
        `{"fields":${JSON.stringify(fields.map(describeField))},"rows":[${rows}],"command":${JSON.stringify(
          command ?? '',
        )},"rowCount":${rowCount},"rowAsArray":${statement.arrayMode}}`,
      );
    });
    client.query(query);
  });
}

const describeField = (field: pg.FieldDef) => ({
  name: field.name,
  dataTypeID: field.dataTypeID,
  tableID: field.tableID,
  columnID: field.columnID,
  dataTypeSize: field.dataTypeSize,
  dataTypeModifier: field.dataTypeModifier,
  format: 'text',
});

function rowEncoder(
  fields: Fields,
  arrayMode: boolean,
  rawText: boolean,
): (row: (string | null)[]) => string {
  // The driver's case: no thought given to a value.
  if (arrayMode && rawText) return JSON.stringify;
  const encoders = fields.map((field) => (rawText ? JSON.stringify : encoderFor(field.dataTypeID)));
  const keys = fields.map((field) => (arrayMode ? '' : `${JSON.stringify(field.name)}:`));
  const [open, close] = arrayMode ? '[]' : '{}';
  const encode = (value: string | null, index: number) =>
    `${keys[index]}${value === null ? 'null' : encoders[index]?.(value)}`;
  return (row) => `${open}${row.map(encode).join(',')}${close}`;
}
