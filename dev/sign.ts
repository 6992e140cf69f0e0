/**
 * Signs tokens and tickets for the local stack and the tests, as a login service and a game server do in production. It
 * uses WebCrypto and no files, so that tests inside workerd can sign too. The Worker does not import it.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

export const LOCAL_ISSUER = 'https://onceward.local/';
export const LOCAL_AUDIENCE = 'onceward';
/** What codes are hashed with. */
export const LOCAL_CODE_SECRET = 'for codes of the local stack and of tests';
/** What the IDs of erased players are hashed with. */
export const LOCAL_ERASURE_SECRET = 'for erasures of the local stack and of tests';
export const LOCAL_EVENTS_SECRET = 'for endpoints of the local stack and of tests';

/** Private JWKs, each with its `kid` and the token kinds that it may sign. Plain JSON, so it can be passed to test workers. */
export interface SigningKeys {
  readonly tokens: JWK;
  readonly tickets: JWK;
}

export interface TokenRequest {
  readonly kind: 'player' | 'server' | 'staff';
  readonly id: string;
  /** A negative value signs a token that has already expired. */
  readonly expiresInSeconds: number;
  /** What a game server may do with it, as docs/tokens.md describes it; also a malformed one. Left out: SERVER_SCOPE decides. */
  readonly scope?: unknown;
}

export interface TicketRequest {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
  readonly facts?: Readonly<Record<string, number | boolean | string>>;
  /** A negative value signs a ticket that has already expired. */
  readonly expiresInSeconds: number;
}

export interface Signer {
  /** The public key set, for the Worker's JWKS setting. */
  readonly jwks: string;
  signToken(request: TokenRequest): Promise<string>;
  signTicket(request: TicketRequest): Promise<string>;
}

async function createKey(kinds: readonly string[]): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { kty, crv, x, d } = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  return { kid, alg: 'EdDSA', use: 'sig', 'onceward:kinds': kinds, kty, crv, x, d } as JWK;
}

export async function createSigningKeys(): Promise<SigningKeys> {
  return { tokens: await createKey(['player', 'server', 'staff']), tickets: await createKey(['ticket']) };
}

function publicPart({ d: _private, ...jwk }: JWK): JWK {
  return jwk;
}

async function sign(jwk: JWK, typ: string, claims: Record<string, unknown>, expiresInSeconds: number) {
  const now = Math.floor(Date.now() / 1000);
  const expiresAt = now + expiresInSeconds;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ, kid: jwk.kid as string })
    .setIssuer(LOCAL_ISSUER)
    .setAudience(LOCAL_AUDIENCE)
    .setIssuedAt(expiresInSeconds > 0 ? now : expiresAt - 60)
    .setExpirationTime(expiresAt)
    .sign(await importJWK(jwk, 'EdDSA'));
}

export function createSigner(keys: SigningKeys): Signer {
  return {
    jwks: JSON.stringify({ keys: [publicPart(keys.tokens), publicPart(keys.tickets)] }),
    signToken: ({ kind, id, expiresInSeconds, scope }) =>
      sign(
        keys.tokens,
        'at+jwt',
        { sub: id, kind, ...(scope !== undefined && { 'onceward:scope': scope }) },
        expiresInSeconds,
      ),
    signTicket: ({ playerId, type, key, facts = {}, expiresInSeconds }) =>
      sign(keys.tickets, 'onceward-ticket+jwt', { sub: playerId, type, key, facts }, expiresInSeconds),
  };
}
