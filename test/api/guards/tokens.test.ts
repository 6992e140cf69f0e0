import { importJWK, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../../dev/sign.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { claimReward, resultOf } from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { freshKey, playerToken, send, ticket } from '../../support/worker/service.ts';

let playerId: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
});

interface Crafted {
  readonly key?: 'tokens' | 'tickets';
  readonly header?: object;
  readonly claims?: object;
}

/** A token that is right in every way but those named. */
async function craft({ key = 'tokens', header = {}, claims = {} }: Crafted): Promise<string> {
  const jwk = inject('signingKeys')[key] as JWK & { kid: string };
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: LOCAL_ISSUER,
    aud: LOCAL_AUDIENCE,
    sub: playerId,
    kind: 'player',
    iat: now,
    exp: now + 600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: jwk.kid, ...header })
    .sign(await importJWK(jwk, 'EdDSA'));
}

const bearer = (token: string) => `Bearer ${token}`;
const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a caller without a good token gets UNAUTHENTICATED before anybody is asked, and the key stays free', () => {
  it.each<[string, () => string | undefined | Promise<string>, RegExp]>([
    ['no header', () => undefined, /A token is needed/],
    ['an empty header', () => '', /Bearer <token>|A token is needed/],
    ['another scheme', () => 'Basic cGxheWVyOnBhc3N3b3Jk', /one "Bearer <token>" is expected/],
    ['no token after the scheme', () => 'Bearer', /one "Bearer <token>" is expected/],
    [
      'two tokens',
      async () => `${bearer(await playerToken(playerId))}, ${bearer(await playerToken(playerId))}`,
      /one "Bearer <token>" is expected/,
    ],
    ['no JWT', () => bearer('abc'), /not a signed JWT/],
    [
      'the algorithm none',
      () => bearer(`${encode({ alg: 'none', typ: 'at+jwt' })}.${encode({ sub: playerId, kind: 'player' })}.`),
      /Bearer <token>|not a signed JWT/,
    ],
    [
      'another signature',
      async () =>
        bearer(`${(await playerToken(playerId)).split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}`),
      /signature is not genuine/,
    ],
    [
      'other claims under a good signature',
      async () => {
        const [head, , tail] = (await playerToken('somebody')).split('.');
        return bearer(`${head}.${encode({ sub: playerId, kind: 'staff', exp: seconds(600) })}.${tail}`);
      },
      /signature is not genuine/,
    ],
    ['an expired token', async () => bearer(await playerToken(playerId, -60)), /expired/],
    [
      'a token of tomorrow',
      async () => bearer(await craft({ claims: { nbf: seconds(86_400) } })),
      /not valid before/,
    ],
    [
      'another audience',
      async () => bearer(await craft({ claims: { aud: 'another-game' } })),
      /another audience/,
    ],
    [
      'another issuer',
      async () => bearer(await craft({ claims: { iss: 'https://evil.test/' } })),
      /another issuer/,
    ],
    [
      'another kind',
      async () => bearer(await craft({ claims: { kind: 'root' } })),
      /kind is not player, server or staff/,
    ],
    [
      'a subject that is no ID',
      async () => bearer(await craft({ claims: { sub: "x' OR 1=1" } })),
      /subject is not an ID/,
    ],
    ['no subject', async () => bearer(await craft({ claims: { sub: undefined } })), /subject is not an ID/],
    ['an unknown key', async () => bearer(await craft({ header: { kid: 'nobody' } })), /unknown key ID/],
    ['no key', async () => bearer(await craft({ header: { kid: undefined } })), /names no key ID/],
    [
      'a ticket',
      async () => bearer(await ticket({ playerId, type: 'pve_victory', key: 'e-1' })),
      /type is not "at\+jwt"/,
    ],
    [
      'a token that the ticket key signed',
      async () => bearer(await craft({ key: 'tickets' })),
      /its key may not sign for kind "player"/,
    ],
    [
      'a token of five thousand characters',
      async () => bearer(await craft({ claims: { filler: 'x'.repeat(4_000) } })),
      /longer than 4096/,
    ],
  ])('%s', async (_, header, message) => {
    const authorization = await header();
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const input = { type: 'weekly_chest', idempotencyKey: freshKey() };
    const answer = await askingNobody(playerId, () => claimReward(input, { headers }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
    expect(error.message).toMatch(message);
    // A token that is there but wrong stops the whole request; one that is missing is each field's own matter.
    const noToken = !authorization;
    expect(answer.status).toBe(noToken ? 200 : 401);

    const read = await askingNobody(playerId, () => send('{ me { id } }', {}, { headers }));
    expect(onlyError(read).extensions.code).toBe('UNAUTHENTICATED');
    const { __typename } = resultOf(await claimReward(input, { token: await playerToken(playerId) }));
    expect(['Receipt', 'AlreadyClaimed']).toContain(__typename);
  });

  it('is let in by the scheme in any case', async () => {
    const authorization = `bEARER ${await playerToken(playerId)}`;
    expect((await send('{ me { id } }', {}, { headers: { authorization } })).data).toEqual({
      me: { id: playerId },
    });
  });

  it('finds no token in a cookie, the body or the query string', async () => {
    const token = await playerToken(playerId);
    const headers = {
      cookie: `token=${token}; authorization=Bearer ${token}`,
      'x-authorization': bearer(token),
    };
    const answer = await askingNobody(playerId, () =>
      send('{ me { id } }', { token, authorization: bearer(token) }, { headers }),
    );
    expect(onlyError(answer).extensions.code).toBe('UNAUTHENTICATED');
  });
});
