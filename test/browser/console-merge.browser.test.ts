// Merging a guest into an account in the console: the preview with what is in the way, the merge, and what both pages show of it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { accessibilityProblems, openConsole, overflow } from './console-driver.ts';
import { sendAs } from './send-as.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();
let browser: Browser;

const { adminUrl, serverToken, staffToken, staffTokens } = browserTarget();
const open = (path: string, options: object = {}) =>
  openConsole(browser, adminUrl, { path, token: staffToken, ...options });

let made = 0;
/** A guest with 300 lumees and a reward, and an account; another reward is pending for both. */
async function newPair(): Promise<{ guestId: string; accountId: string }> {
  made += 1;
  const [guestId, accountId] = [`merge-guest-${made}`, `merge-account-${made}`];
  for (const playerId of [guestId, accountId])
    await sendAs(adminUrl, serverToken)('announceReward', { playerId, type: 'arena_chest', key: 'season-9' });
  const own = { playerId: guestId, type: 'arena_chest', key: 'season-8' };
  await sendAs(adminUrl, serverToken)('announceReward', own);
  await sendAs(adminUrl, staffToken)('manualReward', {
    playerId: guestId,
    grants: [{ resource: 'lumees', amount: 300 }],
    reason: 'a lost match',
  });
  return { guestId, accountId };
}

async function fill(page: Page, accountId: string, onConflict: 'REFUSE' | 'ACCOUNT_WINS') {
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Merge into…' }).click();
  await dialog.getByLabel('Account').fill(accountId);
  await dialog.getByLabel('If something is in the way').selectOption(onConflict);
  await dialog.getByLabel('Reason').fill('the guest logged in');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  return dialog;
}

/** The first merge is executed, and its answer is lost. */
async function losingOneAnswer(page: Page): Promise<readonly string[]> {
  const keys: string[] = [];
  await page.route('**/graphql', async (route) => {
    const { query, variables } = route.request().postDataJSON();
    if (!query.startsWith('mutation mergePlayer')) return await route.fallback();
    keys.push(variables.input.idempotencyKey);
    if (keys.length > 1) return await route.fallback();
    await route.fetch();
    await route.abort();
  });
  return keys;
}

describe.skipIf(skipped !== null)('merging a guest in the console', () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('lists what is in the way, merges once although an answer is lost, and links both players', async () => {
    const { guestId, accountId } = await newPair();
    const { page, foreignRequests } = await open(`/players/${guestId}`);
    const dialog = await fill(page, accountId, 'REFUSE');
    await dialog.getByText('arena_chest season-9 is pending for both').waitFor();
    expect(await dialog.getByRole('button', { name: 'Merge', exact: true }).count()).toBe(0);
    await dialog.getByLabel('If something is in the way').selectOption('ACCOUNT_WINS');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('The account keeps what it has.').waitFor();
    await dialog.getByRole('cell', { name: '+300', exact: true }).waitFor();

    const keys = await losingOneAnswer(page);
    await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
    await dialog.getByText('It may have been done.').waitFor();
    await dialog.getByRole('button', { name: 'Try again with the same key' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);

    await page.getByText('Merged into', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^(Award|Take|Freeze|Merge into…)$/ }).count()).toBe(0);
    await page.getByRole('link', { name: accountId, exact: true }).click();
    await page.getByText('Merged from', { exact: true }).waitFor();
    await page.getByRole('cell', { name: '300', exact: true }).waitFor();
    const entry = page.getByRole('button', { name: new RegExp(`from ${guestId} · the guest logged in`) });
    expect(await entry.count()).toBe(1);
    expect(await page.getByRole('button', { name: /a pending reward of the guest/ }).count()).toBe(1);
    await entry.click();
    const details = page.locator('.entry-details:visible');
    await details.getByRole('link', { name: guestId, exact: true }).waitFor();
    expect(await details.getByRole('button', { name: 'Reverse…' }).count()).toBe(0);
    expect(foreignRequests).toEqual([]);
  });

  test('says why a merge would be rejected, and moves nothing', async () => {
    const { guestId } = await newPair();
    const { page, operations } = await open(`/players/${guestId}`);
    const dialog = await fill(page, 'merge-nobody', 'ACCOUNT_WINS');
    await dialog.getByText('It would be rejected.').waitFor();
    expect(operations).not.toContain('mergePlayer');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('cell', { name: '300', exact: true }).waitFor();
    expect(await page.getByText('Merged into', { exact: true }).count()).toBe(0);
  });

  test('is not offered to a role that may not merge', async () => {
    const { guestId } = await newPair();
    const { page } = await open(`/players/${guestId}`, { token: staffTokens.auditor });
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    expect(await page.getByRole('button', { name: 'Merge into…' }).count()).toBe(0);
  });

  test.each([
    { width: 1280, theme: 'light' },
    { width: 1280, theme: 'dark' },
    { width: 390, theme: 'light' },
    { width: 390, theme: 'dark' },
  ] as const)('is accessible and fits at $width px in $theme', async (options) => {
    const { guestId, accountId } = await newPair();
    const shown = await open(`/players/${guestId}`, options);
    const { page } = shown;
    const dialog = await fill(page, accountId, 'ACCOUNT_WINS');
    await dialog.getByRole('button', { name: 'Merge', exact: true }).waitFor();
    expect(await accessibilityProblems(shown)).toEqual([]);
    expect(await overflow(shown)).toBeLessThanOrEqual(0);
    await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByText('Merged into', { exact: true }).waitFor();
    expect(await accessibilityProblems(shown)).toEqual([]);
    await page.getByRole('link', { name: accountId, exact: true }).click();
    await page.getByText('Merged from', { exact: true }).waitFor();
    expect(await accessibilityProblems(shown)).toEqual([]);
    expect(await overflow(shown)).toBeLessThanOrEqual(0);
  });
});
