/**
 * Builds the settings for verifying tokens and tickets from the Worker's variables, once per isolate. A missing or
 * wrong variable makes every verification `unavailable`; it never makes verification more lenient.
 */
import type { ActorKind } from '../domain/actor.ts';
import { NOTHING, type ServerScope, scopeOfSetting } from '../domain/server-scope.ts';
import { PATTERNS } from '../domain/values.ts';
import { inlineKeys, isKeysUrl, type KeySource, remoteKeys, SIGNED_KINDS, type SignedKind } from './keys.ts';
import { VerifiedTokenCache } from './verified-token-cache.ts';

/** The part of Env (src/env.ts) that verification reads, declared here so that it also compiles outside a Worker. */
export interface TokenEnv {
  readonly JWKS?: string;
  readonly JWKS_URL?: string;
  readonly TOKEN_ISSUER?: string;
  readonly TOKEN_AUDIENCE?: string;
  readonly TOKEN_ISSUERS?: string;
  readonly CLOCK_LEEWAY_SECONDS?: string;
  readonly SERVER_SCOPE?: string;
}

/** The names that lead to a value in the claims: `['app_metadata', 'kind']`. */
export type ClaimPath = readonly string[];

/** Who signs tokens or tickets, and how they are read. docs/tokens.md describes each member. */
export interface Issuer {
  readonly issuer: string;
  /** `audienceClaim` must be or contain one of these. */
  readonly audiences: readonly string[];
  readonly audienceClaim: string;
  /** The accepted `typ` of access tokens; null: none. */
  readonly types: readonly (string | null)[];
  readonly subject: ClaimPath;
  /** Where the kind is; null: every access token is of the kind `otherwise`. */
  readonly kind: ClaimPath | null;
  /** The kind of a token whose claims do not name one; null: it is refused. */
  readonly otherwise: ActorKind | null;
  /** Where what a player's token says of them is, by the name that the balance config uses. */
  readonly attributes: Readonly<Record<string, ClaimPath>>;
  readonly maxLifetimeSeconds: number;
  readonly keys: KeySource;
}

export interface TokenSettings {
  /** None: the variables are wrong. */
  readonly issuers: readonly Issuer[];
  readonly leewaySeconds: number;
  /** Of the tokens of game servers that have no scope of their own. */
  readonly serverScope: ServerScope;
  readonly verifiedTokens: VerifiedTokenCache;
}

const DEFAULT_LEEWAY_SECONDS = 60;
const MAX_LEEWAY_SECONDS = 300;
const DEFAULT_LIFETIME_SECONDS = 7 * 86_400;
const MAX_LIFETIME_SECONDS = 30 * 86_400;
const MAX_ISSUERS = 16;
const MAX_ATTRIBUTES = 8;
export const TICKET_TYPE = 'onceward-ticket+jwt';

/** Claims that hold what users write about themselves: they identify nobody and grant nothing. */
const EDITABLE = [
  /(user|unsafe)[_-]?meta[_-]?data|^custom:/i,
  /^(name|(given|family|middle)_name|nickname|preferred_username|email|phone_number)$/i,
  /^(profile|picture|website|gender|birthdate|zoneinfo|locale|address)$/i,
];

type Test = (value: unknown) => boolean;
const isText: Test = (value) => typeof value === 'string' && value.length >= 1 && value.length <= 512;
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= 16 && value.every(test);
const isTexts: Test = (value) => listOf(isText)([value].flat());
const isPath: Test = (value) =>
  isTexts(value) && ![value].flat().some((name) => EDITABLE.some((pattern) => pattern.test(name as string)));
const PATH = 'the name of a claim, or its path as a list; none that users can edit';
const isAttributes: Test = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length <= MAX_ATTRIBUTES &&
  Object.entries(value).every(([name, path]) => PATTERNS.factName.expression.test(name) && isPath(path));

/** The members of an issuer in TOKEN_ISSUERS, and what they must be. */
const MEMBERS: Readonly<Record<string, readonly [Test, string]>> = {
  issuer: [isText, 'a text'],
  audience: [isTexts, 'a text or a list of texts'],
  audienceClaim: [(value) => ['aud', 'client_id', 'azp'].includes(value as string), 'aud, client_id or azp'],
  types: [
    listOf((value) => value === null || (isText(value) && typeOf(value) !== TICKET_TYPE)),
    'a list of types other than that of tickets; null: none',
  ],
  subject: [isPath, PATH],
  kind: [isPath, PATH],
  attributes: [isAttributes, `up to ${MAX_ATTRIBUTES} names, each with ${PATH}`],
  kinds: [listOf((value) => SIGNED_KINDS.includes(value as never)), `a list of ${SIGNED_KINDS.join(', ')}`],
  jwks: [(value) => Array.isArray((value as { keys?: unknown } | null)?.keys), 'a JSON Web Key Set'],
  jwksUrl: [(value) => isText(value) && isKeysUrl(value as string), 'an https URL without credentials'],
  maxLifetimeSeconds: [isWithin(1, MAX_LIFETIME_SECONDS), `1 to ${MAX_LIFETIME_SECONDS}`],
};

/** An entry of TOKEN_ISSUERS in which every member passed its test. */
interface Entry {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  readonly audienceClaim?: string;
  readonly types?: readonly (string | null)[];
  readonly subject?: string | ClaimPath;
  readonly kind?: string | ClaimPath;
  readonly attributes?: Readonly<Record<string, string | ClaimPath>>;
  readonly kinds?: readonly SignedKind[];
  readonly jwks?: object;
  readonly jwksUrl?: string;
  readonly maxLifetimeSeconds?: number;
}

function isWithin(least: number, most: number): Test {
  return (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Media types are case-insensitive, and `application/` may be left out (RFC 7515, 4.1.9). */
export function typeOf(typ: unknown): unknown {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : (typ ?? null);
}

/** What is missing or wrong, by the name of the setting. No value is shown: /health is public. */
export function wrongTokenSettings(env: TokenEnv): string[] {
  const leeway = leewayOf(env);
  return [
    ...(usesSimpleSettings(env) ? wrongSimpleSettings(env) : []),
    ...(env.TOKEN_ISSUERS ? wrongEntries(env.TOKEN_ISSUERS, env.TOKEN_ISSUER) : []),
    ...(isWithin(0, MAX_LEEWAY_SECONDS)(leeway) ? [] : [`CLOCK_LEEWAY_SECONDS (0 to ${MAX_LEEWAY_SECONDS})`]),
    ...(scopeOfSetting(env.SERVER_SCOPE) ? [] : ['SERVER_SCOPE (all, none, or a scope as JSON)']),
  ];
}

const leewayOf = (env: TokenEnv) => Number(env.CLOCK_LEEWAY_SECONDS || DEFAULT_LEEWAY_SECONDS);

/** Both may be used: a hosted login signs for players, and keys of your own for servers, staff and tickets. */
function usesSimpleSettings({
  TOKEN_ISSUERS,
  TOKEN_ISSUER,
  TOKEN_AUDIENCE,
  JWKS,
  JWKS_URL,
}: TokenEnv): boolean {
  return !TOKEN_ISSUERS || Boolean(TOKEN_ISSUER || TOKEN_AUDIENCE || JWKS || JWKS_URL);
}

function wrongSimpleSettings(env: TokenEnv): string[] {
  const missing = (['TOKEN_ISSUER', 'TOKEN_AUDIENCE'] as const).filter((name) => !env[name]);
  if (env.JWKS) return missing;
  if (!env.JWKS_URL) return [...missing, 'JWKS or JWKS_URL'];
  return isKeysUrl(env.JWKS_URL) ? missing : [...missing, 'JWKS_URL (an https URL without credentials)'];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wrongEntries(text: string, simpleIssuer: string | undefined): string[] {
  const entries = parsed(text);
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > MAX_ISSUERS)
    return [`TOKEN_ISSUERS (a JSON list of 1 to ${MAX_ISSUERS} issuers)`];
  const issuers = new Set([simpleIssuer]);
  return entries.flatMap((entry, index) => {
    const place = `TOKEN_ISSUERS[${index}]`;
    const wrong = wrongMember(entry);
    if (wrong) return [place + wrong];
    if (issuers.has(entry.issuer)) return [`${place}.issuer (named twice)`];
    issuers.add(entry.issuer);
    return [];
  });
}

/** The first one; null: the entry is an `Entry`. */
function wrongMember(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return ' (an object)';
  for (const [name, value] of Object.entries(entry)) {
    if (!Object.hasOwn(MEMBERS, name)) return ` (its members are ${Object.keys(MEMBERS).join(', ')})`;
    const [test, expected] = MEMBERS[name] as readonly [Test, string];
    if (!test(value)) return `.${name} (${expected})`;
  }
  const { issuer, audience, jwks, jwksUrl, kinds = [], kind } = entry as Partial<Entry>;
  if (!issuer) return '.issuer (required)';
  if (!audience) return '.audience (required)';
  if (!jwks === !jwksUrl) return ' (either jwks or jwksUrl)';
  return actorKinds(kinds).length > 1 && !kind ? '.kind (required with several kinds)' : null;
}

const actorKinds = (kinds: readonly SignedKind[]) => kinds.filter((kind) => kind !== 'ticket');

function issuerOf(entry: Entry): Issuer {
  const { issuer, audience, audienceClaim = 'aud', types = ['at+jwt'], subject = 'sub', kind, jwks } = entry;
  const { kinds = ['player'], maxLifetimeSeconds = DEFAULT_LIFETIME_SECONDS, attributes = {} } = entry;
  const [first = null, ...others] = actorKinds(kinds);
  return {
    issuer,
    audiences: [audience].flat(),
    audienceClaim,
    types: types.map((typ) => typeOf(typ) as string | null),
    subject: [subject].flat(),
    kind: kind === undefined ? null : [kind].flat(),
    // With a claim for it, only the least of the kinds goes without saying.
    otherwise: kind === undefined && others.length === 0 ? first : kinds.includes('player') ? 'player' : null,
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, path]) => [name, [path].flat()])),
    maxLifetimeSeconds,
    keys: jwks ? inlineKeys(JSON.stringify(jwks), kinds) : remoteKeys(entry.jwksUrl as string, { kinds }),
  };
}

/** The inline JWKS takes precedence over the URL: somebody set it on purpose, and the local stack uses it. */
function simpleIssuerOf({ TOKEN_ISSUER, TOKEN_AUDIENCE, JWKS, JWKS_URL }: TokenEnv): Issuer {
  return {
    issuer: TOKEN_ISSUER as string,
    audiences: [TOKEN_AUDIENCE as string],
    audienceClaim: 'aud',
    types: ['at+jwt'],
    subject: ['sub'],
    kind: ['kind'],
    otherwise: null,
    attributes: {},
    maxLifetimeSeconds: DEFAULT_LIFETIME_SECONDS,
    keys: JWKS ? inlineKeys(JWKS) : remoteKeys(JWKS_URL as string),
  };
}

export function tokenSettings(env: TokenEnv): TokenSettings {
  const isRight = wrongTokenSettings(env).length === 0;
  const entries = isRight && env.TOKEN_ISSUERS ? (parsed(env.TOKEN_ISSUERS) as Entry[]) : [];
  const simple = isRight && usesSimpleSettings(env) ? [simpleIssuerOf(env)] : [];
  return {
    issuers: [...simple, ...entries.map(issuerOf)],
    leewaySeconds: leewayOf(env),
    serverScope: scopeOfSetting(env.SERVER_SCOPE) ?? NOTHING,
    verifiedTokens: new VerifiedTokenCache(),
  };
}
