// The pictures of the example game: a lost reply, a reload and the replay, at the width of a desktop and of a phone.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { writePicture } from './picture.ts';
import { amountOf, clearFloor, openGame, openTab, type PlayOptions, pullCable } from './play-page.ts';

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

export async function drawGame(browser: Browser, origin: string): Promise<void> {
  for (const shot of SHOTS) await draw(browser, origin, shot);
}

async function draw(browser: Browser, origin: string, { file, player, at, ...options }: Shot): Promise<void> {
  const game = await openGame(browser, { url: origin, player }, options);
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
  await writePicture(page, file);
  await page.context().close();
}
