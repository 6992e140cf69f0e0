/**
 * Serves the example game at /play of the local stack, and passes every other request to the Worker. It also plays the login service and
 * the game server of that game: it hands out tokens for any player, so it listens on this machine alone and is never deployed.
 */
import { readFile } from 'node:fs/promises';
import {
  Agent,
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { extname, join } from 'node:path';
import type { Move } from '../examples/tower/server/duel.ts';
import { TowerServer } from '../examples/tower/server/tower-server.ts';
import { createClient } from '../packages/client/src/client.ts';
import { createSigner, type Signer, serverToken } from '../packages/server/src/sign.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER, type SigningKeys } from './sign.ts';

const ROOT = join(import.meta.dirname, '..');
const BUILT = join(ROOT, 'dist/play');
const TOKEN_SECONDS = 3_600;
const MAX_BODY_BYTES = 4_096;
const PLAYER = /^[a-z0-9][a-z0-9_-]{0,31}$/;

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PlayOptions {
  readonly port: number;
  /** Of the Worker, without a trailing slash. */
  readonly workerUrl: string;
  readonly keys: SigningKeys;
  /** Keeps the floors of the players. */
  readonly dir: string;
  readonly log: (line: string) => void;
}

export interface PlayServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startPlay({ port, workerUrl, keys, dir, log }: PlayOptions): Promise<PlayServer> {
  await buildGame();
  const names = { issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE };
  const tokens = await createSigner({ key: keys.tokens, ...names });
  const tower = await TowerServer.open({
    client: createClient({ url: `${workerUrl}/graphql`, token: serverToken(tokens, 'tower-1') }),
    signer: await createSigner({ key: keys.tickets, ...names }),
    file: join(dir, 'tower.json'),
    onFault: (message) => log(`The game server of /play: ${message}`),
  });
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/play') return redirect(response, '/play/');
    if (pathname.startsWith('/play/api/'))
      return void serveGame(request, response, { tower, tokens, pathname });
    if (pathname.startsWith('/play/')) return void serveFile(response, pathname.slice('/play/'.length));
    return passOn(request, response, { workerUrl, agent });
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The game is small: building it takes less time than finding out whether it has changed. */
async function buildGame(): Promise<void> {
  const { build } = await import('vite');
  await build({ root: join(ROOT, 'examples/tower'), logLevel: 'warn' });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

interface Game {
  readonly tower: TowerServer;
  readonly tokens: Signer;
  readonly pathname: string;
}

async function serveGame(request: IncomingMessage, response: ServerResponse, game: Game): Promise<void> {
  try {
    if (!isFromThisPage(request)) return send(response, 403, { error: 'Only the page under /play may ask' });
    const body = await readBody(request);
    const { player } = body;
    if (typeof player !== 'string' || !PLAYER.test(player))
      return send(response, 400, { error: 'A player is 1 to 32 characters of a–z 0–9 _ -' });
    const answer = await answerGame(game, player, body);
    return answer ? send(response, 200, answer) : send(response, 404, { error: 'Not found' });
  } catch (error) {
    return send(response, 400, { error: (error as Error).message });
  }
}

async function answerGame({ tower, tokens, pathname }: Game, player: string, body: Record<string, unknown>) {
  switch (pathname.slice('/play/api/'.length)) {
    case 'token':
      return { token: await tokens.token({ kind: 'player', id: player, expiresInSeconds: TOKEN_SECONDS }) };
    case 'tower':
      return tower.visit(player);
    case 'duel':
      return tower.begin(player);
    case 'round':
      return tower.play(player, body.move as Move, Number(body.seen));
    case 'train':
      return tower.train(player);
    case 'taken':
      return tower.taken(player, String(body.duel));
    default:
      return null;
  }
}

/** Another site must not get tokens from this machine, neither directly nor through a name that points to it. */
function isFromThisPage({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    headers['content-type'] === 'application/json' &&
    /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '') &&
    headers.origin === `http://${headers.host}`
  );
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('The request is too long');
    chunks.push(chunk);
  }
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
  if (typeof body !== 'object' || body === null) throw new Error('The request is not an object');
  return body as Record<string, unknown>;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function redirect(response: ServerResponse, to: string): void {
  response.writeHead(302, { location: to }).end();
}

async function serveFile(response: ServerResponse, path: string): Promise<void> {
  const name = path === '' ? 'index.html' : path;
  const type = TYPES[extname(name)];
  // Names of built files. Nothing else is served, whatever the path.
  if (!type || !/^(assets\/)?[\w.-]+$/.test(name)) return send(response, 404, { error: 'Not found' });
  const file = await readFile(join(BUILT, name)).catch(() => null);
  if (!file) return send(response, 404, { error: 'Not found' });
  response.writeHead(200, { ...HEADERS, 'content-type': type }).end(file);
}

function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  { workerUrl, agent }: { readonly workerUrl: string; readonly agent: Agent },
): void {
  const { method, headers, url } = request;
  const upstream = forward(new URL(url ?? '/', workerUrl), { method, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  upstream.once('error', () => {
    if (response.headersSent) response.destroy();
    else send(response, 502, { error: 'The Worker does not answer' });
  });
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}
