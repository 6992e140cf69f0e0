/**
 * Postgres' own client programs, which npm does not bring: those of ONCEWARD_PG_BIN, or of the PATH. An older pg_dump
 * refuses a newer server.
 */
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const OLDEST = 18;
const folder = process.env.ONCEWARD_PG_BIN;
const place = (program: string) => (folder ? join(folder, program) : program);

export const NEEDED = `pg_dump ${OLDEST} or newer: put it on the PATH, or its folder into ONCEWARD_PG_BIN`;

export function hasClientPrograms(): boolean {
  try {
    const told = execFileSync(place('pg_dump'), ['--version'], { encoding: 'utf8' });
    return Number(/(\d+)/.exec(told)?.[1]) >= OLDEST;
  } catch {
    return false;
  }
}

export async function runClientProgram(
  program: 'pg_dump' | 'pg_restore',
  args: readonly string[],
): Promise<void> {
  await promisify(execFile)(place(program), [...args]);
}
