// The page Economy of the console: its main path, in a real browser with a running Worker and no other origin.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { accessibilityProblems, openConsole } from './console-driver.ts';
import { sendAs } from './send-as.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();
let browser: Browser;

const PLAYER = 'economy-player';

async function earn(): Promise<void> {
  const { adminUrl, serverToken, staffToken } = browserTarget();
  await sendAs(adminUrl, serverToken)('claimReward', {
    type: 'tournament_reward',
    key: 'cup-of-the-economy',
    playerId: PLAYER,
    facts: { rank: 1, participants: 16 },
  });
  const asStaff = sendAs(adminUrl, staffToken);
  const reason = 'to see it in the sums';
  const grants = [
    { resource: 'lumees', amount: 900 },
    { resource: 'summon_tokens', amount: 2 },
  ];
  await asStaff('manualReward', { playerId: PLAYER, grants, reason });
  await asStaff('takeResource', { playerId: PLAYER, resource: 'lumees', amount: 200, reason });
  await sendAs(adminUrl, serverToken)('exchange', { playerId: PLAYER, exchange: 'summon' });
}

/** What cron does in production, until the claims are in: another test's transaction holds them back for a moment. */
async function rollUp(): Promise<void> {
  const { adminUrl, staffToken } = browserTarget();
  const since = Date.now();
  const query = '{ economy(from: "2026-01-01", to: "2026-01-01") { completeUntil } }';
  await expect
    .poll(
      async () => {
        await fetch(`${adminUrl}/cdn-cgi/handler/scheduled`);
        const response = await fetch(`${adminUrl}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${staffToken}` },
          body: JSON.stringify({ query }),
        });
        return Date.parse((await response.json()).data.economy.completeUntil);
      },
      { timeout: 20_000 },
    )
    .toBeGreaterThanOrEqual(since);
}

async function saved(page: Page, click: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return await readFile(await download.path(), 'utf8');
}

describe.skipIf(skipped !== null)('the economy in the console', () => {
  beforeAll(async () => {
    browser = await launchChromium();
    await earn();
  });
  afterAll(() => browser?.close());

  test('is shown by day and source, with distribution and odds, and exported; the richest are listed on demand', async () => {
    await rollUp();
    const { adminUrl, staffTokens } = browserTarget();
    const shown = await openConsole(browser, adminUrl, { path: '/economy', token: staffTokens.economist });
    const { page, operations, faults, errors, foreignRequests } = shown;
    await page.getByText(/^Complete until/).waitFor();
    await page.getByLabel('Resource').selectOption('lumees');
    const from = page.getByRole('region', { name: 'Where it came from' });
    // What other files of the run claimed more of may leave it below "more", which is closed.
    const listed = { state: 'attached' } as const;
    await from.getByText('manual_reward').waitFor(listed);
    await page.getByRole('region', { name: 'Where it went' }).getByText('taking').waitFor(listed);
    await page
      .getByRole('region', { name: 'How balances are distributed' })
      .getByText('at present')
      .waitFor();
    const claims = page.getByRole('region', { name: 'Claims and exchanges' });
    await claims.getByText('summon').first().waitFor(listed);
    const odds = page.getByRole('region', { name: 'Odds drawn' });
    await odds.getByText('as declared').first().waitFor();

    // The drawing is hidden from screen readers, which get a table with a row for each day.
    const chart = page.getByRole('region', { name: 'Emitted and sunk per day', exact: true });
    expect(await chart.locator('svg .chart-up').count()).toBeGreaterThan(0);
    await chart.getByText('Show as a table').click();
    expect(await chart.getByRole('row').count()).toBe(31);
    expect(await accessibilityProblems(shown)).toEqual([]);

    const csv = await saved(page, () => page.getByRole('button', { name: 'Export CSV' }).first().click());
    expect(csv.split('\r\n')[0]).toBe('day,emitted,sunk,reversed,transferred,net,balance');
    expect(csv.split('\r\n')).toHaveLength(32);

    // A list of players is audited, so it is not read before somebody asks for it.
    expect(operations).not.toContain('rankedBalances');
    await page.getByRole('button', { name: 'Richest' }).click();
    await page.getByRole('link', { name: PLAYER }).waitFor();
    expect(operations).toContain('rankedBalances');
    await page.getByRole('button', { name: 'Most indebted' }).click();
    await page.getByText(/Nobody is in debt|The first/).waitFor();
    expect({ faults, errors, foreignRequests }).toEqual({ faults: [], errors: [], foreignRequests: [] });
  });

  test('follows the chosen days, which are in the address, and says what is wrong with others', async () => {
    const { adminUrl, staffTokens } = browserTarget();
    const { page } = await openConsole(browser, adminUrl, { path: '/economy', token: staffTokens.auditor });
    await page.getByRole('button', { name: '7 days' }).click();
    await page.getByText('Odds drawn').waitFor();
    expect(await page.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await page.getByText('Odds drawn').waitFor();
    expect(await page.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByLabel('From', { exact: true }).fill('2001-01-01');
    await page.getByText('Choose at most 366 days.').waitFor();
    expect(await page.getByRole('button', { name: 'Show', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('To', { exact: true }).fill('2001-01-31');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('Nothing moved in these days.').waitFor();
  });
});
