/**
 * Valid and invalid tokens and tickets of the simulated players, servers and staff. Valid ones are valid for at least half a day
 * in both directions, because the run moves the Worker's clock by as much.
 */
import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import {
  createSigner,
  createSigningKeys,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  type SigningKeys,
} from '../../dev/sign.ts';
import type { Actor, TicketFlaw, Token } from '../schedule/intent.ts';

const HOUR = 3_600;
/** A ticket's lifetime is at most 24 hours; the clock moves from 11 hours back to 12 hours ahead. */
const TICKET = { from: -11.3 * HOUR, to: 12.6 * HOUR };
const TOKEN = { from: -48 * HOUR, to: 48 * HOUR };
const EXPIRED = { from: -30 * HOUR, to: -13 * HOUR };

interface Key {
  readonly kid: string;
  readonly key: KeyObject;
}

export class Credentials {
  readonly jwks: string;
  readonly #tokens: Key;
  readonly #tickets: Key;
  readonly #unknownKey: Key;
  /** Authorization headers by actor and flaw. */
  readonly #headers = new Map<string, string>();

  private constructor(keys: SigningKeys, unknown: SigningKeys) {
    const key = (jwk: SigningKeys['tokens']): Key => ({
      kid: jwk.kid as string,
      key: createPrivateKey({ key: jwk as never, format: 'jwk' }),
    });
    this.jwks = createSigner(keys).jwks;
    this.#tokens = key(keys.tokens);
    this.#tickets = key(keys.tickets);
    this.#unknownKey = key(unknown.tokens);
  }

  static async create(): Promise<Credentials> {
    return new Credentials(await createSigningKeys(), await createSigningKeys());
  }

  /** The Authorization header; null: none is sent. */
  authorization({ kind, id }: Actor, flaw: Token = 'genuine', zone?: string): string | null {
    if (flaw === 'none') return null;
    const name = `${kind}/${id}/${flaw}/${zone}`;
    let header = this.#headers.get(name);
    if (!header) {
      header = `Bearer ${this.#token({ sub: id, kind, ...(zone !== undefined && { zone }) }, flaw)}`;
      this.#headers.set(name, header);
    }
    return header;
  }

  /** The ticket that a game server signs for a player. Each call signs it again, with another expiry and signature. */
  ticket(
    player: string,
    content: { type: string; key: string; facts: object },
    { expired, flaw }: { expired: boolean; flaw?: TicketFlaw | undefined },
  ): string {
    const sub = flaw === 'other_player' ? `${player}-other` : player;
    const claims = { sub, ...content, ...this.#issued(expired ? EXPIRED : TICKET) };
    const jws = signed(this.#tickets, 'onceward-ticket+jwt', claims);
    return flaw === 'forged' ? withChangedClaims(jws) : jws;
  }

  /** Forgets all tokens. The next seed has other players. */
  clear(): void {
    this.#headers.clear();
  }

  #token(claims: object, flaw: Token): string {
    const genuine = { ...claims, ...this.#issued(TOKEN) };
    const tokens = this.#tokens;
    switch (flaw) {
      case 'expired':
        return signed(tokens, 'at+jwt', { ...genuine, ...this.#issued(EXPIRED) });
      case 'forged':
        return withChangedClaims(signed(tokens, 'at+jwt', genuine));
      case 'unsigned':
        return `${encoded({ alg: 'none', typ: 'at+jwt' })}.${encoded(genuine)}.`;
      case 'symmetric': {
        const text = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: tokens.kid })}.${encoded(genuine)}`;
        return `${text}.${createHmac('sha256', this.jwks).update(text).digest('base64url')}`;
      }
      case 'other_audience':
        return signed(tokens, 'at+jwt', { ...genuine, aud: 'somebody-else' });
      case 'other_issuer':
        return signed(tokens, 'at+jwt', { ...genuine, iss: 'https://elsewhere.example/' });
      case 'other_type':
        return signed(tokens, 'JWT', genuine);
      case 'unknown_key':
        return signed(this.#unknownKey, 'at+jwt', genuine);
      default:
        return signed(tokens, 'at+jwt', genuine);
    }
  }

  #issued({ from, to }: { from: number; to: number }) {
    const now = Math.floor(Date.now() / 1_000);
    return { iss: LOCAL_ISSUER, aud: LOCAL_AUDIENCE, iat: Math.floor(now + from), exp: Math.floor(now + to) };
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signed({ kid, key }: Key, typ: string, claims: object): string {
  const text = `${encoded({ alg: 'EdDSA', typ, kid })}.${encoded(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

/** Changes the claims and keeps the signature. */
function withChangedClaims(jws: string): string {
  const [head = '', claims = '', signature = ''] = jws.split('.');
  const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), forged: true };
  return `${head}.${encoded(changed)}.${signature}`;
}
