// The console in a real browser with a running Worker and every other origin blocked: the main path of each page, who may see it,
// accessibility, and the size of the first page.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { type Console, openConsole } from './console-driver.ts';
import { sendAs } from './send-as.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();
let browser: Browser;

const open = (path: string, options: object = {}) => {
  const { adminUrl, staffToken } = browserTarget();
  return openConsole(browser, adminUrl, { path, token: staffToken, ...options });
};

const CUP = {
  playerId: 'player-of-a-long-story',
  type: 'tournament_reward',
  facts: { rank: 1, participants: 16 },
};

let made = 0;
/** A player who won a tournament and got an award of 300 lumees. */
async function newPlayer(): Promise<{
  playerId: string;
  key: string;
  awardId: string;
  correlationId: string;
}> {
  made += 1;
  const playerId = `console-player-${made}`;
  const key = `cup-of-${playerId}`;
  const { adminUrl, serverToken, staffToken } = browserTarget();
  await sendAs(adminUrl, serverToken)('claimReward', {
    type: 'tournament_reward',
    key,
    playerId,
    facts: { rank: 1, participants: 16 },
  });
  const correlationId = `case-of-${playerId}`;
  const { claim } = await sendAs(adminUrl, staffToken)(
    'manualReward',
    { playerId, grants: [{ resource: 'lumees', amount: 300 }], reason: `a lost match of ${playerId}` },
    { 'x-correlation-id': correlationId },
  );
  return { playerId, key, awardId: claim.id, correlationId };
}

const entry = (page: Page, name: RegExp) => page.getByRole('button', { name }).first();

function expectQuiet({ foreignRequests, errors }: Console): void {
  expect(foreignRequests).toEqual([]);
  expect(errors).toEqual([]);
}

describe.skipIf(skipped !== null)('the console', () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('signs in with a pasted token, and forgets it when asked to', async () => {
    const { staffToken } = browserTarget();
    const shown = await open('/players', { token: '' });
    const { page, operations } = shown;
    await page.getByLabel('Staff token').fill('no token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This is not a token').waitFor();
    expect(operations).toEqual([]);
    await page.getByLabel('Staff token').fill(`Bearer ${staffToken}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Players' }).waitFor();
    expect(operations.filter((each) => each !== 'alarms')).toEqual(['staffMember']);
    await page.getByRole('button', { name: /^Account: admin-1/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(
      await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }])),
    ).not.toContain(staffToken);
    expectQuiet(shown);
  });

  test('finds a player by part of the ID, explains a reward, and takes it back', async () => {
    const { playerId, key, awardId } = await newPlayer();
    const shown = await open('/players');
    const { page } = shown;
    await page.getByRole('textbox').fill(key);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: `Claim key tournament_reward ${key}` }).waitFor();
    await page.getByRole('textbox').fill(playerId.slice(0, -1));
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: playerId }).first().click();
    await page.getByRole('heading', { name: playerId }).waitFor();

    await entry(page, /tournament_reward/).click();
    await page.getByText('1 <= 3 ? 16 * (5 - 1) : 0').waitFor();
    await page.getByText('participants = 16', { exact: true }).waitFor();
    await page.getByText('50 * 3 * (3 - 1) = 300').waitFor();
    // The time of the viewer's zone, and UTC on hover.
    const moment = page.locator('.entry-time time').first();
    const iso = String(await moment.getAttribute('datetime'));
    expect(await moment.getAttribute('title')).toBe(`${iso.slice(0, 19).replace('T', ' ')} UTC`);
    const zoned = { timeStyle: 'medium', timeZone: 'Asia/Tokyo' } as const;
    expect(await moment.innerText()).toBe(new Date(iso).toLocaleTimeString('en-GB', zoned));

    await entry(page, /manual_reward/).click();
    await page.getByText(awardId).waitFor();
    await page.getByRole('button', { name: 'Reverse…' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('given by mistake');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('cell', { name: '−300' }).waitFor();
    await dialog.getByRole('button', { name: 'Reverse', exact: true }).click();
    await entry(page, /reversal/).waitFor();
    await page.getByText('taken back', { exact: true }).waitFor();
    expect(shown.operations.filter((name) => name === 'reverseClaim')).toHaveLength(1);

    await page.getByRole('button', { name: 'Reopen…' }).click();
    await dialog.getByLabel('Reason').fill('may be made again');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('No balance would move.').waitFor();
    await dialog.getByRole('button', { name: 'Reopen', exact: true }).click();
    await page.getByText('taken back, open again', { exact: true }).waitFor();
    expectQuiet(shown);
  });

  test('freezes a player with a reason, shows it, and unfreezes', async () => {
    const { playerId } = await newPlayer();
    const shown = await open(`/players/${playerId}`);
    const { page } = shown;
    await page.getByRole('button', { name: 'Freeze', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('claims too fast');
    await dialog.getByRole('button', { name: 'Freeze', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Frozen', { exact: true }).waitFor();
    await entry(page, /freeze.*claims too fast/).waitFor();
    // An award is held, and nobody can collect it for the player.
    await page.getByRole('button', { name: 'Award', exact: true }).click();
    await dialog.getByLabel('Resource').selectOption('lumees');
    await dialog.getByLabel('Amount').fill('7');
    await dialog.getByLabel('Reason').fill('while frozen');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('It would become a pending reward').waitFor();
    await dialog.getByRole('button', { name: 'Award', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('held', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /Collect/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Unfreeze', exact: true }).click();
    await dialog.getByLabel('Reason').fill('nothing was found');
    await dialog.getByRole('button', { name: 'Unfreeze', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Freeze', exact: true }).waitFor();
    expect(await page.getByText('Frozen', { exact: true }).count()).toBe(0);
    expect(shown.operations.filter((name) => name.endsWith('reezePlayer'))).toHaveLength(2);
    expectQuiet(shown);
  });

  test('shows a preview of an award before it can be confirmed, and asks for another after a change', async () => {
    const { playerId } = await newPlayer();
    const shown = await open(`/players/${playerId}`);
    const { page } = shown;
    await page.getByRole('button', { name: 'Award', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Resource').selectOption('lumees');
    await dialog.getByLabel('Amount').fill('1234');
    await dialog.getByLabel('Reason').fill('for patience');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('cell', { name: '+1,234' }).waitFor();
    await dialog.getByLabel('Amount').fill('5');
    expect(await dialog.getByRole('button', { name: 'Award' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('cell', { name: '+5', exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Award', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('for patience').first().waitFor();
    await page.getByRole('cell', { name: '305', exact: true }).waitFor();
    expectQuiet(shown);
  });

  test('keeps the key of an action without an answer, over a reload, so that it is done once', async () => {
    const { playerId } = await newPlayer();
    const shown = await open(`/players/${playerId}`);
    const { page } = shown;
    await page.getByRole('button', { name: 'Take', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Resource').selectOption('lumees');
    await dialog.getByLabel('Amount').fill('40');
    await dialog.getByLabel('Reason').fill('given twice');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('cell', { name: '−40', exact: true }).waitFor();
    // The Worker executes it; the answer is lost.
    const keys: string[] = [];
    await page.route('**/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON();
      if (!query.startsWith('mutation takeResource')) return await route.fallback();
      keys.push(variables.input.idempotencyKey);
      if (keys.length > 1) return await route.fallback();
      await route.fetch();
      await route.abort();
    });
    await dialog.getByRole('button', { name: 'Take', exact: true }).click();
    await dialog.getByText('It may have been done.').waitFor();
    await page.reload();
    await page.getByText('Take 40 lumees: no answer yet.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('cell', { name: '260', exact: true }).waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
    await expect.poll(() => page.getByText('no answer yet').count()).toBe(0);
  });

  test('traces a correlation ID, a claim ID, a claim key and a ticket to the same story', async () => {
    const { playerId, key, awardId, correlationId } = await newPlayer();
    const shown = await open('/trace');
    const { page } = shown;
    const trace = async (id: string) => {
      await page.getByRole('textbox').fill(id);
      await page.keyboard.press('Enter');
    };
    await trace(correlationId);
    await page.getByRole('heading', { name: 'manual_reward' }).waitFor();
    await page.getByRole('heading', { name: 'Audit: manualReward' }).waitFor();
    await trace(awardId);
    await page.getByText(correlationId, { exact: true }).first().waitFor();
    await trace(key);
    await page.getByRole('heading', { name: 'tournament_reward' }).waitFor();
    await page.getByRole('link', { name: playerId }).waitFor();
    await trace('nothing-has-this-id');
    await page.getByText('Nothing is known under this ID.').waitFor();
    const { ticket } = browserTarget().playerTicket;
    await trace(ticket);
    await page
      .getByText(/This ticket was not claimed|pve_victory/)
      .first()
      .waitFor();
    expectQuiet(shown);
  });

  test('shows announcement, claim and reversal as one story, and what became of an idempotency key', async () => {
    const { playerId } = await newPlayer();
    const { adminUrl, serverToken, staffToken } = browserTarget();
    const [server, staff] = [sendAs(adminUrl, serverToken), sendAs(adminUrl, staffToken)];
    const reward = { playerId, type: 'arena_chest', key: `chest-of-${playerId}` };
    await server('announceReward', reward);
    const idempotencyKey = `the-key-of-${playerId}`;
    const { claim } = await server('recoverReward', { ...reward, idempotencyKey });
    await staff('reverseClaim', { playerId, claimId: claim.id, reason: 'a wrong chest' });
    const shown = await open(`/trace?id=${claim.id}`);
    const { page } = shown;
    const expectStory = async () => {
      await page.getByRole('heading', { name: 'reversal' }).waitFor();
      const titles = await page.getByRole('heading', { level: 2 }).allInnerTexts();
      expect(titles.filter((title) => !title.startsWith('Audit'))).toEqual([
        'announcement',
        'arena_chest',
        'reversal',
      ]);
    };
    await expectStory();
    await page.getByRole('textbox').fill(`${playerId} ${idempotencyKey}`);
    await page.keyboard.press('Enter');
    await page.waitForURL(/the-key-of/);
    await expectStory();
    await page.getByRole('textbox').fill(`${playerId} a-key-that-nobody-used`);
    await page.keyboard.press('Enter');
    await page.getByText('Nothing is known under this ID.').waitFor();
    expectQuiet(shown);
  });

  test('traces a story that is longer than a page', async () => {
    const correlationId = 'a-story-of-many-claims';
    const { adminUrl, serverToken } = browserTarget();
    const server = sendAs(adminUrl, serverToken);
    for (let cup = 0; cup < 3; cup += 1)
      await server('claimReward', { ...CUP, key: `cup-${cup}` }, { 'x-correlation-id': correlationId });
    const shown = await open('/trace');
    const { page } = shown;
    // As if the service had shown the last of them alone.
    await page.route('**/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON();
      if (!query.startsWith('query trace') || variables.before) return await route.fallback();
      const response = await route.fetch();
      const { data } = await response.json();
      const [last] = data.result.attempts.slice(-1);
      const result = { ...data.result, attempts: [last], audit: [], earlier: last.claim.claimedAt };
      await route.fulfill({ response, json: { data: { result } } });
    });
    await page.getByRole('textbox').fill(correlationId);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Load what was before' }).click();
    await expect.poll(() => page.getByRole('heading', { name: 'tournament_reward' }).count()).toBe(3);
    expect(await page.getByText('These are the newest.').count()).toBe(0);
    expectQuiet(shown);
  });

  test('shows an auditor what a staff member did, and exports it', async () => {
    const { playerId } = await newPlayer();
    const shown = await open('/audit', { token: browserTarget().staffTokens.auditor });
    const { page } = shown;
    await page.getByLabel('Staff member').fill('admin-1');
    await page.keyboard.press('Enter');
    await page.getByText(`a lost match of ${playerId}`).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const csv = await readFile(String(await (await download).path()), 'utf8');
    expect(csv.split('\r\n')[0]).toBe(
      'recordedAt,actorKind,actorId,action,outcome,playerId,amount,reason,claimId,id',
    );
    expect(csv).toContain(`manualReward,granted,${playerId},300,a lost match of ${playerId},`);
    await page.getByLabel('Until, not included').fill('2020-01-01');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('Nothing is recorded of “admin-1” that fits.').waitFor();
    expectQuiet(shown);
  });
});
