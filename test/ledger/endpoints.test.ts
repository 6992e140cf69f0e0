// Endpoints as staff change them, and how long the outbox keeps events for them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Action, openEndpoints } from '../support/ledger/endpoints.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, operation } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';

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

let endpoint: number;
beforeEach(async () => {
  for (const table of ['endpoints', 'waiting_events', 'dead_letters', 'event_marks', 'alarms', 'outbox'])
    await ledger.owner.query(`DELETE FROM onceward.${table}`);
  await ledger.owner.query(
    `UPDATE onceward.outbox_state SET removed_transaction = '0', removed_event = 0, rotated_at = now()`,
  );
  endpoint = await create();
});

const query = async (text: string, values: unknown[] = []) => (await ledger.owner.query(text, values)).rows;
const claim = async (player: string) => granted(ledger.commit(operation({ player })));
const keep = async () => (await ledger.app.query('SELECT onceward.keep_events() AS rotated')).rows[0].rotated;
/** Half of the retention passes. */
const rotate = async () => {
  await query(`UPDATE onceward.outbox_state SET rotated_at = now() - interval '4 days'`);
  await ledger.app.query('SELECT onceward.roll_up_economy()');
  return keep();
};
const events = async () =>
  (await query('SELECT FROM onceward.outbox o JOIN onceward.actors a ON a.no = o.player WHERE a.kind = 1'))
    .length;
const everything = () =>
  query(`SELECT (SELECT json_agg(e ORDER BY no) FROM onceward.endpoints e) AS endpoints,
                (SELECT json_agg(w ORDER BY event) FROM onceward.waiting_events w) AS waiting,
                (SELECT json_agg(d ORDER BY event) FROM onceward.dead_letters d) AS letters`);

async function refused(action: Action, why: string) {
  const before = await everything();
  expect(await act(action)).toMatchObject({
    kind: 'rejected',
    rejection: { kind: 'endpoint_refused', why },
  });
  expect(await everything()).toEqual(before);
}

describe('an action on an endpoint', () => {
  test('of a member without the permission, or with another one, changes nothing', async () => {
    const before = await everything();
    const support = await ledger.addStaff({ role: 'support' });
    const action = { kind: 'endpoint.change', endpointId: endpoint, enabled: false };
    expect(await act(action, { actor_id: support })).toMatchObject({ kind: 'forbidden' });
    await expect(act(action, { permission: 'note:write' })).rejects.toThrow('no action');
    expect(await everything()).toEqual(before);
  });

  test('on one that does not exist is rejected', async () => {
    expect(await act({ kind: 'endpoint.change', endpointId: 999_999, enabled: false })).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'unknown_record', record: 'endpoint', id: 999_999 },
    });
  });

  test('makes a salt of its own for each endpoint, which no list shows', async () => {
    const other = await create();
    const salts = (await query('SELECT encode(salt, $1) AS salt FROM onceward.endpoints', ['hex'])).map(
      ({ salt }) => salt,
    );
    expect(new Set(salts).size).toBe(2);
    expect(JSON.stringify(await stateOf(other))).not.toMatch(new RegExp(salts.join('|')));
  });

  test('rotates the secret: the generation rises, and the one before stays for some hours or not at all', async () => {
    const rotated = await act({ kind: 'endpoint.rotate', endpointId: endpoint, overlapHours: 24 });
    expect(rotated.record).toMatchObject({ generation: 2, salt: expect.stringMatching(/^[0-9a-f]{32}$/) });
    await claim(fresh('player'));
    expect(await step(endpoint, crypto.randomUUID())).toMatchObject({ generation: 2, overlaps: true });
    const { record } = await act({ kind: 'endpoint.rotate', endpointId: endpoint, overlapHours: 0 });
    expect(record).toMatchObject({ generation: 3, overlapUntil: null });
    expect(await step(endpoint, crypto.randomUUID())).toMatchObject({ generation: 3, overlaps: false });
  });

  test('makes at most 20 that are not disabled, also at the same time', async () => {
    const made = await Promise.all(
      Array.from({ length: 24 }, () =>
        act({ kind: 'endpoint.create', url: 'https://example.com', description: 'one of many' }),
      ),
    );
    expect(made.filter(({ kind }) => kind === 'granted')).toHaveLength(19);
    await refused({ kind: 'endpoint.create', url: 'https://example.com', description: 'more' }, 'too_many');
    await act({ kind: 'endpoint.change', endpointId: endpoint, enabled: false });
    expect(await create()).toBeGreaterThan(endpoint);
    await refused({ kind: 'endpoint.change', endpointId: endpoint, enabled: true }, 'too_many');
  });

  test('disables it, and it goes on where it was when it is enabled again', async () => {
    const player = fresh('player');
    await claim(player);
    await act({ kind: 'endpoint.change', endpointId: endpoint, enabled: false });
    await claim(player);
    expect(await send(endpoint)).toEqual([]);
    expect(
      (await ledger.app.query('SELECT onceward.endpoints_to_send() AS numbers')).rows[0].numbers,
    ).toEqual([]);
    await act({ kind: 'endpoint.change', endpointId: endpoint, enabled: true });
    expect((await send(endpoint)).map(({ number }) => number)).toEqual([1, 2]);
  });

  test('takes the endpoint from its sender, whose events are sent again', async () => {
    await claim(fresh('player'));
    const holder = crypto.randomUUID();
    const sending = await step(endpoint, holder);
    await act({ kind: 'endpoint.change', endpointId: endpoint, url: 'https://example.com/other' });
    expect(await step(endpoint, holder, sentOf(sending, () => null).sent)).toEqual({ kind: 'lost' });
    expect(await send(endpoint)).toHaveLength(1);
  });

  test('sends all events from a time on again, also those that waited or were put aside', async () => {
    const player = fresh('player');
    await claim(player);
    expect(await keep()).toBe(false);
    await query(`UPDATE onceward.event_marks SET at = at - interval '1 hour'`);
    await claim(player);
    await claim(player);
    await send(endpoint, ({ data }) => (data?.number === 3 ? 'status 500' : null));
    const from = new Date(Date.now() - 60_000).toISOString();
    expect((await act({ kind: 'endpoint.replay', endpointId: endpoint, from })).record).toMatchObject({
      waiting: 0,
    });
    expect((await send(endpoint)).map(({ number }) => number)).toEqual([2, 3]);
    const earlier = new Date(Date.now() - 2 * 3_600_000).toISOString();
    await refused({ kind: 'endpoint.replay', endpointId: endpoint, from: earlier }, 'events_gone');
  });

  test('does not replay from a time that the endpoint has not reached', async () => {
    await claim(fresh('player'));
    await keep();
    const from = new Date(Date.now() + 60_000).toISOString();
    await refused({ kind: 'endpoint.replay', endpointId: endpoint, from }, 'ahead');
    await query('DELETE FROM onceward.event_marks');
    await refused({ kind: 'endpoint.replay', endpointId: endpoint, from }, 'ahead');
  });

  test('sends only dead letters again that exist, and by their IDs those alone', async () => {
    await refused({ kind: 'endpoint.resend', endpointId: endpoint }, 'no_dead_letters');
    const [a, b] = [fresh('player'), fresh('player')];
    await claim(a);
    await claim(b);
    await send(endpoint, () => 'status 500');
    await query(`UPDATE onceward.waiting_events SET first_tried_at = now() - interval '73 hours'`);
    await letTimePass();
    await send(endpoint, () => 'status 500');
    const letters = await query('SELECT event::text FROM onceward.dead_letters ORDER BY event');
    expect(letters).toHaveLength(2);
    await letTimePass();
    await act({ kind: 'endpoint.resend', endpointId: endpoint, events: [letters[1]?.event] });
    expect((await send(endpoint)).map(({ player }) => player)).toEqual([b]);
    await query(
      `INSERT INTO onceward.waiting_events (endpoint, transaction, event, player, number, next_try_at)
       SELECT $1, '3', -n, -n, 1, now() + interval '1 day' FROM generate_series(1, 2000) AS n`,
      [endpoint],
    );
    await refused({ kind: 'endpoint.resend', endpointId: endpoint }, 'too_many_waiting');
  });
});

describe('the outbox', () => {
  test('keeps events for the retention, and then until every enabled endpoint has gone through them', async () => {
    await claim(fresh('player'));
    expect(await keep()).toBe(false);
    expect([await rotate(), await rotate()]).toEqual([true, true]);
    expect(await events()).toBe(1);
    expect(await rotate()).toBe(false);
    expect(await events()).toBe(1);
    await send(endpoint);
    // A later event shows that the endpoint is beyond the transaction of the first one.
    await claim(fresh('player'));
    await send(endpoint);
    expect(await rotate()).toBe(true);
    expect(await events()).toBe(1);
    expect(await keep()).toBe(false);
  });

  test('does not wait for an endpoint that is disabled, which then has to be replayed', async () => {
    await claim(fresh('player'));
    await act({ kind: 'endpoint.change', endpointId: endpoint, enabled: false });
    for (let rotations = 0; rotations < 3; rotations += 1) expect(await rotate()).toBe(true);
    expect(await events()).toBe(0);
    expect(await stateOf(endpoint)).toMatchObject({ isBehind: true });
    await refused({ kind: 'endpoint.change', endpointId: endpoint, enabled: true }, 'events_gone');
    await claim(fresh('player'));
    await query('DELETE FROM onceward.event_marks');
    await keep();
    const from = new Date(Date.now() + 1).toISOString();
    await claim(fresh('player'));
    expect((await act({ kind: 'endpoint.replay', endpointId: endpoint, from })).kind).toBe('granted');
    expect((await act({ kind: 'endpoint.change', endpointId: endpoint, enabled: true })).kind).toBe(
      'granted',
    );
    expect(await send(endpoint)).toHaveLength(1);
  });

  test('waits for a sink, but not for one that has long been silent', async () => {
    await send(endpoint);
    await act({ kind: 'endpoint.change', endpointId: endpoint, enabled: false });
    await query(
      `INSERT INTO onceward.event_readers (name, transaction, event, advanced_at) VALUES ('test', '0', 0, now())
       ON CONFLICT (name) DO UPDATE SET advanced_at = now()`,
    );
    await claim(fresh('player'));
    await rotate();
    await rotate();
    expect(await rotate()).toBe(false);
    await query(`UPDATE onceward.event_readers SET advanced_at = now() - interval '15 days'`);
    expect(await rotate()).toBe(true);
    expect(await events()).toBe(0);
  });

  test('suspends an endpoint that is too far behind, with an alarm before and after, and keeps its place', async () => {
    // Its own creation is behind it.
    await send(endpoint);
    const player = fresh('player');
    await claim(player);
    const alarms = () =>
      query(
        `SELECT kind, subject, detail->>'state' AS state FROM onceward.alarms WHERE cleared_at IS NULL ORDER BY 1`,
      );
    await keep();
    expect(await alarms()).toEqual([]);
    const age = async (interval: string) => {
      await query('ALTER TABLE onceward.reward_claims DISABLE TRIGGER USER');
      await query(
        `UPDATE onceward.reward_claims SET claimed_at = now() - $1::interval
        WHERE player = (SELECT no FROM onceward.actors WHERE id = $2)`,
        [interval, player],
      );
      await query('ALTER TABLE onceward.reward_claims ENABLE TRIGGER USER');
    };
    await age('2 hours');
    await keep();
    expect(await alarms()).toEqual([{ kind: 'outbox_lag', subject: `endpoint ${endpoint}`, state: null }]);
    await age('15 days');
    await keep();
    expect(await alarms()).toEqual([
      { kind: 'endpoint_failing', subject: String(endpoint), state: 'suspended' },
    ]);
    expect(await stateOf(endpoint)).toMatchObject({ state: 'suspended', isBehind: false });
    expect(await send(endpoint)).toEqual([]);
    await act({ kind: 'endpoint.change', endpointId: endpoint, enabled: true });
    expect(await send(endpoint)).toHaveLength(1);
    await keep();
    expect(await alarms()).toEqual([]);
  });

  test('lets old rows of the log and old dead letters go', async () => {
    await claim(fresh('player'));
    await send(endpoint, () => 'status 500');
    await query(`UPDATE onceward.waiting_events SET first_tried_at = now() - interval '73 hours'`);
    await letTimePass();
    await send(endpoint, () => 'status 500');
    await keep();
    const left = async () => [
      (await query('SELECT FROM onceward.event_sends WHERE endpoint = $1', [endpoint])).length,
      (await query('SELECT FROM onceward.dead_letters')).length,
    ];
    expect(await left()).toEqual([2, 1]);
    await query(`UPDATE onceward.event_sends SET sent_at = sent_at - interval '15 days'`);
    await query(`UPDATE onceward.dead_letters SET died_at = died_at - interval '31 days'`);
    await keep();
    expect(await left()).toEqual([0, 0]);
  });

  test('of a restored copy of another database sends nothing to its endpoints', async () => {
    await claim(fresh('player'));
    await query(`UPDATE onceward.outbox SET transaction = '9000000000'`);
    await query('SELECT onceward.adopt_restored_events()');
    expect(await stateOf(endpoint)).toMatchObject({ state: 'suspended' });
    expect(await send(endpoint)).toEqual([]);
    await act({ kind: 'endpoint.change', endpointId: endpoint, enabled: true });
    expect(await send(endpoint)).toHaveLength(1);
  });
});
