/**
 * `npm run screenshots`: plays the example game through a lost reply, a reload and the replay, and writes what it looks like to docs, at the
 * width of a desktop and of a phone.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { launchChromium } from './chromium.ts';
import { amountOf, clearFloor, openGame, openTab, type PlayOptions, pullCable } from './play-page.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const MAX_BYTES = 150_000;
/** Text stays readable, and a picture below the bound. */
const QUALITY = 84;
/** The outbox doubles its pauses: after these it has sent several times. */
const UNPLUGGED_MS = 3_000;

interface Shot extends PlayOptions {
  readonly file: string;
  readonly player: string;
  /** Scrolls to this first; null: to the top. */
  readonly at: string | null;
}

const SHOTS: readonly Shot[] = [
  { file: 'play.jpg', player: 'ana', width: 1280, height: 820, colorScheme: 'light', at: null },
  { file: 'play-phone.jpg', player: 'ben', width: 390, height: 844, colorScheme: 'dark', at: null },
  {
    file: 'play-phone-outbox.jpg',
    player: 'cem',
    width: 390,
    height: 844,
    colorScheme: 'dark',
    at: '#outbox',
  },
];

async function shoot(browser: Browser, url: string, { file, player, at, ...options }: Shot): Promise<void> {
  const game = await openGame(browser, { url, player }, options);
  const { page } = game;
  await clearFloor(game);
  await openTab(game, 'inbox');
  await page.locator('#collect-all').click();
  while ((await amountOf(game, 'auric_coins')) === 0) await sleep(100);
  await openTab(game, 'quests');
  await pullCable(game, 'no-replies');
  await page.locator('#claim-weekly_chest').click();
  await sleep(UNPLUGGED_MS);
  await page.reload();
  const entry = page.locator('.entry').first();
  await entry.getByText('found after a reload').waitFor();
  await pullCable(game, 'plugged');
  await entry.getByText('Receipt, replayed').waitFor();
  await page.locator('.toast').first().waitFor({ state: 'detached' });
  await page.locator('#begin').click();
  await page.locator('.move').first().waitFor();
  if (at === null) await page.evaluate('scrollTo(0, 0)');
  else await page.locator(at).evaluate((element) => element.scrollIntoView());
  const path = join(DOCS, file);
  await page.screenshot({ path, type: 'jpeg', quality: QUALITY });
  await page.context().close();
  const { size } = await stat(path);
  console.log(`docs/${file}: ${Math.round(size / 1_000)} KB`);
  if (size > MAX_BYTES) throw new Error(`docs/${file} has more than ${MAX_BYTES} bytes`);
}

const dir = await mkdtemp(join(tmpdir(), 'onceward-screenshots-'));
const quiet = () => {};
const stack = await startLocalStack({ dir, port: await freePort(), log: quiet, onLine: quiet, play: true });
const browser = await launchChromium();
try {
  for (const shot of SHOTS) await shoot(browser, new URL(stack.url).origin, shot);
} finally {
  await browser.close();
  await stack.stop();
  await stack.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
}
