import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { anonymous, asPlayer, receiptOf, resultOf } from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { fresh, freshKey, playerToken, send } from '../../support/worker/service.ts';

// Tokens that are forged, expired or for somebody else: test/api/suites/forged-tokens.test.ts.

beforeAll(serveExample);

const bearer = (token: string) => `Bearer ${token}`;

interface Case {
  readonly name: string;
  readonly header: (playerId: string) => string | undefined | Promise<string>;
  readonly status: number;
  readonly message: RegExp;
}

const NO_TOKEN = { status: 200, message: /^No token: .* "Authorization: Bearer <token>"/ };
const NOT_ONE_TOKEN = { status: 401, message: /one "Bearer <token>" is expected/ };

// A token that is wrong refuses the whole request. Without a token each field answers for itself.
const CASES: readonly Case[] = [
  { name: 'no header', header: () => undefined, ...NO_TOKEN },
  { name: 'an empty header', header: () => '', ...NO_TOKEN },
  { name: 'another scheme', header: () => 'Basic cGxheWVyOnBhc3N3b3Jk', ...NOT_ONE_TOKEN },
  { name: 'no token after the scheme', header: () => 'Bearer', ...NOT_ONE_TOKEN },
  {
    name: 'two tokens',
    header: async (id) => `${bearer(await playerToken(id))}, ${bearer(await playerToken(id))}`,
    ...NOT_ONE_TOKEN,
  },
  {
    name: 'a token that is not a JWT',
    header: () => bearer('abc'),
    status: 401,
    message: /not a signed JWT/,
  },
];

describe('an Authorization header without a usable token', () => {
  it.each(CASES)('refuses a request with $name before the database, and the key stays free', async ({
    header,
    status,
    message,
  }) => {
    const playerId = fresh('player');
    const authorization = await header(playerId);
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const key = freshKey();
    const call = () => anonymous().claimReward({ type: 'weekly_chest' }, { key, headers });
    const answer = await withoutDatabase(playerId, call);
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
    expect(error.message).toMatch(message);
    expect(answer.status).toBe(status);

    const read = await withoutDatabase(playerId, () => anonymous().me({}, { headers }));
    expect(onlyError(read).extensions.code).toBe('UNAUTHENTICATED');
    const granted = receiptOf(await asPlayer(playerId).claimReward({ type: 'weekly_chest' }, { key }));
    expect(granted.replayed).toBe(false);
  });
});

describe('an Authorization header with a token', () => {
  it('accepts the scheme in any case', async () => {
    const playerId = fresh('player');
    const authorization = `bEARER ${await playerToken(playerId)}`;
    expect(resultOf(await anonymous().me({}, { headers: { authorization } })).id).toBe(playerId);
  });

  it('is the only place where a token is read: not a cookie, the body or another header', async () => {
    const playerId = fresh('player');
    const token = await playerToken(playerId);
    const headers = {
      cookie: `token=${token}; authorization=Bearer ${token}`,
      'x-authorization': bearer(token),
    };
    const answer = await withoutDatabase(playerId, () =>
      send('{ me { id } }', { token, authorization: bearer(token) }, { headers }),
    );
    expect(onlyError(answer).extensions.code).toBe('UNAUTHENTICATED');
  });
});
