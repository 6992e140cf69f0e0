/** Makes tokens and tickets with any header and claims, signed with real keys. The Worker under test trusts their public parts. */
import { createHmac } from 'node:crypto';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../../dev/sign.ts';
import { base64url, makeKey, type TestKey } from '../../auth/support.ts';

export const [ed, es, rs, players, tickets, stranger, p384] = await Promise.all([
  makeKey('EdDSA', 'ed'),
  makeKey('ES256', 'es'),
  makeKey('RS256', 'rs'),
  makeKey('EdDSA', 'players', { 'onceward:kinds': ['player'] }),
  makeKey('EdDSA', 'tickets', { 'onceward:kinds': ['ticket'] }),
  makeKey('EdDSA', 'ed'),
  makeKey('ES384', 'p384'),
]);
const oct = { kty: 'oct', kid: 'oct', alg: 'HS256', k: base64url('a-shared-secret-of-32-characters') };

/** The keys that the Worker trusts, and two that it must not use: the symmetric one and the one of another curve. */
export const jwks = JSON.stringify({
  keys: [...[ed, es, rs, players, tickets, p384].map(({ jwk }) => jwk), oct],
});

export type Json = Record<string, unknown>;
type Part = Json | string | Uint8Array;
const bytesOf = (part: Part) =>
  part instanceof Uint8Array ? part : Buffer.from(typeof part === 'string' ? part : JSON.stringify(part));
export const encoded = (part: Part) => base64url(bytesOf(part));
export const now = () => Math.floor(Date.now() / 1000);

export async function sealed(key: TestKey, header: Part, payload: Part): Promise<string> {
  const input = `${encoded(header)}.${encoded(payload)}`;
  const signature = await crypto.subtle.sign(key.params, key.privateKey, Buffer.from(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
}

/** Accepted by a verifier that takes the algorithm from the token and the key as bytes. */
export function hmac(header: Json, payload: Json, secret: string | Uint8Array): string {
  const input = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: 'ed', ...header })}.${encoded(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

export async function pem({ jwk, params }: TestKey, hash?: string): Promise<string> {
  const algorithm = hash ? { ...(params as object), hash } : params;
  const key = await crypto.subtle.importKey('jwk', jwk as JsonWebKey, algorithm as { name: string }, true, [
    'verify',
  ]);
  const der = (await crypto.subtle.exportKey('spki', key)) as ArrayBuffer;
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

export const claimsOf = (sub: string, change: Json = {}): Json => ({
  iss: LOCAL_ISSUER,
  aud: LOCAL_AUDIENCE,
  sub,
  kind: 'player',
  iat: now() - 10,
  exp: now() + 600,
  ...change,
});
export const headerOf = (change: Json = {}): Json => ({ alg: 'EdDSA', typ: 'at+jwt', kid: 'ed', ...change });

export const goodToken = (sub: string) => sealed(ed, headerOf(), claimsOf(sub));
export const goodTicket = (sub: string, change: Json = {}, header: Json = {}, key = tickets) =>
  sealed(
    key,
    { alg: 'EdDSA', typ: 'onceward-ticket+jwt', kid: 'tickets', ...header },
    {
      ...claimsOf(sub),
      kind: undefined,
      type: 'ascension_victory',
      key: 'tower-1',
      facts: { floor: 3 },
      ...change,
    },
  );
