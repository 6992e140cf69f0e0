/**
 * Days by the player's own zone, which the token names. The clock of the database decides, and no test sets it: players travel
 * instead, between the zones with the earliest and the latest date.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import {
  asServer,
  type Client,
  receiptOf,
  rejectionOf,
  resultOf,
  withToken,
} from '../support/worker/client.ts';
import { coldWorker, doorTo } from '../support/worker/cold-worker.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { claimsOf, ed, headerOf, jwks, sealed } from '../support/worker/token-forge.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

const zoned = (document: Document) => {
  document.streaks = { login: { period: 'day', grace: 1 } };
  document.claimTypes.daily_login = {
    ...{ proof: 'calendar', period: 'day', streak: 'login' },
    rewards: { lumees: 50 },
  };
  document.playerZone = 'zone';
  Object.assign(document.exchanges.buy_summon_token, { costs: { lumees: 10 }, perDay: 2 });
};
beforeEach(() => publish(changedExample(zoned)));

const ISSUER = {
  issuer: claimsOf('x').iss,
  audience: claimsOf('x').aud,
  jwks: JSON.parse(jwks),
  kinds: ['player', 'server', 'staff', 'ticket'],
  kind: 'kind',
  attributes: { zone: ['app_metadata', 'zone'] },
};
const settings = {
  ...{ JWKS: undefined, TOKEN_ISSUER: undefined, TOKEN_AUDIENCE: undefined },
  TOKEN_ISSUERS: JSON.stringify([ISSUER]),
};
const worker = await coldWorker();
const options = { door: doorTo(worker, settings) };

/** In POSIX names the sign is the other way round: 14 hours ahead of UTC, and 12 behind. */
const EAST = { zone: 'Etc/GMT-14', hours: 14 };
const WEST = { zone: 'Etc/GMT+12', hours: -12 };
const from = (playerId: string, zone: string | null): Client =>
  withToken(sealed(ed, headerOf(), claimsOf(playerId, zone === null ? {} : { app_metadata: { zone } })));

/** The date at the zone's clocks, and when it ends. */
function dayIn({ hours }: typeof EAST) {
  const local = new Date(Date.now() + hours * 3_600_000);
  const ends = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate() + 1);
  return { name: local.toISOString().slice(0, 10), ends: new Date(ends - hours * 3_600_000).toISOString() };
}

const claim = (client: Client, key = freshKey()) =>
  client.claimReward({ type: 'daily_login' }, { ...options, key });

describe('a daily claim', () => {
  it.each([
    ['the east', EAST, WEST],
    ['the west', WEST, EAST],
  ])('of a player in %s is that of their date, and stays claimed where they travel', async (_, home, abroad) => {
    const playerId = fresh('traveller');
    const player = from(playerId, home.zone);
    const { name, ends } = dayIn(home);
    const key = freshKey();
    expect(receiptOf(await claim(player, key)).claim.key).toBe(name);
    for (const client of [from(playerId, abroad.zone), from(playerId, null), player]) {
      const again = await movingNothing(playerId, () => claim(client));
      expect(rejectionOf(again, 'AlreadyClaimed').original?.key).toBe(name);
      const { claimables } = resultOf(await client.claimables({ ids: ['daily_login'] }, options));
      expect(claimables[0]).toMatchObject({ ready: false, period: { key: name } });
      // The day goes on where it is earlier, and never ends before it did.
      expect(String(claimables[0]?.period?.resetsAt) >= ends).toBe(true);
    }
    expect(receiptOf(await claim(from(playerId, abroad.zone), key))).toMatchObject({ replayed: true });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is granted once to a player who claims from everywhere at once', async () => {
    const playerId = fresh('traveller');
    const clients = Array.from({ length: 27 }, (_, index) =>
      from(playerId, `Etc/GMT${index < 15 ? `-${index}` : `+${index - 14}`}`),
    );
    const answers = await atOnce(27, (index) => claim(clients[index] as Client));
    const { Receipt, ...others } = tally(answers.map(resultOf));
    expect([Receipt, Object.keys(others)]).toEqual([1, ['AlreadyClaimed']]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('of a server for the player is that of the zone that the ledger holds', async () => {
    const playerId = fresh('traveller');
    receiptOf(await claim(from(playerId, EAST.zone)));
    const daily = { playerId, type: 'daily_login' };
    const again = await movingNothing(playerId, () => asServer().claimReward(daily));
    expect(rejectionOf(again, 'AlreadyClaimed').original?.key).toBe(dayIn(EAST).name);
  });
});

it('a limit per day is that of the day of the player, and stays used where they travel', async () => {
  const playerId = fresh('traveller');
  const player = from(playerId, EAST.zone);
  const { name, ends } = dayIn(EAST);
  receiptOf(await claim(player));
  const buy = (client: Client, quantity: number) =>
    client.exchange({ exchange: 'buy_summon_token', quantity }, options);
  const { claim: bought } = receiptOf(await buy(player, 2));
  expect(bought.usedLimits).toMatchObject([{ limit: 'EXCHANGES', period: name, amount: 2 }]);
  for (const client of [player, from(playerId, WEST.zone), from(playerId, null)]) {
    const answer = await movingNothing(playerId, () => buy(client, 1));
    const { remaining, renewsAt } = rejectionOf(answer, 'LimitExceeded');
    expect([remaining, String(renewsAt) >= ends]).toEqual([0, true]);
    const { offers } = resultOf(await client.offers({ ids: ['buy_summon_token'] }, options));
    expect(offers[0]?.limits).toMatchObject([{ period: name, used: 2, remaining: 0, resetsAt: renewsAt }]);
  }
  expect(await ledgerFaults(playerId)).toEqual([]);
});

describe('a player who stays where they are', () => {
  it('claims with one request to the database; the first one after a flight takes two', async () => {
    const playerId = fresh('traveller');
    const count = (client: Client) => countRequests(playerId, () => claim(client));
    expect(await count(from(playerId, EAST.zone))).toBe(1);
    expect(await count(from(playerId, EAST.zone))).toBe(1);
    expect(await count(from(playerId, WEST.zone))).toBe(2);
    const read = () => from(playerId, EAST.zone).claimables({ ids: ['daily_login'] }, options);
    expect(await countRequests(playerId, read)).toBe(1);
  });

  it('has a streak of their own days', async () => {
    const playerId = fresh('traveller');
    receiptOf(await claim(from(playerId, EAST.zone)));
    expect((await ledgerState(playerId)).balances.login).toBe(1);
    const me = resultOf(await from(playerId, EAST.zone).me({}, options));
    expect(me.balances).toContainEqual(expect.objectContaining({ resource: 'login', amount: 1 }));
  });
});
