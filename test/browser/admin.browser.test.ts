// The admin page in a real browser, against a running Worker, with every other origin closed. It covers what a member of
// staff sees and presses; what the API answers is proved in test/api.
import { mkdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/resolvers/schema.ts';
import {
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
interface ClaimResponse {
  readonly data: { readonly claimReward: { readonly replayed: boolean; readonly changes: unknown[] } };
}

describe.skipIf(skipped !== null)('the admin page', () => {
  let browser: Browser;
  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('opens with the network closed, takes a token, runs claimReward twice and shows the replay', async () => {
    const { adminUrl, playerToken } = browserTarget();
    const admin = await openAdminPage(browser, adminUrl);
    await setToken(admin, playerToken);
    await openTab(admin, 'claimReward');

    await runUntil(admin, /"replayed":\s*false/);
    const first = (await readEditor(admin, 'response.json')) as ClaimResponse;
    expect(first.data.claimReward.changes).toContainEqual(
      expect.objectContaining({ resource: 'lumees', before: 0, after: 150, delta: 150 }),
    );
    await runUntil(admin, /"replayed":\s*true/);
    const second = (await readEditor(admin, 'response.json')) as ClaimResponse;
    expect(second.data.claimReward).toEqual({ ...first.data.claimReward, replayed: true });
    await admin.page.getByText('Receipt, replayed', { exact: true }).waitFor();
    await admin.page.screenshot({ path: new URL('claim-reward-replayed.png', SCREENSHOTS).pathname });
    expect(admin.foreignRequests).toEqual([]);
    expect(admin.errors).toEqual([]);
  });

  test('refuses a claim that was paid before when it comes under a new key', async () => {
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

  test('stays usable without the schema, and loads it once a token may see it', async () => {
    const { adminUrl, staffToken } = browserTarget();
    const admin = await openAdminPage(browser, adminUrl);
    await admin.page.getByText('Set a staff or server token to see it.').waitFor();
    await runUntil(admin, /"__typename":\s*"Query"/);
    // Every operation is in sight, without scrolling for it.
    expect(await tabsInSight(admin)).toBe(OPERATIONS.length + 1);

    await setToken(admin, staffToken);
    await admin.page.getByText('Docs and completion are on.').waitFor();
    await admin.page.getByText('unverified').waitFor();
    await admin.page.screenshot({ path: new URL('welcome-staff.png', SCREENSHOTS).pathname });
    expect(admin.foreignRequests).toEqual([]);
    expect(admin.errors).toEqual([]);
  });

  test('gives an award as the tab stands, and follows its correlation ID into the trace', async () => {
    const { adminUrl, playerToken, staffToken } = browserTarget();
    const admin = await openAdminPage(browser, adminUrl);
    // An award goes to a known player; the first claim makes this one known.
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
});
