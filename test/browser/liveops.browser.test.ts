// The pages of live-ops in a real browser with a running Worker and every other origin blocked: a campaign from a file to its report,
// codes, messages, and the undo of an incident, each by those who may, and approved by somebody else.
import { readFile } from 'node:fs/promises';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { accessibilityProblems, type Console, openConsole, overflow } from './console-driver.ts';
import { sendAs } from './send-as.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();
let browser: Browser;

type Role = 'support' | 'economist' | 'auditor' | 'admin';
const open = (path: string, role: Role = 'admin') => {
  const { adminUrl, staffTokens } = browserTarget();
  return openConsole(browser, adminUrl, { path, token: staffTokens[role] });
};

/** Players who won a tournament: they exist. */
async function winners(prefix: string, count: number): Promise<string[]> {
  const players = Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
  for (const playerId of players)
    await sendAs(browserTarget().adminUrl, browserTarget().serverToken)('claimReward', {
      playerId,
      type: 'tournament_reward',
      key: `cup-of-${prefix}`,
      facts: { rank: 1, participants: 16 },
    });
  return players;
}

function expectQuiet({ foreignRequests, errors }: Console): void {
  expect(foreignRequests).toEqual([]);
  expect(errors).toEqual([]);
}

const csvFile = (name: string, lines: readonly string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(`${lines.join('\n')}\n`),
});

async function savedBy(page: Page, button: string): Promise<string> {
  const download: Promise<Download> = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return readFile(String(await (await download).path()), 'utf8');
}

/** Confirms the dialog that a button opens. */
async function confirm(page: Page, button: string, verb = button, reason?: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const dialog = page.locator('.dialog');
  if (reason) await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: verb, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

const count = (operations: readonly string[], wanted: string) =>
  operations.filter((name) => name === wanted).length;

describe.skipIf(skipped !== null)('live-ops in the console', () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('takes a campaign from a file to its report: wrong rows first, a dry run, the approval of somebody else', async () => {
    const [first, second] = await winners('campaign-player', 2);
    const shown = await open('/campaigns', 'economist');
    const { page, operations } = shown;
    await page.getByRole('link', { name: 'New campaign' }).click();
    await page.getByRole('heading', { name: 'New campaign' }).waitFor();
    const field = page.getByLabel('File of players');
    await expect.poll(() => field.isEnabled()).toBe(true);
    await field.setInputFiles(
      csvFile('Winners.csv', ['player,lumees', `${first},5`, `${first},6`, 'two words,7']),
    );
    await page.getByRole('cell', { name: 'names the player of line 2' }).waitFor();
    await page.getByText('Winners.csv cannot be used: 2 problems.').waitFor();
    expect(await page.getByRole('button', { name: 'Upload, and start the dry run' }).isDisabled()).toBe(true);
    await field.setInputFiles(
      csvFile('Winners.csv', ['player,lumees', `${first},500`, `${second},250`, 'nobody-of-the-campaign,1']),
    );
    await page.getByText('Winners.csv: 3 players.').waitFor();
    await page.getByText('All together: 751 lumees.').waitFor();
    await page.getByLabel('Reason').fill('the tournament of November');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('winners');
    expect(operations.filter((name) => /^(create|upload|close)/.test(name))).toEqual([]);
    expect(await accessibilityProblems(shown)).toEqual([]);
    await page.getByRole('button', { name: 'Upload, and start the dry run' }).click();
    await page.getByRole('heading', { name: 'winners' }).waitFor();
    await page.getByRole('rowheader', { name: 'there is no such player' }).waitFor();
    await page.getByRole('cell', { name: '750' }).first().waitFor();
    await confirm(page, 'Run');
    await page.getByText('waits for an approval').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    const other = await openConsole(browser, browserTarget().adminUrl, {
      path: new URL(page.url()).hash.slice(1),
      token: browserTarget().staffTokens.admin,
      width: 390,
      theme: 'dark',
    });
    await confirm(other.page, 'Approve', 'Approve', 'checked the dry run');
    await other.page.getByText('approved', { exact: true }).waitFor();
    expect(await overflow(other)).toBe(0);
    await other.page.context().close();

    await page.getByText('approved', { exact: true }).waitFor();
    await confirm(page, 'Run');
    await page.getByText('done', { exact: true }).waitFor();
    await page.getByText('Nothing differs from the dry run.').waitFor();
    await page.getByRole('button', { name: 'Show the players' }).click();
    await page.getByRole('link', { name: 'nobody-of-the-campaign' }).waitFor();
    expect(await savedBy(page, 'Export CSV')).toBe(
      'line,player,why\r\n3,nobody-of-the-campaign,unknown_player\r\n',
    );
    expect(await accessibilityProblems(shown)).toEqual([]);
    expectQuiet(shown);
    await page.goto(`${browserTarget().adminUrl}/admin/#/players/${first}`);
    await page.getByText('campaign_grant').first().waitFor();
  });

  test('goes on with an upload where a reload cut it off, and sends nothing twice', async () => {
    const shown = await open('/campaigns/new', 'economist');
    const { page, operations } = shown;
    const rows = Array.from({ length: 2_001 }, (_, row) => `upload-player-${row}`);
    const file = csvFile('upload.csv', ['player', ...rows]);
    const field = page.getByLabel('File of players');
    const choose = async () => {
      await page.locator('input[type=file]:enabled').waitFor();
      await field.setInputFiles(file);
      await page.getByText('upload.csv: 2,001 players.').waitFor();
    };
    await choose();
    await page.getByLabel('Resource 1', { exact: true }).selectOption('lumees');
    await page.getByLabel('Amount 1', { exact: true }).fill('10');
    await page.getByLabel('Reason').fill('an apology');
    // The third request of the upload never gets an answer.
    let sent = 0;
    await page.route('**/graphql', async (route) => {
      const { query } = route.request().postDataJSON();
      const isChunk = query.startsWith('mutation uploadListChunk');
      if (isChunk) sent += 1;
      if (!isChunk || sent !== 3) await route.fallback();
    });
    await page.getByRole('button', { name: 'Upload, and start the dry run' }).click();
    await page.getByText('2,000 of 2,001 players uploaded').waitFor();
    await expect.poll(() => sent, { timeout: 30_000 }).toBe(3);
    await page.reload();
    expect(await page.getByLabel('Reason').inputValue()).toBe('an apology');
    await choose();
    await page.getByRole('button', { name: 'Upload, and start the dry run' }).click();
    await page.getByRole('heading', { name: 'upload' }).waitFor();
    await page.getByRole('rowheader', { name: 'there is no such player' }).waitFor();
    expect(count(operations, 'uploadListChunk')).toBe(4);
    await confirm(page, 'Cancel campaign');
    await page.getByText('cancelled', { exact: true }).waitFor();
    expectQuiet(shown);
  });

  test('announces to the players of a query, with a preview of what they see', async () => {
    const [playerId] = await winners('asked-for', 1);
    const shown = await open('/campaigns/new?announce=true', 'economist');
    const { page } = shown;
    await page.getByRole('radio', { name: 'By a query' }).check();
    await page.getByLabel('Level at least').fill('1');
    await page.getByLabel('Resource 1', { exact: true }).selectOption('lumees');
    await page.getByLabel('Amount 1', { exact: true }).fill('25');
    await page.getByLabel('Title of the message').fill('Thank you');
    await page.getByLabel('Text (optional)').fill('For a year with us.');
    await page.getByLabel('Name', { exact: true }).fill('thanks');
    await page.getByLabel('Reason').fill('one year');
    const preview = page.getByRole('article');
    await preview.getByRole('heading', { name: 'Thank you' }).waitFor();
    await preview.getByText('25 lumees').waitFor();
    await page.getByRole('button', { name: 'Upload, and start the dry run' }).click();
    await page.getByRole('heading', { name: 'thanks' }).waitFor();
    await page.getByText('What it would announce').waitFor();
    await page.getByRole('article').getByText('For a year with us.').waitFor();
    expectQuiet(shown);
    expect(playerId).toBeDefined();
  });

  test('sends a message with a reward to one player after a preview, shows what waits, and collects it for them', async () => {
    const [playerId = ''] = await winners('message-player', 1);
    const shown = await open('/messages', 'support');
    const { page } = shown;
    await page.getByRole('textbox').fill(playerId);
    await page.keyboard.press('Enter');
    await page.getByText('Nothing waits for this player.').waitFor();
    await page.getByLabel('Reward', { exact: true }).selectOption('tournament_reward');
    await page.getByLabel('rank').fill('1');
    await page.getByLabel('participants').fill('16');
    await page.getByLabel('Title (optional)').fill('Your prize');
    await page.getByLabel('Reason').fill('the cup was cut off');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('article').getByText('64 auric_coins').waitFor();
    await page.getByLabel('rank').fill('2');
    expect(await page.getByRole('button', { name: 'Send', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const waiting = page.getByRole('region', { name: /In the inbox/ });
    await waiting.getByRole('heading', { name: 'Your prize' }).waitFor();
    await waiting.getByText(/from staff/).waitFor();
    expect(await accessibilityProblems(shown)).toEqual([]);
    await page.getByRole('link', { name: 'To the player' }).click();
    await confirm(page, 'Collect for the player…', 'Collect', 'their client is broken');
    await page.getByText('Nothing is waiting to be claimed.').waitFor();
    const { adminUrl, serverToken } = browserTarget();
    for (const key of ['first-cup', 'second-cup'])
      await sendAs(adminUrl, serverToken)('announceReward', {
        playerId,
        type: 'tournament_reward',
        key,
        facts: { rank: 1, participants: 16 },
      });
    await page.reload();
    await confirm(page, 'Collect all 2…', 'Collect all', 'their client is broken');
    await page.getByText('2 rewards collected').waitFor();
    await page.getByText('Nothing is waiting to be claimed.').waitFor();
    await page
      .getByRole('button', { name: /tournament_reward/ })
      .first()
      .waitFor();
    expectQuiet(shown);
  });

  test('shows codes once, also where the first answer was lost, and how often they were redeemed', async () => {
    const shown = await open('/codes');
    const { page, operations } = shown;
    await page.getByRole('button', { name: 'New codes' }).click();
    await page.getByLabel('For', { exact: true }).fill('stream-of-tests');
    await page.getByLabel('How many').fill('3');
    await page.getByLabel('Resource 1', { exact: true }).selectOption('lumees');
    await page.getByLabel('Amount 1', { exact: true }).fill('40');
    await page.getByLabel('Reason').fill('the stream');
    expect(await accessibilityProblems(shown)).toEqual([]);
    // The Worker makes them; the answer is lost.
    let isLost = false;
    await page.route('**/graphql', async (route) => {
      const isCreation = route.request().postDataJSON().query.startsWith('mutation createCodes');
      if (!isCreation || isLost) return await route.fallback();
      isLost = true;
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Make them' }).click();
    await page.getByText('Make 3 codes for stream-of-tests: no answer yet.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Your 3 codes' }).waitFor();
    const csv = (await savedBy(page, 'Save as CSV')).trim().split('\r\n');
    expect(csv).toHaveLength(4);
    const [code = ''] = csv[1]?.split(',') ?? [];
    expect(await page.getByLabel('Codes', { exact: true }).inputValue()).toContain(code);
    expect(count(operations, 'createCodes')).toBe(2);
    const { adminUrl, playerToken } = browserTarget();
    await sendAs(adminUrl, playerToken)('redeemCode', { code });
    await page.reload();
    const row = page.getByRole('row', { name: /stream-of-tests/ });
    await row.getByText('1 of 3').waitFor();
    expect(await row.count()).toBe(1);
    expect(await page.content()).not.toContain(code);
    expect(
      await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }])),
    ).not.toContain(code);
    // The lost answer is an error of the page's own.
    expect(shown.foreignRequests).toEqual([]);
  });

  test('undoes an incident: selection, dry run, approval by somebody else, run, report', async () => {
    const players = await winners('incident-player', 3);
    const shown = await open('/undo', 'support');
    const { page } = shown;
    await page.getByRole('link', { name: 'New undo' }).click();
    expect(await page.getByRole('button', { name: 'Select and start the dry run' }).isDisabled()).toBe(true);
    await page.getByLabel('Claim type or exchange').fill('tournament_reward');
    await page.getByRole('textbox', { name: 'Players' }).fill(players.join('\n'));
    await page.getByRole('radio', { name: 'Leave a debt' }).check();
    await page.getByLabel('Reason').fill('the wrong formula');
    await page.getByRole('button', { name: 'Select and start the dry run' }).click();
    await page.getByText('What would move').waitFor();
    await page.getByText('3 of 3 players').waitFor();
    await confirm(page, 'Propose');
    await page.getByText('waits for an approval').waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).count()).toBe(0);
    expect(await accessibilityProblems(shown)).toEqual([]);

    const other = await open(new URL(page.url()).hash.slice(1));
    await confirm(other.page, 'Approve', 'Approve', 'the formula was wrong');
    await other.page.context().close();

    await page.getByText('approved', { exact: true }).waitFor();
    await confirm(page, 'Start');
    await page.getByText('done', { exact: true }).waitFor();
    await page.getByText('Nothing differs from the dry run.').waitFor();
    await page.getByText('Every player has, or would have, exactly').waitFor();
    await page.getByRole('link', { name: 'Undo', exact: true }).first().click();
    const row = page.getByRole('row', { name: /the wrong formula/ });
    await row.getByText('done', { exact: true }).waitFor();
    expectQuiet(shown);
  });
});
