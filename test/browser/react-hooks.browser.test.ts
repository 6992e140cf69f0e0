// The React hooks in a real browser, over the whole service: a small app that shows an inbox and collects it through a lost reply.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../tools/check/step.ts';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { browserTarget } from './target.ts';

const APP = `
import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient, memoryStore, openOutbox } from '@onceward/client';
import { useInbox, useOutbox } from '@onceward/client/react';

const { url, token, player } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const client = createClient({ url, token: () => token });
const outbox = openOutbox({ client, player, store: memoryStore(), onOutcome: () => {} });

function App() {
  const inbox = useInbox(client, outbox);
  const { intents } = useOutbox(outbox);
  return h('main', {},
    h('p', { id: 'state' }, inbox.error ? 'error: ' + inbox.error.message : inbox.isLoading ? 'loading' : 'loaded'),
    h('p', { id: 'outbox' }, intents.length + (inbox.isCollecting ? ' collecting' : ' idle')),
    h('ul', {}, (inbox.rewards ?? []).map(({ id, title, readAt }) => h('li', { key: id }, title, readAt ? ', read' : ''))),
    h('button', { id: 'read', onClick: () => inbox.markAsRead('all') }, 'Read'),
    h('button', { id: 'collect', onClick: () => inbox.collect(inbox.rewards ?? []) }, 'Collect'),
  );
}

createRoot(document.getElementById('root')).render(h(App));
`;
const skipped = reasonToSkip();

describe.skipIf(skipped !== null)('the React hooks', () => {
  let browser: Browser;
  let server: Server;
  let dir: string;
  beforeAll(async () => {
    browser = await launchChromium();
    dir = await mkdtemp(join(tmpdir(), 'onceward-hooks-'));
    await writeFile(join(dir, 'app.js'), APP);
    const client = join(ROOT, 'packages/client/src');
    const modules = (name: string) => join(ROOT, 'node_modules', name);
    await build({
      root: dir,
      logLevel: 'warn',
      define: { 'process.env.NODE_ENV': '"production"' },
      resolve: {
        alias: [
          { find: '@onceward/client/react', replacement: join(client, 'react.ts') },
          { find: '@onceward/client', replacement: join(client, 'index.ts') },
          { find: /^react$/, replacement: modules('react') },
          { find: 'react-dom/client', replacement: modules('react-dom/client.js') },
        ],
      },
      build: { outDir: 'out', lib: { entry: 'app.js', formats: ['es'], fileName: () => 'app.js' } },
    });
    const script = await readFile(join(dir, 'out/app.js'));
    server = createServer(({ url }, response) => {
      const isScript = url === '/app.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<div id="root"></div><script type="module" src="/app.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await rm(dir, { recursive: true, force: true });
  });

  test('useInbox shows what is pending, marks it as read, and reads again once it was collected through a lost reply', async () => {
    const { adminUrl } = browserTarget();
    const player = 'hooks';
    // The game server of the example gives each new player a reward.
    const ask = async (path: string) => {
      const headers = { 'content-type': 'application/json', origin: adminUrl };
      const response = await fetch(`${adminUrl}/play/api/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ player }),
      });
      return (await response.json()) as { token: string };
    };
    await ask('tower');
    const { token } = await ask('token');
    const page = await (await browser.newContext()).newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    let collects = 0;
    await page.route(`${adminUrl}/graphql`, async (route) => {
      const isCollect = route.request().postData()?.includes('collectRewards') ?? false;
      if (isCollect) collects += 1;
      if (!isCollect || collects > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    const { port } = server.address() as AddressInfo;
    const settings = new URLSearchParams({ url: `${adminUrl}/graphql`, token, player });
    await page.goto(`http://127.0.0.1:${port}/#${settings}`);

    await page.getByText('A gift from the keeper').waitFor();
    await page.locator('#read').click();
    await page.getByText('A gift from the keeper, read').waitFor();
    await page.locator('#collect').click();
    await page.getByText('1 collecting').waitFor();
    await page.getByText('0 idle').waitFor();
    await expect.poll(() => page.locator('li').count()).toBe(0);
    expect(await page.locator('#state').textContent()).toBe('loaded');
    expect(collects).toBe(2);
    expect(errors).toEqual([]);
  });
});
