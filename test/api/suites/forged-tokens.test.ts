import { beforeAll, describe, expect, it, vi } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { receiptOf, withToken } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { FORGED_TICKETS, FORGED_TOKENS } from '../../support/worker/forged-tokens.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { fresh } from '../../support/worker/service.ts';
import { goodTicket, goodToken, jwks } from '../../support/worker/token-forge.ts';

/** The Worker as deployed with these keys. */
const options = { door: doorTo(await coldWorker(), { JWKS: jwks }) };

/** The address of each request that the Worker sends: to the database, or to a link in a token. */
const sent: string[] = [];
async function requestsDuring(run: () => Promise<unknown>): Promise<number> {
  const before = sent.length;
  await run();
  return sent.length - before;
}

beforeAll(async () => {
  await serveExample();
  const { fetch } = globalThis;
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    sent.push(String(input));
    return fetch(input, init);
  });
});

/** The key contains the player's ID, so that the database's counter finds the request whatever the token says. */
const chestFor = (playerId: string) => ({ idempotencyKey: `key-${playerId}`, type: 'weekly_chest' });
const towerFor = (playerId: string, ticket: string) => ({
  idempotencyKey: `key-${playerId}`,
  type: 'ascension_victory',
  ticket,
});
let refused = 0;

describe('forged tokens', () => {
  it.each(
    FORGED_TOKENS,
  )('a forged token is UNAUTHENTICATED, and no request leaves the Worker: %s', async (_, forge, reason) => {
    const playerId = fresh('p');
    const token = await forge(playerId);
    const attacker = withToken(token);
    await withoutDatabase(playerId, async () => {
      const requests = await requestsDuring(async () => {
        for (const answer of [
          await attacker.claimReward(chestFor(playerId), options),
          await attacker.me({}, options),
        ]) {
          const error = onlyError(answer);
          expect(error.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
          expect(error.message).toMatch(reason);
          expect(error.message).not.toContain(token.split('.')[2] || '\0');
          expect(answer.status).toBe(401);
          expect(answer.result).toBeNull();
        }
      });
      expect(requests).toBe(0);
    });
    // A second attempt with the token is refused as well, and the key is still free.
    const again = await attacker.claimReward(chestFor(playerId), options);
    expect(onlyError(again).extensions.code).toBe('UNAUTHENTICATED');
    const owner = withToken(goodToken(playerId));
    const receipt = receiptOf(await owner.claimReward(chestFor(playerId), options));
    expect(receipt.replayed).toBe(false);
    refused += 1;
  });
});

describe('forged tickets', () => {
  it.each(
    FORGED_TICKETS,
  )('a forged ticket is FORBIDDEN, and no request leaves the Worker: %s', async (_, forge, reason) => {
    const playerId = fresh('p');
    const player = withToken(await goodToken(playerId));
    const ticket = await forge(playerId);
    await withoutDatabase(playerId, async () => {
      const requests = await requestsDuring(async () => {
        const error = onlyError(await player.claimReward(towerFor(playerId, ticket), options));
        expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'ticket', retryable: false });
        expect(error.message).toMatch(reason);
      });
      expect(requests).toBe(0);
    });
    const honest = towerFor(playerId, await goodTicket(playerId));
    expect(receiptOf(await player.claimReward(honest, options)).replayed).toBe(false);
    refused += 1;
  });
});

describe('the counters of this suite', () => {
  it('the counters count a request with a valid token, at the database and as it leaves the Worker', async () => {
    const playerId = fresh('p');
    const player = withToken(await goodToken(playerId));
    let left = 0;
    const arrived = await countRequests(playerId, async () => {
      left = await requestsDuring(() => player.claimReward(chestFor(playerId), options));
    });
    expect({ left, arrived }).toEqual({ left: 1, arrived: 1 });
  });

  it('every attack was sent, at least seventy tokens among them', () => {
    expect(refused).toBe(FORGED_TOKENS.length + FORGED_TICKETS.length);
    expect(FORGED_TOKENS.length).toBeGreaterThanOrEqual(70);
  });
});
