// Sending events to endpoints: at least once, each player's in order, whatever fails, and one sender at a time.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openEndpoints } from '../support/ledger/endpoints.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, operation } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';
import { transfer } from '../support/ledger/systems.ts';
import { sizeOf } from '../support/long-run.ts';

/** A server of this file's own: events wait for the transactions of all databases of a server. */
let server: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
let staff: string;
let { act, create, step, sentOf, send, stateOf, letTimePass } = {} as ReturnType<typeof openEndpoints>;
beforeAll(async () => {
  server = await startOwnServer();
  ledger = openLedger(server);
  // On a busy machine two seconds are soon over. The app has no session yet.
  await ledger.owner.query(`ALTER ROLE onceward_app SET lock_timeout = '60s'`);
  await ledger.owner.query(`ALTER ROLE onceward_app SET statement_timeout = '60s'`);
  ({ act, create, step, sentOf, send, stateOf, letTimePass } = openEndpoints(ledger, () => staff));
  staff = await ledger.addStaff({ role: 'admin' });
});
afterAll(async () => {
  await ledger?.close();
  await server?.stop();
});

/** So many claims and gifts does each of 16 writers make. */
const CLAIMS = sizeOf({ long: 10, short: 4 });

let endpoint: number;
beforeEach(async () => {
  await ledger.owner.query(`UPDATE onceward.endpoints SET state = 'disabled'`);
  endpoint = await create();
});

const claim = async (player: string) => granted(ledger.commit(operation({ player })));
async function claimed(player: string, count: number): Promise<void> {
  for (let claims = 0; claims < count; claims += 1) await claim(player);
}
const numbersOf = (received: { player: string; number: number }[], player: string) =>
  received.filter((event) => event.player === player).map(({ number }) => number);
const count = async (table: string) =>
  Number(
    (await ledger.owner.query(`SELECT count(*) FROM onceward.${table} WHERE endpoint = $1`, [endpoint]))
      .rows[0].count,
  );

describe('an endpoint', () => {
  test('gets each event that was granted since it was made, once, in the order of its player', async () => {
    const [a, b] = [fresh('player'), fresh('player')];
    await claimed(a, 3);
    const later = await create('https://example.com/later');
    await claimed(b, 2);
    await claimed(a, 2);
    const received = await send(endpoint, undefined, 2);
    expect([numbersOf(received, a), numbersOf(received, b)]).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2],
    ]);
    expect(await send(endpoint)).toEqual([]);
    expect(numbersOf(await send(later), a)).toEqual([4, 5]);
    expect(await stateOf(endpoint)).toMatchObject({ accepted: 7, nextAt: null, waiting: 0, deadLetters: 0 });
    expect(await count('waiting_events')).toBe(0);
  });

  test('gets nothing of actions of staff and of what was rejected', async () => {
    await act({ kind: 'endpoint.change', endpointId: endpoint, description: 'other' });
    expect(await send(endpoint)).toEqual([]);
    expect((await stateOf(endpoint)).nextAt).toBeNull();
  });

  test('waits for no event of a running transaction, and gets it and those behind it later', async () => {
    const session = await ledger.app.connect();
    await session.query('BEGIN');
    await session.query('SELECT pg_current_xact_id()');
    const player = fresh('player');
    await claim(player);
    expect(await send(endpoint)).toEqual([]);
    await session.query('COMMIT');
    session.release();
    expect(numbersOf(await send(endpoint), player)).toEqual([1]);
  });
});

describe('an event that is not accepted', () => {
  test('is sent again before those of its player behind it, while other players go on', async () => {
    const [a, b] = [fresh('player'), fresh('player')];
    await claimed(a, 2);
    await claimed(b, 2);
    const first = await send(endpoint, ({ data }) => (data?.player === a ? 'status 500' : null));
    expect([numbersOf(first, a), numbersOf(first, b)]).toEqual([[], [1, 2]]);
    await claim(a);
    await claim(b);
    const second = await send(endpoint);
    expect([numbersOf(second, a), numbersOf(second, b)]).toEqual([[], [3]]);
    expect(await stateOf(endpoint)).toMatchObject({ waiting: 3, lastFailure: 'status 500' });
    await letTimePass();
    expect(numbersOf(await send(endpoint), a)).toEqual([1, 2, 3]);
    expect(await count('waiting_events')).toBe(0);
  });

  test('holds back both players of a transfer, and through them nobody else', async () => {
    const [a, b, c] = [fresh('player'), fresh('player'), fresh('player')];
    await claim(a);
    await claim(b);
    await claim(c);
    await granted(ledger.commit(transfer(a, b, 1)));
    await claim(b);
    await claim(c);
    const isFirstOf = (player: string) => (next: { data: { player: string; number: number } | null }) =>
      next.data?.player === player && next.data.number === 1 ? 'timeout' : null;
    const received = await send(endpoint, isFirstOf(a));
    expect([numbersOf(received, a), numbersOf(received, b), numbersOf(received, c)]).toEqual([
      [],
      [1],
      [1, 2],
    ]);
    // The transfer waits behind a's first event, and b's third behind the transfer.
    await claim(b);
    expect(numbersOf(await send(endpoint), b)).toEqual([]);
    await letTimePass();
    const later = await send(endpoint);
    expect([numbersOf(later, a), numbersOf(later, b)]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const place = (player: string, number: number) =>
      later.findIndex((event) => event.player === player && event.number === number);
    expect(place(a, 2)).toBeLessThan(place(b, 3));
  });

  test('waits twice as long after each attempt, and as long as the endpoint asks for', async () => {
    const player = fresh('player');
    await claim(player);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await letTimePass();
      await send(endpoint, () => 'status 503');
      const { rows } = await ledger.owner.query(
        `SELECT extract(epoch FROM next_try_at - now())::float AS seconds, attempts FROM onceward.waiting_events
          WHERE endpoint = $1`,
        [endpoint],
      );
      expect(rows[0].attempts).toBe(attempt);
      waits.push(rows[0].seconds);
    }
    for (const [index, seconds] of waits.entries()) {
      expect(seconds).toBeGreaterThan(5 * 2 ** index * 0.4);
      expect(seconds).toBeLessThan(5 * 2 ** index * 1.6);
    }
    await letTimePass();
    const holder = randomUUID();
    const next = await step(endpoint, holder);
    const { sent } = sentOf(next, () => 'status 429');
    await step(endpoint, holder, { ...sent, tried: sent.tried.map((one) => ({ ...one, retryAfter: 1800 })) });
    const { rows } = await ledger.owner.query(
      `SELECT next_try_at > now() + interval '29 minutes' AS late FROM onceward.waiting_events WHERE endpoint = $1`,
      [endpoint],
    );
    expect(rows).toEqual([{ late: true }]);
  });

  test('is a dead letter after 72 hours, and those behind it go on', async () => {
    const player = fresh('player');
    await claimed(player, 2);
    await send(endpoint, () => 'status 500');
    await ledger.owner.query(
      `UPDATE onceward.waiting_events SET first_tried_at = first_tried_at - interval '73 hours'`,
    );
    await letTimePass();
    const received = await send(endpoint, ({ data }) => (data?.number === 1 ? 'status 500' : null));
    expect(received).toEqual([]);
    expect(await stateOf(endpoint)).toMatchObject({ deadLetters: 1, waiting: 1 });
    await letTimePass();
    expect(numbersOf(await send(endpoint), player)).toEqual([2]);
    const { record } = await act({ kind: 'endpoint.resend', endpointId: endpoint });
    expect(record).toMatchObject({ deadLetters: 0, waiting: 1 });
    expect(numbersOf(await send(endpoint), player)).toEqual([1]);
  });

  test('makes the endpoint rest where nothing is accepted, and few events are tried then', async () => {
    const players = Array.from({ length: 30 }, () => fresh('player'));
    for (const player of players) await claim(player);
    const holder = randomUUID();
    const first = await step(endpoint, holder);
    expect(first.events).toHaveLength(30);
    expect(await step(endpoint, holder, sentOf(first, () => 'no answer').sent)).toEqual({ kind: 'idle' });
    const { failingSince } = await stateOf(endpoint);
    expect(failingSince).not.toBeNull();
    await letTimePass();
    const probe = await step(endpoint, holder);
    expect(probe.events.filter(({ data }) => data !== null)).toHaveLength(8);
    await step(endpoint, holder, sentOf(probe, () => null).sent);
    expect((await stateOf(endpoint)).failingSince).toBeNull();
  });

  test('lets no more than the bound wait, and the outbox keeps the rest', async () => {
    await ledger.owner.query(
      `INSERT INTO onceward.waiting_events (endpoint, transaction, event, player, number, next_try_at)
       SELECT $1, '3', -n, -n, 1, now() + interval '1 day' FROM generate_series(1, 1000) AS n`,
      [endpoint],
    );
    await claim(fresh('player'));
    expect((await step(endpoint, randomUUID())).kind).toBe('idle');
    await ledger.owner.query('DELETE FROM onceward.waiting_events WHERE event < 0');
    expect(await send(endpoint)).toHaveLength(1);
  });
});

describe('a sender', () => {
  test('that dies in mid-send has its events sent again by the next one, when its time is up', async () => {
    const player = fresh('player');
    await claimed(player, 3);
    const dead = await step(endpoint, randomUUID());
    expect(dead.events).toHaveLength(3);
    expect((await step(endpoint, randomUUID())).kind).toBe('busy');
    await ledger.owner.query(`UPDATE onceward.endpoints SET held_until = now() - interval '1 second'`);
    expect(numbersOf(await send(endpoint), player)).toEqual([1, 2, 3]);
  });

  test('whose time was up records nothing, and what it sent is sent again', async () => {
    const player = fresh('player');
    await claim(player);
    const [slow, next] = [randomUUID(), randomUUID()];
    const first = await step(endpoint, slow);
    await ledger.owner.query(`UPDATE onceward.endpoints SET held_until = now() - interval '1 second'`);
    const second = await step(endpoint, next);
    expect(second.events).toHaveLength(1);
    expect(await step(endpoint, slow, sentOf(first, () => null).sent)).toEqual({ kind: 'lost' });
    expect((await stateOf(endpoint)).accepted).toBe(0);
    await step(endpoint, next, sentOf(second, () => null).sent);
    expect((await stateOf(endpoint)).accepted).toBe(1);
  });

  test('misses and repeats nothing while 16 writers commit and a few events fail', async () => {
    const players = Array.from({ length: 16 }, () => fresh('player'));
    let writing = true;
    const received: { player: string; number: number }[] = [];
    let calls = 0;
    const everySeventhFails = () => {
      calls += 1;
      return calls % 7 === 0 ? 'status 500' : null;
    };
    const sender = (async () => {
      for (let more = true; more; ) {
        more = writing;
        received.push(...(await send(endpoint, everySeventhFails, 20)));
        await letTimePass();
      }
    })();
    await Promise.all(
      players.map(async (player, index) => {
        for (let claims = 0; claims < CLAIMS; claims += 1) {
          await claim(player);
          const other = players[(index + 1) % players.length] as string;
          await ledger.commit(transfer(player, other, 1));
        }
      }),
    );
    writing = false;
    await sender;
    while ((await stateOf(endpoint)).nextAt !== null) {
      await letTimePass();
      received.push(...(await send(endpoint)));
    }
    for (const player of players) {
      const { rows } = await ledger.owner.query(
        `SELECT c.number FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
          WHERE a.id = $1 ORDER BY c.number`,
        [player],
      );
      expect(numbersOf(received, player)).toEqual(rows.map(({ number }) => number));
    }
  });

  test('says in the log what it sent', async () => {
    const player = fresh('player');
    await claimed(player, 2);
    await send(endpoint, ({ data }) => (data?.number === 2 ? 'status 418' : null));
    await letTimePass();
    await send(endpoint);
    const { rows } = await ledger.owner.query(
      'SELECT accepted, failed, attempts FROM onceward.event_sends WHERE endpoint = $1 ORDER BY no',
      [endpoint],
    );
    const eventId = expect.stringMatching(/^evt_[0-9a-f]{32}_[1-9][0-9]*$/);
    expect(rows).toEqual([
      { accepted: 1, failed: 1, attempts: [{ eventId, attempt: 1, failure: 'status 418' }] },
      { accepted: 1, failed: 0, attempts: [{ eventId, attempt: 2, failure: null }] },
    ]);
  });
});
