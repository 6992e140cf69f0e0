/** Drives the example game as a person does. */
import type { Browser, Page } from 'playwright-core';
import type { Move } from '../../examples/tower/server/duel.ts';

export interface PlayPage {
  readonly page: Page;
  /** Requests to other origins, all of which were blocked. */
  readonly foreignRequests: string[];
  /** Console errors (what the content security policy refuses is one) and uncaught exceptions. */
  readonly errors: string[];
}

export interface PlayOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

export async function openGame(
  browser: Browser,
  { url, player }: { readonly url: string; readonly player: string },
  { width = 1280, height = 800, colorScheme = 'light' }: PlayOptions = {},
): Promise<PlayPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  });
  const foreignRequests: string[] = [];
  await context.route('**/*', async (route) => {
    const target = new URL(route.request().url());
    if (target.origin === new URL(url).origin) return await route.continue();
    foreignRequests.push(target.href);
    await route.abort();
  });
  await context.addInitScript(`localStorage.setItem('tower:player', ${JSON.stringify(player)})`);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(`${url}/play/`);
  await page.locator('#panel .card').first().waitFor();
  return { page, foreignRequests, errors };
}

/** Plays until the floor is cleared: the move with the best odds, and again after a defeat. */
export async function clearFloor({ page }: PlayPage): Promise<void> {
  for (;;) {
    if (await page.locator('#begin').isVisible()) {
      await page.locator('#begin').click();
      await page.locator('.move').first().waitFor();
    }
    // Names the duel and the round.
    const round = await page.locator('.arena').getAttribute('data-key');
    await page.locator(`#move-${await bestMove(page)}`).click();
    await page.locator(`.arena:not([data-key="${round}"])`).waitFor();
    if (await page.getByText(/^Floor \d+ is cleared/).isVisible()) return;
  }
}

async function bestMove(page: Page): Promise<Move> {
  const chances = await Promise.all(
    (['strike', 'guard', 'feint'] as const).map(async (move) => ({
      move,
      chance: Number.parseInt((await page.locator(`#move-${move} .chance`).textContent()) ?? '0', 10),
    })),
  );
  return chances.reduce((best, each) => (each.chance > best.chance ? each : best)).move;
}

/** The amount of a resource in the header. */
export async function amountOf({ page }: PlayPage, resource: string): Promise<number> {
  const text = await page.locator(`.purse [data-resource="${resource}"] b`).textContent();
  return Number((text ?? '').replaceAll(',', ''));
}

export const pullCable = ({ page }: PlayPage, cable: 'plugged' | 'no-requests' | 'no-replies') =>
  page.locator(`#cable-${cable}`).check({ force: true });

export const openTab = ({ page }: PlayPage, tab: 'quests' | 'shop' | 'summons' | 'inbox') =>
  page.locator(`#tab-${tab}`).click();
