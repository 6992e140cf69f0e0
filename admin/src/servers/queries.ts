// What the page about game servers reads.
import { servers } from '@onceward/client';
import type { Action } from '../actions/action.ts';
import { pagesQuery } from '../records/pages.ts';
import { client, queryClient } from '../session/api.ts';

/** As in the address. */
export interface WantedServers {
  readonly id: string;
  readonly show: 'all' | 'disabled';
}

export const serversQuery = ({ id, show }: WantedServers) =>
  pagesQuery(
    ['servers', id, show],
    (page) =>
      client.query(servers, {
        serverId: id === '' ? null : id,
        disabled: show === 'disabled' ? true : null,
        ...page,
      }),
    50,
  );

export const isOfServers = ({ name }: Action) =>
  name === 'setServer' || name === 'disableServer' || name === 'enableServer';

/** What a proposal becomes is on the approvals page. */
export const refreshServers = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: ['servers'] }),
    queryClient.invalidateQueries({ queryKey: ['staff', 'proposals'] }),
  ]);
