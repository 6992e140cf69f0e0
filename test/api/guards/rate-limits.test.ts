import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../../support/worker/ledger-state.ts';
import { claimReward, resultOf } from '../../support/worker/mutations.ts';
import {
  type Answer,
  fresh,
  freshKey,
  playerToken,
  send,
  serverToken,
  staffToken,
} from '../../support/worker/service.ts';

beforeAll(serveExample);

/** Sends more than two windows could hold, and returns what was refused. */
async function flood(token: string, limit: number): Promise<Answer<unknown>[]> {
  const answers: Answer<unknown>[] = [];
  for (let sent = 0; sent < 2 * limit + 50; sent += 50) {
    answers.push(
      ...(await Promise.all(Array.from({ length: 50 }, () => send('{ __typename }', {}, { token })))),
    );
    if (answers.at(-1)?.status === 429) break;
  }
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(limit / 2);
  return answers.filter(({ status }) => status === 429);
}

describe('a caller over the limit', () => {
  it('is told RATE_LIMITED, retryable, before the ledger; the key stays free, and others are not affected', async () => {
    const playerId = fresh('player');
    const token = await playerToken(playerId);
    const refused = await flood(token, 300);
    expect(refused.length).toBeGreaterThan(0);
    expect(onlyError(refused[0] as Answer<unknown>)).toMatchObject({
      message: expect.stringMatching(/ten seconds .* same key/),
      extensions: { code: 'RATE_LIMITED', retryable: true },
    });

    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const answer = await askingNobody(playerId, () => claimReward(input, { token }));
    expect([answer.status, onlyError(answer).extensions.code]).toEqual([429, 'RATE_LIMITED']);
    // Another token of the same player is the same player; another player is not.
    expect((await send('{ __typename }', {}, { token: await playerToken(playerId, 700) })).status).toBe(429);
    expect((await send('{ __typename }', {}, { token: await playerToken(fresh('player')) })).status).toBe(
      200,
    );
    expect((await send('{ __typename }')).status).toBe(200);
    const server = await serverToken();
    expect(resultOf(await claimReward({ ...input, playerId }, { token: server })).__typename).toBe('Receipt');
    expect(await ledgerState(playerId)).toMatchObject({ granted: 1 });
  });

  it('is counted more strictly among staff', async () => {
    const staff = await staffToken(await addStaffMember(fresh('staff')));
    const refused = await flood(staff, 100);
    expect(refused.length).toBeGreaterThan(0);
    const colleague = await staffToken(await addStaffMember(fresh('staff')));
    expect((await send('{ __typename }', {}, { token: colleague })).status).toBe(200);
  });
});
