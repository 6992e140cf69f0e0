// The outbox with IndexedDB in a real browser, against a running Worker: what it does where the browser, the clock or the sign-in
// fails. `npm run prove:clients -- --client browser` kills its tabs.
import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleForBrowser } from '../../simulation/outbox/bundle.ts';
import { intent, itKeepsThePromisesOfStores } from '../client/store-contract.ts';
import { launchChromium, reasonToSkip } from './chromium.ts';
import type { OutboxInPage } from './outbox-in-page.ts';
import { browserTarget, type OutboxPlayer } from './target.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PATIENCE = { timeout: 30_000 };
declare const inPage: OutboxInPage;

describe.skipIf(reasonToSkip() !== null)('the outbox in a browser', () => {
  let browser: Browser;
  let script = '';
  let context: BrowserContext;
  let page: Page;
  /** Of each test another one. */
  let player: OutboxPlayer;
  let tests = 0;
  /** The keys of the requests that reached the network. */
  let requested: string[] = [];

  beforeAll(async () => {
    script = await bundleForBrowser(new URL('outbox-in-page.ts', import.meta.url).pathname);
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    context = await browser.newContext();
    requested = [];
    const { outboxPlayers } = browserTarget();
    player = outboxPlayers[tests % outboxPlayers.length] as OutboxPlayer;
    tests += 1;
    await context.route('**/outbox', (route) =>
      fulfill(route, 'text/html', '<script src="/outbox.js"></script>'),
    );
    await context.route('**/outbox.js', (route) => fulfill(route, 'text/javascript', script));
    await online();
    page = await newTab();
  });
  afterEach(() => context.close());

  const fulfill = (route: Route, contentType: string, body: string) => route.fulfill({ contentType, body });

  async function network(answer: (route: Route) => Promise<void>): Promise<void> {
    await context.unroute('**/graphql');
    await context.route('**/graphql', async (route) => {
      requested.push(route.request().postDataJSON().variables.input.idempotencyKey);
      await answer(route);
    });
  }
  const offline = () => network((route) => route.abort());
  const online = () => network((route) => route.continue());

  async function newTab(): Promise<Page> {
    const tab = await context.newPage();
    await tab.goto(`${browserTarget().adminUrl}/outbox`);
    return tab;
  }

  /** Opens the player's outbox in a tab. */
  const start = (tab: Page, tokens: readonly string[] = [player.token]) =>
    tab.evaluate((settings) => inPage.start(settings), { player: player.id, tokens });
  const claim = (tab: Page, name?: string) => tab.evaluate((given) => inPage.claim(given), name);
  const settled = (tab: Page) => tab.evaluate(() => inPage.settled);
  const status = (tab: Page) => tab.evaluate(() => inPage.status());
  const origin = () => new URL(page.url()).origin;

  /** As the user does in the browser's settings. */
  async function clearStorage(): Promise<void> {
    const session = await context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', { origin: origin(), storageTypes: 'indexeddb' });
  }
  const storedBy = ({ id }: OutboxPlayer) => page.evaluate((name) => inPage.store(name, 'all'), id);

  const answered = (key: string | undefined, result = {}) => ({ key, outcome: { kind: 'result', result } });

  test('refuses an intent for which the storage has no space, sends nothing, and goes on once there is space', async () => {
    const session = await context.newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: origin(), quotaSize: 1 });
    await start(page);
    expect(await claim(page)).toEqual({ error: 'StorageError: QuotaExceededError' });
    expect([requested, await settled(page)]).toEqual([[], []]);
    await session.send('Storage.overrideQuotaForOrigin', { origin: origin() });
    const { key } = await claim(page);
    await expect.poll(() => settled(page), PATIENCE).toMatchObject([answered(key)]);
    expect(requested).toEqual([key]);
  });

  test('ends the intents of a session whose storage the user clears, and keeps those that are stored afterwards', async () => {
    await start(page);
    await offline();
    const first = await claim(page);
    await expect.poll(() => requested, PATIENCE).toContain(first.key);
    await clearStorage();
    await expect.poll(() => storedBy(player), PATIENCE).toEqual([]);
    const second = await claim(page);
    // The first one is answered; the reply to the second does not come before the tab is gone.
    await network((route) =>
      route
        .request()
        .postData()
        ?.includes(first.key ?? '')
        ? route.continue()
        : new Promise(() => {}),
    );
    await page.evaluate(() => inPage.wake());
    await expect.poll(() => settled(page), PATIENCE).toMatchObject([answered(first.key)]);
    await page.close();
    page = await newTab();
    await online();
    await start(page);
    await expect.poll(() => settled(page), PATIENCE).toMatchObject([answered(second.key)]);
  });

  test('stores what is sent while the user clears the storage', async () => {
    const addTen = () =>
      page.evaluate(
        async ([name, given]) => {
          const errors: string[] = [];
          for (const one of given) {
            await inPage.store(name, 'add', one).catch((error: Error) => errors.push(String(error)));
          }
          return errors;
        },
        [player.id, Array.from({ length: 10 }, () => intent(randomUUID()))] as const,
      );
    const errors: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const [added] = await Promise.all([addTen(), clearStorage()]);
      errors.push(...added);
    }
    errors.push(...(await addTen()));
    expect([errors, (await storedBy(player)).length]).toEqual([
      [],
      expect.toSatisfy((count: number) => count >= 10),
    ]);
  });

  test('loses the intents of earlier sessions with the storage, and sends nothing of them', async () => {
    await start(page);
    await offline();
    const { key } = await claim(page);
    await expect.poll(() => requested, PATIENCE).toContain(key);
    await page.close();
    page = await newTab();
    await clearStorage();
    await expect.poll(() => storedBy(player), PATIENCE).toEqual([]);
    await online();
    requested = [];
    await start(page);
    await expect.poll(() => status(page), PATIENCE).toBe('idle');
    expect([requested, await settled(page)]).toEqual([[], []]);
  });

  test('asks for another token where the first expires between attempts, and gets the receipt of the attempt whose reply was lost', async () => {
    await start(page, [player.token, player.expiredToken, player.token]);
    let isLost = true;
    await network(async (route) => {
      if (!isLost) return route.continue();
      isLost = false;
      await route.fetch();
      await route.abort();
    });
    const { key } = await claim(page);
    const receipt = { __typename: 'Receipt', replayed: true };
    await expect.poll(() => settled(page), PATIENCE).toMatchObject([answered(key, receipt)]);
    expect(requested).toEqual([key, key, key]);
  });

  test('waits while the player is signed out, and sends the same key after the sign-in', async () => {
    await start(page, [player.expiredToken, player.expiredToken, player.token]);
    const { key } = await claim(page);
    await expect.poll(() => status(page), PATIENCE).toBe('signed_out');
    expect(await settled(page)).toEqual([]);
    await page.evaluate(() => inPage.wake());
    await expect.poll(() => settled(page), PATIENCE).toMatchObject([answered(key)]);
    expect(new Set(requested)).toEqual(new Set([key]));
  });

  test('makes no intent younger where the clock is set back, and expires it after 29 days without sending it', async () => {
    const now = Date.now();
    await offline();
    await start(page);
    const { key } = await claim(page);
    await expect.poll(() => requested, PATIENCE).toContain(key);
    await page.close();

    await context.clock.setSystemTime(now - 10 * DAY_MS);
    page = await newTab();
    await start(page);
    await claim(page, 'set back');
    const stored = await page.evaluate((name) => inPage.store(name, 'all'), player.id);
    expect(stored.find(({ name }) => name === 'set back')?.madeAt).toBeGreaterThanOrEqual(now);
    await page.close();

    await context.clock.setSystemTime(now + 29 * DAY_MS + HOUR_MS);
    page = await newTab();
    requested = [];
    await start(page);
    await expect
      .poll(() => settled(page), PATIENCE)
      .toMatchObject([
        { key, outcome: { kind: 'expired', certain: false } },
        { name: 'set back', outcome: { kind: 'expired', certain: true } },
      ]);
    expect(requested).toEqual([]);
  });

  test('makes one intent of a double tap in two tabs, and both learn its outcome', async () => {
    const other = await newTab();
    await Promise.all([start(page), start(other)]);
    const [one, two] = await Promise.all([claim(page, 'daily'), claim(other, 'daily')]);
    expect(two.key).toBe(one.key);
    for (const tab of [page, other])
      await expect
        .poll(() => tab.evaluate(() => inPage.outcomes), PATIENCE)
        .toEqual({ [one.key ?? '']: 'result' });
    expect(requested).toEqual([one.key]);
    expect([...(await settled(page)), ...(await settled(other))]).toHaveLength(1);
  });

  describe('the store of IndexedDB', () => {
    const storeOf = (tab: Page, name: string) => {
      const method =
        (called: string) =>
        (...given: unknown[]) =>
          tab.evaluate(
            ([of, which, values]) => inPage.store(of as string, which as 'all', ...(values as [])),
            [name, called, given],
          );
      const methods = ['add', 'update', 'remove', 'all', 'latestTime', 'noteTime'];
      return Object.fromEntries(methods.map((called) => [called, method(called)])) as never;
    };

    itKeepsThePromisesOfStores(() => {
      const name = randomUUID();
      return [storeOf(page, name), async () => storeOf(await newTab(), name)];
    });
  });
});
