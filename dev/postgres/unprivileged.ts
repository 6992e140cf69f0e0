// Whom Postgres runs as. It refuses to run as root, so a root process hands it to an unprivileged account; everyone
// else runs it as themselves. Deliberately creates no accounts: changing a machine's users is not a dev tool's place.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Empty when the current user will do. */
export type Account = { uid?: number; gid?: number };

/** Any account with a passwd entry works; initdb insists on the entry, not on a home or a shell. */
const candidates = ['nobody', 'postgres', 'daemon'];

export function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of candidates) {
    const entry = entries.find(([user]) => user === name);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error(
    `Postgres refuses to run as root, and /etc/passwd has none of ${candidates.join(', ')} to run it as. ` +
      'Run this as an ordinary user.',
  );
}

/** A small environment: the caller's PG* variables, secrets and locale are none of Postgres's business. */
export const serverEnvironment = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  // Windows needs it to load system libraries; elsewhere it is absent.
  ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}),
};

/** Runs a program to its end as `account`; never throws for a failing program, since callers probe with it. */
export function runAs(account: Account, program: string, args: string[]) {
  return new Promise<{ ok: boolean; output: string }>((resolve) => {
    const child = spawn(program, args, {
      ...account,
      // The caller's own folder may be closed to the account, and a process can't start where it can't stand.
      cwd: process.platform === 'win32' ? undefined : '/',
      env: serverEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}
