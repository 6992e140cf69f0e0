/**
 * Tokens of hosted logins, shaped as these services sign them, under the settings that docs/tokens.md documents. Only the key set
 * is replaced by one with a local key of the same shape.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type TokenEnv, tokenSettings, wrongTokenSettings } from '../../src/auth/settings.ts';
import { verifyAccessToken } from '../../src/auth/tokens.ts';
import { craft, ISSUER, type Json, makeKey, NOW, NOW_SECONDS, type TestKey, tokenOf } from './support.ts';

const DOCUMENT = readFileSync(new URL('../../docs/tokens.md', import.meta.url), 'utf8');

/** The settings that the document gives for a login. */
function documented(login: string): Json {
  const [, block] = new RegExp(`\\*\\*${login}\\*\\*:.*?\`\`\`json\n(.*?)\`\`\``, 's').exec(DOCUMENT) ?? [];
  return JSON.parse(String(block));
}

interface Login {
  readonly name: string;
  readonly key: TestKey;
  /** As its key set has it, apart from the key itself. */
  readonly header: Json;
  readonly claims: Json;
  readonly id: string;
}

/** Keys of hosted logins say nothing about what they sign. */
const hostedKey = (alg: 'RS256' | 'ES256', kid: string, members: Json = {}) =>
  makeKey(alg, kid, { 'onceward:kinds': undefined, use: 'sig', ...members });

const auth0 = await hostedKey('RS256', 'NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg', {
  x5t: 'NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg',
  x5c: ['MIIC'],
});
const supabase = await hostedKey('ES256', 'b81269f1-21d8-4f2e-b719-c2240a840d90', {
  key_ops: ['verify'],
  ext: true,
});
const firebase = await hostedKey('RS256', '5b60e2c1d14f5c6d7b5e3e2a9a0f4f5a6b7c8d9e');
const cognito = await hostedKey('RS256', 'abcdefghijklmnopqrsexample=');
const clerk = await hostedKey('RS256', 'ins_2GIoQhbUpy0hX7B2cVkuTMinXoD');

const issued = (seconds: number) => ({ iat: NOW_SECONDS - 5, exp: NOW_SECONDS - 5 + seconds });

const AUTH0: Login = {
  name: 'Auth0',
  key: auth0,
  header: { alg: 'RS256', typ: 'JWT', kid: auth0.jwk.kid },
  claims: {
    iss: 'https://TENANT.auth0.com/',
    sub: 'auth0|6510f0a3c2b1d4e5f6a7b8c9',
    aud: ['https://game.example/api', 'https://TENANT.auth0.com/userinfo'],
    ...issued(86_400),
    azp: 'my_client_id',
    scope: 'openid profile email',
  },
  id: 'auth0|6510f0a3c2b1d4e5f6a7b8c9',
};
const SUPABASE: Login = {
  name: 'Supabase',
  key: supabase,
  header: { alg: 'ES256', kid: supabase.jwk.kid, typ: 'JWT' },
  claims: {
    iss: 'https://PROJECT.supabase.co/auth/v1',
    sub: '123e4567-e89b-12d3-a456-426614174000',
    aud: 'authenticated',
    ...issued(3_600),
    role: 'authenticated',
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: NOW_SECONDS - 5 }],
    session_id: 'f6f3a0a4-1c3c-4b52-9cb0-6a4dcb6e3b1c',
    email: 'user@example.com',
    phone: '',
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: { onceward_kind: 'staff', kind: 'staff' },
    is_anonymous: false,
  },
  id: '123e4567-e89b-12d3-a456-426614174000',
};
const FIREBASE: Login = {
  name: 'Firebase',
  key: firebase,
  header: { alg: 'RS256', kid: firebase.jwk.kid, typ: 'JWT' },
  claims: {
    iss: 'https://securetoken.google.com/PROJECT',
    aud: 'PROJECT',
    auth_time: NOW_SECONDS - 600,
    user_id: 'Zk3vPq8Rs1TfGhJkLmNoPqRsTuV2',
    sub: 'Zk3vPq8Rs1TfGhJkLmNoPqRsTuV2',
    ...issued(3_600),
    email: 'user@example.com',
    email_verified: true,
    firebase: { identities: { email: ['user@example.com'] }, sign_in_provider: 'password' },
  },
  id: 'Zk3vPq8Rs1TfGhJkLmNoPqRsTuV2',
};
const COGNITO: Login = {
  name: 'Cognito',
  key: cognito,
  header: { kid: cognito.jwk.kid, alg: 'RS256' },
  claims: {
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    'cognito:groups': ['players'],
    iss: 'https://cognito-idp.REGION.amazonaws.com/POOL',
    client_id: 'APP_CLIENT_ID',
    origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-example',
    event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
    token_use: 'access',
    scope: 'openid profile email',
    auth_time: NOW_SECONDS - 5,
    ...issued(3_600),
    jti: 'bbbbbbbb-bbbb-cccc-dddd-eeeeeeeeeeee',
    username: 'my-test-user',
  },
  id: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
};
const CLERK: Login = {
  name: 'Clerk',
  key: clerk,
  header: { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: clerk.jwk.kid, typ: 'JWT' },
  claims: {
    azp: 'https://game.example',
    ...issued(60),
    fva: [7, -1],
    iss: 'https://clerk.game.example',
    nbf: NOW_SECONDS - 15,
    sid: 'sess_2GbDB4enHdCa5vS1zpC3Xzg9tK9',
    sts: 'active',
    sub: 'user_2GIpXOEpVyJw51rkZn9Kmnc6Sxr',
    v: 2,
  },
  id: 'user_2GIpXOEpVyJw51rkZn9Kmnc6Sxr',
};
const LOGINS = [AUTH0, SUPABASE, FIREBASE, COGNITO, CLERK];

/** The documented settings of all logins, as one deployment. `change` adds members to those of one. */
function settingsWith(login?: Login, change: Json = {}): TokenEnv {
  const entries = LOGINS.map((each) => {
    const { jwksUrl: _, ...entry } = documented(each.name);
    return { ...entry, jwks: { keys: [each.key.jwk] }, ...(each === login && change) };
  });
  return { TOKEN_ISSUERS: JSON.stringify(entries) };
}

async function verify({ key, header, claims }: Login, over: Json = {}, env: TokenEnv = settingsWith()) {
  expect(wrongTokenSettings(env)).toEqual([]);
  const token = await craft(key, { header, claims: { ...claims, ...over } });
  return verifyAccessToken(token, tokenSettings(env), NOW);
}

describe.each(LOGINS)('a token of $name', (login) => {
  test('is a player with the settings of the documents, which are valid as they are written', async () => {
    expect(wrongTokenSettings({ TOKEN_ISSUERS: JSON.stringify([documented(login.name)]) })).toEqual([]);
    expect(await verify(login)).toEqual({ kind: 'actor', actor: { kind: 'player', id: login.id } });
  });

  test('is invalid where its issuer is not configured', async () => {
    const { key, header, claims } = login;
    const own = await makeKey('EdDSA', 'own');
    const simple = tokenSettings({
      JWKS: JSON.stringify({ keys: [key.jwk, own.jwk] }),
      TOKEN_ISSUER: ISSUER,
      TOKEN_AUDIENCE: 'onceward',
    });
    const token = await craft(key, { header, claims });
    expect((await verifyAccessToken(token, simple, NOW)).kind).toBe('invalid');
    expect((await verifyAccessToken(await tokenOf(own), simple, NOW)).kind).toBe('actor');
  });

  test('is invalid for another application, and signed with the key of another login', async () => {
    const audience = String(documented(login.name).audienceClaim ?? 'aud');
    for (const value of ['another-game', ['another-game'], undefined])
      expect(await verify(login, { [audience]: value })).toEqual({
        kind: 'invalid',
        why: 'token: for another audience',
      });
    const other = LOGINS.find(({ name }) => name !== login.name) as Login;
    const stolen = { ...login, key: other.key, header: { ...login.header, kid: other.key.jwk.kid } };
    expect(await verify(stolen)).toEqual({ kind: 'invalid', why: 'token: unknown key ID' });
  });

  test('makes no server and no staff member, whatever its claims say', async () => {
    const claim = { kind: 'staff', role: 'server', app_metadata: { onceward_kind: 'staff' } };
    expect(await verify(login, claim)).toMatchObject({ actor: { kind: 'player' } });
    // A claim of the kind alone does not let an issuer sign it.
    const env = settingsWith(login, { kind: ['app_metadata', 'onceward_kind'] });
    expect(await verify(login, claim, env)).toEqual({
      kind: 'invalid',
      why: 'token: its key may not sign for kind "staff"',
    });
  });

  test('has the kind of the configured claim, and is a player without it', async () => {
    const env = settingsWith(login, {
      kinds: ['player', 'staff'],
      kind: ['app_metadata', 'onceward_kind'],
    });
    const kindOf = async (app_metadata: unknown) => {
      const verified = await verify(login, { app_metadata }, env);
      return verified.kind === 'actor' ? verified.actor.kind : verified.kind;
    };
    expect(await kindOf({ onceward_kind: 'staff' })).toBe('staff');
    expect(await kindOf({ onceward_kind: 'player' })).toBe('player');
    expect(await kindOf({ onceward_kind: 'server' })).toBe('invalid');
    expect(await kindOf({ onceward_kind: ['staff'] })).toBe('invalid');
    for (const none of [undefined, null, {}, 'staff', ['staff']]) expect(await kindOf(none)).toBe('player');
  });
});

test('an issuer of staff alone needs no claim for that, and a kind that is configured must be there', async () => {
  expect(await verify(AUTH0, {}, settingsWith(AUTH0, { kinds: ['staff'] }))).toMatchObject({
    actor: { kind: 'staff' },
  });
  const strict = settingsWith(AUTH0, { kinds: ['staff'], kind: 'https://game.example/kind' });
  expect(await verify(AUTH0, { 'https://game.example/kind': 'staff' }, strict)).toMatchObject({
    actor: { kind: 'staff' },
  });
  expect(await verify(AUTH0, {}, strict)).toMatchObject({ kind: 'invalid' });
});

test('a key cannot sign more than its issuer may', async () => {
  const key = await makeKey('EdDSA', 'greedy', { 'onceward:kinds': ['player', 'server'] });
  const entry = { issuer: ISSUER, audience: 'onceward', jwks: { keys: [key.jwk] }, kind: 'kind' };
  const settings = tokenSettings({ TOKEN_ISSUERS: JSON.stringify([entry]) });
  const verified = await verifyAccessToken(await tokenOf(key, { kind: 'server' }), settings, NOW);
  expect(verified).toMatchObject({ kind: 'invalid', why: expect.stringContaining('may not sign') });
  expect((await verifyAccessToken(await tokenOf(key), settings, NOW)).kind).toBe('actor');
});

test('an ID token is no access token: of Auth0 and Cognito it has another audience', async () => {
  expect(await verify(AUTH0, { aud: 'my_client_id' })).toMatchObject({ kind: 'invalid' });
  const idToken = { aud: 'APP_CLIENT_ID', client_id: undefined, token_use: 'id' };
  expect(await verify(COGNITO, idToken)).toMatchObject({ kind: 'invalid' });
});

test('a token of another Firebase project, which has the same keys, is invalid', async () => {
  const other = { iss: 'https://securetoken.google.com/OTHER', aud: 'OTHER' };
  expect(await verify(FIREBASE, other)).toMatchObject({ kind: 'invalid' });
  expect(await verify(FIREBASE, { iss: other.iss })).toMatchObject({ kind: 'invalid' });
});

test('an Auth0 API with the RFC 9068 profile needs no setting for its type', async () => {
  const { types: _, jwksUrl: __, ...entry } = documented('Auth0');
  const env = { TOKEN_ISSUERS: JSON.stringify([{ ...entry, jwks: { keys: [auth0.jwk] } }]) };
  const profile = { ...AUTH0, header: { ...AUTH0.header, typ: 'at+jwt' } };
  expect((await verify(profile, { azp: undefined, client_id: 'my_client_id' }, env)).kind).toBe('actor');
  expect((await verify(AUTH0, {}, env)).kind).toBe('invalid');
});

test('a Clerk app without an origin is recognised by an audience of its own', async () => {
  const env = settingsWith(CLERK, { audienceClaim: 'aud', audience: ['onceward', 'second-app'] });
  expect((await verify(CLERK, { azp: undefined, aud: 'onceward' }, env)).kind).toBe('actor');
  expect((await verify(CLERK, { azp: undefined }, env)).kind).toBe('invalid');
});

test('the subject can be another claim, and the lifetime another bound', async () => {
  const env = settingsWith(COGNITO, { subject: 'username', maxLifetimeSeconds: 3_600 });
  expect(await verify(COGNITO, {}, env)).toMatchObject({ actor: { id: 'my-test-user' } });
  expect(await verify(COGNITO, { username: undefined }, env)).toMatchObject({ kind: 'invalid' });
  expect(await verify(COGNITO, { exp: NOW_SECONDS + 3_596 }, env)).toEqual({
    kind: 'invalid',
    why: 'token: valid for more than 3600 seconds',
  });
});

describe('attributes of players', () => {
  const env = settingsWith(SUPABASE, { attributes: { segment: ['app_metadata', 'segment'], plan: 'role' } });
  const attributesIn = async (app_metadata: unknown, over: Json = {}) => {
    const verified = await verify(SUPABASE, { app_metadata, ...over }, env);
    return verified.kind === 'actor' ? verified.actor.attributes : verified.kind;
  };

  test('are what the settings find in the token', async () => {
    expect(await attributesIn({ segment: 'vip' })).toEqual({ segment: 'vip', plan: 'authenticated' });
    expect(await attributesIn({ segment: 'vip' }, { role: undefined })).toEqual({ segment: 'vip' });
  });

  test.each([
    [['vip']],
    [7],
    [''],
    ['two words'],
    ['x'.repeat(65)],
    [{ a: 1 }],
    [null],
  ])('are not %j', async (segment) => {
    expect(await attributesIn({ segment })).toEqual({ plan: 'authenticated' });
  });

  test('are none without a setting for them', async () => {
    const verified = await verify(SUPABASE, { app_metadata: { segment: 'vip' } });
    expect(verified).toMatchObject({ kind: 'actor' });
    expect(verified.kind === 'actor' && 'attributes' in verified.actor).toBe(false);
  });

  test('are none of staff', async () => {
    const staff = settingsWith(AUTH0, { kinds: ['staff'], attributes: { segment: 'azp' } });
    const verified = await verify(AUTH0, {}, staff);
    expect(verified.kind === 'actor' && verified.actor.attributes).toBeUndefined();
  });
});
