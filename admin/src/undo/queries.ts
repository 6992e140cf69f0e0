// What the pages about undos read. What moves is read again every second.
import { type Undo, undo, undoPlayers, undos } from '@onceward/client';
import { queryOptions } from '@tanstack/react-query';
import type { Action } from '../actions/action.ts';
import { pagesQuery } from '../records/pages.ts';
import { client, queryClient } from '../session/api.ts';

export const POLL_MS = 1_000;

const MOVING = ['selecting', 'checking', 'running'];
export const isMoving = ({ state }: Pick<Undo, 'state'>) => MOVING.includes(state);

/** Actions that have no answer: on any undo, or on this one and its approval. */
export const isOfUndos = ({ name }: Action) => name.endsWith('Undo');
export const isOfUndo =
  ({ id, proposalId }: Pick<Undo, 'id' | 'proposalId'>) =>
  ({ input }: Action) =>
    ('undoId' in input && input.undoId === id) || ('proposalId' in input && input.proposalId === proposalId);

export const undosQuery = { ...pagesQuery(['undos'], (page) => client.query(undos, page)) };

export const undoQuery = (id: number) =>
  queryOptions({
    queryKey: ['undo', id],
    queryFn: () => client.query(undo, { id }),
    refetchInterval: ({ state: { data } }) => (data && isMoving(data) ? POLL_MS : false),
    staleTime: 0,
  });

export const readPlayers =
  (undoId: number) => (page: { readonly first: number; readonly after: string | null }) =>
    client.query(undoPlayers, { undoId, ...page });

/** Names players, so each page is audited. */
export const playersQuery = (undoId: number) =>
  pagesQuery(['undo', undoId, 'players'], readPlayers(undoId), 50);

/** Shows what an action answered, and reads the list again. */
export async function refreshUndo(found?: Undo): Promise<void> {
  if (found) queryClient.setQueryData(undoQuery(found.id).queryKey, found);
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['undos'] }),
    queryClient.invalidateQueries({ queryKey: ['undo'] }),
  ]);
}
