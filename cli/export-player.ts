/** `npm run export`: writes everything about one player into a JSON file, page by page, through the API. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { type Command, CommandEnded, localApiUrl, parseArguments, runAsProcess } from './command-line.ts';
import { type ExportPage, exportText } from './export-file.ts';
import { StaffApi } from './staff-api.ts';

const HELP = `npm run export -- PLAYER --out FILE

Writes everything about a player into FILE, which must not exist: docs/erasure.md describes its format. It has what staff wrote and
did, and the IDs of others whom the player met: take out what the player must not get before you hand it on. The export is audited.

  --url URL   of the API (default: ONCEWARD_URL, or the local stack's)

The environment variable ONCEWARD_TOKEN holds the token of a staff member with the permission player:export.`;

const QUERY = `query($playerId: PlayerId, $after: Text) {
  page: exportPlayer(playerId: $playerId, after: $after) { formatVersion sections next } }`;

export const exportCommand: Command = async (args, output) => {
  const options = { out: { type: 'string' }, url: { type: 'string' } } as const;
  const { values, positionals } = parseArguments({ help: HELP, options, args });
  const [playerId, ...more] = positionals;
  if (playerId === undefined || more.length > 0 || values.out === undefined)
    throw new CommandEnded(2, `Pass a player and --out.\n\n${HELP}`);
  const token = process.env.ONCEWARD_TOKEN;
  if (!token) throw new Error('Set ONCEWARD_TOKEN to the token of a staff member.');
  const api = new StaffApi(await localApiUrl(values.url), token);
  const rows = await writeExport(api, playerId, values.out);
  output.log(`${rows} rows about ${playerId} are in ${values.out}.`);
  return 0;
};

/** Returns how many rows it wrote. What was begun and fails is removed. */
async function writeExport(api: StaffApi, playerId: string, path: string): Promise<number> {
  const first = await pageOf(api, { playerId });
  if (first === null) throw new Error(`There is no player ${playerId}.`);
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path} cannot be created: ${error.code}.`);
  });
  try {
    return await writePages(api, file, { playerId, first });
  } catch (error) {
    await rm(path);
    throw error;
  } finally {
    await file.close();
  }
}

async function writePages(
  api: StaffApi,
  file: FileHandle,
  { playerId, first }: { readonly playerId: string; readonly first: ExportPage },
): Promise<number> {
  let rows = 0;
  for await (const [text, count] of exportText({
    playerId,
    first,
    read: (after) => pageOf(api, { after }),
  })) {
    await file.write(text);
    rows = count;
  }
  return rows;
}

async function pageOf(api: StaffApi, variables: object): Promise<ExportPage | null> {
  return (await api.send(QUERY, variables)).page as ExportPage | null;
}

if (import.meta.main) await runAsProcess(exportCommand);
