// What the pages about staff read, and under which keys it is cached.
import { proposals, roles, staffMembers } from '@onceward/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Action, ActionName } from '../actions/action.ts';
import { client, queryClient } from '../session/api.ts';

const PAGE = 50;

interface Paged {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
const nextOf = ({ pageInfo: { hasNextPage, endCursor } }: Paged) => (hasNextPage ? endCursor : null);
const START = null as string | null;

/** As in the address. */
export interface WantedMembers {
  readonly q: string;
  readonly role: string;
}

export const membersQuery = ({ q, role }: WantedMembers) =>
  infiniteQueryOptions({
    queryKey: ['staff', 'members', q, role],
    queryFn: ({ pageParam }) =>
      client.query(staffMembers, {
        idPrefix: q === '' ? null : q,
        role: role === '' ? null : role,
        first: PAGE,
        after: pageParam,
      }),
    initialPageParam: START,
    getNextPageParam: nextOf,
  });

/** Null: there is no such member. */
export const memberQuery = (staffId: string) =>
  queryOptions({
    queryKey: ['staff', 'member', staffId],
    queryFn: async () => (await client.query(staffMembers, { staffId, first: 1 })).edges[0]?.node ?? null,
  });

export const rolesQuery = queryOptions({
  queryKey: ['staff', 'roles'],
  queryFn: () => client.query(roles, {}),
});

export const proposalsQuery = (waiting: boolean) =>
  infiniteQueryOptions({
    queryKey: ['staff', 'proposals', waiting],
    queryFn: ({ pageParam }) => client.query(proposals, { waiting, first: PAGE, after: pageParam }),
    initialPageParam: START,
    getNextPageParam: nextOf,
  });

const CHANGES: readonly ActionName[] = [
  ...(['addStaffMember', 'assignStaffRole', 'setStaffLimits'] as const),
  ...(['disableStaffMember', 'enableStaffMember', 'createRole', 'changeRole', 'deleteRole'] as const),
  ...(['approveProposal', 'withdrawProposal'] as const),
];

/** Whether an action is shown on these pages while it has no answer. */
export const isOfStaff = ({ name }: Action): boolean => CHANGES.includes(name);

/** Reads again what an action changed. */
export async function refreshStaff(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['staff'] }),
    queryClient.invalidateQueries({ queryKey: ['staffActions'] }),
  ]);
}
