/** The settings of tokens: each wrong one is named with its place and bound, and makes every token unavailable. */
import { expect, test } from 'vitest';
import { type TokenEnv, tokenSettings, wrongTokenSettings } from '../../src/auth/settings.ts';
import { verifyAccessToken } from '../../src/auth/tokens.ts';
import { AUDIENCE, ISSUER, type Json, makeKey, NOW, tokenOf } from './support.ts';

const key = await makeKey('EdDSA', 'ed');
const jwks = { keys: [key.jwk] };
const SIMPLE = { JWKS: JSON.stringify(jwks), TOKEN_ISSUER: ISSUER, TOKEN_AUDIENCE: AUDIENCE };
const HOSTED = { issuer: 'https://hosted.example/', audience: 'game', jwks };

const kindUnder = async (env: TokenEnv) =>
  (await verifyAccessToken(await tokenOf(key), tokenSettings(env), NOW)).kind;

test.each<[string, TokenEnv]>([
  ['the simple settings', SIMPLE],
  ['the simple settings and a hosted login', { ...SIMPLE, TOKEN_ISSUERS: JSON.stringify([HOSTED]) }],
  [
    'an issuer of the list alone',
    { TOKEN_ISSUERS: JSON.stringify([{ issuer: ISSUER, audience: AUDIENCE, jwks }]) },
  ],
  ['the smallest leeway', { ...SIMPLE, CLOCK_LEEWAY_SECONDS: '0' }],
  ['the largest leeway', { ...SIMPLE, CLOCK_LEEWAY_SECONDS: '300' }],
])('accepts %s', async (_, env) => {
  expect(wrongTokenSettings(env)).toEqual([]);
  expect(await kindUnder(env)).toBe('actor');
});

test.each<[string, string]>([
  ['negative', '-1'],
  ['above its bound', '301'],
  ['a fraction', '1.5'],
  ['a text', 'a minute'],
  ['infinite', 'Infinity'],
])('a leeway that is %s is named with its bounds', async (_, CLOCK_LEEWAY_SECONDS) => {
  const env = { ...SIMPLE, CLOCK_LEEWAY_SECONDS };
  expect(wrongTokenSettings(env)).toEqual(['CLOCK_LEEWAY_SECONDS (0 to 300)']);
  expect(await kindUnder(env)).toBe('unavailable');
});

test.each<[string, string]>([
  ['a word', 'everything'],
  ['not JSON', '{"operations":'],
  ['empty', '{}'],
  ['with another member', '{"players":["ana"]}'],
])('a scope of servers that is %s is named, and makes every token unavailable', async (_, SERVER_SCOPE) => {
  const env = { ...SIMPLE, SERVER_SCOPE };
  expect(wrongTokenSettings(env)).toEqual(['SERVER_SCOPE (all, none, or a scope as JSON)']);
  expect(await kindUnder(env)).toBe('unavailable');
});

test.each<[string, TokenEnv, string[]]>([
  ['nothing', {}, ['TOKEN_ISSUER', 'TOKEN_AUDIENCE', 'JWKS or JWKS_URL']],
  ['no issuer', { ...SIMPLE, TOKEN_ISSUER: '' }, ['TOKEN_ISSUER']],
  ['no audience', { ...SIMPLE, TOKEN_AUDIENCE: '' }, ['TOKEN_AUDIENCE']],
  ['no keys', { ...SIMPLE, JWKS: '' }, ['JWKS or JWKS_URL']],
  [
    'half of the simple settings besides a hosted login',
    { TOKEN_ISSUER: ISSUER, TOKEN_ISSUERS: JSON.stringify([HOSTED]) },
    ['TOKEN_AUDIENCE', 'JWKS or JWKS_URL'],
  ],
])('with %s, what is missing is named', async (_, env, missing) => {
  expect(wrongTokenSettings(env)).toEqual(missing);
  expect(await kindUnder(env)).toBe('unavailable');
});

const LIST = 'TOKEN_ISSUERS (a JSON list of 1 to 16 issuers)';
test.each<[string, string, string]>([
  ['that is not JSON', '[{', LIST],
  ['that is not a list', JSON.stringify(HOSTED), LIST],
  ['without an issuer', '[]', LIST],
  ['with too many issuers', JSON.stringify(Array(17).fill(HOSTED)), LIST],
  ['with a text in it', '["https://hosted.example/"]', 'TOKEN_ISSUERS[0] (an object)'],
  ['with null in it', JSON.stringify([HOSTED, null]), 'TOKEN_ISSUERS[1] (an object)'],
  ['that names an issuer twice', JSON.stringify([HOSTED, HOSTED]), 'TOKEN_ISSUERS[1].issuer (named twice)'],
  [
    'that names the issuer of the simple settings',
    JSON.stringify([{ ...HOSTED, issuer: ISSUER }]),
    'TOKEN_ISSUERS[0].issuer (named twice)',
  ],
])('a list of issuers %s is named with the place', async (_, TOKEN_ISSUERS, wrong) => {
  const env = { ...SIMPLE, TOKEN_ISSUERS };
  expect(wrongTokenSettings(env)).toEqual([wrong]);
  expect(await kindUnder(env)).toBe('unavailable');
});

const PATH = /^ \(the name of a claim, or its path as a list; none that users can edit\)$/;
test.each<[string, Json, string, RegExp]>([
  ['no issuer', { issuer: undefined }, '.issuer', /required/],
  ['an empty issuer', { issuer: '' }, '.issuer', /a text/],
  ['a list of issuers', { issuer: [ISSUER] }, '.issuer', /a text/],
  ['no audience', { audience: undefined }, '.audience', /required/],
  ['an empty list of audiences', { audience: [] }, '.audience', /a text or a list of texts/],
  ['a number as audience', { audience: [7] }, '.audience', /a text or a list of texts/],
  ['another claim for the audience', { audienceClaim: 'scope' }, '.audienceClaim', /aud, client_id or azp/],
  ['a type that is not in a list', { types: 'JWT' }, '.types', /a list of types/],
  ['no type', { types: [] }, '.types', /a list of types/],
  ['the type of tickets', { types: ['JWT', 'onceward-ticket+jwt'] }, '.types', /other than that of tickets/],
  ['the type of tickets in full', { types: ['application/Onceward-Ticket+jwt'] }, '.types', /tickets/],
  ['an unknown kind', { kinds: ['admin'] }, '.kinds', /a list of player, server, staff, ticket/],
  ['no kinds', { kinds: [] }, '.kinds', /a list of/],
  ['several kinds and no claim for them', { kinds: ['player', 'staff'] }, '.kind', /required with several/],
  ['an empty path', { kind: [] }, '.kind', PATH],
  ['a path with a number', { subject: ['app_metadata', 1] }, '.subject', PATH],
  ['both key sets', { jwksUrl: 'https://hosted.example/jwks' }, '', /either jwks or jwksUrl/],
  ['no key set', { jwks: undefined }, '', /either jwks or jwksUrl/],
  ['a key set as a text', { jwks: '{"keys":[]}' }, '.jwks', /a JSON Web Key Set/],
  ['a key set without keys', { jwks: {} }, '.jwks', /a JSON Web Key Set/],
  ['no lifetime', { maxLifetimeSeconds: 0 }, '.maxLifetimeSeconds', /1 to 2592000/],
  [
    'a lifetime of more than 30 days',
    { maxLifetimeSeconds: 2_592_001 },
    '.maxLifetimeSeconds',
    /1 to 2592000/,
  ],
  ['a lifetime as a text', { maxLifetimeSeconds: '60' }, '.maxLifetimeSeconds', /1 to 2592000/],
  [
    'an attribute that users edit',
    { attributes: { segment: ['user_metadata', 'segment'] } },
    '.attributes',
    /none that users can edit/,
  ],
  [
    'an attribute with a name in capitals',
    { attributes: { Segment: 'azp' } },
    '.attributes',
    /up to 8 names/,
  ],
  [
    'nine attributes',
    { attributes: Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`a${at}`, 'azp'])) },
    '.attributes',
    /up to 8 names/,
  ],
  ['a list of attributes', { attributes: ['segment'] }, '.attributes', /up to 8 names/],
  ['a misspelled member', { audiences: ['game'] }, '', /its members are issuer, audience, /],
  ['a member of every object', JSON.parse('{"__proto__": 1}'), '', /its members are/],
])('an issuer with %s is named with its member and what that must be', async (_, change, member, expected) => {
  const entry = JSON.stringify([HOSTED, { ...HOSTED, issuer: 'https://second.example/', ...change }]);
  const [wrong = '', ...others] = wrongTokenSettings({ ...SIMPLE, TOKEN_ISSUERS: entry });
  expect(others).toEqual([]);
  expect(wrong.startsWith(`TOKEN_ISSUERS[1]${member} (`)).toBe(true);
  expect(wrong.slice(`TOKEN_ISSUERS[1]${member}`.length)).toMatch(expected);
  expect(await kindUnder({ ...SIMPLE, TOKEN_ISSUERS: entry })).toBe('unavailable');
});

test.each([
  'user_metadata',
  'userMetadata',
  'raw_user_meta_data',
  'https://game.example/user_metadata',
  'unsafe_metadata',
  'unsafeMetadata',
  'custom:kind',
  'nickname',
  'preferred_username',
  'email',
  'name',
  'given_name',
  'locale',
])('neither the kind nor the subject can come from %s, which users edit', (name) => {
  for (const path of [name, [name, 'kind'], ['claims', name]]) {
    for (const member of ['kind', 'subject']) {
      const entry = { ...HOSTED, kinds: ['player', 'staff'], kind: 'kind', [member]: path };
      const wrong = wrongTokenSettings({ TOKEN_ISSUERS: JSON.stringify([entry]) });
      expect(wrong).toEqual([expect.stringMatching(/^TOKEN_ISSUERS\[0\]\.(kind|subject) .*users can edit/)]);
    }
  }
});
