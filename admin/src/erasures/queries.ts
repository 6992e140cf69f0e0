// What the page about erasures reads. An erasure that has not ended is read again.
import { erasures, exportPlayer, type PlayerErasure } from '@onceward/client';
import { type ExportPage, exportText } from '../../../cli/export-file.ts';
import type { Action } from '../actions/action.ts';
import { pagesQuery } from '../records/pages.ts';
import { client, queryClient } from '../session/api.ts';

export const POLL_MS = 2_000;

export const isMoving = ({ state }: PlayerErasure) => state !== 'DONE';

/** `formerId`: of players who had this ID; empty: all. */
export const erasuresQuery = (formerId: string) =>
  pagesQuery(['erasures', formerId], (page) =>
    client.query(erasures, { formerId: formerId === '' ? null : formerId, ...page }),
  );

export const isOfErasures = ({ name }: Action) => name === 'erasePlayer';

/** What was read of the player has the old ID. */
export async function refreshErasures(playerId?: string): Promise<void> {
  if (playerId !== undefined) queryClient.removeQueries({ queryKey: ['player', playerId] });
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['erasures'] }),
    queryClient.invalidateQueries({ queryKey: ['staff', 'proposals'] }),
  ]);
}

const pageOf = async (request: { readonly playerId: string } | { readonly after: string }) =>
  (await client.query(exportPlayer, request)) as ExportPage | null;

/** Everything about a player, as the file of docs/erasure.md; null: there is no such player. */
export async function readExport(
  playerId: string,
  onRows: (count: number) => void,
): Promise<{ readonly file: Blob; readonly rows: number } | null> {
  const first = await pageOf({ playerId });
  if (first === null) return null;
  const parts: string[] = [];
  let rows = 0;
  for await (const [text, count] of exportText({ playerId, first, read: (after) => pageOf({ after }) })) {
    parts.push(text);
    rows = count;
    onRows(rows);
  }
  return { file: new Blob(parts, { type: 'application/json' }), rows };
}
