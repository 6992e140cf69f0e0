/**
 * Tokens and tickets that no Worker may accept: RFC 8725 and the attacks that it lists. Each is correct except for what its name
 * says, and has the reason that the answer must give.
 */
import { LOCAL_ISSUER } from '../../../dev/sign.ts';
import { base64url } from '../../auth/support.ts';
import {
  claimsOf,
  ed,
  encoded,
  es,
  goodTicket,
  goodToken,
  headerOf,
  hmac,
  type Json,
  now,
  p384,
  pem,
  players,
  rs,
  sealed,
  stranger,
  tickets,
} from './token-forge.ts';

export type Attack = readonly [
  name: string,
  forge: (sub: string) => string | Promise<string>,
  reason: RegExp,
];

const withHeader = (name: string, change: Json, reason: RegExp): Attack => [
  name,
  (sub) => sealed(ed, headerOf(change), claimsOf(sub)),
  reason,
];
const withClaims = (name: string, change: (sub: string) => Json, reason: RegExp): Attack => [
  name,
  (sub) => sealed(ed, headerOf(), claimsOf(sub, change(sub))),
  reason,
];
const unsigned = (alg: string, signature: string, reason: RegExp): Attack => [
  `alg ${JSON.stringify(alg)} and the signature "${signature}"`,
  (sub) => `${encoded(headerOf({ alg }))}.${encoded(claimsOf(sub))}.${signature}`,
  reason,
];

const ALGORITHM = /its algorithm is not its key's/;
const SIGNATURE = /its signature is not genuine/;
const UNKNOWN_KEY = /unknown key ID/;
const NO_KEY = /it names no key ID/;
const NO_JWT = /not a signed JWT|one "Bearer <token>" is expected/;
const SUBJECT = /its subject is not an ID/;
const EXPIRY = /it has no valid expiry/;
const zeros = base64url(new Uint8Array(64));
const rawPublicKey = () => Buffer.from(String(ed.jwk.x), 'base64url');

export const FORGED_TOKENS: readonly Attack[] = [
  // The algorithm, and public keys used as secrets
  ...['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => [
    unsigned(alg, '', NO_JWT),
    unsigned(alg, 'AA', ALGORITHM),
  ]),
  unsigned('', zeros, ALGORITHM),
  withHeader('alg as a list', { alg: ['EdDSA'] }, ALGORITHM),
  withHeader('no alg', { alg: undefined }, ALGORITHM),
  [
    'EdDSA changed to HS256, the raw public key as secret',
    (sub) => hmac({}, claimsOf(sub), rawPublicKey()),
    ALGORITHM,
  ],
  [
    'EdDSA changed to HS256, the public JWK as secret',
    (sub) => hmac({}, claimsOf(sub), JSON.stringify(ed.jwk)),
    ALGORITHM,
  ],
  [
    'EdDSA changed to HS256, the PEM as secret',
    async (sub) => hmac({}, claimsOf(sub), await pem(ed)),
    ALGORITHM,
  ],
  [
    'RS256 changed to HS256, the PEM as secret',
    async (sub) => hmac({ kid: 'rs' }, claimsOf(sub), await pem(rs, 'SHA-256')),
    ALGORITHM,
  ],
  ['HS256 with an empty secret', (sub) => hmac({ kid: 'rs' }, claimsOf(sub), ''), ALGORITHM],
  [
    'HS256 with the secret of a symmetric key of the JWKS',
    (sub) => hmac({ kid: 'oct' }, claimsOf(sub), 'a-shared-secret-of-32-characters'),
    /symmetric keys are not accepted/,
  ],
  [
    'RS256 declared as PS256',
    (sub) => sealed(rs, headerOf({ kid: 'rs', alg: 'PS256' }), claimsOf(sub)),
    ALGORITHM,
  ],
  [
    'a curve that is not accepted (P-384)',
    (sub) => sealed(p384, headerOf({ kid: 'p384', alg: 'ES384' }), claimsOf(sub)),
    /key type is not accepted/,
  ],
  [
    'the signature of one algorithm under the name of another',
    (sub) => sealed(es, headerOf(), claimsOf(sub)),
    SIGNATURE,
  ],
  // The signature
  ['a forged signature', (sub) => sealed(stranger, headerOf(), claimsOf(sub)), SIGNATURE],
  ['a signature of zeros', (sub) => `${encoded(headerOf())}.${encoded(claimsOf(sub))}.${zeros}`, SIGNATURE],
  [
    'an ES256 signature of zeros',
    (sub) => `${encoded(headerOf({ alg: 'ES256', kid: 'es' }))}.${encoded(claimsOf(sub))}.${zeros}`,
    SIGNATURE,
  ],
  ['a truncated signature', async (sub) => (await goodToken(sub)).slice(0, -8), SIGNATURE],
  ['a signature with more characters', async (sub) => `${await goodToken(sub)}AAAA`, SIGNATURE],
  ['no signature, its dot kept', async (sub) => (await goodToken(sub)).replace(/[^.]+$/, ''), NO_JWT],
  ['no signature and no dot for it', async (sub) => (await goodToken(sub)).replace(/\.[^.]+$/, ''), NO_JWT],
  [
    'other claims under a valid signature',
    async (sub) => {
      const [head, , tail] = (await goodToken('somebody-else')).split('.');
      return `${head}.${encoded(claimsOf(sub, { kind: 'staff' }))}.${tail}`;
    },
    SIGNATURE,
  ],
  // The key ID, and keys inside the token
  withHeader('no key ID', { kid: undefined }, NO_KEY),
  withHeader('an unknown key ID', { kid: 'nobody' }, UNKNOWN_KEY),
  [
    'a path as key ID, signed with an empty secret',
    (sub) => hmac({ kid: '../../../dev/null' }, claimsOf(sub), ''),
    UNKNOWN_KEY,
  ],
  [
    'SQL as key ID, signed with the secret that it would select',
    (sub) => hmac({ kid: "x' UNION SELECT 'secret' --" }, claimsOf(sub), 'secret'),
    UNKNOWN_KEY,
  ],
  withHeader('a URL as key ID', { kid: 'https://evil.example/key.jwk' }, UNKNOWN_KEY),
  withHeader('a command as key ID', { kid: 'ed|whoami' }, UNKNOWN_KEY),
  withHeader('the prototype as key ID', { kid: '__proto__' }, UNKNOWN_KEY),
  withHeader('a key ID with NUL', { kid: 'ed\0' }, UNKNOWN_KEY),
  withHeader('a query object as key ID', { kid: { $ne: null } }, NO_KEY),
  [
    'its own key in the header (jwk)',
    (sub) => sealed(stranger, headerOf({ jwk: stranger.jwk }), claimsOf(sub)),
    SIGNATURE,
  ],
  [
    'its own key in the header, no key ID',
    (sub) => sealed(stranger, headerOf({ jwk: stranger.jwk, kid: undefined }), claimsOf(sub)),
    NO_KEY,
  ],
  ...(['jku', 'x5u'] as const).map(
    (name): Attack => [
      `a link to its own keys (${name})`,
      (sub) => sealed(stranger, headerOf({ [name]: 'https://evil.example/jwks.json' }), claimsOf(sub)),
      SIGNATURE,
    ],
  ),
  [
    'a link to its own keys, with its own key ID',
    (sub) =>
      sealed(stranger, headerOf({ jku: 'https://evil.example/jwks.json', kid: 'mine' }), claimsOf(sub)),
    UNKNOWN_KEY,
  ],
  [
    'its own certificate (x5c)',
    (sub) => sealed(stranger, headerOf({ x5c: ['MIIB'] }), claimsOf(sub)),
    SIGNATURE,
  ],
  [
    'a staff token signed with the key of players',
    (sub) => sealed(players, headerOf({ kid: 'players' }), claimsOf(sub, { kind: 'staff' })),
    /may not sign for kind "staff"/,
  ],
  [
    'a player token signed with the key of tickets',
    (sub) => sealed(tickets, headerOf({ kid: 'tickets' }), claimsOf(sub)),
    /may not sign for kind "player"/,
  ],
  // The type and extensions
  withHeader('no type', { typ: undefined }, /its type is not "at\+jwt"/),
  withHeader('the type of an ID token', { typ: 'JWT' }, /its type is not "at\+jwt"/),
  ['a ticket', (sub) => goodTicket(sub), /its type is not "at\+jwt"/],
  ['a ticket with a kind', (sub) => goodTicket(sub, { kind: 'player' }), /its type is not "at\+jwt"/],
  withHeader('an unknown critical extension', { crit: ['exp'], exp: 1 }, /extension/),
  withHeader('b64 false as a critical extension', { crit: ['b64'], b64: false }, /extension/),
  withHeader('an empty list of critical extensions', { crit: [] }, /extension/),
  [
    'a token inside a token',
    async (sub) => sealed(ed, headerOf({ cty: 'JWT' }), await goodToken(sub)),
    /claims cannot be read/,
  ],
  ['five parts, like an encrypted token', async (sub) => `${await goodToken(sub)}.AAAA.AAAA`, NO_JWT],
  // Issuer, audience, times
  withClaims('another issuer', () => ({ iss: 'https://evil.example/' }), /another issuer/),
  withClaims('the right issuer in a list', () => ({ iss: [LOCAL_ISSUER] }), /another issuer/),
  withClaims('another audience', () => ({ aud: 'onceward2' }), /another audience/),
  withClaims(
    'a list without the right audience',
    () => ({ aud: ['onceward2', ['onceward']] }),
    /another audience/,
  ),
  withClaims('no audience', () => ({ aud: undefined }), /another audience/),
  withClaims('an expiry in the past', () => ({ iat: now() - 700, exp: now() - 90 }), /expired at/),
  withClaims('no expiry', () => ({ exp: undefined }), EXPIRY),
  withClaims('an expiry as a text', () => ({ exp: String(now() + 600) }), EXPIRY),
  withClaims('a huge expiry', () => ({ exp: 1e300 }), EXPIRY),
  withClaims('a negative expiry', () => ({ exp: -1 }), EXPIRY),
  withClaims('not valid before tomorrow', () => ({ nbf: now() + 86_400 }), /not valid before/),
  withClaims('a lifetime of eight days', () => ({ exp: now() + 691_200 }), /valid for more than 604800/),
  withClaims('no time of issue', () => ({ iat: undefined }), /when it was issued/),
  // The subject and the kind
  withClaims('no subject', () => ({ sub: undefined }), SUBJECT),
  withClaims('an empty subject', () => ({ sub: '' }), SUBJECT),
  withClaims('a list of subjects', (sub) => ({ sub: [sub] }), SUBJECT),
  withClaims('a subject that is too long', (sub) => ({ sub: sub.padEnd(256, 'x') }), SUBJECT),
  withClaims('a subject with NUL', (sub) => ({ sub: `${sub}\0` }), SUBJECT),
  withClaims('a subject with a lone surrogate', (sub) => ({ sub: `${sub}\ud800` }), SUBJECT),
  withClaims('a subject that is SQL', (sub) => ({ sub: `${sub}' OR '1'='1` }), SUBJECT),
  withClaims('another kind', () => ({ kind: 'root' }), /kind is not player, server or staff/),
  withClaims('a list of kinds', () => ({ kind: ['player', 'staff'] }), /kind is not player, server or staff/),
  // The form of the token
  [
    'a claim twice, wrong in the one that applies',
    (sub) => sealed(ed, headerOf(), JSON.stringify(claimsOf(sub)).replace(/}$/, ',"aud":"onceward2"}')),
    /another audience/,
  ],
  [
    'a header member twice, wrong in the one that applies',
    (sub) => sealed(ed, JSON.stringify(headerOf()).replace(/}$/, ',"alg":"none"}'), claimsOf(sub)),
    ALGORITHM,
  ],
  [
    'claims that are a list',
    (sub) => sealed(ed, headerOf(), JSON.stringify([claimsOf(sub)])),
    /claims cannot be read/,
  ],
  [
    'claims that are not UTF-8',
    (sub) => sealed(ed, headerOf(), Buffer.from(`{"sub":"${sub}\xff"}`, 'latin1')),
    /claims cannot be read/,
  ],
  withClaims('five thousand characters', () => ({ filler: 'x'.repeat(4_000) }), /longer than 4096/),
  withClaims('sixty thousand characters', () => ({ filler: 'x'.repeat(45_000) }), /longer than 4096/),
];

/** Sent in the place of a ticket, by a player whose own token is valid. */
export const FORGED_TICKETS: readonly Attack[] = [
  ['an access token', goodToken, /its type is not "onceward-ticket\+jwt"/],
  [
    'a ticket without a signature',
    async (sub) => (await goodTicket(sub)).replace(/[^.]+$/, ''),
    /not a signed JWT/,
  ],
  [
    'a ticket of alg none',
    async (sub) =>
      `${encoded({ alg: 'none', typ: 'onceward-ticket+jwt', kid: 'tickets' })}.${(await goodTicket(sub)).split('.')[1]}.AA`,
    ALGORITHM,
  ],
  ['a ticket signed with an unknown key', (sub) => goodTicket(sub, {}, {}, stranger), SIGNATURE],
  [
    'a ticket signed with the key of players',
    (sub) => goodTicket(sub, {}, { kid: 'players' }, players),
    /may not sign tickets/,
  ],
  ['a ticket for another player', () => goodTicket('somebody-else'), /for another player/],
  ['a ticket of another audience', (sub) => goodTicket(sub, { aud: 'onceward2' }), /another audience/],
  [
    'a ticket that is valid for more than a day',
    (sub) => goodTicket(sub, { exp: now() + 90_000 }),
    /more than 24 hours/,
  ],
  ['a ticket without its time of issue', (sub) => goodTicket(sub, { iat: undefined }), /when it was issued/],
  ['a ticket whose facts are a list', (sub) => goodTicket(sub, { facts: [] }), /facts are not an object/],
];
