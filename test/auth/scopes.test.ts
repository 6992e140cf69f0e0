/** The scopes of the tokens of game servers: what is accepted, and what refuses the token. */
import { expect, test } from 'vitest';
import { verifyAccessToken } from '../../src/auth/tokens.ts';
import { EVERYTHING, NOTHING } from '../../src/domain/server-scope.ts';
import { makeKey, NOW, settingsOf, tokenOf } from './support.ts';

const ed = await makeKey('EdDSA', 'arena-2026');
const settings = settingsOf([ed.jwk]);
const claims = (scope: unknown) => ({ kind: 'server', sub: 'arena-1', 'onceward:scope': scope });
const verify = async (scope: unknown) => verifyAccessToken(await tokenOf(ed, claims(scope)), settings, NOW);

test.each<[string, object, object]>([
  ['operations', { operations: ['claimReward', 'player'] }, { operations: ['claimReward', 'player'] }],
  ['no operation', { operations: [] }, { operations: [] }],
  ['claim types', { claimTypes: ['pve_victory'] }, { claimTypes: ['pve_victory'] }],
  ['a largest amount', { largestAmount: 0 }, { largestAmount: 0 }],
  [
    'all of them',
    { operations: ['grantMany'], claimTypes: ['bounty'], largestAmount: 500 },
    { operations: ['grantMany'], claimTypes: ['bounty'], largestAmount: 500 },
  ],
])('accepts a scope with %s, and names the key', async (_, scope, expected) => {
  expect(await verify(scope)).toEqual({
    kind: 'actor',
    actor: {
      kind: 'server',
      id: 'arena-1',
      token: { keyId: 'arena-2026', scope: { ...EVERYTHING, ...expected } },
    },
  });
});

test.each<[string, unknown]>([
  ['null', null],
  ['true', true],
  ['a text', 'claimReward'],
  ['a list', ['claimReward']],
  ['empty', {}],
  ['a member that is unknown', { operations: ['claimReward'], players: ['ana'] }],
  ['a member of the prototype', JSON.parse('{"operations": [], "__proto__": {}}')],
  ['operations that are null', { operations: null }],
  ['operations as a text', { operations: 'claimReward' }],
  ['an operation that is no name', { operations: ['claim reward'] }],
  ['an operation that is a number', { operations: [1] }],
  ['a wildcard', { operations: ['*'] }],
  ['too many operations', { operations: Array.from({ length: 101 }, (_, n) => `claim${n}`) }],
  ['a claim type that is no name', { claimTypes: ['PVE'] }],
  ['an amount as a text', { largestAmount: '500' }],
  ['a negative amount', { largestAmount: -1 }],
  ['a fraction', { largestAmount: 0.5 }],
  ['more than a number holds', { largestAmount: 2 ** 53 }],
])('refuses a token whose scope is malformed: %s', async (_, scope) => {
  expect(await verify(scope)).toEqual({
    kind: 'invalid',
    why: 'token: its scope is malformed, or not one of a game server',
  });
});

test.each(['player', 'staff'] as const)('refuses the token of a %s with a scope', async (kind) => {
  const token = await tokenOf(ed, { ...claims({ operations: ['me'] }), kind });
  expect((await verifyAccessToken(token, settings, NOW)).kind).toBe('invalid');
});

test.each<[string | undefined, object]>([
  [undefined, NOTHING],
  ['none', NOTHING],
  ['all', EVERYTHING],
  ['{"operations":["claimReward"]}', { ...EVERYTHING, operations: ['claimReward'] }],
])('gives a token without a scope that of SERVER_SCOPE %s', async (setting, scope) => {
  const own = settingsOf([ed.jwk], setting === undefined ? {} : { SERVER_SCOPE: setting });
  const token = await tokenOf(ed, { kind: 'server', sub: 'arena-1' });
  expect(await verifyAccessToken(token, own, NOW)).toMatchObject({ actor: { token: { scope } } });
  const narrow = await tokenOf(ed, claims({ operations: ['player'] }));
  expect(await verifyAccessToken(narrow, own, NOW)).toMatchObject({
    actor: { token: { scope: { operations: ['player'], claimTypes: null } } },
  });
});

test('keeps the scope with a token that is cached', async () => {
  const token = await tokenOf(ed, claims({ operations: ['player'] }));
  const first = await verifyAccessToken(token, settings, NOW);
  expect(await verifyAccessToken(token, settings, NOW)).toEqual(first);
  expect(first).toMatchObject({ actor: { token: { scope: { operations: ['player'] } } } });
});
