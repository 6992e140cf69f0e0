/** Signs what Onceward verifies: tickets, which prove that a player earned a claim, and access tokens. */
import { importJWK, type JWK, SignJWT } from 'jose';

export interface SignerOptions {
  /** The private key, an Ed25519 JWK with its `kid`. Its public part is in Onceward's key set. */
  readonly key: JWK;
  /** Onceward's TOKEN_ISSUER. */
  readonly issuer: string;
  /** Onceward's TOKEN_AUDIENCE. */
  readonly audience: string;
}

export interface TicketRequest {
  readonly playerId: string;
  /** A claim type of the balance config whose proof is a ticket. */
  readonly type: string;
  /** Identifies what is paid for, such as the match: it is paid once per player and type. */
  readonly key: string;
  /** The values that the reward formulas use. */
  readonly facts?: Readonly<Record<string, number | boolean | string>>;
  /** 1 to 86,400; 900 unless set. */
  readonly expiresInSeconds?: number;
}

/** What a game server may do with a token. What is left out is not narrowed; an empty scope is refused. */
export interface ServerScope {
  /** The mutations and queries that it may call, such as `claimReward`. */
  readonly operations?: readonly string[];
  /** The claim types that it may record, announce and reverse, as in `Claim.type`. */
  readonly claimTypes?: readonly string[];
  /** The most of a resource that one operation asks for, in units. */
  readonly largestAmount?: number;
}

export interface TokenRequest {
  readonly kind: 'player' | 'server' | 'staff';
  /** The player, server or staff member. */
  readonly id: string;
  /** Of a server. Left out: Onceward's SERVER_SCOPE decides. */
  readonly scope?: ServerScope;
  /** 3,600 unless set. */
  readonly expiresInSeconds?: number;
}

export interface Signer {
  ticket(request: TicketRequest): Promise<string>;
  token(request: TokenRequest): Promise<string>;
}

const TICKET_SECONDS = 900;
const MAX_TICKET_SECONDS = 86_400;
const TOKEN_SECONDS = 3_600;

/** Rejects a key of another kind, and one without its private part. */
export async function createSigner({ key, issuer, audience }: SignerOptions): Promise<Signer> {
  if (key.kty !== 'OKP' || key.crv !== 'Ed25519' || !key.d || !key.kid)
    throw new TypeError('The key must be a private Ed25519 JWK with a kid');
  const { kid } = key;
  const imported = await importJWK(key, 'EdDSA');
  const sign = (typ: string, claims: Record<string, unknown>, seconds: number) => {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ, kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .sign(imported);
  };
  return {
    async ticket({ playerId, type, key: claimKey, facts = {}, expiresInSeconds = TICKET_SECONDS }) {
      if (!(expiresInSeconds >= 1 && expiresInSeconds <= MAX_TICKET_SECONDS))
        throw new RangeError(`A ticket is valid for 1 to ${MAX_TICKET_SECONDS} seconds`);
      return sign('onceward-ticket+jwt', { sub: playerId, type, key: claimKey, facts }, expiresInSeconds);
    },
    async token({ kind, id, scope, expiresInSeconds = TOKEN_SECONDS }) {
      if (scope && kind !== 'server') throw new TypeError('Only the token of a server has a scope');
      if (scope && Object.keys(scope).length === 0)
        throw new TypeError('A scope says something: operations, claimTypes or largestAmount');
      const claims = { sub: id, kind, ...(scope && { 'onceward:scope': scope }) };
      return sign('at+jwt', claims, expiresInSeconds);
    },
  };
}

/** A server's own token, signed again when less than a tenth of its time is left. Pass it to `createClient` as `token`. */
export function serverToken(
  signer: Signer,
  id: string,
  scope?: ServerScope,
): (refresh: boolean) => Promise<string> {
  let current: { readonly token: Promise<string>; readonly until: number } | null = null;
  return (refresh) => {
    if (refresh || !current || Date.now() > current.until)
      current = {
        token: signer.token({ kind: 'server', id, ...(scope && { scope }) }),
        until: Date.now() + TOKEN_SECONDS * 900,
      };
    return current.token;
  };
}
