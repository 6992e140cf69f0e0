/** The game's own server: it serves the page, and keeps the outcomes that the page has handled. */

import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type AppSettings, type Handled, outcomesFile } from '../app.ts';
import { bundleForBrowser } from '../bundle.ts';

interface Game {
  readonly settings: AppSettings;
  readonly file: Promise<FileHandle>;
  readonly handled: Set<string>;
}

export class PageServer {
  readonly #server: Server;
  readonly #games = new Map<string, Game>();

  private constructor(script: string) {
    this.#server = createServer((request, response) => {
      this.#answer(request, script).then(
        ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
        (error) => response.writeHead(500).end(String(error)),
      );
    });
  }

  static async start(): Promise<PageServer> {
    const server = new PageServer(await bundleForBrowser(join(import.meta.dirname, 'page.ts')));
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** The address of a player's page. */
  add(settings: AppSettings): string {
    const file = open(outcomesFile(settings.folder), 'a');
    this.#games.set(settings.player, { settings, file, handled: new Set() });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/play/${settings.player}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    for (const { file } of this.#games.values()) await (await file).close();
  }

  async #answer(request: IncomingMessage, script: string): Promise<{ type: string; body: string }> {
    const [, kind, player = '', last = ''] = (request.url ?? '').split('/');
    if (kind === 'page.js') return { type: 'text/javascript', body: script };
    if (kind === 'favicon.ico') return { type: 'image/x-icon', body: '' };
    const game = this.#games.get(player);
    if (!game) throw new Error(`There is no player "${player}".`);
    if (kind === 'play') return { type: 'text/html', body: pageOf(game.settings, Number(last)) };
    if (request.method === 'POST') await keep(game, JSON.parse(await textOf(request)));
    return { type: 'application/json', body: JSON.stringify(game.handled.has(last)) };
  }
}

async function keep({ file, handled }: Game, outcome: Handled): Promise<void> {
  const handle = await file;
  await handle.write(`${JSON.stringify(outcome)}\n`);
  await handle.sync();
  handled.add(outcome.name);
}

function pageOf(settings: AppSettings, load: number): string {
  return `<!doctype html><title>Game</title>
<script>Object.assign(globalThis, ${JSON.stringify({ settings, load })});</script>
<script type="module" src="/page.js"></script>`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}
