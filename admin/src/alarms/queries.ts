// What the navigation and the page about alarms read.
import { type Alarm, alarms } from '@onceward/client';
import { queryOptions } from '@tanstack/react-query';
import { pagesQuery } from '../records/pages.ts';
import { client, queryClient } from '../session/api.ts';

const POLL_MS = 60_000;
/** More are shown as “99+”. */
const MOST_COUNTED = 100;

/** The newest that are open: read by every page for the count, and again each minute. */
export const openAlarmsQuery = queryOptions({
  queryKey: ['alarms', 'open'],
  queryFn: async (): Promise<readonly Alarm[]> =>
    (await client.query(alarms, { open: true, first: MOST_COUNTED })).edges.map(({ node }) => node),
  refetchInterval: POLL_MS,
});

export const allAlarmsQuery = pagesQuery(['alarms', 'all'], (page) => client.query(alarms, page), 50);

/** Reads again what an acknowledgement changed. */
export const refreshAlarms = () => queryClient.invalidateQueries({ queryKey: ['alarms'] });
