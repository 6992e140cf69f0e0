/** Replays after the day changed or the ticket expired. The Worker's clock is changed, the clock of the database is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  type Client,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { fresh, freshKey, ticket } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterAll(() => vi.useRealTimers());

/** Sets the clock and signs the player in, because an earlier token may have expired. */
function at(moment: string, playerId: string): Client {
  vi.setSystemTime(new Date(moment));
  return asPlayer(playerId);
}

describe('a replay after the day changed', () => {
  it('replays a daily claim after midnight and grants the new day under a new key', async () => {
    const playerId = fresh('player');
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const today = at('2031-03-31T23:59:59.900Z', playerId);
    const receipt = receiptOf(await today.claimReward(input));
    expect(receipt).toMatchObject({ replayed: false, claim: { key: '2031-03-31' } });
    const again = await movingNothing(playerId, () => today.claimReward({ type: 'daily_quest' }));
    expect(rejectionOf(again, 'AlreadyClaimed').claim).toEqual(receipt.claim);

    const tomorrow = at('2031-04-01T00:00:00.000Z', playerId);
    expect(resultOf(await writingNothing(playerId, () => tomorrow.claimReward(input)))).toEqual({
      ...receipt,
      replayed: true,
    });
    const next = receiptOf(await tomorrow.claimReward({ type: 'daily_quest' }));
    expect(next).toMatchObject({ replayed: false, claim: { key: '2031-04-01' } });
    const later = at('2031-04-05T12:00:00Z', playerId);
    expect(resultOf(await writingNothing(playerId, () => later.claimReward(input)))).toEqual({
      ...receipt,
      replayed: true,
    });
    expect(await ledgerState(playerId)).toMatchObject({ granted: 2, balances: { lumees: 300 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('replays AlreadyClaimed of one day under its key on the next day', async () => {
    const playerId = fresh('player');
    const today = at('2031-05-01T08:00:00Z', playerId);
    receiptOf(await today.claimReward({ type: 'daily_quest' }));
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const rejection = rejectionOf(await today.claimReward(input), 'AlreadyClaimed');
    const tomorrow = at('2031-05-02T08:00:00Z', playerId);
    const replay = await writingNothing(playerId, () => tomorrow.claimReward(input));
    expect(resultOf(replay)).toEqual(rejection);
  });

  it('grants a weekly claim once from Monday to Sunday', async () => {
    const playerId = fresh('player');
    const input = { type: 'weekly_chest', idempotencyKey: freshKey() };
    const sunday = at('2031-06-08T23:59:59Z', playerId);
    const receipt = receiptOf(await sunday.claimReward(input));
    expect(receipt.claim.key).toBe('2031-W23');
    const monday = at('2031-06-09T00:00:01Z', playerId);
    expect(resultOf(await writingNothing(playerId, () => monday.claimReward(input)))).toEqual({
      ...receipt,
      replayed: true,
    });
    expect(receiptOf(await monday.claimReward({ type: 'weekly_chest' })).claim.key).toBe('2031-W24');
    const nextSunday = at('2031-06-15T23:59:59Z', playerId);
    const again = await movingNothing(playerId, () => nextSunday.claimReward({ type: 'weekly_chest' }));
    rejectionOf(again, 'AlreadyClaimed');
    expect(await ledgerState(playerId)).toMatchObject({ granted: 2, balances: { summon_tokens: 2 } });
  });

  it('grants a weekly claim once in the week in which the year changes', async () => {
    const playerId = fresh('player');
    const monday = at('2031-12-29T00:00:00Z', playerId);
    expect(receiptOf(await monday.claimReward({ type: 'weekly_chest' })).claim.key).toBe('2032-W01');
    const sunday = at('2032-01-04T23:59:59Z', playerId);
    const again = await movingNothing(playerId, () => sunday.claimReward({ type: 'weekly_chest' }));
    rejectionOf(again, 'AlreadyClaimed');
  });
});

describe('a replay after the ticket expired', () => {
  const tower = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };

  it('replays with an expired ticket what the ticket claimed while it was valid', async () => {
    const playerId = fresh('player');
    const player = at('2032-02-01T12:00:00Z', playerId);
    const input = {
      type: tower.type,
      idempotencyKey: freshKey(),
      ticket: await ticket({ playerId, ...tower }),
    };
    const receipt = receiptOf(await player.claimReward(input));
    expect(receipt.replayed).toBe(false);
    for (const moment of ['2032-02-01T12:10:00Z', '2032-03-01T00:00:00Z']) {
      const later = at(moment, playerId);
      expect(resultOf(await writingNothing(playerId, () => later.claimReward(input)))).toEqual({
        ...receipt,
        replayed: true,
      });
    }
    const later = at('2032-03-02T00:00:00Z', playerId);
    const renewed = { ...input, ticket: await ticket({ playerId, ...tower }) };
    expect(resultOf(await later.claimReward(renewed))).toEqual({ ...receipt, replayed: true });
  });

  it('forbids an expired ticket under a new key without a record, and grants a valid one', async () => {
    const playerId = fresh('player');
    const player = at('2032-04-01T12:00:00Z', playerId);
    const input = { type: tower.type, idempotencyKey: freshKey() };
    const expired = await ticket({ playerId, ...tower, expiresInSeconds: -60 });
    const claim = () => player.claimReward({ ...input, ticket: expired });
    for (let attempt = 1; attempt <= 2; attempt++) {
      const answer = await writingNothing(playerId, claim);
      expect(faultOf(answer)).toEqual({ code: 'FORBIDDEN', retryable: false, field: 'ticket' });
    }
    expect((await ledgerState(playerId)).version).toBeNull();
    const renewed = { ...input, ticket: await ticket({ playerId, ...tower }) };
    const receipt = receiptOf(await player.claimReward(renewed));
    expect(receipt.replayed).toBe(false);
    // The expired ticket has the same contents, so it replays as well.
    expect(resultOf(await writingNothing(playerId, claim))).toEqual({ ...receipt, replayed: true });
  });

  it('forbids an expired ticket for a claim under another key and answers AlreadyClaimed to a valid one', async () => {
    const playerId = fresh('player');
    receiptOf(await asServer().claimReward({ ...tower, playerId }));
    const player = at('2032-05-01T12:00:00Z', playerId);
    const input = { type: tower.type, idempotencyKey: freshKey() };
    const expired = await ticket({ playerId, ...tower, expiresInSeconds: -60 });
    const answer = await writingNothing(playerId, () => player.claimReward({ ...input, ticket: expired }));
    expect(faultOf(answer).code).toBe('FORBIDDEN');
    const renewed = { ...input, ticket: await ticket({ playerId, ...tower }) };
    rejectionOf(await player.claimReward(renewed), 'AlreadyClaimed');
  });

  it('answers IdempotencyKeyReused to an expired ticket with other contents under a known key', async () => {
    const playerId = fresh('player');
    const player = at('2032-06-01T12:00:00Z', playerId);
    const input = { type: tower.type, idempotencyKey: freshKey() };
    receiptOf(await player.claimReward({ ...input, ticket: await ticket({ playerId, ...tower }) }));
    const other = await ticket({ playerId, ...tower, key: 'tower-2', expiresInSeconds: -60 });
    const answer = await writingNothing(playerId, () => player.claimReward({ ...input, ticket: other }));
    expect(rejectionOf(answer, 'IdempotencyKeyReused').fields).toEqual(['ticket']);
  });
});
