/**
 * Shows where Postgres spends its time within one call of a function: the statements inside it, from pg_stat_statements. Their
 * sum is less than the call, because PL/pgSQL's own work, including expressions, is not counted. Plans are cached, so planning
 * is not included.
 */
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { markdownTable, number } from '../report/figures.ts';

/** Settings of the profiled server. Counting has a cost of its own, so shares are meaningful and absolute times are not. */
export const PROFILED_SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'all',
  'pg_stat_statements.track_utility': 'off',
};

export async function withStatements<T>(
  ownerDatabaseUrl: string,
  work: (statements: { reset(): Promise<void>; table(top: number): Promise<string> }) => Promise<T>,
): Promise<T> {
  return withClient(ownerDatabaseUrl, async (client) => {
    await client.query('CREATE EXTENSION pg_stat_statements');
    return work({
      reset: async () => void (await client.query('SELECT pg_stat_statements_reset()')),
      table: (top) => statementTable(client, top),
    });
  });
}

interface Statement {
  readonly query: string;
  readonly toplevel: boolean;
  readonly calls: number;
  readonly us: number;
  readonly blocks: number;
  readonly wal: number;
}

const STATEMENTS = `
  SELECT query, toplevel, calls::int, total_exec_time * 1000 AS us,
         (shared_blks_hit + shared_blks_read)::float8 AS blocks, wal_bytes::float8 AS wal
    FROM pg_stat_statements
   WHERE query NOT LIKE '%pg_stat_statements%'
   ORDER BY toplevel DESC, total_exec_time DESC`;

/** Figures per top-level call: first the top-level statement, then the statements inside it. */
async function statementTable(client: pg.Client, top: number): Promise<string> {
  const { rows } = await client.query<Statement>(STATEMENTS);
  const [call, ...others] = rows;
  if (!call?.toplevel) throw new Error('no statement was counted');
  const inside = others.filter(({ toplevel }) => !toplevel);
  const perCall = (total: number, digits = 1) => number(total / call.calls, digits);
  const row = ({ query, calls, us, blocks, wal }: Statement) => [
    query.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 90),
    perCall(calls, 2),
    perCall(us),
    perCall(blocks),
    perCall(wal, 0),
  ];
  return markdownTable(
    ['statement', 'calls', 'µs', 'blocks', 'WAL bytes'],
    [row(call), ...inside.slice(0, top).map(row)],
  );
}
