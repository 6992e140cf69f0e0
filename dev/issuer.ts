/**
 * A login of the local stack: OpenID Connect with an authorization code and PKCE, where one chooses a staff member instead of typing a
 * password. It is for this machine alone.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { generateKeyPair, SignJWT } from 'jose';
import type { Signer } from './sign.ts';
import { freePort } from './system.ts';

export interface LocalIssuer {
  /** The Worker's setting CONSOLE_SIGN_IN. */
  readonly setting: string;
  readonly issuer: string;
  stop(): Promise<void>;
}

interface IssuerOptions {
  readonly signer: Signer;
  /** Where the console is: the only place that a code is sent to. */
  readonly redirectUri: string;
  readonly staff: () => Promise<readonly { readonly id: string; readonly role: string }[]>;
}

interface Grant {
  readonly staffId: string;
  readonly challenge: string;
  readonly nonce: string;
}

const CLIENT_ID = 'onceward-console';
const TOKEN_SECONDS = 8 * 3_600;
const CORS = { 'access-control-allow-origin': '*' };

export async function startLocalIssuer(options: IssuerOptions): Promise<LocalIssuer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}/`;
  const { privateKey } = await generateKeyPair('EdDSA');
  const login: Login = { ...options, issuer, privateKey, grants: new Map() };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
    if (pathname === '/.well-known/openid-configuration')
      return send(response, 200, 'application/json', JSON.stringify(discovery(issuer)));
    if (pathname === '/authorize') return await authorize(login, searchParams, response);
    if (pathname === '/token' && request.method === 'POST')
      return await exchange(login, new URLSearchParams(await textOf(request)), response);
    send(response, 404, 'text/plain', 'Not found');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  // It alone keeps no process running.
  server.unref();
  return {
    issuer,
    setting: JSON.stringify({ issuer, clientId: CLIENT_ID }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface Login extends IssuerOptions {
  readonly issuer: string;
  readonly privateKey: CryptoKey;
  /** By code. */
  readonly grants: Map<string, Grant>;
}

const discovery = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}authorize`,
  token_endpoint: `${issuer}token`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  id_token_signing_alg_values_supported: ['EdDSA'],
  authorization_response_iss_parameter_supported: true,
});

/** The choice; with `as`, the way back to the console with a code. */
async function authorize(
  { issuer, redirectUri, staff, grants }: Login,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const isRight =
    query.get('client_id') === CLIENT_ID &&
    query.get('redirect_uri') === redirectUri &&
    query.get('response_type') === 'code' &&
    query.get('code_challenge_method') === 'S256';
  if (!isRight) return send(response, 400, 'text/plain', 'This is not a request of the console.');
  const members = await staff();
  const chosen = members.find(({ id }) => id === query.get('as'));
  if (!chosen) return send(response, 200, 'text/html; charset=utf-8', pageOf(members, query));
  const code = randomUUID();
  const [challenge = '', nonce = ''] = [query.get('code_challenge'), query.get('nonce')].map(String);
  grants.set(code, { staffId: chosen.id, challenge, nonce });
  const back = new URL(redirectUri);
  back.search = new URLSearchParams({ code, state: query.get('state') ?? '', iss: issuer }).toString();
  response.writeHead(302, { location: back.href }).end();
}

/** A code is good once, and for the one who has its verifier. */
async function exchange(
  { issuer, redirectUri, privateKey, signer, grants }: Login,
  body: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const code = body.get('code') ?? '';
  const grant = grants.get(code);
  grants.delete(code);
  const verifier = createHash('sha256')
    .update(body.get('code_verifier') ?? '')
    .digest('base64url');
  const isRight = grant?.challenge === verifier && body.get('redirect_uri') === redirectUri;
  if (!grant || !isRight) return send(response, 400, 'application/json', '{"error":"invalid_grant"}');
  const idToken = await new SignJWT({ nonce: grant.nonce })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer(issuer)
    .setAudience(CLIENT_ID)
    .setSubject(grant.staffId)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey);
  const token = await signer.signToken({ kind: 'staff', id: grant.staffId, expiresInSeconds: TOKEN_SECONDS });
  const answer = {
    access_token: token,
    token_type: 'Bearer',
    expires_in: TOKEN_SECONDS,
    id_token: idToken,
  };
  send(response, 200, 'application/json', JSON.stringify(answer));
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...CORS }).end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function pageOf(
  members: readonly { readonly id: string; readonly role: string }[],
  query: URLSearchParams,
): string {
  const links = members.map(({ id, role }) => {
    const link = new URLSearchParams([...query, ['as', id]]);
    return `<li><a href="/authorize?${escaped(link.toString())}">${escaped(id)}</a> (${escaped(role)})</li>`;
  });
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Local login</title>
<body style="font: 16px system-ui; margin: 3rem"><h1>Who are you?</h1><ul>${links.join('')}</ul></body></html>`;
}
