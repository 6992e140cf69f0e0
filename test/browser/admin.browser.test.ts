// The admin page in a real browser with a running Worker and every other origin blocked. It covers what staff see and press;
// test/api covers what the API answers.
import { mkdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/resolvers/schema.ts';
import {
  misplacedControls,
  openAdminPage,
  openTab,
  readEditor,
  runUntil,
  setToken,
  tabsInSight,
  writeVariables,
} from './admin-page.ts';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { browserTarget } from './target.ts';

const SCREENSHOTS = new URL('../../.onceward/screenshots/', import.meta.url);
const skipped = reasonToSkip();

interface ClaimVariables {
  readonly input: { readonly idempotencyKey: string };
}
interface Change {
  readonly resource: string;
  readonly before: number;
  readonly after: number;
  readonly delta: number;
}

interface ClaimResponse {
  readonly data: { readonly claimReward: { readonly replayed: boolean; readonly changes: Change[] } };
}

describe.skipIf(skipped !== null)('the admin page', () => {
  let browser: Browser;
  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('runs claimReward twice with a pasted token and shows the replay, with every other origin blocked', async () => {
    const { adminUrl, playerToken } = browserTarget();
    const admin = await openAdminPage(browser, adminUrl);
    await setToken(admin, playerToken);
    await openTab(admin, 'claimReward');

    await runUntil(admin, /"replayed":\s*false/);
    const first = (await readEditor(admin, 'response.json')) as ClaimResponse;
    // Other tests give this player lumees too.
    const lumees = first.data.claimReward.changes.find(({ resource }) => resource === 'lumees');
    expect(lumees).toMatchObject({ delta: 500, after: Number(lumees?.before) + 500 });
    await runUntil(admin, /"replayed":\s*true/);
    const second = (await readEditor(admin, 'response.json')) as ClaimResponse;
    expect(second.data.claimReward).toEqual({ ...first.data.claimReward, replayed: true });
    await admin.page.getByText('Receipt, replayed', { exact: true }).waitFor();
    await admin.page.screenshot({ path: new URL('claim-reward-replayed.png', SCREENSHOTS).pathname });
    expect(admin.foreignRequests).toEqual([]);
    expect(admin.errors).toEqual([]);
  });

  test('shows AlreadyClaimed when a claim is sent again with a new key', async () => {
    const { adminUrl, playerToken, playerTicket } = browserTarget();
    const admin = await openAdminPage(browser, adminUrl);
    await setToken(admin, playerToken);
    await openTab(admin, 'claimReward');
    const { input } = (await readEditor(admin, 'variables.json')) as ClaimVariables;
    await writeVariables(admin, { input: { idempotencyKey: input.idempotencyKey, ...playerTicket } });
    await runUntil(admin, /"replayed":\s*false/);

    await admin.page.getByRole('button', { name: 'New key' }).click();
    await runUntil(admin, /"AlreadyClaimed"/);
    const renewed = (await readEditor(admin, 'variables.json')) as ClaimVariables;
    expect(renewed.input).toEqual({
      idempotencyKey: expect.not.stringContaining(input.idempotencyKey),
      ...playerTicket,
    });
    await admin.page.screenshot({ path: new URL('already-claimed.png', SCREENSHOTS).pathname });
    expect(admin.foreignRequests).toEqual([]);
    expect(admin.errors).toEqual([]);
  });

  test('works without the schema, and loads it when a token may see it', async () => {
    const { adminUrl, staffToken } = browserTarget();
    const admin = await openAdminPage(browser, adminUrl);
    await admin.page.getByText('Set a staff or server token to see it.').waitFor();
    await runUntil(admin, /"__typename":\s*"Query"/);
    // Every tab is visible without scrolling.
    expect(await tabsInSight(admin)).toBe(OPERATIONS.filter(({ root }) => root !== 'action').length + 1);

    await setToken(admin, staffToken);
    await admin.page.getByText('Docs and completion are on.').waitFor();
    await admin.page.getByText('unverified').waitFor();
    await admin.page.screenshot({ path: new URL('welcome-staff.png', SCREENSHOTS).pathname });
    expect(admin.foreignRequests).toEqual([]);
    expect(admin.errors).toEqual([]);
  });

  test('makes an award from the example of its tab, and opens the trace of its correlation ID', async () => {
    const { adminUrl, playerToken, staffToken } = browserTarget();
    const admin = await openAdminPage(browser, adminUrl);
    // An award needs an existing player: the first claim creates this one.
    await setToken(admin, playerToken);
    await openTab(admin, 'claimReward');
    await runUntil(admin, /"__typename"/);

    await setToken(admin, staffToken);
    await openTab(admin, 'manualReward');
    await runUntil(admin, /"__typename":\s*"Receipt"/);
    const follow = admin.page.getByRole('button', { name: /^Follow correlation ID/ });
    const correlationId = (await follow.getAttribute('aria-label'))?.split(' ').at(-1);
    await follow.click();
    await runUntil(admin, /"trace"/);
    expect(await readEditor(admin, 'variables.json')).toEqual({ correlationId });
    expect(await readEditor(admin, 'response.json')).toMatchObject({
      data: { trace: { attempts: [{ granted: true, claim: { actorId: 'admin-1' } }], audit: [{}] } },
    });
    await admin.page.screenshot({ path: new URL('trace.png', SCREENSHOTS).pathname });
    expect(admin.errors).toEqual([]);
  });

  test('shows the result below the editors, and no control over another, in a window 390 pixels wide', async () => {
    const { adminUrl, playerToken } = browserTarget();
    const admin = await openAdminPage(browser, adminUrl);
    await admin.page.setViewportSize({ width: 390, height: 844 });
    await setToken(admin, playerToken);
    await runUntil(admin, /"__typename":\s*"Query"/);
    expect(await misplacedControls(admin)).toEqual([]);
    const editors = await admin.page.locator('.graphiql-editors').boundingBox();
    const result = await admin.page.locator('.result-window').boundingBox();
    expect(result?.y).toBeGreaterThanOrEqual((editors?.y ?? Infinity) + (editors?.height ?? 0));
    expect(result?.width).toBeGreaterThan(280);
    expect(await admin.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await admin.page.screenshot({ path: new URL('narrow.png', SCREENSHOTS).pathname, fullPage: true });
    expect(admin.errors).toEqual([]);
  });
});
