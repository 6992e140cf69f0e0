/**
 * Another commit of this repository in the same run: writes it into a folder, so that its Worker can be built, and creates a ledger
 * with its migrations and its kernel.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { readConfigFile } from '../../cli/config-document.ts';
import type { publishBalanceConfig } from '../../cli/config-store.ts';
import { withClient } from '../../cli/connect.ts';
import type { migrate } from '../../cli/migrate.ts';
import type { BenchDatabase } from './database.ts';
import { withDatabase } from './new-ledger.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The full hash of a commit, or null if this repository does not have it. */
export async function findCommit(ref: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const found = promisify(execFile)('git', args, { cwd: ROOT });
  return found.then(({ stdout }) => stdout.trim()).catch(() => null);
}

const FILES = [
  ...['src', 'cli', 'drizzle', 'config'],
  ...['wrangler.toml', 'package.json', 'tsconfig.json', 'tsconfig.base.json'],
];

/** It uses the packages that are installed here. */
export async function checkOut(commit: string, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const archive = spawn('git', ['archive', commit, ...FILES], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const unpack = spawn('tar', ['-x', '-C', dir], { stdio: [archive.stdout, 'ignore', 'inherit'] });
  const codes = await Promise.all([archive, unpack].map(async (child) => (await once(child, 'exit'))[0]));
  if (codes.some((code) => code !== 0)) throw new Error(`commit ${commit} could not be written to a folder`);
  await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
}

export interface CheckoutLedger {
  /** Connects with the role of the Worker. */
  readonly databaseUrl: string;
  /** What publishing its example config wrote to KV. */
  readonly kvEntries: Readonly<Record<string, string>>;
}

/** Runs the commands of the checkout: each commit must get along only with its own kernel. */
export async function createCheckoutLedger(
  database: BenchDatabase,
  checkout: string,
  name: string,
): Promise<CheckoutLedger> {
  const load = async (file: string) => import(join(checkout, 'cli', file));
  const commands = {
    ...((await load('migrate.ts')) as { migrate: typeof migrate }),
    ...((await load('config-store.ts')) as { publishBalanceConfig: typeof publishBalanceConfig }),
    ...((await load('config-document.ts')) as { readConfigFile: typeof readConfigFile }),
  };
  await withClient(database.ownerDatabaseUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const ownerDatabaseUrl = withDatabase(database.ownerDatabaseUrl, name);
  const databaseUrl = withDatabase(database.databaseUrl, name);
  await commands.migrate({ databaseUrl: ownerDatabaseUrl, appPassword: new URL(databaseUrl).password });
  const kvEntries: Record<string, string> = {};
  const published = await commands.publishBalanceConfig({
    document: await commands.readConfigFile(join(checkout, 'config/balance.example.json')),
    by: 'bench',
    reason: null,
    ownerDatabaseUrl,
    writeKv: async (entries) => {
      for (const { key, value } of entries) kvEntries[key] = value;
    },
  });
  if ('problems' in published) throw new Error('the example config of the checkout is not valid');
  return { databaseUrl, kvEntries };
}
