// The page Config in a real browser with a running Worker and every other origin blocked: a number is changed, and what that does is said
// before anything is published.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { setApiPublishing } from '../../cli/config-store.ts';
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
    expect([...new Set(shown.operations)].sort()).toEqual([
      'alarms',
      'balanceConfig',
      'previewBalanceConfig',
      'staffMember',
    ]);
    expect(shown).toMatchObject({ foreignRequests: [], errors: [] });
  });

  test('publishes a change under the own name, says in the history what it changed, and rolls it back', async () => {
    const { staffTokens } = browserTarget();
    const shown = await open({ token: staffTokens.economist });
    const { page } = shown;
    await page.getByText('As published.').waitFor();
    await page.getByRole('searchbox', { name: 'Find and change' }).fill('book_lesson');
    await page.keyboard.press('Enter');
    await page.getByLabel('costs › credits').fill('45');
    await page.getByText('1 change: 1 of amounts').waitFor();
    await page.getByRole('link', { name: 'Publish' }).click();
    await page.getByText('book_lesson costs 45 credits instead of 40.').waitFor();
    await page.getByLabel('At a time').check();
    await page.getByRole('button', { name: 'Schedule' }).waitFor();
    expect(await page.getByLabel('Time', { exact: true }).inputValue()).not.toBe('');
    await page.getByLabel('Now').check();
    await page.getByLabel('Reason').fill('lessons were too cheap');
    expect(await accessibilityProblems(shown)).toEqual([]);
    await page.getByRole('button', { name: 'Publish now' }).click();

    const versions = page.locator('.version');
    const newest = versions.first();
    await newest.getByText('lessons were too cheap').waitFor();
    await newest.getByText(/by economist-of-tests$/).waitFor();
    await newest.getByText('current', { exact: true }).waitFor();
    await newest.getByRole('button', { name: /^Version/ }).click();
    await newest.getByText('book_lesson costs 45 credits instead of 40.').waitFor();
    // The draft is done: it is no draft of an earlier version.
    await page.getByText('No draft').waitFor();
    expect(await page.getByText('since you began your draft').count()).toBe(0);

    await versions.nth(1).getByRole('button', { name: 'Roll back…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('book_lesson costs 40 credits instead of 45.').waitFor();
    await dialog.getByLabel('Reason').fill('too few lessons');
    await dialog.getByRole('button', { name: 'Roll back now' }).click();
    await newest.getByText('too few lessons').waitFor();
    await newest.getByText('current', { exact: true }).waitFor();
    expect(shown.operations.filter((name) => /^(publish|rollBack)/.test(name))).toEqual([
      'publishBalanceConfig',
      'rollBackBalanceConfig',
    ]);
    expect(shown).toMatchObject({ foreignRequests: [], errors: [], faults: [] });
  });

  test('schedules a change, keeps it beside one that is published now, and cancels it', async () => {
    const { staffTokens } = browserTarget();
    const shown = await open({ token: staffTokens.economist });
    const { page } = shown;
    const draft = async (credits: string) => {
      await page.getByRole('searchbox', { name: 'Find and change' }).fill('book_lesson');
      await page.keyboard.press('Enter');
      await page.getByLabel('costs › credits').fill(credits);
      await page.getByText('1 change: 1 of amounts').waitFor();
      await page.getByRole('link', { name: 'Publish' }).click();
    };
    const newest = page.locator('.version').first();
    await page.getByText('As published.').waitFor();
    await draft('41');
    await page.getByLabel('At a time').check();
    await page.getByLabel('Reason').fill('from the event on');
    await page.getByRole('button', { name: 'Schedule' }).click();
    await newest.getByText('from the event on').waitFor();
    await newest.getByText('scheduled', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByText('As published.').waitFor();
    await draft('42');
    await page.getByText(/^Version \d+ is scheduled\. Choose below what becomes of it\.$/).waitFor();
    await page.getByLabel('Reason').fill('until the event');
    expect(await page.getByRole('button', { name: 'Publish now' }).isDisabled()).toBe(true);
    await page.getByLabel('Keep it, under a new number').check();
    await page.getByRole('button', { name: 'Publish now' }).click();
    const untilThen = page.locator('.version', { hasText: 'until the event' });
    await untilThen.getByText('current').waitFor();
    await newest.getByText('scheduled', { exact: true }).waitFor();

    await newest.getByRole('button', { name: 'Cancel…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('the event is off');
    await dialog.getByRole('button', { name: 'Cancel the version' }).click();
    await newest.getByText('cancelled', { exact: true }).waitFor();
    await untilThen.getByText('current').waitFor();
    expect(await accessibilityProblems(shown)).toEqual([]);
    expect(shown.operations.filter((name) => /^(publish|cancel)/.test(name))).toEqual([
      'publishBalanceConfig',
      'publishBalanceConfig',
      'cancelScheduledConfig',
    ]);
    expect(shown).toMatchObject({ foreignRequests: [], errors: [], faults: [] });
  });

  test('proposes a change where the owner asks for approvals, and shows the approver the same changes', async () => {
    const { staffTokens, ownerDatabaseUrl } = browserTarget();
    await setApiPublishing(ownerDatabaseUrl, 'the tests', 'approved');
    onTestFinished(() => setApiPublishing(ownerDatabaseUrl, 'the tests', 'staff'));
    const shown = await open({ token: staffTokens.economist });
    const { page } = shown;
    await page.getByText('As published.').waitFor();
    await page.getByRole('searchbox', { name: 'Find and change' }).fill('book_lesson');
    await page.keyboard.press('Enter');
    await page.getByLabel('perDay').fill('2');
    await page.getByText('1 change: 1 on what is running').waitFor();
    await page.getByRole('link', { name: 'Publish' }).click();
    await page.getByLabel('Reason').fill('two lessons a day');
    await page.getByRole('button', { name: 'Propose' }).click();
    await page.getByText('It waits for the approval of another staff member.').waitFor();
    await page.getByText('It is proposed, and waits: see above.').waitFor();

    const other = await open({ path: '/approvals', token: staffTokens.admin });
    await other.page.getByRole('link', { name: 'See what it changes' }).first().click();
    await other.page.getByText('book_lesson is limited to 2 per day instead of 1').waitFor();
    await other.page.getByLabel('Reason').fill('agreed');
    await other.page.getByRole('button', { name: 'Approve' }).click();
    await other.page.getByText(/^admin-of-tests approved it/).waitFor();

    await page.reload();
    await page.getByText('You can publish it now.').waitFor();
    await page.getByRole('button', { name: 'Publish now' }).click();
    await page.locator('.version').first().getByText('two lessons a day').waitFor();
    for (const each of [shown, other])
      expect(each).toMatchObject({ foreignRequests: [], errors: [], faults: [] });
  });

  test('keeps those who may not publish from it, and a draft of an earlier version from being lost', async () => {
    const { staffTokens } = browserTarget();
    const shown = await open({ token: staffTokens.auditor });
    const { page } = shown;
    await page.getByText('As published.').waitFor();
    // A draft that was begun from version 1, and that changes what the newest version does not.
    const search = page.getByRole('searchbox', { name: 'Find and change' });
    await search.fill('book_lesson');
    await page.keyboard.press('Enter');
    await page.getByLabel('perDay').fill('7');
    await page.getByText('1 change: 1 on what is running').waitFor();
    await page.evaluate(() => {
      const key = Object.keys(localStorage).find((each) => each.startsWith('onceward:config-draft:')) ?? '';
      localStorage.setItem('onceward:config-draft:1', localStorage.getItem(key) ?? '');
      if (!key.endsWith(':1')) localStorage.removeItem(key);
    });
    await page.reload();
    await page.getByText(/since you began your draft/).waitFor();
    await page.getByRole('button', { name: 'Carry my changes over' }).click();
    await page.getByText('1 change: 1 on what is running').waitFor();
    await page.getByRole('link', { name: 'Publish' }).click();
    await page.getByText('Your role does not include publishing.').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('first start of the local stack').waitFor();
    expect(await page.getByRole('button', { name: 'Roll back…' }).count()).toBe(0);
    expect(shown).toMatchObject({ foreignRequests: [], errors: [], faults: [] });
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
