/** Takes a base backup of a running server (pg_backup_start, a copy of the files, pg_backup_stop) and starts a server on it. */
import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withClient } from '../../../cli/connect.ts';
import { type LocalPostgres, startPostgres } from '../../../dev/postgres.ts';

const run = promisify(execFile);

/** `passwordFile` is that of the running server. `remove` deletes the copy. */
export async function startFromBaseBackup(
  superuserUrl: string,
  passwordFile: string,
): Promise<LocalPostgres> {
  const { dataDir, pgdata } = await withClient(superuserUrl, async (client) => {
    const { rows: settings } = await client.query('SHOW data_directory');
    const from: string = settings[0].data_directory;
    // Next to the data, where the account of Postgres has access.
    const dataDir = await mkdtemp(join(dirname(dirname(from)), 'backup-'));
    await chmod(dataDir, 0o755);
    const pgdata = join(dataDir, 'pgdata');
    await client.query("SELECT pg_backup_start('test', true)");
    await run('cp', ['-a', from, pgdata]);
    const { rows: stopped } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
    // Copied again, because it must contain everything that was written up to the stop.
    await rm(join(pgdata, 'pg_wal'), { recursive: true });
    await run('cp', ['-a', join(from, 'pg_wal'), pgdata]);
    await writeFile(join(pgdata, 'backup_label'), stopped[0].labelfile);
    return { dataDir, pgdata };
  });
  for (const name of ['postmaster.pid', 'postmaster.opts']) await rm(join(pgdata, name));
  const { uid, gid } = await stat(pgdata);
  await chown(join(pgdata, 'backup_label'), uid, gid);
  await copyFile(passwordFile, join(dataDir, 'password'));
  const postgres = await startPostgres({ dataDir });
  return {
    ...postgres,
    remove: async () => {
      await postgres.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
