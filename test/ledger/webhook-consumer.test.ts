// The example of a consumer has each event's effect exactly once, however webhooks arrive, and sees what is missing.
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { consume, openPool, TABLES } from '../../examples/webhook-consumer/consume.ts';
import type { GrantEvent } from '../../src/domain/event.ts';
import { dice } from '../support/ledger/dice.ts';
import { openEvents } from '../support/ledger/events.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';
import { transfer } from '../support/ledger/systems.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;

let server: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
let pool: pg.Pool;
beforeAll(async () => {
  server = await startOwnServer();
  ledger = openLedger(server);
  await ledger.owner.query('CREATE DATABASE consumer');
  pool = openPool(new URL('consumer', server.ownerDatabaseUrl).href);
  await pool.query(TABLES);
});
afterAll(async () => {
  await pool?.end();
  await ledger?.close();
  await server?.stop();
});
beforeEach(() => pool.query('TRUNCATE seen, numbers, missing, sums'));

function post(event: GrantEvent, by = secret): Promise<Response> {
  const body = JSON.stringify(event);
  const now = new Date();
  const headers = {
    'webhook-id': event.id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign(event.id, now, body),
  };
  return consume(pool, [secret], new Request('http://consumer/', { method: 'POST', headers, body }));
}

/** Events of claims and transfers between four players, and the balances that they lead to. */
async function history() {
  const { end } = await openEvents(ledger.app).since(null);
  const players = Array.from({ length: 4 }, () => fresh('player'));
  const roll = dice(7);
  for (const player of players)
    await granted(ledger.commit(operation({ player, postings: [give('gold', 100)] })));
  for (let count = 0; count < 40; count++) {
    const from = roll(4);
    const to = (from + 1 + roll(3)) % 4;
    await granted(ledger.commit(transfer(players[from] as string, players[to] as string, 1 + roll(5))));
  }
  const { events } = await openEvents(ledger.app).since(end);
  const balances = await Promise.all(
    players.map(async (player) => [player, (await ledger.playerLedger(player)).balances.gold]),
  );
  return { events, balances: Object.fromEntries(balances) as Record<string, number> };
}

async function sums(): Promise<Record<string, number>> {
  const { rows } = await pool.query('SELECT player, amount::int FROM sums');
  return Object.fromEntries(rows.map(({ player, amount }) => [player, amount]));
}
const missing = async () =>
  (await pool.query('SELECT player, number FROM missing ORDER BY player, number')).rows;

describe('a consumer', () => {
  test('has each effect once where events come twice, in parallel, out of order, and over broken connections', async () => {
    const { events, balances } = await history();
    const roll = dice(11);
    const waiting = [...events, ...events, ...events].toSorted(() => roll(3) - 1);
    let failed = 0;
    const worker = async () => {
      for (let event = waiting.shift(); event; event = waiting.shift()) {
        const answer = await post(event).catch(() => null);
        if (answer?.status === 204) continue;
        failed += 1;
        waiting.push(event);
      }
    };
    const breaking = (async () => {
      for (let count = 0; count < 5; count++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await ledger.owner.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'consumer'`,
        );
      }
    })();
    await Promise.all([breaking, ...Array.from({ length: 8 }, worker)]);
    expect(failed).toBeGreaterThan(0);
    expect(await sums()).toEqual(balances);
    expect(await missing()).toEqual([]);
    expect((await pool.query('SELECT count(*)::int AS n FROM seen')).rows[0].n).toBe(events.length);
  });

  test('knows which of a player’s events it does not have, until they come', async () => {
    const { events, balances } = await history();
    const [lost] = events.slice(20);
    const rest = events.filter((event) => event !== lost);
    for (const event of rest) expect((await post(event)).status).toBe(204);
    const named = [
      { player: lost?.player, number: lost?.number },
      { player: lost?.counterparty, number: lost?.counterpartyNumber },
    ].toSorted((a, b) => (String(a.player) < String(b.player) ? -1 : 1));
    expect(await missing()).toEqual(named);
    expect(await sums()).not.toEqual(balances);
    expect((await post(lost as GrantEvent)).status).toBe(204);
    expect(await missing()).toEqual([]);
    expect(await sums()).toEqual(balances);
  });

  test('does nothing for a message that another key signed', async () => {
    const { events } = await history();
    const [event] = events;
    const answer = await post(event as GrantEvent, `whsec_${randomBytes(32).toString('base64')}`);
    expect(answer.status).toBe(400);
    expect(await sums()).toEqual({});
  });
});
