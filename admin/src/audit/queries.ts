// What the audit page reads.
import { type AuditEvent, staffActions } from '@onceward/client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { client } from '../session/api.ts';

/** As in the address. Days are those of the viewer's zone: YYYY-MM-DD, or empty. */
export interface Wanted {
  readonly staff: string;
  readonly from: string;
  readonly until: string;
  /** Empty: any. */
  readonly permission: string;
  readonly outcome: string;
}

const SHOWN = 50;
const EXPORTED = 100;
/** Fifty requests, each of which the API limits. */
const MAX_EXPORTED = 5_000;

/** The beginning of a day for the viewer. */
const momentOf = (day: string) => (day === '' ? null : new Date(`${day}T00:00`).toISOString());

const read = ({ staff, from, until, permission, outcome }: Wanted, first: number, after: string | null) =>
  client.query(staffActions, {
    staffId: staff,
    from: momentOf(from),
    until: momentOf(until),
    permission: permission === '' ? null : permission,
    outcome: outcome === '' ? null : outcome,
    first,
    after,
  });

export const actionsQuery = (wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ['staffActions', wanted],
    queryFn: ({ pageParam }) => read(wanted, SHOWN, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo: { hasNextPage, endCursor } }) => (hasNextPage ? endCursor : null),
  });

export async function readAllActions(wanted: Wanted): Promise<{ events: AuditEvent[]; isWhole: boolean }> {
  const events: AuditEvent[] = [];
  for (let after: string | null = null; events.length < MAX_EXPORTED; ) {
    const { edges, pageInfo } = await read(wanted, EXPORTED, after);
    events.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return { events, isWhole: true };
    after = pageInfo.endCursor;
  }
  return { events, isWhole: false };
}
