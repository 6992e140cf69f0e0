// The page Config in a real browser with a running Worker and every other origin blocked: a number is changed, and what that does is said
// before anything is published.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { accessibilityProblems, layoutShift, openConsole, overflow } from './console-driver.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();
let browser: Browser;

const open = (options: object = {}) => {
  const { adminUrl, staffToken } = browserTarget();
  return openConsole(browser, adminUrl, { path: '/config', token: staffToken, ...options });
};

describe.skipIf(skipped !== null)('the page Config', () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('turns a changed number into words, warns of what is paid again, and keeps the draft over a reload', async () => {
    const shown = await open();
    const { page } = shown;
    await page.getByText('As published.').waitFor();
    expect(await layoutShift(shown)).toBe(0);

    const find = page.getByRole('searchbox', { name: 'Find and change' });
    await find.fill('three matches');
    await page.keyboard.press('Enter');
    await page.getByLabel('rewards › lumees').fill('200');
    await page.getByText('1 change: 1 of amounts').waitFor();
    // The field wrote into the text of the editor, which shows that place.
    await page.locator('.view-line', { hasText: '"lumees": 200' }).waitFor();
    expect(await accessibilityProblems(shown)).toEqual([]);
    await page.getByLabel('period').selectOption('week');
    await page.getByText('2 changes: 1 paid again, 1 of amounts').waitFor();

    await page.reload();
    await page.getByText('Your draft was restored.').waitFor();
    await page.getByRole('link', { name: 'Changes 2' }).click();
    await page.getByText('daily_quest pays 200 lumees instead of 150.').waitFor();
    const again = page.getByRole('checkbox', { name: /claimed once per week instead of once per day/ });
    expect(await again.isChecked()).toBe(false);
    await page.getByRole('button', { name: 'Show the raw difference' }).click();
    await page.locator('.difference .view-line', { hasText: '"period": "week"' }).waitFor();
    expect(await accessibilityProblems(shown)).toEqual([]);

    await page.getByRole('button', { name: 'Discard…' }).click();
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByText(/^Nothing changes against version \d+\.$/).waitFor();
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft'))),
    ).toEqual([]);
    expect([...new Set(shown.operations)].sort()).toEqual(['balanceConfig', 'staffMember']);
    expect(shown).toMatchObject({ foreignRequests: [], errors: [] });
  });

  test('marks a problem at its line, is left with the keyboard, and fits a narrow window in the dark', async () => {
    const shown = await open({ width: 390, theme: 'dark' });
    const { page } = shown;
    await page.getByText('As published.').waitFor();
    await page.locator('.view-line').first().waitFor();
    const find = page.getByRole('searchbox', { name: 'Find and change' });
    await find.fill('weekly_chest');
    await page.keyboard.press('Enter');
    // The editor shows the place that was found, and takes the focus with a click.
    await page.locator('.view-line', { hasText: '"weekly_chest": {' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' "perDya": 1,');
    await page.getByText('is not a field of the balance config').waitFor();
    await page.getByRole('button', { name: /claimTypes\.weekly_chest\.perDya/ }).waitFor();
    await page.locator('.squiggly-error').first().waitFor();
    expect(await overflow(shown)).toBe(0);
    expect(await accessibilityProblems(shown)).toEqual([]);
    // Tab leaves the editor, after the lines that stay at its top, for the first problem.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await focused()).toContain('claimTypes.weekly_chest.perDya');
    expect(shown).toMatchObject({ foreignRequests: [], errors: [] });
  });
});
