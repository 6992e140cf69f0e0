import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf } from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../../support/worker/ledger-state.ts';
import { type Answer, fresh, freshKey, playerToken, send, staffToken } from '../../support/worker/service.ts';

beforeAll(serveExample);

/** The limits of wrangler.toml, in requests per ten seconds. */
const LIMITS = { player: 300, staff: 100 } as const;

const PERIOD_MS = 10_000;

/** The limiter counts in fixed periods of the clock. What follows must not cross into the next one. */
async function periodBegins(): Promise<void> {
  const passed = Date.now() % PERIOD_MS;
  if (passed > 1_000) await new Promise((resolve) => setTimeout(resolve, PERIOD_MS - passed));
}

/** Sends requests until one is refused, at most what two periods allow. Returns the refused answers. */
async function flood(token: string, limit: number): Promise<Answer<unknown>[]> {
  await periodBegins();
  const answers: Answer<unknown>[] = [];
  for (let sent = 0; sent < 2 * limit + 50; sent += 50) {
    const batch = Array.from({ length: 50 }, () => send('{ __typename }', {}, { token }));
    answers.push(...(await Promise.all(batch)));
    if (answers.at(-1)?.status === 429) break;
  }
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(limit / 2);
  return answers.filter(({ status }) => status === 429);
}

const statusFor = async (token?: string) => (await send('{ __typename }', {}, { token })).status;

describe('the rate limit', () => {
  it('gives a caller over the limit a retryable RATE_LIMITED before the database, and the key stays free', async () => {
    const playerId = fresh('player');
    const refused = await flood(await playerToken(playerId), LIMITS.player);
    expect(refused.length).toBeGreaterThan(0);
    expect(onlyError(refused[0] as Answer<unknown>)).toMatchObject({
      message: expect.stringMatching(/ten seconds.* same key/),
      extensions: { code: 'RATE_LIMITED', retryable: true },
    });

    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const answer = await withoutDatabase(playerId, () => asPlayer(playerId).claimReward(input));
    expect([answer.status, onlyError(answer).extensions.code]).toEqual([429, 'RATE_LIMITED']);
    // The limit is the player's, whatever the token, and nobody else's.
    expect(await statusFor(await playerToken(playerId, 700))).toBe(429);
    expect(await statusFor(await playerToken(fresh('player')))).toBe(200);
    expect(await statusFor()).toBe(200);
    receiptOf(await asServer().claimReward({ ...input, playerId }));
    expect(await ledgerState(playerId)).toMatchObject({ granted: 1 });
  });

  it('allows a staff member fewer requests than a player', async () => {
    const refused = await flood(await staffToken(await addStaffMember(fresh('staff'))), LIMITS.staff);
    expect(refused.length).toBeGreaterThan(0);
    expect(await statusFor(await staffToken(await addStaffMember(fresh('staff'))))).toBe(200);
  });
});
