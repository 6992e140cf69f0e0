import { beforeAll, describe, expect, it, vi } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { FORGED_TICKETS, FORGED_TOKENS } from '../../support/worker/forged-tokens.ts';
import { claimReward, resultOf } from '../../support/worker/mutations.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { fresh, send } from '../../support/worker/service.ts';
import { goodTicket, goodToken, jwks } from '../../support/worker/token-forge.ts';

/** The Worker as deployed with these keys. */
const door = doorTo(await coldWorker(), { JWKS: jwks });

/** Whatever the Worker asks of anybody: the database, or the address that a token names. */
const asked: string[] = [];
async function outgoing(run: () => Promise<unknown>): Promise<number> {
  const before = asked.length;
  await run();
  return asked.length - before;
}

beforeAll(async () => {
  await serveExample();
  const { fetch } = globalThis;
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    asked.push(String(input));
    return fetch(input, init);
  });
});

/** The key names the player, so that one counter at the database sees the request whatever the token says. */
const inputOf = (playerId: string, ticket?: string) => ({
  idempotencyKey: `key-${playerId}`,
  type: ticket === undefined ? 'weekly_chest' : 'ascension_victory',
  ...(ticket !== undefined && { ticket }),
});
let refused = 0;

describe('a hostile token is UNAUTHENTICATED, and not one request leaves the Worker', () => {
  it.each(FORGED_TOKENS)('%s', async (_, forge, told) => {
    const playerId = fresh('p');
    const token = await forge(playerId);
    await askingNobody(playerId, async () => {
      const requests = await outgoing(async () => {
        for (const answer of [
          await claimReward(inputOf(playerId), { token, door }),
          await send('{ me { id } }', {}, { token, door }),
        ]) {
          const error = onlyError(answer);
          expect(error.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
          expect(error.message).toMatch(told);
          expect(error.message).not.toContain(token.split('.')[2] || '\0');
          expect(answer.status).toBe(401);
          expect(answer.data ?? null).toBeNull();
        }
      });
      expect(requests).toBe(0);
    });
    // The key stayed free, and the second try of the same token is refused as the first was.
    const again = await claimReward(inputOf(playerId), { token, door });
    expect(onlyError(again).extensions.code).toBe('UNAUTHENTICATED');
    const mended = resultOf(await claimReward(inputOf(playerId), { token: await goodToken(playerId), door }));
    expect(mended).toMatchObject({ __typename: 'Receipt', replayed: false });
    refused += 1;
  });
});

describe('a hostile ticket is FORBIDDEN, and not one request leaves the Worker', () => {
  it.each(FORGED_TICKETS)('%s', async (_, forge, told) => {
    const playerId = fresh('p');
    const token = await goodToken(playerId);
    const ticket = await forge(playerId);
    await askingNobody(playerId, async () => {
      const requests = await outgoing(async () => {
        const error = onlyError(await claimReward(inputOf(playerId, ticket), { token, door }));
        expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'ticket', retryable: false });
        expect(error.message).toMatch(told);
      });
      expect(requests).toBe(0);
    });
    const good = inputOf(playerId, await goodTicket(playerId));
    expect(resultOf(await claimReward(good, { token, door }))).toMatchObject({
      __typename: 'Receipt',
      replayed: false,
    });
    refused += 1;
  });
});

describe('the counters', () => {
  it('see a good token, at the database and on its way out', async () => {
    const playerId = fresh('p');
    const token = await goodToken(playerId);
    let left = 0;
    const arrived = await countRequests(playerId, async () => {
      left = await outgoing(() => claimReward(inputOf(playerId), { token, door }));
    });
    expect({ left, arrived }).toEqual({ left: 1, arrived: 1 });
  });

  it('saw every attack, of at least seventy tokens', () => {
    expect(refused).toBe(FORGED_TOKENS.length + FORGED_TICKETS.length);
    expect(FORGED_TOKENS.length).toBeGreaterThanOrEqual(70);
  });
});
