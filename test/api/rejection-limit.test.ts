/** How many rejections of a player are recorded in a day. Beyond them a request is RATE_LIMITED, and its key stays free. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import { giveChest } from '../support/worker/rejection-case.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

const MOST = 5;

const setLimit = (most: number) => owner`UPDATE onceward.settings SET refusals_per_day = ${most}`;
beforeAll(async () => {
  await serveExample();
  await setLimit(MOST);
  catchLines();
});
afterAll(() => setLimit(1_000));

const overdraw = (playerId: string, idempotencyKey = freshKey()) =>
  asPlayer(playerId).spendStatPoints({ ...spending({ energy: 1 }), idempotencyKey });

/** A player whose rejections of the day are used up. */
async function exhaustedPlayer(): Promise<string> {
  const playerId = await giveChest(fresh('player'));
  for (let count = 0; count < MOST; count += 1) rejectionOf(await overdraw(playerId), 'InsufficientBalance');
  return playerId;
}

function expectRateLimited(answer: Answer<unknown>): void {
  expect(faultOf(answer)).toEqual({ code: 'RATE_LIMITED', retryable: true });
  expect(answer.status).toBe(429);
  const midnight = new Date().setUTCHours(24, 0, 0, 0);
  const seconds = Number(answer.headers.get('retry-after'));
  expect(Math.abs(Date.now() + seconds * 1_000 - midnight)).toBeLessThan(30_000);
}

describe('a player who was rejected too often in a day', () => {
  it('gets RATE_LIMITED with HTTP 429 and retry-after, and nothing is written', async () => {
    const playerId = await exhaustedPlayer();
    const answer = await writingNothing(playerId, () => overdraw(playerId));
    expectRateLimited(answer);
    expect(answer.errors?.[0]?.message).toMatch(/Rejected too often/);
    expect(lineOf(answer)).toMatchObject({ success: false, code: 'RATE_LIMITED', player: playerId });
    expect((await ledgerState(playerId)).rejected).toBe(MOST);
  });

  it('uses the key for a request that is granted later', async () => {
    const playerId = await exhaustedPlayer();
    const key = freshKey();
    expectRateLimited(await overdraw(playerId, key));
    // 500 experience are six stat points.
    receiptOf(
      await asServer().claimReward({
        type: 'tournament_reward',
        key: 'cup-1',
        facts: { rank: 1, participants: 16 },
        playerId,
      }),
    );
    expect(receiptOf(await overdraw(playerId, key)).replayed).toBe(false);
    expect(receiptOf(await overdraw(playerId, key)).replayed).toBe(true);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is rate limited for every client except staff', async () => {
    const playerId = await exhaustedPlayer();
    const claim = { type: 'no_such_type', key: 'k', playerId };
    expectRateLimited(await writingNothing(playerId, () => asServer().claimReward(claim)));
    const staff = asStaff(await addStaffMember(fresh('staff')));
    rejectionOf(await movingNothing(playerId, () => staff.claimReward(claim)), 'UnknownClaimType');
    expect((await ledgerState(playerId)).rejected).toBe(MOST + 1);
  });

  it('is still answered with recorded outcomes, and with the original of a claim that was made before', async () => {
    const playerId = await giveChest(fresh('player'));
    const known = freshKey();
    const rejection = rejectionOf(await overdraw(playerId, known), 'InsufficientBalance');
    for (let count = 1; count < MOST; count += 1) await overdraw(playerId);
    expect(resultOf(await writingNothing(playerId, () => overdraw(playerId, known)))).toEqual(rejection);
    const reused = () =>
      asPlayer(playerId).spendStatPoints({ ...spending({ energy: 2 }), idempotencyKey: known });
    rejectionOf(await writingNothing(playerId, reused), 'IdempotencyKeyReused');
    const again = () => asServer().claimReward({ type: 'weekly_chest', playerId });
    const { original } = rejectionOf(await writingNothing(playerId, again), 'AlreadyClaimed');
    expect(original?.playerVersion).toBe(1);
  });

  it('is rejected exactly as often as the limit says by 32 requests at once, and other players are not affected', async () => {
    const [one, other] = [await giveChest(fresh('player')), await giveChest(fresh('player'))];
    const answers = await atOnce(32, () => overdraw(one));
    const recorded = answers.filter(({ result }) => result?.__typename === 'InsufficientBalance');
    expect(recorded).toHaveLength(MOST);
    for (const answer of answers) if (!answer.result) expectRateLimited(answer);
    expect((await ledgerState(one)).rejected).toBe(MOST);
    rejectionOf(await overdraw(other), 'InsufficientBalance');
  });

  it('is rejected again on the next day', async () => {
    const playerId = await exhaustedPlayer();
    // As if the rejections were of yesterday.
    await owner`UPDATE onceward.actors SET refused_on = refused_on - 1 WHERE id = ${playerId} AND kind = 1`;
    rejectionOf(await overdraw(playerId), 'InsufficientBalance');
  });

  it('is rate limited by another limit from the next request on', async () => {
    const playerId = await exhaustedPlayer();
    await setLimit(MOST + 1);
    rejectionOf(await overdraw(playerId), 'InsufficientBalance');
    expectRateLimited(await overdraw(playerId));
    await setLimit(MOST);
  });
});
