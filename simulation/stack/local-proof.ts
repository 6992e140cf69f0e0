/** What proofs through the API of a local stack have in common: a stack of their own, kills, and the check of the ledger. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { integrityCommand } from '../../cli/integrity.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';

interface StackOptions {
  readonly name: string;
  readonly log: (line: string) => void;
  /** Writes the balance config to a file in the folder. Left out: that of the example. */
  readonly config?: (dir: string) => Promise<string>;
}

/** `lines`: what the Worker printed. */
export async function inLocalStack<Proof>(
  { name, log, config }: StackOptions,
  prove: (stack: RunningStack, owner: pg.Client, lines: string[]) => Promise<Proof>,
): Promise<Proof> {
  const dir = await mkdtemp(join(tmpdir(), `onceward-${name}-`));
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  const file = await config?.(dir);
  const options = { dir, port: await freePort(), log, onLine };
  const stack = await startLocalStack({ ...options, ...(file !== undefined && { configFile: file }) });
  try {
    return await withClient(stack.ownerDatabaseUrl, (owner) => prove(stack, owner, lines));
  } finally {
    await stack.stop();
    await stack.database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Ends what the Worker's backends are doing, again and again. */
export function killBackends(ownerDatabaseUrl: string, everyMs: number) {
  let [isOver, killed] = [false, 0];
  const running = withClient(ownerDatabaseUrl, async (client) => {
    while (!isOver) {
      await sleep(everyMs);
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE usename = 'onceward_app' AND datname = current_database() AND state = 'active'`,
      );
      killed += rowCount ?? 0;
    }
  });
  // Where the proof ends early, its error is the one that counts.
  running.catch(() => {});
  return {
    end: async () => {
      isOver = true;
      await running;
      return killed;
    },
  };
}

/** What `npm run integrity` prints where it finds something. */
export async function integrityFaults({ ownerDatabaseUrl }: RunningStack): Promise<string[]> {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const output = { log: print, error: print, progress: () => {}, colours: false };
  const exitCode = await integrityCommand(['--database-url', ownerDatabaseUrl], output);
  return exitCode === 0 ? [] : printed;
}
