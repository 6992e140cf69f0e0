/**
 * Signs tokens and tickets for the tests: keys of every accepted algorithm, and a signer for any header and claims,
 * including hostile ones. Keys and signatures are real (WebCrypto); the clock is a constant.
 */
import type { CryptoKey } from 'jose';
import { type KeySource, SIGNED_KINDS } from '../../src/auth/keys.ts';
import { type Issuer, type TokenEnv, type TokenSettings, tokenSettings } from '../../src/auth/settings.ts';

export const NOW = new Date('2026-11-02T12:00:00.000Z');
export const NOW_SECONDS = NOW.getTime() / 1000;
export const ISSUER = 'https://login.example.com/';
export const AUDIENCE = 'onceward';

export type Json = Record<string, unknown>;
type Params = Parameters<typeof crypto.subtle.sign>[0];

export interface TestKey {
  readonly jwk: Json & { kid: string };
  readonly privateKey: CryptoKey;
  readonly params: Params;
}

const rsa = (name: string, modulusLength: number) => ({
  name,
  modulusLength,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
});

const GENERATE = {
  EdDSA: [{ name: 'Ed25519' }, { name: 'Ed25519' }],
  ES256: [
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', hash: 'SHA-256' },
  ],
  RS256: [rsa('RSASSA-PKCS1-v1_5', 2048), { name: 'RSASSA-PKCS1-v1_5' }],
  PS256: [rsa('RSA-PSS', 2048), { name: 'RSA-PSS', saltLength: 32 }],
  ES384: [
    { name: 'ECDSA', namedCurve: 'P-384' },
    { name: 'ECDSA', hash: 'SHA-384' },
  ],
  'RS256-1024': [rsa('RSASSA-PKCS1-v1_5', 1024), { name: 'RSASSA-PKCS1-v1_5' }],
} as const;

/** It may sign everything, unless `members` say otherwise. */
export async function makeKey(alg: keyof typeof GENERATE, kid: string, members: Json = {}): Promise<TestKey> {
  const [generate, params] = GENERATE[alg];
  const pair = (await crypto.subtle.generateKey(generate as { name: string }, true, ['sign', 'verify'])) as {
    publicKey: CryptoKey;
    privateKey: CryptoKey;
  };
  const { key_ops: _, ext: __, ...jwk } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return {
    jwk: { ...jwk, alg: alg.slice(0, 5), kid, 'onceward:kinds': SIGNED_KINDS, ...members },
    privateKey: pair.privateKey,
    params: params as Params,
  };
}

export const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');

/** Signs any header and claims. `signature` replaces the real signature. */
export async function craft(
  key: TestKey,
  { header, claims, signature }: { header: Json; claims: Json | string; signature?: string },
): Promise<string> {
  const payload = typeof claims === 'string' ? claims : JSON.stringify(claims);
  const input = `${base64url(JSON.stringify(header))}.${base64url(payload)}`;
  if (signature !== undefined) return `${input}.${signature}`;
  const bytes = await crypto.subtle.sign(key.params, key.privateKey, Buffer.from(input));
  return `${input}.${base64url(new Uint8Array(bytes))}`;
}

export const GOOD_CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'alice',
  kind: 'player',
  iat: NOW_SECONDS - 10,
  exp: NOW_SECONDS + 3_600,
};

export function tokenOf(key: TestKey, claims: Json = {}, header: Json = {}): Promise<string> {
  return craft(key, {
    header: { alg: key.jwk.alg, typ: 'at+jwt', kid: key.jwk.kid, ...header },
    claims: { ...GOOD_CLAIMS, ...claims },
  });
}

export const GOOD_TICKET = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'alice',
  type: 'ascension_victory',
  key: 'tower-1',
  facts: { floor: 12 },
  iat: NOW_SECONDS - 10,
  exp: NOW_SECONDS + 900,
};

export function ticketOf(key: TestKey, claims: Json = {}, header: Json = {}): Promise<string> {
  return craft(key, {
    header: { alg: key.jwk.alg, typ: 'onceward-ticket+jwt', kid: key.jwk.kid, ...header },
    claims: { ...GOOD_TICKET, ...claims },
  });
}

/** The simple settings, with keys of their own. */
export function settingsOf(keys: KeySource | Json[], env: Partial<TokenEnv> = {}): TokenSettings {
  const JWKS = JSON.stringify({ keys: Array.isArray(keys) ? keys : [] });
  const settings = tokenSettings({ JWKS, TOKEN_ISSUER: ISSUER, TOKEN_AUDIENCE: AUDIENCE, ...env });
  if (Array.isArray(keys)) return settings;
  return { ...settings, issuers: [{ ...(settings.issuers[0] as Issuer), keys }] };
}

export const secondsLater = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
