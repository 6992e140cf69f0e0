// What the page about breakers reads.
import { breakers, type HeldFilter, heldRewards } from '@onceward/client';
import { queryOptions } from '@tanstack/react-query';
import type { Action } from '../actions/action.ts';
import { pagesQuery } from '../records/pages.ts';
import { client, queryClient } from '../session/api.ts';

/** While it is shown, it is read again: the hour goes on. */
const POLL_MS = 15_000;

export const breakersQuery = queryOptions({
  queryKey: ['breakers', 'hour'],
  queryFn: () => client.query(breakers, {}),
  refetchInterval: POLL_MS,
});

/** As in the address: what is empty does not narrow. */
export interface WantedHeld {
  readonly breaker: string;
  readonly type: string;
  readonly player: string;
}

const orNull = (text: string) => (text === '' ? null : text);

/** What is narrowed, as the API takes it. */
export const filterOf = ({ breaker, type, player }: WantedHeld): HeldFilter => ({
  breaker: orNull(breaker),
  type: orNull(type),
  playerId: orNull(player),
});

/** Names players, so each page is audited. */
export const heldQuery = (wanted: WantedHeld) =>
  pagesQuery(['breakers', 'held', wanted.breaker, wanted.type, wanted.player], (page) =>
    client.query(heldRewards, { filter: filterOf(wanted), ...page }),
  );

export const isOfHeld = ({ name }: Action) => name === 'releaseRewards' || name === 'dropRewards';

export const refreshBreakers = () => queryClient.invalidateQueries({ queryKey: ['breakers'] });
