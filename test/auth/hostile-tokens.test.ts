/** Tokens that attack the verification by their form, header, key or signature (RFC 8725). */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { MAX_TOKEN_LENGTH, verifyAccessToken } from '../../src/auth/tokens.ts';
import { base64url, craft, GOOD_CLAIMS, makeKey, NOW, settingsOf, ticketOf, tokenOf } from './support.ts';

const ed = await makeKey('EdDSA', 'ed');
const es = await makeKey('ES256', 'es');
const rs = await makeKey('RS256', 'rs');
const ps = await makeKey('PS256', 'ps');
const players = await makeKey('EdDSA', 'players', { 'onceward:kinds': ['player'] });
const tickets = await makeKey('EdDSA', 'tickets', { 'onceward:kinds': ['ticket'] });
const stranger = await makeKey('EdDSA', 'ed');
const weakRsa = await makeKey('RS256-1024', 'weak');
const otherCurve = await makeKey('ES384', 'p384');
const twice = await makeKey('EdDSA', 'twice');
const mistyped = await makeKey('EdDSA', 'mistyped', { 'onceward:kinds': ['players'] });
const leaked = await makeKey('EdDSA', 'leaked', { d: 'AAAA' });
const encryption = await makeKey('EdDSA', 'enc', { use: 'enc' });
const signOnly = await makeKey('EdDSA', 'sign-only', { key_ops: ['sign'] });
const rs512 = await makeKey('RS256', 'rs512', { alg: 'RS512' });
const secret = 'a-shared-secret-of-at-least-32-bytes!';
const oct = { kty: 'oct', kid: 'oct', alg: 'HS256', k: base64url(secret) };

const published = [
  ...[
    ed,
    es,
    rs,
    ps,
    players,
    tickets,
    weakRsa,
    otherCurve,
    twice,
    twice,
    mistyped,
    leaked,
    encryption,
    signOnly,
    rs512,
  ].map((key) => key.jwk),
  oct,
];
const settings = settingsOf(published);
const verify = (token: string) => verifyAccessToken(token, settings, NOW);

/** A token whose signature is an HMAC with any secret: a naive verifier takes a public key for the secret. */
function hmacToken(kid: string, key: string): string {
  const header = base64url(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid }));
  const input = `${header}.${base64url(JSON.stringify(GOOD_CLAIMS))}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

async function pemOf(jwk: object): Promise<string> {
  const rsaHash = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('jwk', jwk, rsaHash, true, ['verify']);
  const der = Buffer.from(await crypto.subtle.exportKey('spki', key)).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${der.match(/.{1,64}/g)?.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

const good = await tokenOf(ed);
const [goodHeader, goodPayload, goodSignature] = good.split('.') as [string, string, string];

test.each<[string, () => string | Promise<string>, string]>([
  // The algorithm
  [
    'alg none without a signature',
    () =>
      craft(ed, { header: { alg: 'none', typ: 'at+jwt', kid: 'ed' }, claims: GOOD_CLAIMS, signature: '' }),
    'not a signed JWT',
  ],
  ['alg none with a signature', () => tokenOf(ed, {}, { alg: 'none' }), 'algorithm'],
  ['alg none in mixed case', () => tokenOf(ed, {}, { alg: 'nOnE' }), 'algorithm'],
  ['no alg', () => tokenOf(ed, {}, { alg: undefined }), 'algorithm'],
  ['alg as a list', () => tokenOf(ed, {}, { alg: ['EdDSA'] }), 'algorithm'],
  [
    'alg HS256 under an RS256 key, signed with its PEM as the secret',
    async () => hmacToken('rs', await pemOf(rs.jwk)),
    'algorithm',
  ],
  [
    'alg HS256 under an RS256 key, signed with its JWK as the secret',
    () => hmacToken('rs', JSON.stringify(rs.jwk)),
    'algorithm',
  ],
  ['alg HS256 under an RS256 key, signed with an empty secret', () => hmacToken('rs', ''), 'algorithm'],
  ['alg PS256 under an RS256 key', () => tokenOf(rs, {}, { alg: 'PS256' }), 'algorithm'],
  ['alg RS256 under a PS256 key', () => tokenOf(ps, {}, { alg: 'RS256' }), 'algorithm'],
  [
    'an ES256 signature under alg EdDSA and the ID of an EdDSA key',
    () => tokenOf(es, {}, { alg: 'EdDSA', kid: 'ed' }),
    'signature',
  ],
  // The signature
  [
    'a forged signature',
    () => craft(stranger, { header: { alg: 'EdDSA', typ: 'at+jwt', kid: 'ed' }, claims: GOOD_CLAIMS }),
    'signature',
  ],
  [
    'an ES256 signature of zeros (psychic signature)',
    () =>
      craft(es, {
        header: { alg: 'ES256', typ: 'at+jwt', kid: 'es' },
        claims: GOOD_CLAIMS,
        signature: base64url(new Uint8Array(64)),
      }),
    'signature',
  ],
  [
    'an EdDSA signature of zeros',
    () => `${goodHeader}.${goodPayload}.${base64url(new Uint8Array(64))}`,
    'signature',
  ],
  [
    'a changed payload',
    () => `${goodHeader}.${base64url(JSON.stringify({ ...GOOD_CLAIMS, sub: 'bob' }))}.${goodSignature}`,
    'signature',
  ],
  [
    'a changed header',
    () =>
      `${base64url(JSON.stringify({ alg: 'EdDSA', typ: 'at+jwt', kid: 'ed', x: 1 }))}.${goodPayload}.${goodSignature}`,
    'signature',
  ],
  [
    'the payload of one token and the signature of another',
    async () => `${goodHeader}.${(await tokenOf(ed, { sub: 'bob' })).split('.')[1]}.${goodSignature}`,
    'signature',
  ],
  ['a truncated signature', () => good.slice(0, -8), 'signature'],
  ['a lengthened signature', () => `${good}AAAA`, 'signature'],
  // The key
  ['an unknown key ID', () => tokenOf(ed, {}, { kid: 'nobody' }), 'unknown key ID'],
  ['the key ID __proto__', () => tokenOf(ed, {}, { kid: '__proto__' }), 'unknown key ID'],
  ['a key ID that is a path', () => tokenOf(ed, {}, { kid: '../../etc/passwd' }), 'unknown key ID'],
  ['no key ID', () => tokenOf(ed, {}, { kid: undefined }), 'names no key ID'],
  ['a key ID that is not a string', () => tokenOf(ed, {}, { kid: { $ne: null } }), 'names no key ID'],
  ['a huge key ID', () => tokenOf(ed, {}, { kid: 'k'.repeat(300) }), 'names no key ID'],
  ['its own key in the header member jwk', () => tokenOf(stranger, {}, { jwk: stranger.jwk }), 'signature'],
  [
    'its own key in the header member jwk and no key ID',
    () => tokenOf(stranger, {}, { jwk: stranger.jwk, kid: undefined }),
    'names no key ID',
  ],
  [
    'a link to its own keys in the header member jku',
    () => tokenOf(stranger, {}, { jku: 'https://evil.example/jwks.json' }),
    'signature',
  ],
  [
    'a link to its own certificate in the header member x5u',
    () => tokenOf(stranger, {}, { x5u: 'https://evil.example/cert.pem' }),
    'signature',
  ],
  ['a signature by a symmetric key in the JWKS', () => hmacToken('oct', secret), 'symmetric'],
  ['a signature by an RSA key of 1,024 bits', () => tokenOf(weakRsa), '2048'],
  ['a signature by a key on a curve that is not accepted', () => tokenOf(otherCurve), 'not accepted'],
  ['a key ID that two keys in the JWKS use', () => tokenOf(twice), 'twice'],
  ['a signature by a key with a misspelled kind', () => tokenOf(mistyped), 'known kinds'],
  ['a signature by a key whose private part is in the JWKS', () => tokenOf(leaked), 'private'],
  ['a signature by a key for encryption', () => tokenOf(encryption), 'signatures'],
  ['a signature by a key whose operations exclude verify', () => tokenOf(signOnly), 'verifying'],
  ['a signature by a key with an algorithm that is not accepted', () => tokenOf(rs512), 'not accepted'],
  ['kind staff, signed by a key for players', () => tokenOf(players, { kind: 'staff' }), 'may not sign'],
  ['kind server, signed by a key for players', () => tokenOf(players, { kind: 'server' }), 'may not sign'],
  ['kind player, signed by a key for tickets', () => tokenOf(tickets), 'may not sign'],
  // The type and extensions
  ['no type', () => tokenOf(ed, {}, { typ: undefined }), 'type'],
  ['a type that ends with at+jwt', () => tokenOf(ed, {}, { typ: 'x-at+jwt' }), 'type'],
  ['the type of an ID token', () => tokenOf(ed, {}, { typ: 'JWT' }), 'type'],
  ['the type of a ticket', () => ticketOf(ed), 'type'],
  ['the type of a ticket and a kind', () => ticketOf(ed, { kind: 'player' }), 'type'],
  ['an unknown critical extension', () => tokenOf(ed, {}, { crit: ['exp'], exp: 1 }), 'extension'],
  ['the critical extension b64', () => tokenOf(ed, {}, { crit: ['b64'], b64: false }), 'extension'],
  ['an empty list of critical extensions', () => tokenOf(ed, {}, { crit: [] }), 'extension'],
  // The form
  ['no characters', () => '', 'not a signed JWT'],
  ['two parts', () => `${goodHeader}.${goodPayload}`, 'not a signed JWT'],
  ['five parts, like an encrypted JWT', () => `${good}.AAAA.AAAA`, 'not a signed JWT'],
  [
    'a blank that a decoder would skip',
    () => `${goodHeader}.${goodPayload}. ${goodSignature}`,
    'not a signed JWT',
  ],
  ['a line break at the end', () => `${good}\n`, 'not a signed JWT'],
  [
    'the JSON serialization of a JWS',
    () => JSON.stringify({ protected: goodHeader, payload: goodPayload, signature: goodSignature }),
    'not a signed JWT',
  ],
  ['a header that is not JSON', () => `${base64url('{')}.${goodPayload}.${goodSignature}`, 'header'],
  ['a header that is a list', () => `${base64url('[]')}.${goodPayload}.${goodSignature}`, 'header'],
  ['more characters than allowed', () => tokenOf(ed, { filler: 'x'.repeat(MAX_TOKEN_LENGTH) }), 'longer'],
  [
    'the critical extension b64 with its default',
    () => tokenOf(ed, {}, { crit: ['b64'], b64: true }),
    'extension',
  ],
])('rejects a token with %s', async (_, token, why) => {
  const text = await token();
  const verified = await verify(text);
  expect(verified).toEqual({ kind: 'invalid', why: expect.stringContaining(why) });
  expect(settings.verifiedTokens.get(text)).toBeUndefined();
});

test('a token with any one character changed is invalid', async () => {
  for (let at = 0; at < good.length; at += 7) {
    const other = good[at] === 'A' ? 'B' : 'A';
    const verified = await verify(`${good.slice(0, at)}${other}${good.slice(at + 1)}`);
    expect(verified.kind, `character ${at}`).toBe('invalid');
  }
});
