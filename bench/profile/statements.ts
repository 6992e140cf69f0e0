/**
 * Where Postgres' time goes within one call of a function: the statements inside it, as pg_stat_statements counts them. Their
 * sum is less than the call: the rest is PL/pgSQL's own work, expressions included. Planning is no part of it: plans are kept.
 */
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { markdownTable, number } from '../report/markdown.ts';

/** For the server that is to be profiled. Counting costs a little itself: read shares. */
export const PROFILED_SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'all',
  'pg_stat_statements.track_utility': 'off',
};

export async function withStatements<T>(
  ownerDatabaseUrl: string,
  work: (statements: { forget(): Promise<void>; table(top: number): Promise<string> }) => Promise<T>,
): Promise<T> {
  return withClient(ownerDatabaseUrl, async (client) => {
    await client.query('CREATE EXTENSION pg_stat_statements');
    return work({
      forget: async () => void (await client.query('SELECT pg_stat_statements_reset()')),
      table: (top) => statementTable(client, top),
    });
  });
}

interface Counted {
  readonly query: string;
  readonly toplevel: boolean;
  readonly calls: number;
  readonly us: number;
  readonly blocks: number;
  readonly wal: number;
}

const COUNTED = `
  SELECT query, toplevel, calls::int, total_exec_time * 1000 AS us, (shared_blks_hit + shared_blks_read)::float8 AS blocks,
         wal_bytes::float8 AS wal
    FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' ORDER BY toplevel DESC, total_exec_time DESC`;

/** For each call of what the load asks for: the outermost statement first, then those inside it. */
async function statementTable(client: pg.Client, top: number): Promise<string> {
  const { rows } = await client.query<Counted>(COUNTED);
  const [call, ...others] = rows;
  if (!call?.toplevel) throw new Error('no statement was counted');
  const inside = others.filter(({ toplevel }) => !toplevel);
  const each = (total: number, digits = 1) => number(total / call.calls, digits);
  const row = ({ query, calls, us, blocks, wal }: Counted) => [
    query.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 90),
    each(calls, 2),
    each(us),
    each(blocks),
    each(wal, 0),
  ];
  return markdownTable(
    ['statement', 'calls', 'µs', 'blocks', 'WAL bytes'],
    [row(call), ...inside.slice(0, top).map(row)],
  );
}
