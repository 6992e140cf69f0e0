// How a batch of events is sent, how the sender is woken, and the secrets of endpoints.
import { describe, expect, test } from 'vitest';
import { endpointSecret } from '../../src/domain/endpoints.ts';
import type { GrantEvent } from '../../src/domain/event.ts';
import type { Posted } from '../../src/events/post-event.ts';
import { sendBatch } from '../../src/events/send-batch.ts';
import { createWake } from '../../src/events/wake.ts';
import type { NextEvent, NextEvents } from '../../src/ledger/step-endpoint.ts';

const ACCEPTED: Posted = { failure: null, retryAfter: null };
const target = { url: 'https://example.com/', secrets: [] };

function event(no: number, players: readonly number[], isSent = true): NextEvent {
  const grant = { id: String(no) } as GrantEvent;
  return { no: String(no), attempt: 1, players, grant: isSent ? grant : null };
}

function stepOf(events: readonly NextEvent[]): NextEvents {
  const kept = { kind: 'events', url: target.url, salt: '', generation: 1, overlaps: false } as const;
  return { ...kept, transaction: '9', event: '99', events };
}

async function send(
  events: readonly NextEvent[],
  answer: (id: number) => Posted | Promise<Posted> = () => ACCEPTED,
  until = Number.POSITIVE_INFINITY,
) {
  const began: number[] = [];
  let running = 0;
  let most = 0;
  const post = async ({ id }: GrantEvent) => {
    began.push(Number(id));
    running += 1;
    most = Math.max(most, running);
    await new Promise((done) => setTimeout(done, 1));
    running -= 1;
    return answer(Number(id));
  };
  const sent = await sendBatch({ step: stepOf(events), target, post, until });
  return { ...sent, began, most };
}

describe('a batch', () => {
  test('sends events of different players at the same time, at most 16, and those of one player in turn', async () => {
    const events = Array.from({ length: 60 }, (_, index) => event(index, [index % 30]));
    const { began, most, tried, transaction, event: end } = await send(events);
    expect(most).toBe(16);
    expect(tried).toHaveLength(60);
    for (let player = 0; player < 30; player += 1)
      expect(began.indexOf(player)).toBeLessThan(began.indexOf(player + 30));
    expect([transaction, end]).toEqual(['9', '99']);
    expect((await send(Array.from({ length: 9 }, (_, index) => event(index, [1])))).most).toBe(1);
  });

  test('sends nothing of a player behind an event that failed, nor of the other player of a transfer', async () => {
    const failed = { failure: 'status 500', retryAfter: 7 };
    const events = [event(1, [1]), event(2, [2]), event(3, [1, 2]), event(4, [2]), event(5, [3])];
    const { began, tried } = await send(events, (id) => (id === 1 ? failed : ACCEPTED));
    expect(began.toSorted()).toEqual([1, 2, 5]);
    expect(tried).toContainEqual({ event: '1', ...failed });
    expect(tried).toContainEqual({ event: '2', ...ACCEPTED });
  });

  test('sends nothing behind an event that is not sent now', async () => {
    expect((await send([event(1, [1], false), event(2, [1]), event(3, [2])])).began).toEqual([3]);
  });

  test('begins nothing after its time, and says of none of these that it was tried', async () => {
    expect(await send([event(1, [1]), event(2, [2])], undefined, 0)).toMatchObject({ began: [], tried: [] });
  });
});

describe('a secret', () => {
  test('differs by endpoint, generation and service, and has the form of Standard Webhooks', () => {
    const of = (master: string, salt: string, generation: number) =>
      endpointSecret(master, { salt, generation });
    const secrets = [of('a', '00', 1), of('a', '00', 2), of('a', '01', 1), of('b', '00', 1)];
    expect(new Set(secrets).size).toBe(4);
    expect(of('a', '00', 1)).toBe(secrets[0]);
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    }
  });
});

describe('the sender', () => {
  /** A queue, and a clock that goes on when a test says so. */
  function waker(fails = false) {
    const sent: unknown[] = [];
    const waits: (() => void)[] = [];
    const queue = {
      send: async (message: unknown) => {
        if (fails) throw new Error('no queue');
        sent.push(message);
      },
    };
    const wait = () => new Promise<void>((done) => waits.push(done));
    return { sent, waits, wake: createWake(queue, wait) };
  }

  test('is woken at once, then once for all operations of the next second, after the last of them', async () => {
    const { sent, waits, wake } = waker();
    await wake?.();
    expect(sent).toHaveLength(1);
    const later = [wake?.(), wake?.(), wake?.()];
    expect([sent.length, waits.length]).toEqual([1, 1]);
    waits[0]?.();
    await Promise.all(later);
    expect(sent).toHaveLength(2);
  });

  test('is not missed where the queue fails, and not there without one', async () => {
    const { wake, waits } = waker(true);
    await wake?.();
    const second = wake?.();
    waits[0]?.();
    await second;
    expect(waits).toHaveLength(1);
    expect(createWake(undefined)).toBeNull();
  });
});
