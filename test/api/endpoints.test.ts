/** Endpoints through the API: who gets their secrets, and what is sent to them. */

import { env } from 'cloudflare:workers';
import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Env } from '../../src/env.ts';
import { runSender } from '../../src/events/run-sender.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import { serveExample } from '../support/worker/balance.ts';
import {
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { coldWorker, doorTo } from '../support/worker/cold-worker.ts';
import { addStaffMember, owner } from '../support/worker/ledger-state.ts';
import { catchLines, rawLines } from '../support/worker/log-lines.ts';
import { fresh, freshKey } from '../support/worker/service.ts';

beforeAll(serveExample);
catchLines();

const url = 'https://events.example/hook?token=in-the-address';
const reason = 'for a test';
let staff: ReturnType<typeof asStaff>;
let staffId: string;
beforeEach(async () => {
  await owner`UPDATE onceward.endpoints SET state = 'disabled'`;
  staffId = await addStaffMember(fresh('admin'), { role: 'admin' });
  staff = asStaff(staffId);
});

const make = async () =>
  resultAs(await staff.createEndpoint({ url, description: 'tests', reason }), 'EndpointReceipt').endpoint;
const ofEndpoint = async (id: number) =>
  resultOf(await staff.endpoints({ first: 100 })).edges.find(({ node }) => node.id === id)?.node;

interface Received {
  readonly headers: Headers;
  readonly body: string;
  readonly event: { readonly id: string; readonly player: string; readonly number: number };
}

/** Runs the Worker's sender; what it sends to the endpoint is answered here. */
async function deliver(answer: (received: Received) => Response = () => new Response('thanks')) {
  await settled();
  const received: Received[] = [];
  const real = globalThis.fetch;
  const caught = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    if (!String(input).startsWith('https://events.example/')) return real(input as string, init);
    expect([init?.method, init?.redirect, String(input)]).toEqual(['POST', 'manual', url]);
    const body = String(init?.body);
    const one = { headers: new Headers(init?.headers), body, event: JSON.parse(body) };
    received.push(one);
    return answer(one);
  });
  try {
    const bindings = env as unknown as Env;
    const run = await runSender(
      { ...bindings, EVENTS_QUEUE: undefined } as Env,
      openDatabase({ databaseUrl: bindings.DATABASE_URL, endpoint: bindings.NEON_ENDPOINT }),
    );
    return { received, run };
  } finally {
    caught.mockRestore();
  }
}

/** Waits until every event is older than the oldest running transaction of the server, of which other files have some. */
async function settled(): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const newer = await owner`
      SELECT 1 FROM onceward.outbox WHERE transaction >= pg_snapshot_xmin(pg_current_snapshot()) LIMIT 1`;
    if (newer.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function signatureOf({ headers, body }: Received, secret: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}
const signaturesOf = ({ headers }: Received) => headers.get('webhook-signature')?.split(' ') ?? [];

async function claimed(): Promise<string> {
  const playerId = fresh('player');
  receiptOf(await asServer().claimReward({ type: 'weekly_chest', playerId }));
  return playerId;
}

describe('the secret of an endpoint', () => {
  it('is in the first answer alone: not in a replay, a list, the log or the database', async () => {
    const key = freshKey();
    const input = { url, description: 'tests', reason };
    const first = resultAs(await staff.createEndpoint(input, { key }), 'EndpointReceipt');
    const secret = first.endpoint.secret as string;
    expect(secret).toMatch(/^whsec_/);
    const again = resultAs(await staff.createEndpoint(input, { key }), 'EndpointReceipt');
    const { nextAt } = again.endpoint;
    expect(again).toEqual({
      ...first,
      replayed: true,
      endpoint: { ...first.endpoint, secret: null, nextAt },
    });
    expect(await ofEndpoint(first.endpoint.id)).toEqual(again.endpoint);
    const changed = await staff.changeEndpoint({
      endpointId: first.endpoint.id,
      description: 'other',
      reason,
    });
    expect(resultAs(changed, 'EndpointReceipt').endpoint).toMatchObject({
      description: 'other',
      secret: null,
    });
    const rest = secret.slice('whsec_'.length);
    expect(rawLines().join('\n')).not.toContain(rest);
    expect(rawLines().join('\n')).not.toContain('in-the-address');
    const [stored] = await owner`
      SELECT (SELECT json_agg(e)::text FROM onceward.endpoints e) AS endpoints,
             (SELECT json_agg(c.input)::text FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
               WHERE a.id = ${staffId}) AS inputs`;
    const hex = Buffer.from(rest, 'base64').toString('hex');
    expect(stored?.endpoints).not.toMatch(new RegExp(hex));
    // The address may hold a token of the receiver: a claim keeps its host and a digest.
    expect(stored?.inputs).toContain('events.example sha256:');
    expect(stored?.inputs).not.toContain('in-the-address');
  });

  it('signs each event, and after a rotation the one before does so too until the overlap ends', async () => {
    const { id, secret } = await make();
    const playerId = await claimed();
    const first = (await deliver()).received.find(({ event }) => event.player === playerId) as Received;
    expect(signaturesOf(first)).toEqual([signatureOf(first, secret as string)]);
    expect(first.headers.get('webhook-id')).toBe(first.event.id);
    expect(Math.abs(Number(first.headers.get('webhook-timestamp')) - Date.now() / 1000)).toBeLessThan(60);
    const rotate = async (overlapHours: number) =>
      resultAs(await staff.rotateEndpointSecret({ endpointId: id, overlapHours, reason }), 'EndpointReceipt')
        .endpoint;
    const second = await rotate(24);
    expect([second.generation, second.secret === secret]).toEqual([2, false]);
    await claimed();
    for (const one of (await deliver()).received)
      expect(signaturesOf(one)).toEqual([
        signatureOf(one, second.secret as string),
        signatureOf(one, secret as string),
      ]);
    const third = await rotate(0);
    await claimed();
    const { received } = await deliver();
    expect(received.length).toBeGreaterThan(0);
    for (const one of received) expect(signaturesOf(one)).toEqual([signatureOf(one, third.secret as string)]);
  });
});

describe('what an endpoint gets', () => {
  it('is an event of each claim, which it accepts with any status of success', async () => {
    const { id } = await make();
    const players = [await claimed(), await claimed()];
    const { received, run } = await deliver(() => new Response(null, { status: 204 }));
    expect(received.map(({ event }) => event.player)).toEqual(expect.arrayContaining(players));
    expect(run).toMatchObject({ failed: 0, more: false });
    expect(await ofEndpoint(id)).toMatchObject({ nextAt: null, failingSince: null, waiting: 0 });
    expect((await deliver()).received).toEqual([]);
  });

  it.each([
    ['an error', () => new Response('no', { status: 500 }), 'status 500'],
    [
      'a redirect, which is not followed',
      () => Response.redirect('https://events.example/other', 307),
      'status 307',
    ],
    [
      'no answer',
      () => {
        throw new TypeError('connection refused by 10.0.0.1');
      },
      'no answer',
    ],
    [
      'an answer that takes too long',
      () => {
        throw new DOMException('took too long', 'TimeoutError');
      },
      'timeout',
    ],
  ])('is sent again after %s, and the failure is shown in our words', async (_, answer, failure) => {
    const { id } = await make();
    const playerId = await claimed();
    await deliver(answer as () => Response);
    expect(await ofEndpoint(id)).toMatchObject({ lastFailure: failure, waiting: 1 });
    const sends = resultOf(await staff.eventSends({ endpointId: id })).edges.map(({ node }) => node);
    expect(sends[0]).toMatchObject({ accepted: 0, failed: 1, attempts: [{ attempt: 1, failure }] });
    await owner`UPDATE onceward.waiting_events SET next_try_at = now()`;
    await owner`UPDATE onceward.endpoints SET rests_until = now()`;
    const { received } = await deliver();
    expect(received.map(({ event }) => [event.player, event.number])).toEqual([[playerId, 1]]);
    expect(sends[0]?.attempts[0]?.eventId).toBe(received[0]?.event.id);
  });

  it('can be had again from the dead letters, each page of which is audited', async () => {
    const { id } = await make();
    const playerId = await claimed();
    await deliver(() => new Response(null, { status: 500 }));
    await owner`UPDATE onceward.waiting_events SET next_try_at = now(), first_tried_at = now() - interval '73 hours'`;
    await owner`UPDATE onceward.endpoints SET rests_until = now()`;
    await deliver(() => new Response(null, { status: 500 }));
    const [letter] = resultOf(await staff.deadLetters({ endpointId: id })).edges.map(({ node }) => node);
    expect(letter).toMatchObject({ playerId, number: 1, attempts: 2, lastFailure: 'status 500' });
    const [audited] = await owner`
      SELECT count(*)::int AS rows FROM onceward.audit_events e JOIN onceward.actors a ON a.no = e.actor
       WHERE a.id = ${staffId} AND e.outcome = 'listed'`;
    expect(audited?.rows).toBe(1);
    const eventIds = [letter?.eventId as string];
    const resent = await staff.resendDeadLetters({ endpointId: id, eventIds, reason });
    expect(resultAs(resent, 'EndpointReceipt').endpoint).toMatchObject({ deadLetters: 0, waiting: 1 });
    expect((await deliver()).received.map(({ event }) => event.id)).toEqual(eventIds);
  });
});

describe('an endpoint', () => {
  it('is not made with an address that the service must not call, and nothing is recorded', async () => {
    const before = await owner`SELECT count(*) FROM onceward.endpoints`;
    for (const wrong of ['http://events.example/', 'https://169.254.169.254/', 'http://127.0.0.1:4000/']) {
      const answer = await staff.createEndpoint({ url: wrong, description: 'tests', reason });
      expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'url' });
    }
    const { id } = await make();
    const moved = await staff.changeEndpoint({ endpointId: id, url: 'https://[::1]/', reason });
    expect(faultOf(moved)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'url' });
    expect(await ofEndpoint(id)).toMatchObject({ url });
    expect(Number((await owner`SELECT count(*) FROM onceward.endpoints`)[0]?.count)).toBe(
      Number(before[0]?.count) + 1,
    );
  });

  it('takes no IDs that are not of events, and no overlap out of bounds', async () => {
    const { id } = await make();
    for (const eventIds of [[], ['evt_1'], Array(101).fill(`evt_${'0'.repeat(32)}_1`)])
      expect(faultOf(await staff.resendDeadLetters({ endpointId: id, eventIds, reason }))).toMatchObject({
        field: 'eventIds',
      });
    for (const overlapHours of [-1, 169])
      expect(
        faultOf(await staff.rotateEndpointSecret({ endpointId: id, overlapHours, reason })),
      ).toMatchObject({
        field: 'overlapHours',
      });
    // Earlier than any mark that another file has set.
    const from = '1980-01-01T00:00:00Z';
    expect(
      rejectionOf(await staff.replayEvents({ endpointId: id, from, reason }), 'EndpointRefused'),
    ).toMatchObject({
      endpointId: id,
      why: 'EVENTS_GONE',
    });
  });

  it('is not there without EVENTS_SECRET, and everything else works', async () => {
    const door = doorTo(await coldWorker(), { EVENTS_SECRET: '' });
    const answer = await asStaff(staffId).createEndpoint({ url, description: 'tests', reason }, { door });
    expect(faultOf(answer).code).toBe('CONFIG_UNAVAILABLE');
    expect(answer.errors?.[0]?.message).toMatch(/EVENTS_SECRET/);
    const claim = { type: 'weekly_chest', playerId: fresh('player') };
    receiptOf(await asServer().claimReward(claim, { door }));
  });
});
