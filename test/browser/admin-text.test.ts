// The pure parts of the page: reading a token's claims, replacing a key, summarising a reply. No browser.
import { describe, expect, test } from 'vitest';
import { chooseOperationName } from '../../admin/src/graphiql/graphql-request.ts';
import { readOutcome } from '../../admin/src/graphiql/read-outcome.ts';
import { hasIdempotencyKey, replaceIdempotencyKey } from '../../admin/src/graphiql/tab-variables.ts';
import { decodeTokenClaims, describeDistance } from '../../admin/src/session/token-claims.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (payload: unknown) => `${encode({ alg: 'ES256' })}.${encode(payload)}.signature`;

describe('a token', () => {
  test('shows its subject in any alphabet, its kind and its expiry', () => {
    const claims = decodeTokenClaims(jwt({ sub: 'Zoë-玩家', kind: 'player', exp: 1_800_000_000 }));
    expect(claims).toEqual({ kind: 'player', subject: 'Zoë-玩家', expiresAtMs: 1_800_000_000_000 });
  });

  test.each([
    '',
    'a.b',
    'a.b.c',
    'a..c',
    `a.${encode([])}.c`,
    `a.${encode(null)}.c`,
    'a.b.c.d.e',
  ])('%j is not decoded because it is not a JWT', (token) => {
    expect(decodeTokenClaims(token)).toBeNull();
  });

  test('shows null for a claim that is missing or has the wrong type', () => {
    expect(decodeTokenClaims(jwt({ sub: 7, exp: 'soon' }))).toEqual({
      kind: null,
      subject: null,
      expiresAtMs: null,
    });
  });

  test.each([
    [30_000, 'in 30 s'],
    [-600_000, '10 min ago'],
    [7_200_000, 'in 2 h'],
    [-345_600_000, '4 days ago'],
  ])('a token that expires after %i ms expires %s', (distanceMs, words) => {
    expect(describeDistance(0, distanceMs)).toBe(words);
  });
});

describe('the idempotency key', () => {
  const variables = '{ // again\n  "input": { "idempotencyKey": "old \\" key", "key": "encounter-1" }\n}';

  test('is replaced without changing anything else', () => {
    expect(replaceIdempotencyKey(variables, 'new$1')).toBe(variables.replace('old \\" key', () => 'new$1'));
  });

  test('is not added to variables that have none', () => {
    const none = '{ "playerId": "idempotencyKey" }';
    expect([hasIdempotencyKey(none), replaceIdempotencyKey(none, 'new')]).toEqual([false, none]);
  });
});

describe('the operation name', () => {
  test.each([
    ['query a { x } query b { x }', 'b', 'b'],
    ['query a { x }', 'of another tab', 'a'],
    ['{ x }', 'of another tab', undefined],
    ['query a { x } query b { x }', 'of another tab', undefined],
    ['query a {', 'a', undefined],
  ])('for %j with %j offered is %j', (document, offered, chosen) => {
    expect(chooseOperationName(document, offered)).toBe(chosen);
  });
});

describe('a reply', () => {
  const of = (claimReward: unknown) => ({ data: { claimReward } });
  test.each([
    [of({ __typename: 'Receipt', replayed: false, correlationId: 'a' }), 'Receipt', 'granted', 'a'],
    [of({ __typename: 'Receipt', replayed: true, correlationId: 'a' }), 'Receipt, replayed', 'granted', 'a'],
    [of({ __typename: 'AlreadyClaimed', correlationId: 'b' }), 'AlreadyClaimed', 'rejected', 'b'],
    [of({ __typename: 'NotAnnounced', correlationId: 'b' }), 'NotAnnounced', 'rejected', 'b'],
    [
      of({ __typename: 'GrantManyReceipt', granted: 2, rejected: 0, failed: 0, replayed: true, items: [] }),
      '2 granted, replayed',
      'granted',
      null,
    ],
    [
      of({ __typename: 'GrantManyReceipt', granted: 1, rejected: 2, failed: 0, replayed: false, items: [] }),
      '1 granted, 2 rejected',
      'rejected',
      null,
    ],
    [of({ __typename: 'ClaimPreview', type: 'daily_quest' }), 'Preview', 'plain', null],
    [{ data: { pendingRewards: { edges: [] } } }, 'data', 'plain', null],
    [{ data: { me: { id: 'p' } } }, 'data', 'plain', null],
    [{ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] }, 'FORBIDDEN', 'fault', null],
    [
      { errors: [{ extensions: { code: 'UNAVAILABLE', retryable: true } }] },
      'UNAVAILABLE, retryable with the same key',
      'fault',
      null,
    ],
    [null, 'not a GraphQL answer', 'fault', null],
  ])('%j is summarised as %s', (body, label, tone, firstCorrelationId) => {
    expect(readOutcome(body)).toEqual({ label, tone, firstCorrelationId });
  });
});
