/** Row: replay when the ticket expired or the day turned. The Worker's clock is turned; the database's goes on. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { claimReward, faultOf, resultOf } from '../../support/worker/mutations.ts';
import { fresh, freshKey, playerToken, serverToken, ticket } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterAll(() => vi.useRealTimers());

/** Signs in at the given moment: a token of yesterday has expired. */
async function at(moment: string, playerId: string) {
  vi.setSystemTime(new Date(moment));
  const token = await playerToken(playerId);
  return (input: object) => claimReward(input, { token });
}

describe('replay when the day turned', () => {
  it('a daily claim tried before midnight is replayed after it; the new day pays under a new key', async () => {
    const playerId = fresh('player');
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const beforehand = await at('2031-03-31T23:59:59.900Z', playerId);
    const receipt = resultOf(await beforehand(input));
    expect(receipt).toMatchObject({ replayed: false, claim: { key: '2031-03-31' } });
    const twice = await movingNothing(playerId, () => beforehand({ type: 'daily_quest' }));
    expect(resultOf(twice)).toMatchObject({ __typename: 'AlreadyClaimed', claim: { id: receipt.claim.id } });

    const afterwards = await at('2031-04-01T00:00:00.000Z', playerId);
    expect(resultOf(await writingNothing(playerId, () => afterwards(input)))).toEqual({
      ...receipt,
      replayed: true,
    });
    const next = resultOf(await afterwards({ type: 'daily_quest' }));
    expect(next).toMatchObject({ __typename: 'Receipt', replayed: false, claim: { key: '2031-04-01' } });
    // Days later the first key still has its first outcome.
    const later = await at('2031-04-05T12:00:00Z', playerId);
    expect(resultOf(await writingNothing(playerId, () => later(input)))).toEqual({
      ...receipt,
      replayed: true,
    });
    expect(await ledgerState(playerId)).toMatchObject({ granted: 2, balances: { lumees: 300 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('AlreadyClaimed of one day stays AlreadyClaimed under its key on the next', async () => {
    const playerId = fresh('player');
    const today = await at('2031-05-01T08:00:00Z', playerId);
    await today({ type: 'daily_quest' });
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const refusal = resultOf(await today(input));
    expect(refusal.__typename).toBe('AlreadyClaimed');
    const tomorrow = await at('2031-05-02T08:00:00Z', playerId);
    expect(resultOf(await writingNothing(playerId, () => tomorrow(input)))).toEqual(refusal);
  });

  it('a weekly claim is paid once from Monday to Sunday', async () => {
    const playerId = fresh('player');
    const input = { type: 'weekly_chest', idempotencyKey: freshKey() };
    const sunday = await at('2031-06-08T23:59:59Z', playerId);
    const receipt = resultOf(await sunday(input));
    expect(receipt.claim.key).toBe('2031-W23');
    const monday = await at('2031-06-09T00:00:01Z', playerId);
    expect(resultOf(await writingNothing(playerId, () => monday(input)))).toEqual({
      ...receipt,
      replayed: true,
    });
    expect(resultOf(await monday({ type: 'weekly_chest' }))).toMatchObject({ claim: { key: '2031-W24' } });
    const nextSunday = await at('2031-06-15T23:59:59Z', playerId);
    const again = await movingNothing(playerId, () => nextSunday({ type: 'weekly_chest' }));
    expect(resultOf(again)).toMatchObject({ __typename: 'AlreadyClaimed' });
    expect(await ledgerState(playerId)).toMatchObject({ granted: 2, balances: { summon_tokens: 2 } });
  });

  it('the year turns within a week', async () => {
    const playerId = fresh('player');
    const monday = await at('2031-12-29T00:00:00Z', playerId);
    expect(resultOf(await monday({ type: 'weekly_chest' }))).toMatchObject({ claim: { key: '2032-W01' } });
    const sunday = await at('2032-01-04T23:59:59Z', playerId);
    const again = await movingNothing(playerId, () => sunday({ type: 'weekly_chest' }));
    expect(resultOf(again).__typename).toBe('AlreadyClaimed');
  });
});

describe('replay when the ticket expired', () => {
  const tower = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };

  it('an expired ticket replays what it claimed while it was valid', async () => {
    const playerId = fresh('player');
    const beforehand = await at('2032-02-01T12:00:00Z', playerId);
    const input = {
      type: tower.type,
      idempotencyKey: freshKey(),
      ticket: await ticket({ playerId, ...tower }),
    };
    const receipt = resultOf(await beforehand(input));
    expect(receipt).toMatchObject({ __typename: 'Receipt', replayed: false });
    for (const moment of ['2032-02-01T12:10:00Z', '2032-03-01T00:00:00Z']) {
      const afterwards = await at(moment, playerId);
      expect(resultOf(await writingNothing(playerId, () => afterwards(input)))).toEqual({
        ...receipt,
        replayed: true,
      });
    }
    // So does a fresh ticket for the same claim.
    const afterwards = await at('2032-03-02T00:00:00Z', playerId);
    const renewed = { ...input, ticket: await ticket({ playerId, ...tower }) };
    expect(resultOf(await afterwards(renewed))).toEqual({ ...receipt, replayed: true });
  });

  it('under a new key it is FORBIDDEN and records nothing; a fresh ticket with the same key is paid', async () => {
    const playerId = fresh('player');
    const ask = await at('2032-04-01T12:00:00Z', playerId);
    const input = { type: tower.type, idempotencyKey: freshKey() };
    const expired = await ticket({ playerId, ...tower, expiresInSeconds: -60 });
    for (let attempt = 1; attempt <= 2; attempt++) {
      const answer = await writingNothing(playerId, () => ask({ ...input, ticket: expired }));
      expect(faultOf(answer)).toEqual({ code: 'FORBIDDEN', retryable: false, field: 'ticket' });
    }
    expect((await ledgerState(playerId)).version).toBeNull();
    const renewed = { ...input, ticket: await ticket({ playerId, ...tower }) };
    const receipt = resultOf(await ask(renewed));
    expect(receipt).toMatchObject({ __typename: 'Receipt', replayed: false });
    // From now on the expired one replays as well: it says the same.
    const retry = () => ask({ ...input, ticket: expired });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it('for a claim that was paid under another key it is FORBIDDEN, and a fresh one is AlreadyClaimed', async () => {
    const playerId = fresh('player');
    await claimReward({ ...tower, playerId }, { token: await serverToken() });
    const ask = await at('2032-05-01T12:00:00Z', playerId);
    const input = { type: tower.type, idempotencyKey: freshKey() };
    const expired = await ticket({ playerId, ...tower, expiresInSeconds: -60 });
    const answer = await writingNothing(playerId, () => ask({ ...input, ticket: expired }));
    expect(faultOf(answer).code).toBe('FORBIDDEN');
    const renewed = { ...input, ticket: await ticket({ playerId, ...tower }) };
    expect(resultOf(await ask(renewed)).__typename).toBe('AlreadyClaimed');
  });

  it('with other contents under a known key it is IdempotencyKeyReused', async () => {
    const playerId = fresh('player');
    const ask = await at('2032-06-01T12:00:00Z', playerId);
    const input = { type: tower.type, idempotencyKey: freshKey() };
    await ask({ ...input, ticket: await ticket({ playerId, ...tower }) });
    const other = await ticket({ playerId, ...tower, key: 'tower-2', expiresInSeconds: -60 });
    const answer = await writingNothing(playerId, () => ask({ ...input, ticket: other }));
    expect(resultOf(answer)).toMatchObject({ __typename: 'IdempotencyKeyReused', fields: ['ticket'] });
  });
});
