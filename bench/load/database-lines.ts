/**
 * Lines of the load that are database sessions: one named statement, its plan kept, as a server with a pool of its own
 * would run it. Sessions stay open between runs, since a new one would plan everything anew.
 */
import pg from 'pg';
import type { Line } from './send-all.ts';

export interface Call {
  readonly values: readonly (string | number)[];
  /** Throws where the row is not exactly what it must be. */
  verify(row: unknown): void;
}

export interface DatabaseLines {
  open(): Promise<Line>;
  stop(): Promise<void>;
}

export function databaseLines({
  connectionString,
  text,
  next,
}: {
  connectionString: string;
  text: string;
  next: () => Call;
}): DatabaseLines {
  const sessions: pg.Client[] = [];
  const idle: pg.Client[] = [];
  const open = async (): Promise<Line> => {
    const session = idle.pop() ?? (await connect());
    return {
      ask: async () => {
        const { values, verify } = next();
        const { rows } = await session.query({ name: 'call', text, values: [...values] });
        return () => verify(rows[0]);
      },
      close: () => idle.push(session),
    };
  };
  const connect = async () => {
    const session = new pg.Client({ connectionString });
    await session.connect();
    sessions.push(session);
    return session;
  };
  return {
    open,
    stop: async () => {
      await Promise.all(sessions.map((session) => session.end()));
    },
  };
}
