/** Replays after the day changed or the ticket expired. The database's clock decides about days, the Worker's about tickets. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { periodIn, UTC } from '../../../src/domain/calendar.ts';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { publishDay } from '../../support/worker/days.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { playerWith } from '../../support/worker/players.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import type { Receipt } from '../../support/worker/schema-types.ts';
import { fresh, freshKey, ticket } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

describe('a replay after the day changed', () => {
  it('replays a daily claim on the next day and grants that day under a new key', async () => {
    const playerId = fresh('player');
    const player = asPlayer(playerId);
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const today = await publishDay('earlier');
    const receipt = receiptOf(await player.claimReward(input));
    expect(receipt).toMatchObject({ replayed: false, claim: { key: today.name } });
    const again = await movingNothing(playerId, () => player.claimReward({ type: 'daily_quest' }));
    expect(rejectionOf(again, 'AlreadyClaimed').original).toEqual(receipt.claim);

    const later = await publishDay('later');
    const replay = () => player.claimReward(input);
    expect(resultOf(await writingNothing(playerId, replay))).toEqual({ ...receipt, replayed: true });
    const next = receiptOf(await player.claimReward({ type: 'daily_quest' }));
    expect(next).toMatchObject({ replayed: false, claim: { key: later.name } });
    expect(resultOf(await writingNothing(playerId, replay))).toEqual({ ...receipt, replayed: true });
    expect(await ledgerState(playerId)).toMatchObject({ granted: 2, balances: { lumees: 300 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('replays AlreadyClaimed of one day under its key on the next day', async () => {
    const playerId = fresh('player');
    const player = asPlayer(playerId);
    await publishDay('earlier');
    receiptOf(await player.claimReward({ type: 'daily_quest' }));
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const rejection = rejectionOf(await player.claimReward(input), 'AlreadyClaimed');
    await publishDay('later');
    const replay = await writingNothing(playerId, () => player.claimReward(input));
    expect(resultOf(replay)).toEqual(rejection);
  });

  it('grants the running day and week once where the time zone changes after them', async () => {
    const playerId = fresh('player');
    const player = asPlayer(playerId);
    const today = await publishDay('earlier');
    const types = ['daily_quest', 'weekly_chest'];
    const claimed = [];
    for (const type of types) claimed.push(receiptOf(await player.claimReward({ type })).claim);
    await publishDay('later', (document) => {
      document.timeZoneBefore = { timeZone: today.timeZone, until: today.renewsAt };
    });
    for (const [nth, type] of types.entries()) {
      const again = await movingNothing(playerId, () => player.claimReward({ type }));
      expect(rejectionOf(again, 'AlreadyClaimed').original).toEqual(claimed[nth]);
    }
  });

  it('grants a weekly claim once in each week of the time zone', async () => {
    const playerId = fresh('player');
    const player = asPlayer(playerId);
    const weeks = new Set<string>();
    for (const which of ['earlier', 'later'] as const) {
      const { timeZone } = await publishDay(which);
      const week = periodIn('week', new Date(), { ...UTC, timeZone }).name;
      if (!weeks.has(week)) {
        const receipt = receiptOf(await player.claimReward({ type: 'weekly_chest' }));
        expect(receipt.claim.key).toBe(week);
      }
      weeks.add(week);
      const again = await movingNothing(playerId, () => player.claimReward({ type: 'weekly_chest' }));
      rejectionOf(again, 'AlreadyClaimed');
    }
    expect(await ledgerState(playerId)).toMatchObject({
      granted: weeks.size,
      balances: { summon_tokens: weeks.size },
    });
  });
});

describe('a Worker whose clock is wrong', () => {
  afterEach(() => void vi.useRealTimers());
  const HOUR = 3_600_000;
  const WRONG = [
    { wrong: '30 hours fast', shift: 30 * HOUR },
    { wrong: '30 hours slow', shift: -30 * HOUR },
    { wrong: 'years slow', shift: -20_000 * HOUR },
  ];
  /** Signs the token with the wrong time too, so that it is valid. */
  const setClock = (shift: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + shift });

  it.each(WRONG)('claims the day of the database, with one more request: $wrong', async ({ shift }) => {
    const playerId = fresh('player');
    const { name } = await publishDay('earlier');
    setClock(shift);
    const player = asPlayer(playerId);
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const receipts: Receipt[] = [];
    const count = await countRequests(input.idempotencyKey, async () => {
      receipts.push(receiptOf(await player.claimReward(input)));
    });
    expect(count).toBe(2);
    expect(receipts).toMatchObject([{ replayed: false, claim: { key: name } }]);
    vi.useRealTimers();
    const again = await movingNothing(playerId, () =>
      asPlayer(playerId).claimReward({ type: 'daily_quest' }),
    );
    expect(rejectionOf(again, 'AlreadyClaimed').original).toEqual(receipts[0]?.claim);
  });

  it.each(WRONG)('uses the limits of the day of the database: $wrong', async ({ shift }) => {
    const { playerId } = await playerWith({ auric_coins: 20_000 });
    const { renewsAt } = await publishDay('earlier');
    const buy = (quantity: number) => asPlayer(playerId).exchange({ exchange: 'buy_summon_token', quantity });
    for (const _ of [1, 2]) receiptOf(await buy(10));
    setClock(shift);
    const rejected = await movingNothing(playerId, () => buy(1));
    expect(rejectionOf(rejected, 'LimitExceeded')).toMatchObject({
      limit: 'EXCHANGES',
      remaining: 0,
      renewsAt,
    });
  });

  it.each(WRONG)('uses the budget of a staff member of the day of the database: $wrong', async ({
    shift,
  }) => {
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'), { budget: 10 });
    const { renewsAt } = await publishDay('earlier');
    const give = (reason: string) =>
      asStaff(staffId).manualReward({ playerId, grants: [{ resource: 'lumees', amount: 10 }], reason });
    receiptOf(await give('the first'));
    setClock(shift);
    const rejected = await movingNothing(playerId, () => give('the second'));
    expect(rejectionOf(rejected, 'LimitExceeded')).toMatchObject({ limit: 'STAFF_DAILY_BUDGET', renewsAt });
  });

  it('makes one request for what does not depend on the day', async () => {
    const playerId = fresh('player');
    await serveExample();
    setClock(30 * HOUR);
    const input = { ...tower, playerId, idempotencyKey: freshKey() };
    const count = await countRequests(input.idempotencyKey, async () => {
      receiptOf(await asServer().claimReward(input));
    });
    expect(count).toBe(1);
  });
});

const tower = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };

/** Sets the Worker's clock and signs the player in, because an earlier token may have expired. */
function at(moment: string, playerId: string): Client {
  vi.setSystemTime(new Date(moment));
  return asPlayer(playerId);
}

describe('a replay after the ticket expired', () => {
  beforeEach(async () => {
    await serveExample();
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => void vi.useRealTimers());

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
    const expired = await ticket({ playerId, ...tower, expiresInSeconds: -120 });
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
    const expired = await ticket({ playerId, ...tower, expiresInSeconds: -120 });
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
    const other = await ticket({ playerId, ...tower, key: 'tower-2', expiresInSeconds: -120 });
    const answer = await writingNothing(playerId, () => player.claimReward({ ...input, ticket: other }));
    expect(rejectionOf(answer, 'IdempotencyKeyReused').fields).toEqual(['ticket']);
  });
});
