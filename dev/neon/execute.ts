/**
 * Executes a request on one session and writes the JSON of the response while rows arrive. A batch is one transaction; its
 * first error stops it and rolls it back.
 */
import pg from 'pg';
import { RequestRejected, type SqlRequest, type Statement, startTransaction } from './protocol.ts';
import type { SessionPool } from './sessions.ts';

export type Execution = {
  pool: SessionPool;
  maxResponseBytes: number;
  aborted: AbortSignal;
  /** Whether the query of a request that is aborted is cancelled. If not, it may commit after the client has gone. */
  cancels: () => boolean;
};

/** Returns the body of the response. */
export async function execute(
  request: SqlRequest,
  { pool, maxResponseBytes, aborted, cancels }: Execution,
): Promise<string> {
  const client = await pool.acquire();
  if (aborted.aborted) {
    void pool.release(client);
    throw cancelled();
  }
  const cancel = () => {
    if (cancels()) pool.cancel(client);
  };
  aborted.addEventListener('abort', cancel, { once: true });
  const output = { maxBytes: maxResponseBytes, bytesLeft: maxResponseBytes };
  try {
    const answer = request.batch
      ? await runBatch(client, request, output, aborted)
      : await runStatement(client, request.statements[0] as Statement, output);
    // A late cancel request could still cancel the next query of the session, so the session is not reused.
    if (aborted.aborted) pool.discard(client);
    else void pool.release(client);
    return answer;
  } catch (error) {
    // Like Neon, a session that failed outside a transaction or was cancelled is not reused.
    const keep = request.batch && error instanceof pg.DatabaseError && !aborted.aborted;
    if (keep) void pool.release(client);
    else pool.discard(client);
    throw aborted.aborted ? cancelled() : error;
  } finally {
    aborted.removeEventListener('abort', cancel);
  }
}

const cancelled = () => new RequestRejected(400, 'Query cancelled, connection was terminated');

type Output = { maxBytes: number; bytesLeft: number };

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

/** Uses the extended protocol even without parameters, because it rejects several statements (`select 1; drop table t`). */
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
      encodeRow ??= rowEncoder(result?.fields ?? [], statement.arrayMode);
      const json = encodeRow(row);
      // The limit applies to a batch as a whole. It counts characters, which is close enough to bytes.
      output.bytesLeft -= json.length + 1;
      if (output.bytesLeft < 0) {
        reject(new RequestRejected(507, `response is too large (max is ${output.maxBytes} bytes)`));
        // Ending the session also ends the query, whose remaining rows could be endless.
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

/** Values stay the text that Postgres wrote. */
function rowEncoder(fields: pg.FieldDef[], arrayMode: boolean): (row: (string | null)[]) => string {
  if (arrayMode) return JSON.stringify;
  const keys = fields.map(({ name }) => JSON.stringify(name));
  return (row) => `{${row.map((value, index) => `${keys[index]}:${JSON.stringify(value)}`).join(',')}}`;
}
