/** What an inbox screen reads, collects and marks, and that a tap is one intent. */
import { describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../packages/client/src/client.ts';
import { collect, markAsRead, readInbox } from '../../packages/client/src/inbox.ts';
import { fakeTimersAndOutboxes, lost, open, settle } from './setup.ts';

fakeTimersAndOutboxes();

interface Sent {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A client whose requests get these answers in turn. `null`: no answer arrives. */
function clientOf(answers: (object | null)[]): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch = async (_: unknown, init?: RequestInit) => {
    sent.push(JSON.parse(String(init?.body)) as Sent);
    const answer = answers.shift();
    if (!answer) throw new TypeError('connection reset');
    return Response.json(answer);
  };
  return { client: createClient({ url: 'https://x/graphql', token: () => 't', fetch }), sent };
}

const page = (ids: string[], hasNextPage: boolean) => ({
  data: {
    result: {
      edges: ids.map((id) => ({ cursor: `c-${id}`, node: { id } })),
      pageInfo: { hasNextPage, endCursor: `c-${ids.at(-1)}` },
    },
  },
});

describe('reading the inbox', () => {
  it('returns the rewards, and where the next page begins', async () => {
    const { client, sent } = clientOf([page(['a', 'b'], true), page(['c'], false)]);
    const first = await readInbox(client, { language: 'de', first: 2 });
    expect(first).toEqual({ rewards: [{ id: 'a' }, { id: 'b' }], next: 'c-b' });
    expect(await readInbox(client, { after: first.next })).toEqual({ rewards: [{ id: 'c' }], next: null });
    expect(sent.map(({ variables }) => variables)).toEqual([
      { language: 'de', first: 2 },
      { first: 50, after: 'c-b' },
    ]);
  });
});

describe('collecting', () => {
  const inputs = async (store: ReturnType<typeof open>['store']) =>
    (await store.all()).map(({ operation, input }) => [operation, { ...input, idempotencyKey: '' }]);

  it('sends the rewards, each once, through the outbox', async () => {
    const { outbox, store, sent, settled } = open();
    const { key } = await collect(outbox, [{ id: 'b' }, { id: 'a' }, { id: 'b' }]);
    expect(await inputs(store)).toEqual([['collectRewards', { ids: ['b', 'a'], idempotencyKey: '' }]]);
    await settle();
    expect(sent).toEqual([key]);
    expect(settled).toHaveLength(1);
  });

  it('is one intent for a double tap, whatever the order of the rewards, and another for others', async () => {
    const { outbox, store } = open({ replies: [lost] });
    const one = await collect(outbox, [{ id: 'a' }, { id: 'b' }]);
    const same = await collect(outbox, [{ id: 'b' }, { id: 'a' }]);
    const all = await collect(outbox, 'all');
    expect(same.key).toBe(one.key);
    expect((await collect(outbox, 'all')).key).toBe(all.key);
    expect(await inputs(store)).toEqual([
      ['collectRewards', { ids: ['a', 'b'], idempotencyKey: '' }],
      ['collectRewards', { all: true, idempotencyKey: '' }],
    ]);
  });

  it.each([0, 51])('refuses %i rewards, and stores nothing', async (count) => {
    const { outbox, store } = open();
    const rewards = Array.from({ length: count }, (_, index) => ({ id: `r-${index}` }));
    await expect(collect(outbox, rewards)).rejects.toThrow(RangeError);
    expect(await store.all()).toEqual([]);
  });
});

describe('marking as read', () => {
  it('names the rewards, or all, and is repeated where no answer arrives', async () => {
    const marked = (count: number) => ({ data: { result: { marked: count } } });
    const { client, sent } = clientOf([null, marked(2), marked(7)]);
    const first = markAsRead(client, [{ id: 'a' }, { id: 'b' }]);
    await settle(301);
    expect(await first).toBe(2);
    expect(await markAsRead(client, 'all')).toBe(7);
    expect(sent.map(({ variables }) => variables)).toEqual([
      { input: { ids: ['a', 'b'] } },
      { input: { ids: ['a', 'b'] } },
      { input: { all: true } },
    ]);
  });

  it('rejects with the code of a fault', async () => {
    const { client } = clientOf([
      { errors: [{ message: 'no', extensions: { code: 'FORBIDDEN', retryable: false } }] },
    ]);
    await expect(markAsRead(client, 'all')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
