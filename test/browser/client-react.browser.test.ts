// The React hooks of the client in a real browser, against a running Worker.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleForBrowser } from '../../simulation/outbox/bundle.ts';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { browserTarget } from './target.ts';

const PATIENCE = { timeout: 30_000 };

describe.skipIf(reasonToSkip() !== null)('the React hooks of the client', () => {
  let browser: Browser;
  let script = '';
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    script = await bundleForBrowser(new URL('react-in-page.ts', import.meta.url).pathname);
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    const { adminUrl, outboxPlayers } = browserTarget();
    const player = outboxPlayers.at(-1);
    context = await browser.newContext();
    page = await context.newPage();
    const settings = JSON.stringify({ player: player?.id, token: player?.token });
    const body = `<body><script>Object.assign(globalThis, ${settings});</script><script src="/shop.js"></script>`;
    await page.route('**/shop', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.route('**/shop.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: script }),
    );
    await page.goto(`${adminUrl}/shop`);
  });
  afterEach(() => context.close());

  const text = (id: string) => page.locator(`#${id}`).innerText();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const offline = () => page.route('**/graphql', (route) => route.abort());
  const online = () => page.unroute('**/graphql');

  test('draw the outbox again with each change', async () => {
    await expect.poll(() => text('outbox'), PATIENCE).toBe('idle, 0 waiting');
    await offline();
    await press('claim');
    await expect.poll(() => text('outbox'), PATIENCE).toBe('retrying, 1 waiting');
    await online();
    await press('wake');
    await expect.poll(() => text('outbox'), PATIENCE).toBe('idle, 0 waiting');
  });

  test('load a query again for other variables and on reload, and keep what they have where that fails', async () => {
    await expect.poll(() => text('query'), PATIENCE).toBe('loaded');
    expect((await text('offers')).split(' ')).toContain('starter_pack');
    await press('summons');
    await expect.poll(async () => (await text('offers')).split(' '), PATIENCE).toContain('multi_summon');
    const shown = await text('offers');
    expect(shown.split(' ')).not.toContain('starter_pack');
    await offline();
    await press('reload');
    await expect.poll(() => text('query'), PATIENCE).toMatch(/^Onceward did not answer/);
    expect(await text('offers')).toBe(shown);
    await online();
    await press('reload');
    await expect.poll(() => text('query'), PATIENCE).toBe('loaded');
    expect(await text('offers')).toBe(shown);
  });
});
