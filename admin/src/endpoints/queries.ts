// What the pages about endpoints read. An endpoint works by itself, so what is shown is read again.
import {
  deadLetters,
  type Endpoint,
  endpoints,
  eventSends,
  type QueryEndpointsConnection,
} from '@onceward/client';
import { queryOptions } from '@tanstack/react-query';
import type { Action } from '../actions/action.ts';
import { pagesQuery } from '../records/pages.ts';
import { client, queryClient } from '../session/api.ts';

export const POLL_MS = 5_000;
const PAGE = 100;

export const endpointsQuery = pagesQuery(['endpoints', 'list'], (page) => client.query(endpoints, page), 50);

/** The API lists endpoints, and finds none by its ID. */
async function find(id: number): Promise<Endpoint | null> {
  let after: string | null = null;
  for (;;) {
    const { edges, pageInfo }: QueryEndpointsConnection = await client.query(endpoints, {
      first: PAGE,
      after,
    });
    const found = edges.find(({ node }) => node.id === id);
    if (found) return found.node;
    if (!pageInfo.hasNextPage) return null;
    after = pageInfo.endCursor;
  }
}

/** Null: there is none. */
export const endpointQuery = (id: number) =>
  queryOptions({ queryKey: ['endpoints', id], queryFn: () => find(id), refetchInterval: POLL_MS });

/** Names players, so each page is audited. */
export const lettersQuery = (endpointId: number) =>
  pagesQuery(['endpoints', endpointId, 'letters'], (page) =>
    client.query(deadLetters, { endpointId, ...page }),
  );

export const sendsQuery = (endpointId: number) =>
  pagesQuery(['endpoints', endpointId, 'sends'], (page) => client.query(eventSends, { endpointId, ...page }));

const NAMES = [
  'createEndpoint',
  'changeEndpoint',
  'rotateEndpointSecret',
  'replayEvents',
  'resendDeadLetters',
];
export const isOfEndpoints = ({ name }: Action) => NAMES.includes(name);
export const isOfEndpoint = (id: number) => (action: Action) =>
  isOfEndpoints(action) && 'endpointId' in action.input && action.input.endpointId === id;

export const refreshEndpoints = () => queryClient.invalidateQueries({ queryKey: ['endpoints'] });
