// What the pages about campaigns read. What moves is read again every second.
import {
  type Campaign,
  campaign,
  campaignRefusals,
  campaigns,
  lists,
  type PlayerList,
} from '@onceward/client';
import { queryOptions } from '@tanstack/react-query';
import type { Action } from '../actions/action.ts';
import { pagesQuery } from '../records/pages.ts';
import { client, queryClient } from '../session/api.ts';

export const POLL_MS = 1_000;

export const isMoving = ({ state }: Pick<Campaign, 'state'>) => state === 'CHECKING' || state === 'RUNNING';

/** Actions that have no answer: on any campaign, or on this one and its approval. */
export const isOfCampaigns = ({ name }: Action) => name.endsWith('Campaign');
export const isOfCampaign =
  ({ id, proposalId }: Pick<Campaign, 'id' | 'proposalId'>) =>
  ({ input }: Action) =>
    ('campaignId' in input && input.campaignId === id) ||
    ('proposalId' in input && input.proposalId === proposalId);

export const campaignsQuery = {
  ...pagesQuery(['campaigns'], (page) => client.query(campaigns, page)),
};

export const campaignQuery = (id: number) =>
  queryOptions({
    queryKey: ['campaign', id],
    queryFn: () => client.query(campaign, { id }),
    refetchInterval: ({ state: { data } }) => (data && isMoving(data) ? POLL_MS : false),
    staleTime: 0,
  });

export const readRefusals =
  (campaignId: number) => (page: { readonly first: number; readonly after: string | null }) =>
    client.query(campaignRefusals, { campaignId, ...page });

/** Names players, so each page is audited. */
export const refusalsQuery = (campaignId: number) =>
  pagesQuery(['campaign', campaignId, 'refusals'], readRefusals(campaignId), 50);

export const closedListsQuery = queryOptions({
  queryKey: ['lists', 'closed'],
  queryFn: async (): Promise<readonly PlayerList[]> =>
    (await client.query(lists, { first: 100 })).edges
      .map(({ node }) => node)
      .filter(({ closedAt }) => closedAt !== null),
});

/** Shows what an action answered, and reads the list again. */
export async function refreshCampaign(found?: Campaign): Promise<void> {
  if (found) queryClient.setQueryData(campaignQuery(found.id).queryKey, found);
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['campaigns'] }),
    queryClient.invalidateQueries({ queryKey: ['campaign'] }),
  ]);
}
