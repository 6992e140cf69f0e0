// Staff, roles, approvals and notes in the console: the main path, in a real browser with a running Worker and no other origin.
import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { accessibilityProblems, type Console, openConsole } from './console-driver.ts';
import { browserTarget } from './target.ts';

const SCREENSHOTS = new URL('../../.onceward/screenshots/', import.meta.url);
const skipped = reasonToSkip();
let browser: Browser;

const openAs = (token: string, path: string, options: object = {}) =>
  openConsole(browser, browserTarget().adminUrl, { path, token, ...options });

async function submit(page: Page, button: string, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: button, exact: true }).click();
}

async function expectSound(shown: Console, name: string): Promise<void> {
  // A dialog fades in.
  await shown.page.waitForTimeout(200);
  expect(await accessibilityProblems(shown)).toEqual([]);
  await shown.page.screenshot({ path: new URL(`console-${name}.png`, SCREENSHOTS).pathname, fullPage: true });
}

function expectQuiet({ foreignRequests, errors }: Console): void {
  expect(foreignRequests).toEqual([]);
  expect(errors).toEqual([]);
}

describe.skipIf(skipped !== null)('staff in the console', () => {
  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('are added, limited with a second member, seen at work, and disabled', async () => {
    const { staffToken, staffTokens } = browserTarget();
    const shown = await openAs(staffToken, '/staff');
    const { page } = shown;
    await page.getByRole('link', { name: 'admin-1' }).waitFor();
    await page.getByRole('button', { name: 'Add a member' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('ID').fill('newcomer');
    await dialog.getByLabel('Role').selectOption('support');
    await dialog.getByText('Permits: campaign').or(dialog.getByText('Permits: ')).first().waitFor();
    await expectSound(shown, 'staff-add');
    await submit(page, 'Add', 'joins the team');
    await page.getByRole('heading', { name: 'newcomer' }).waitFor();

    await page.getByRole('button', { name: 'Limits…' }).click();
    await dialog.getByLabel('One award, in value').fill('20000');
    await dialog.getByLabel('Give stat_points, a day').fill('50');
    await expectSound(shown, 'staff-limits');
    await submit(page, 'Set the limits', 'a big event');
    await page.getByText(/Proposal \d+ waits for another member/).waitFor();
    await page.getByRole('link', { name: /Proposal \d+ waits/ }).click();
    await page.getByRole('heading', { name: 'Raise limits of newcomer' }).waitFor();
    await page.getByText('as in the config → 20,000').waitFor();
    await page.getByText('You proposed it: somebody else approves it.').waitFor();
    expect(await page.getByRole('button', { name: 'Approve…' }).count()).toBe(0);

    const second = await openAs(staffTokens.admin, '/approvals');
    await second.page.getByRole('button', { name: 'Approve…' }).first().click();
    await expectSound(second, 'staff-approve');
    await submit(second.page, 'Approve', 'fits the event');
    await second.page.getByText('approved', { exact: true }).waitFor();
    expectQuiet(second);

    await page.reload();
    await page.getByRole('button', { name: 'Execute…' }).first().click();
    await submit(page, 'Execute', 'approved');
    await page.getByText('Nothing waits.').waitFor();
    await page.goto(page.url().replace(/#.*/, '#/staff/newcomer'));
    await page.getByRole('definition').filter({ hasText: '20,000' }).waitFor();
    await page.getByRole('button', { name: 'Disable…' }).click();
    await submit(page, 'Disable', 'left again');
    await page.getByText('disabled', { exact: true }).waitFor();
    await expectSound(shown, 'staff-member');

    await page.goto(page.url().replace(/#.*/, '#/staff/admin-1'));
    await page.getByText('Nobody changes their own role and limits.').waitFor();
    await page.getByRole('rowheader', { name: 'disableStaffMember' }).waitFor();
    await page.getByRole('link', { name: 'Filter in Audit' }).click();
    await page.getByLabel('Permission').selectOption('staff:manage');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('rowheader', { name: 'setStaffLimits' }).first().waitFor();
    expect(await page.getByRole('rowheader', { name: 'approveProposal' }).count()).toBe(0);
    expectQuiet(shown);
  });

  test('have roles, which are made, changed and deleted, with the keyboard too', async () => {
    const shown = await openAs(browserTarget().staffToken, '/staff?tab=roles', { theme: 'dark' });
    const { page } = shown;
    await page.getByRole('columnheader', { name: /^auditor/ }).waitFor();
    await expectSound(shown, 'staff-roles-dark');
    await page.getByRole('button', { name: 'Make a role' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('community');
    await dialog.getByLabel(/^note:write/).press('Space');
    await expectSound(shown, 'staff-role-dark');
    await submit(page, 'Make', 'answers in the forum');
    await page.getByRole('button', { name: 'Change community' }).click();
    await dialog.getByLabel(/^note:write/).uncheck();
    await dialog.getByText('Takes away note:write.').waitFor();
    await submit(page, 'Change', 'writes no notes');
    await page.getByRole('button', { name: 'Delete community' }).click();
    await submit(page, 'Delete', 'nobody has it');
    await page.getByRole('columnheader', { name: /^community/ }).waitFor({ state: 'detached' });
    expectQuiet(shown);
  });

  test('write notes on a player, which a refused role reads and does not write', async () => {
    const { staffTokens, serverToken, adminUrl } = browserTarget();
    const input = {
      idempotencyKey: 'key-of-the-noted-player',
      playerId: 'noted-player',
      type: 'tournament_reward',
      key: 'cup-of-the-noted',
      facts: { rank: 1, participants: 16 },
    };
    const query = 'mutation($input: ClaimRewardInput!) { claimReward(input: $input) { __typename } }';
    await fetch(`${adminUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${serverToken}` },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const shown = await openAs(staffTokens.support, '/players/noted-player');
    await shown.page
      .getByLabel('A note on this player, for other staff')
      .fill('Asked twice\nabout one order.');
    await shown.page.getByRole('button', { name: 'Write the note' }).click();
    await shown.page.getByText('Asked twice').waitFor();
    await expectSound(shown, 'staff-notes');
    expectQuiet(shown);
    const reader = await openAs(staffTokens.auditor, '/players/noted-player');
    await reader.page.getByText('Asked twice').waitFor();
    expect(await reader.page.getByLabel('A note on this player').count()).toBe(0);
    expectQuiet(reader);
  });
});
