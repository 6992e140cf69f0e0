/** Which claims of an access token yield an actor, and which guarantees hold for cached tokens. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { inlineKeys, type KeySource } from '../../src/auth/keys.ts';
import { verifyTicket } from '../../src/auth/tickets.ts';
import { verifyAccessToken } from '../../src/auth/tokens.ts';
import { NOTHING } from '../../src/domain/server-scope.ts';
import {
  AUDIENCE,
  craft,
  GOOD_CLAIMS,
  makeKey,
  NOW,
  NOW_SECONDS,
  secondsLater,
  settingsOf,
  ticketOf,
  tokenOf,
} from './support.ts';

const ed = await makeKey('EdDSA', 'ed');
const es = await makeKey('ES256', 'es');
const rs = await makeKey('RS256', 'rs');
const ps = await makeKey('PS256', 'ps');
const stranger = await makeKey('EdDSA', 'ed');
const settings = settingsOf([ed.jwk, es.jwk, rs.jwk, ps.jwk]);
const verify = (token: string, now = NOW) => verifyAccessToken(token, settings, now);
const without = (claim: keyof typeof GOOD_CLAIMS) => tokenOf(ed, { [claim]: undefined });

test.each([
  ['EdDSA', ed],
  ['ES256', es],
  ['RS256', rs],
  ['PS256', ps],
])('accepts a token signed with %s', async (_, key) => {
  expect(await verify(await tokenOf(key))).toEqual({ kind: 'actor', actor: { kind: 'player', id: 'alice' } });
});

test.each([
  ['several audiences, ours among them', () => tokenOf(ed, { aud: ['other', AUDIENCE] })],
  ['the type with its prefix and in capitals', () => tokenOf(ed, {}, { typ: 'application/AT+JWT' })],
  ['a lifetime of seven days', () => tokenOf(ed, { exp: GOOD_CLAIMS.iat + 604_800 })],
  [
    'links to keys in its header, which are ignored',
    () =>
      tokenOf(ed, {}, { jku: 'https://evil.example/jwks', x5u: 'https://evil.example/cert', x5t: 'AAAA' }),
  ],
  ['the longest ID', () => tokenOf(ed, { sub: 'a'.repeat(255) })],
  ['the ID of a hosted login', () => tokenOf(ed, { sub: 'auth0|6510f0a3c2b1' })],
  ['every printable character in its ID', () => tokenOf(ed, { sub: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' })],
])('accepts a token with %s', async (_, token) => {
  expect((await verify(await token())).kind).toBe('actor');
});

test.each(['player', 'server', 'staff'] as const)('returns an actor of kind %s', async (kind) => {
  const verified = await verify(await tokenOf(ed, { kind, sub: 'x.y_z:1@example-2' }));
  expect(verified).toEqual({
    kind: 'actor',
    actor: {
      kind,
      id: 'x.y_z:1@example-2',
      ...(kind === 'server' && { token: { keyId: 'ed', scope: NOTHING } }),
    },
  });
});

test.each<[string, () => Promise<string>, string]>([
  ['another issuer', () => tokenOf(ed, { iss: 'https://login.example.com' }), 'issuer'],
  ['a list of issuers', () => tokenOf(ed, { iss: [GOOD_CLAIMS.iss] }), 'issuer'],
  ['no issuer', () => without('iss'), 'issuer'],
  ['another audience', () => tokenOf(ed, { aud: 'another-game' }), 'audience'],
  ['an audience that begins with ours', () => tokenOf(ed, { aud: `${AUDIENCE}-staging` }), 'audience'],
  ['no audience', () => without('aud'), 'audience'],
  [
    'an expiry in the past',
    () => tokenOf(ed, { iat: NOW_SECONDS - 90, exp: NOW_SECONDS - 61 }),
    'expired at 2026-11-02T11:58:59.000Z',
  ],
  ['no expiry', () => without('exp'), 'expiry'],
  ['an expiry that is text', () => tokenOf(ed, { exp: String(GOOD_CLAIMS.exp) }), 'expiry'],
  ['an expiry beyond the range of Date', () => tokenOf(ed, { exp: 1e300 }), 'expiry'],
  ['a negative expiry', () => tokenOf(ed, { exp: -1 }), 'expiry'],
  ['a start that is its expiry', () => tokenOf(ed, { nbf: GOOD_CLAIMS.exp }), 'not valid before'],
  ['no issue date', () => without('iat'), 'when it was issued'],
  [
    'a lifetime of more than seven days',
    () => tokenOf(ed, { exp: GOOD_CLAIMS.iat + 604_801 }),
    'valid for more than 604800 seconds',
  ],
  ['a start that is text', () => tokenOf(ed, { nbf: '0' }), 'nbf'],
  ['an issue date that is text', () => tokenOf(ed, { iat: '0' }), 'iat'],
  [
    'an expiry that equals its issue date',
    () => tokenOf(ed, { exp: GOOD_CLAIMS.iat }),
    'before it was issued',
  ],
  ['no kind', () => without('kind'), 'kind'],
  ['an unknown kind', () => tokenOf(ed, { kind: 'admin' }), 'kind'],
  ['the kind ticket', () => tokenOf(ed, { kind: 'ticket' }), 'kind'],
  ['no subject', () => without('sub'), 'subject'],
  ['an empty subject', () => tokenOf(ed, { sub: '' }), 'subject'],
  ['a subject with NUL', () => tokenOf(ed, { sub: 'alice\0' }), 'subject'],
  ['a subject that ends with a line break', () => tokenOf(ed, { sub: 'alice\n' }), 'subject'],
  ['a subject with a lone surrogate', () => tokenOf(ed, { sub: 'alice\ud800' }), 'subject'],
  ['a subject with a Cyrillic letter that looks Latin', () => tokenOf(ed, { sub: 'аlice' }), 'subject'],
  ['a subject of 256 characters', () => tokenOf(ed, { sub: 'a'.repeat(256) }), 'subject'],
  ['a subject with a space', () => tokenOf(ed, { sub: 'alice smith' }), 'subject'],
  ['a subject that is a number', () => tokenOf(ed, { sub: 7 }), 'subject'],
  [
    'claims that are a list',
    () => craft(ed, { header: { alg: 'EdDSA', typ: 'at+jwt', kid: 'ed' }, claims: '[]' }),
    'claims',
  ],
  [
    'claims that are not JSON',
    () => craft(ed, { header: { alg: 'EdDSA', typ: 'at+jwt', kid: 'ed' }, claims: '{' }),
    'claims',
  ],
  ['a negative start', () => tokenOf(ed, { nbf: -1 }), 'nbf'],
])('rejects a token with %s', async (_, token, why) => {
  const text = await token();
  const verified = await verify(text);
  expect(verified).toEqual({ kind: 'invalid', why: expect.stringContaining(why) });
  expect(settings.verifiedTokens.get(text)).toBeUndefined();
});

test('the reason for a rejection contains nothing from the token', async () => {
  for (const claims of [
    { sub: 'secret name' },
    { iss: 'secret name' },
    { aud: 'secret name' },
    { kind: 'secret name' },
  ]) {
    expect(JSON.stringify(await verify(await tokenOf(ed, claims)))).not.toContain('secret');
  }
});

test('a cached token still expires', async () => {
  const token = await tokenOf(ed, { exp: NOW_SECONDS + 60 });
  expect((await verify(token)).kind).toBe('actor');
  expect(settings.verifiedTokens.get(token)).toBeDefined();
  expect((await verify(token, secondsLater(119))).kind).toBe('actor');
  expect(await verify(token, secondsLater(120))).toEqual({
    kind: 'invalid',
    why: expect.stringContaining('expired'),
  });
  expect(settings.verifiedTokens.get(token)).toBeUndefined();
});

test('a cached token is invalid once its key is withdrawn or replaced', async () => {
  const token = await tokenOf(ed);
  let source: KeySource = inlineKeys(JSON.stringify({ keys: [ed.jwk] }));
  const rotating = settingsOf({ find: (keyId, now) => source.find(keyId, now) });
  expect((await verifyAccessToken(token, rotating, NOW)).kind).toBe('actor');
  source = inlineKeys(JSON.stringify({ keys: [] }));
  expect(await verifyAccessToken(token, rotating, NOW)).toEqual({
    kind: 'invalid',
    why: 'token: unknown key ID',
  });
  source = inlineKeys(JSON.stringify({ keys: [stranger.jwk] }));
  expect((await verifyAccessToken(token, rotating, NOW)).kind).toBe('invalid');
});

test('caches the newest 1,024 tokens', async () => {
  const small = settingsOf([ed.jwk]);
  const tokens = await Promise.all(
    Array.from({ length: 1_100 }, (_, i) => tokenOf(ed, { sub: `player-${i}` })),
  );
  for (const token of tokens) await verifyAccessToken(token, small, NOW);
  const cached = tokens.map((token) => small.verifiedTokens.get(token) !== undefined);
  expect(cached).toEqual(tokens.map((_, i) => i >= 1_100 - 1_024));
});

test('the signature of a cached token is not verified again', async () => {
  const token = await tokenOf(ed, { sub: 'carol' });
  const signatureCheck = vi.spyOn(crypto.subtle, 'verify');
  onTestFinished(() => signatureCheck.mockRestore());
  const carol = { kind: 'actor', actor: { kind: 'player', id: 'carol' } };
  for (let i = 0; i < 3; i++) expect(await verify(token, secondsLater(i))).toEqual(carol);
  expect(signatureCheck).toHaveBeenCalledTimes(1);
});

test.each<[number, string | undefined]>([
  [60, undefined],
  [60, ''],
  [0, '0'],
  [300, '300'],
])('accepts tokens within a leeway of %i seconds in both directions, and none beyond (%j)', async (leeway, setting) => {
  const env = setting === undefined ? {} : { CLOCK_LEEWAY_SECONDS: setting };
  const lenient = settingsOf([ed.jwk], env);
  const kindOf = async (claims: Record<string, unknown>) =>
    (await verifyAccessToken(await tokenOf(ed, claims), lenient, NOW)).kind;
  const [past, future] = [NOW_SECONDS - leeway, NOW_SECONDS + leeway];
  expect(await kindOf({ iat: past - 100, exp: past + 1 })).toBe('actor');
  expect(await kindOf({ iat: past - 100, exp: past })).toBe('invalid');
  expect(await kindOf({ iat: future })).toBe('actor');
  expect(await kindOf({ iat: future + 1 })).toBe('early');
  expect(await kindOf({ nbf: future })).toBe('actor');
  expect(await kindOf({ nbf: future + 1 })).toBe('early');
});

test.each([
  'iat',
  'nbf',
])('a token whose %s lies more than a day ahead is invalid, because waiting does not help', async (name) => {
  const at = (seconds: number) => ({ [name]: NOW_SECONDS + seconds, exp: NOW_SECONDS + seconds + 600 });
  expect((await verify(await tokenOf(ed, at(86_460)))).kind).toBe('early');
  expect(await verify(await tokenOf(ed, at(86_461)))).toEqual({
    kind: 'invalid',
    why: 'token: its times lie more than a day ahead',
  });
});

test.each([
  ['issued in the future', { iat: NOW_SECONDS + 75 }, 'issued in the future'],
  ['not valid yet', { nbf: NOW_SECONDS + 74.5 }, 'not valid before its "nbf"'],
])('a token that is only %s says how long to wait, and is accepted then', async (_, claims, why) => {
  const token = await tokenOf(ed, claims);
  expect(await verify(token)).toEqual({ kind: 'early', why: `token: ${why}`, seconds: 15 });
  expect(settings.verifiedTokens.get(token)).toBeUndefined();
  expect((await verify(token, secondsLater(15))).kind).toBe('actor');
});

test.each<[string, Record<string, unknown>]>([
  ['another issuer', { iss: 'https://evil.example/' }],
  ['another audience', { aud: 'another-game' }],
  ['no subject', { sub: undefined }],
  ['an unknown kind', { kind: 'root' }],
  ['a lifetime of more than seven days', { exp: NOW_SECONDS + 900_000 }],
])('a token that is too early and has %s is invalid, not early', async (_, claims) => {
  expect((await verify(await tokenOf(ed, { iat: NOW_SECONDS + 600, ...claims }))).kind).toBe('invalid');
});

test('a key without a list of kinds signs for players alone', async () => {
  const plain = await makeKey('EdDSA', 'plain', { 'onceward:kinds': undefined });
  const strict = settingsOf([plain.jwk]);
  const sign = (kind: string) => tokenOf(plain, { kind });
  expect((await verifyAccessToken(await sign('player'), strict, NOW)).kind).toBe('actor');
  for (const kind of ['server', 'staff']) {
    expect(await verifyAccessToken(await sign(kind), strict, NOW)).toEqual({
      kind: 'invalid',
      why: `token: its key may not sign for kind "${kind}"`,
    });
  }
  expect((await verifyTicket(await ticketOf(plain), strict, NOW)).kind).toBe('invalid');
});
