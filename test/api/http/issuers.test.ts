/** Who signs tokens, and by which clock: hosted logins next to own keys, tokens that are early, key sets that cannot be read. */
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../../dev/sign.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { receiptOf, resultOf, withToken } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import {
  claimsOf,
  ed,
  goodTicket,
  headerOf,
  jwks,
  now,
  rs,
  sealed,
} from '../../support/worker/token-forge.ts';

beforeAll(serveExample);

const HOSTED = {
  issuer: 'https://tenant.auth0.com/',
  audience: 'https://game.example/api',
  jwks: { keys: [{ ...rs.jwk, 'onceward:kinds': undefined }] },
  types: ['JWT'],
};
const options = { door: doorTo(await coldWorker(), { JWKS: jwks, TOKEN_ISSUERS: JSON.stringify([HOSTED]) }) };

const hosted = (sub: string, change: Record<string, unknown> = {}) =>
  withToken(
    sealed(
      rs,
      { alg: 'RS256', typ: 'JWT', kid: 'rs' },
      { iss: HOSTED.issuer, aud: [HOSTED.audience], sub, iat: now(), exp: now() + 86_400, ...change },
    ),
  );
const own = (sub: string, change: Record<string, unknown> = {}) =>
  withToken(sealed(ed, headerOf(), claimsOf(sub, change)));

describe('a hosted login next to own keys', () => {
  it('lets a player claim under the ID of the login, whom own servers and tickets find under it', async () => {
    const playerId = `auth0|${fresh('user')}`;
    const player = hosted(playerId);
    const receipt = receiptOf(await player.claimReward({ type: 'weekly_chest' }, options));
    expect(receipt.player.id).toBe(playerId);
    const ticket = await goodTicket(playerId);
    receiptOf(await player.claimReward({ type: 'ascension_victory', ticket }, options));
    const server = own('arena-1', { kind: 'server' });
    expect(resultOf(await server.player({ id: playerId }, options))?.version).toBe(2);
  });

  it('makes no staff, and its keys verify no other issuer', async () => {
    const playerId = `auth0|${fresh('user')}`;
    const key = freshKey();
    const claim = (by: ReturnType<typeof hosted>) =>
      withoutDatabase(playerId, () => by.claimReward({ type: 'weekly_chest' }, { ...options, key }));
    const foreign = [
      hosted(playerId, { aud: 'another-game' }),
      hosted(playerId, { iss: LOCAL_ISSUER, aud: LOCAL_AUDIENCE, kind: 'player' }),
      hosted(playerId, { iss: 'https://other.auth0.com/' }),
    ];
    for (const client of foreign)
      expect(onlyError(await claim(client)).extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    const staff = hosted(playerId, { kind: 'staff', user_metadata: { kind: 'staff' } });
    const grants = [{ resource: 'lumees', amount: 5 }];
    const award = { playerId, grants, reason: 'for myself' };
    const answer = await withoutDatabase(playerId, () => staff.manualReward(award, options));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'FORBIDDEN' });
    expect(
      receiptOf(await hosted(playerId).claimReward({ type: 'weekly_chest' }, { ...options, key })),
    ).toMatchObject({ replayed: false });
  });
});

describe('a clock of the issuer that is ahead', () => {
  it('by 20 seconds is accepted', async () => {
    const playerId = fresh('player');
    const ahead = own(playerId, { iat: now() + 20, nbf: now() + 20 });
    receiptOf(await ahead.claimReward({ type: 'weekly_chest' }, options));
  });

  it.each([
    { name: 'issue date', change: () => ({ iat: now() + 90 }), message: /issued in the future; wait/ },
    { name: 'start', change: () => ({ nbf: now() + 90 }), message: /not valid before its "nbf"; wait/ },
  ])('beyond the leeway makes a token with a future $name retryable, with retry-after', async ({
    change,
    message,
  }) => {
    const playerId = fresh('player');
    const key = freshKey();
    const claim = () => own(playerId, change()).claimReward({ type: 'weekly_chest' }, { ...options, key });
    const answer = await withoutDatabase(playerId, claim);
    const error = onlyError(answer);
    expect(answer.status).toBe(401);
    expect(error.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: true });
    expect(error.message).toMatch(message);
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(28);
    expect(seconds).toBeLessThanOrEqual(30);
    const later = own(playerId).claimReward({ type: 'weekly_chest' }, { ...options, key });
    expect(receiptOf(await later).replayed).toBe(false);
  });

  it('beyond the leeway makes a ticket retryable, with retry-after, and leaves the key free', async () => {
    const playerId = fresh('player');
    const key = freshKey();
    const claim = async (change: Record<string, unknown>) =>
      own(playerId).claimReward(
        { type: 'ascension_victory', ticket: await goodTicket(playerId, change) },
        { ...options, key },
      );
    const answer = await withoutDatabase(playerId, () => claim({ iat: now() + 90, exp: now() + 600 }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'ticket', retryable: true });
    expect(error.message).toMatch(/^ticket: issued in the future; wait \d+ seconds/);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(28);
    expect(receiptOf(await claim({})).replayed).toBe(false);
  });
});

describe('an isolate without keys', () => {
  it('asks a key set that fails once for fifty requests at once, and answers UNAVAILABLE', async () => {
    const playerId = fresh('player');
    const { fetch } = globalThis;
    let reads = 0;
    const spy = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      if (!String(input).startsWith('https://keys.example/')) return fetch(input, init);
      reads += 1;
      return new Promise((_, reject) => setTimeout(() => reject(new TypeError('refused')), 100));
    });
    onTestFinished(() => spy.mockRestore());
    const door = doorTo(await coldWorker(), { JWKS: '', JWKS_URL: 'https://keys.example/jwks.json' });
    const player = own(playerId);
    const answers = await withoutDatabase(playerId, () =>
      Promise.all(Array.from({ length: 50 }, () => player.claimReward({ type: 'weekly_chest' }, { door }))),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(onlyError(answer).extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    }
    expect(reads).toBe(1);
  });

  it('asks a key set once for fifty requests at once, and answers them all', async () => {
    const { fetch } = globalThis;
    let reads = 0;
    const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      if (!String(input).startsWith('https://keys.example/')) return fetch(input, init);
      reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return new Response(jwks);
    });
    onTestFinished(() => spy.mockRestore());
    const door = doorTo(await coldWorker(), { JWKS: '', JWKS_URL: 'https://keys.example/jwks.json' });
    const players = Array.from({ length: 50 }, () => fresh('player'));
    const answers = await Promise.all(players.map((id) => own(id).me({}, { door })));
    expect(answers.map((answer) => resultOf(answer).id)).toEqual(players);
    expect(reads).toBe(1);
  });
});
