/**
 * Tokens that no Worker may take (RFC 8725 and the attacks that it answers), each right in every way but the one that its
 * name tells, with the words that the refusal must have.
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

export type Attack = readonly [name: string, token: (sub: string) => string | Promise<string>, told: RegExp];

const header = (name: string, change: Json, told: RegExp): Attack => [
  name,
  (sub) => sealed(ed, headerOf(change), claimsOf(sub)),
  told,
];
const claims = (name: string, change: (sub: string) => Json, told: RegExp): Attack => [
  name,
  (sub) => sealed(ed, headerOf(), claimsOf(sub, change(sub))),
  told,
];
const unsigned = (alg: string, signature: string, told: RegExp): Attack => [
  `alg ${JSON.stringify(alg)} and the signature "${signature}"`,
  (sub) => `${encoded(headerOf({ alg }))}.${encoded(claimsOf(sub))}.${signature}`,
  told,
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
  // The algorithm, and keys taken for secrets
  ...['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => [
    unsigned(alg, '', NO_JWT),
    unsigned(alg, 'AA', ALGORITHM),
  ]),
  unsigned('', zeros, ALGORITHM),
  header('alg as a list', { alg: ['EdDSA'] }, ALGORITHM),
  header('no alg', { alg: undefined }, ALGORITHM),
  [
    'EdDSA turned HS256, the raw public key as secret',
    (sub) => hmac({}, claimsOf(sub), rawPublicKey()),
    ALGORITHM,
  ],
  [
    'EdDSA turned HS256, the public JWK as secret',
    (sub) => hmac({}, claimsOf(sub), JSON.stringify(ed.jwk)),
    ALGORITHM,
  ],
  ['EdDSA turned HS256, the PEM as secret', async (sub) => hmac({}, claimsOf(sub), await pem(ed)), ALGORITHM],
  [
    'RS256 turned HS256, the PEM as secret',
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
    'RS256 said to be PS256',
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
  ['a signature made longer', async (sub) => `${await goodToken(sub)}AAAA`, SIGNATURE],
  [
    'the signature stripped, its dot kept',
    async (sub) => (await goodToken(sub)).replace(/[^.]+$/, ''),
    NO_JWT,
  ],
  [
    'the signature stripped, its dot too',
    async (sub) => (await goodToken(sub)).replace(/\.[^.]+$/, ''),
    NO_JWT,
  ],
  [
    'the claims of another under a good signature',
    async (sub) => {
      const [head, , tail] = (await goodToken('somebody-else')).split('.');
      return `${head}.${encoded(claimsOf(sub, { kind: 'staff' }))}.${tail}`;
    },
    SIGNATURE,
  ],
  // The key ID, and keys that the token brings along
  header('no key ID', { kid: undefined }, NO_KEY),
  header('an unknown key ID', { kid: 'nobody' }, UNKNOWN_KEY),
  [
    'a path as key ID, signed with an empty file',
    (sub) => hmac({ kid: '../../../dev/null' }, claimsOf(sub), ''),
    UNKNOWN_KEY,
  ],
  [
    'SQL as key ID, signed with what it would select',
    (sub) => hmac({ kid: "x' UNION SELECT 'secret' --" }, claimsOf(sub), 'secret'),
    UNKNOWN_KEY,
  ],
  header('a URL as key ID', { kid: 'https://evil.example/key.jwk' }, UNKNOWN_KEY),
  header('a command as key ID', { kid: 'ed|whoami' }, UNKNOWN_KEY),
  header('the prototype as key ID', { kid: '__proto__' }, UNKNOWN_KEY),
  header('a key ID with NUL', { kid: 'ed\0' }, UNKNOWN_KEY),
  header('a query object as key ID', { kid: { $ne: null } }, NO_KEY),
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
    'a link to its own keys under a key ID of its own',
    (sub) =>
      sealed(stranger, headerOf({ jku: 'https://evil.example/jwks.json', kid: 'mine' }), claimsOf(sub)),
    UNKNOWN_KEY,
  ],
  [
    'a certificate of its own (x5c)',
    (sub) => sealed(stranger, headerOf({ x5c: ['MIIB'] }), claimsOf(sub)),
    SIGNATURE,
  ],
  [
    'a staff token by the key of players',
    (sub) => sealed(players, headerOf({ kid: 'players' }), claimsOf(sub, { kind: 'staff' })),
    /may not sign for kind "staff"/,
  ],
  [
    'a player token by the key of tickets',
    (sub) => sealed(tickets, headerOf({ kid: 'tickets' }), claimsOf(sub)),
    /may not sign for kind "player"/,
  ],
  // The type and extensions
  header('no type', { typ: undefined }, /its type is not "at\+jwt"/),
  header('the type of an ID token', { typ: 'JWT' }, /its type is not "at\+jwt"/),
  ['a ticket', (sub) => goodTicket(sub), /its type is not "at\+jwt"/],
  ['a ticket that says its kind', (sub) => goodTicket(sub, { kind: 'player' }), /its type is not "at\+jwt"/],
  header('an unknown critical extension', { crit: ['exp'], exp: 1 }, /extension/),
  header('the critical extension b64, false', { crit: ['b64'], b64: false }, /extension/),
  header('an empty list of critical extensions', { crit: [] }, /extension/),
  [
    'a token within a token',
    async (sub) => sealed(ed, headerOf({ cty: 'JWT' }), await goodToken(sub)),
    /claims cannot be read/,
  ],
  ['five parts, as if encrypted', async (sub) => `${await goodToken(sub)}.AAAA.AAAA`, NO_JWT],
  // Issuer, audience, times
  claims('another issuer', () => ({ iss: 'https://evil.example/' }), /another issuer/),
  claims('our issuer in a list', () => ({ iss: [LOCAL_ISSUER] }), /another issuer/),
  claims('another audience', () => ({ aud: 'onceward2' }), /another audience/),
  claims('a list of other audiences', () => ({ aud: ['onceward2', ['onceward']] }), /another audience/),
  claims('no audience', () => ({ aud: undefined }), /another audience/),
  claims('an expiry in the past', () => ({ iat: now() - 700, exp: now() - 60 }), /expired at/),
  claims('no expiry', () => ({ exp: undefined }), EXPIRY),
  claims('an expiry in words', () => ({ exp: String(now() + 600) }), EXPIRY),
  claims('a huge expiry', () => ({ exp: 1e300 }), EXPIRY),
  claims('a negative expiry', () => ({ exp: -1 }), EXPIRY),
  claims('a beginning tomorrow', () => ({ nbf: now() + 86_400 }), /not valid before/),
  claims('issued tomorrow', () => ({ iat: now() + 86_400, exp: now() + 90_000 }), /issued in the future/),
  // The subject and the kind
  claims('no subject', () => ({ sub: undefined }), SUBJECT),
  claims('an empty subject', () => ({ sub: '' }), SUBJECT),
  claims('a list of subjects', (sub) => ({ sub: [sub] }), SUBJECT),
  claims('a subject that is too long', (sub) => ({ sub: sub.padEnd(129, 'x') }), SUBJECT),
  claims('a subject with NUL', (sub) => ({ sub: `${sub}\0` }), SUBJECT),
  claims('a subject with a lone surrogate', (sub) => ({ sub: `${sub}\ud800` }), SUBJECT),
  claims('a subject that is SQL', (sub) => ({ sub: `${sub}' OR '1'='1` }), SUBJECT),
  claims('another kind', () => ({ kind: 'root' }), /kind is not player, server or staff/),
  claims('a list of kinds', () => ({ kind: ['player', 'staff'] }), /kind is not player, server or staff/),
  // Its form
  [
    'a claim twice, wrong in the one that counts',
    (sub) => sealed(ed, headerOf(), JSON.stringify(claimsOf(sub)).replace(/}$/, ',"aud":"onceward2"}')),
    /another audience/,
  ],
  [
    'a header member twice, wrong in the one that counts',
    (sub) => sealed(ed, JSON.stringify(headerOf()).replace(/}$/, ',"alg":"none"}'), claimsOf(sub)),
    ALGORITHM,
  ],
  [
    'claims that are a list',
    (sub) => sealed(ed, headerOf(), JSON.stringify([claimsOf(sub)])),
    /claims cannot be read/,
  ],
  [
    'claims that are no UTF-8',
    (sub) => sealed(ed, headerOf(), Buffer.from(`{"sub":"${sub}\xff"}`, 'latin1')),
    /claims cannot be read/,
  ],
  claims('five thousand characters', () => ({ filler: 'x'.repeat(4_000) }), /longer than 4096/),
  claims('sixty thousand characters', () => ({ filler: 'x'.repeat(45_000) }), /longer than 4096/),
];

/** In the place of a ticket, by a player whose own token is good. */
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
  ['a ticket by a stranger', (sub) => goodTicket(sub, {}, {}, stranger), SIGNATURE],
  [
    'a ticket by the key of players',
    (sub) => goodTicket(sub, {}, { kid: 'players' }, players),
    /may not sign tickets/,
  ],
  ['a ticket for another player', () => goodTicket('somebody-else'), /for another player/],
  ['a ticket of another audience', (sub) => goodTicket(sub, { aud: 'onceward2' }), /another audience/],
  ['a ticket for longer than a day', (sub) => goodTicket(sub, { exp: now() + 90_000 }), /more than 24 hours/],
  ['a ticket that says no time', (sub) => goodTicket(sub, { iat: undefined }), /when it was issued/],
  ['a ticket whose facts are a list', (sub) => goodTicket(sub, { facts: [] }), /facts are not an object/],
];
