/** `npm run archive:restore`: puts archived claims back into the database, or verifies the files. docs/retention.md describes it. */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { partsOf, restoreParts } from './archive/restore.ts';
import { openStore } from './archive/store.ts';
import { LOCK } from './archive.ts';
import { type Command, ownerDatabaseUrl, parseArguments, runAsProcess } from './command-line.ts';
import { withClient } from './connect.ts';
import { progressBar } from './progress.ts';

const HELP = `npm run archive:restore -- --from DIR|r2:BUCKET --all | --player ID | --check [--local-r2 DIR] [--database-url URL]

Puts archived claims and their entries back, newest first, a part at a time and each in one transaction, after the SHA-256 of its
files was compared. Ended anywhere, the command is run again and goes on. The files stay.

  --from PLACE         where npm run archive wrote them
  --all                of all players
  --player ID          of one player. Entries of other players in transfers with them stay archived
  --check              read all files of parts that are archived, compare them, and change nothing
  --local-r2 DIR       as of npm run archive
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)`;

const OPTIONS = {
  from: { type: 'string' },
  all: { type: 'boolean' },
  player: { type: 'string' },
  check: { type: 'boolean' },
  'local-r2': { type: 'string' },
  'database-url': { type: 'string' },
} as const;

export const restoreCommand: Command = async (args, { log, progress }) => {
  const { values } = parseArguments({ help: HELP, options: OPTIONS, args });
  const chosen = [values.all, values.player !== undefined, values.check].filter(Boolean).length;
  if (!values.from || chosen !== 1)
    throw new Error('Name where the archive is (--from), and one of --all, --player and --check.');
  const store = openStore({ place: values.from, localR2: values['local-r2'] });
  const url = await ownerDatabaseUrl(values['database-url']);
  return await withClient(url, async (client) => {
    const { rows } = await client.query(LOCK);
    if (!rows[0].locked) throw new Error('Another session archives or restores this database.');
    const only = values.player === undefined ? null : await numberOf(client, values.player);
    const parts = await partsOf(client, only);
    const bar = progressBar(values.check ? 'checking parts' : 'restoring parts', parts.length, progress);
    const claims = await restoreParts(
      { client, store, operator: userInfo().username, only, isCheck: values.check === true, show: bar.show },
      parts,
    );
    bar.end();
    log(`${claims} claims in ${parts.length} parts were ${values.check ? 'checked' : 'put back'}.`);
    return 0;
  });
};

async function numberOf(client: pg.Client, id: string): Promise<string> {
  const { rows } = await client.query('SELECT no FROM onceward.actors WHERE id = $1 AND kind = 1', [id]);
  if (!rows[0]) throw new Error('There is no such player.');
  return rows[0].no;
}

if (import.meta.main) await runAsProcess(restoreCommand);
