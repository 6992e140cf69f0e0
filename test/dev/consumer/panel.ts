// A React component's hooks.
import { type Client, type Outbox, type OutboxState, offers } from '@onceward/client';
import { useOncewardQuery, useOutbox } from '@onceward/client/react';

export function usePanel(
  client: Client,
  outbox: Outbox,
): { status: OutboxState['status']; titles: string[] } {
  const { data } = useOncewardQuery(client, offers, { tag: 'shop' });
  return { status: useOutbox(outbox).status, titles: data?.offers.map(({ title }) => title ?? '') ?? [] };
}
