/**
 * The client programs of Postgres, which npm does not install. They are taken from ONCEWARD_PG_BIN or the PATH. An older
 * pg_dump does not work with a newer server.
 */
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const OLDEST = 18;
const folder = process.env.ONCEWARD_PG_BIN;
const pathOf = (program: string) => (folder ? join(folder, program) : program);

export const NEEDED = `pg_dump ${OLDEST} or newer: install it on the PATH, or set ONCEWARD_PG_BIN to its folder`;

export function hasClientPrograms(): boolean {
  try {
    const version = execFileSync(pathOf('pg_dump'), ['--version'], { encoding: 'utf8' });
    return Number(/(\d+)/.exec(version)?.[1]) >= OLDEST;
  } catch {
    return false;
  }
}

export async function runClientProgram(
  program: 'pg_dump' | 'pg_restore',
  args: readonly string[],
): Promise<void> {
  await promisify(execFile)(pathOf(program), [...args]);
}
