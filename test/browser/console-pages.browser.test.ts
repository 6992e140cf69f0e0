// What holds of every page of the console: who may see it and what is fetched for whom, accessibility, narrow windows, the keyboard,
// and the size of the first page.
import { mkdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayOpen, PAGES } from '../../admin/src/shell/pages.ts';
import { STAFF_PERMISSIONS, STAFF_ROLES, type StaffRole } from '../../src/domain/actor.ts';
import { OPERATIONS } from '../../src/resolvers/schema.ts';
import { isLongRun } from '../support/long-run.ts';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { accessibilityProblems, layoutShift, openConsole, overflow } from './console-driver.ts';
import { sendAs } from './send-as.ts';
import { browserTarget } from './target.ts';

const SCREENSHOTS = new URL('../../.onceward/screenshots/', import.meta.url);
const skipped = reasonToSkip();
let browser: Browser;

const permissionsOf = (role: StaffRole) =>
  Object.entries(STAFF_PERMISSIONS).flatMap(([name, roles]) =>
    (roles as readonly string[]).includes(role) ? [name] : [],
  );

/** Each page with something on it, and a text that says that it has loaded. */
const SHOWN = [
  { name: 'players', page: '/players', path: '/players', text: 'Find a player by what a report names.' },
  { name: 'search', page: '/players', path: '/players?q=matrix-player', text: 'Player ID' },
  { name: 'player', page: '/players', path: '/players/matrix-player', text: 'The beginning.' },
  { name: 'nobody', page: '/players', path: '/players/nobody-at-all', text: 'Nothing has happened yet.' },
  { name: 'trace', page: '/trace', path: '/trace', text: 'is in the header x-correlation-id' },
  { name: 'config', page: '/config', path: '/config', text: 'As published.' },
  { name: 'economy', page: '/economy', path: '/economy', text: 'Odds drawn' },
  {
    name: 'no-economy',
    page: '/economy',
    path: '/economy?from=2001-01-01&to=2001-01-02',
    text: 'Nothing moved in these days.',
  },
  { name: 'audit', page: '/audit', path: '/audit?staff=admin-of-tests', text: 'findPlayers' },
  { name: 'staff', page: '/staff', path: '/staff', text: 'auditor-of-tests' },
  { name: 'roles', page: '/staff', path: '/staff?tab=roles', text: 'Approve campaigns of others' },
  { name: 'member', page: '/staff', path: '/staff/admin-of-tests', text: 'What they did' },
  { name: 'approvals', page: '/approvals', path: '/approvals?show=all', text: 'What one member proposes' },
  { name: 'campaigns', page: '/campaigns', path: '/campaigns', text: 'gift_of_the_matrix' },
  { name: 'new-campaign', page: '/campaigns', path: '/campaigns/new', text: 'What each player gets' },
  {
    name: 'messages',
    page: '/messages',
    path: '/messages?player=matrix-player',
    text: 'Sorry for the matrix',
  },
  { name: 'codes', page: '/codes', path: '/codes', text: 'matrix-codes' },
  { name: 'undo', page: '/undo', path: '/undo', text: 'the cup of the matrix' },
  { name: 'new-undo', page: '/undo', path: '/undo/new', text: 'What to undo' },
  { name: 'alarms', page: '/alarms', path: '/alarms', text: 'What somebody must look at.' },
  { name: 'breakers', page: '/breakers', path: '/breakers', text: 'What the game may give in an hour' },
  { name: 'endpoints', page: '/endpoints', path: '/endpoints', text: 'as a signed webhook' },
  { name: 'servers', page: '/servers', path: '/servers', text: 'arena-of-the-matrix' },
  { name: 'erasures', page: '/erasures', path: '/erasures', text: 'A receipt has no name' },
  { name: 'story', page: '/trace', path: '/trace?id=case-of-the-matrix', text: 'tournament_reward' },
] as const;

/** On the view of this name: what only those see who may use it, as role and name in the accessibility tree. */
const ACTIONS: Readonly<
  Record<
    string,
    { readonly role: 'button' | 'link'; readonly name: string; readonly needs: readonly string[] }
  >
> = {
  player: { role: 'button', name: 'Award', needs: ['reward:manual'] },
  campaigns: { role: 'link', name: 'New campaign', needs: ['campaign:manage', 'list:manage'] },
  messages: { role: 'button', name: 'Preview', needs: ['reward:claim'] },
  codes: { role: 'button', name: 'New codes', needs: ['codes:create'] },
  undo: { role: 'link', name: 'New undo', needs: ['undo:manage'] },
  endpoints: { role: 'button', name: 'New endpoint', needs: ['event:manage'] },
  servers: { role: 'button', name: 'Register a server', needs: ['staff:read', 'server:manage'] },
  erasures: { role: 'button', name: 'Erase a player…', needs: ['staff:read', 'player:erase'] },
};

const ONE_OF_EACH: readonly string[] = [
  'story',
  'config',
  'economy',
  'audit',
  'member',
  'alarms',
  'breakers',
  ...Object.keys(ACTIONS),
];
/** One view of each page; in a long run all. */
const VIEWS = SHOWN.filter(({ name }) => isLongRun || ONE_OF_EACH.includes(name));
/** A view is shown on one of the first two, in a long run on each. */
const SCREENS = [
  ['light', 1280],
  ['dark', 390],
  ['light', 390],
  ['dark', 1280],
] as const;

/** A claim that is rolled up, what live-ops pages list, and a search that the audit shows. */
async function seed(): Promise<void> {
  const { adminUrl, serverToken, staffTokens } = browserTarget();
  const [server, admin] = [sendAs(adminUrl, serverToken), sendAs(adminUrl, staffTokens.admin)];
  const playerId = 'matrix-player';
  const cup = { playerId, type: 'tournament_reward', facts: { rank: 1, participants: 16 } };
  await server(
    'claimReward',
    { ...cup, key: 'cup-of-the-matrix', idempotencyKey: 'key-of-the-matrix-player' },
    { 'x-correlation-id': 'case-of-the-matrix' },
  );
  const message = { title: 'Sorry for the matrix', text: 'The servers were down.', key: 'cup-of-messages' };
  await server('announceReward', { ...cup, ...message });
  const gives = [{ resource: 'lumees', amount: 100 }];
  const reason = 'the cup of the matrix';
  const { list } = await admin('createList', { name: 'players_of_the_matrix' });
  await admin('uploadListChunk', { listId: list.id, chunk: 1, rows: [{ playerId }] });
  await admin('closeList', { listId: list.id });
  await admin('createCampaign', { name: 'gift_of_the_matrix', listId: list.id, gives, reason });
  const seed = 'seed-of-the-matrix-seed-of-the-matrix';
  await admin('createCodes', { label: 'matrix-codes', count: 3, gives, seed, reason });
  await admin('setServer', { serverId: 'arena-of-the-matrix', claimsPerHour: 100, reason });
  await sendAs(adminUrl, staffTokens.support)('createUndo', {
    filter: { players: ['nobody-at-all'] },
    reason,
  });
  await fetch(`${adminUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${staffTokens.admin}` },
    body: JSON.stringify({ query: '{ findPlayers(text: "matrix") { playerId } }' }),
  });
  // What cron does in production: it rolls up the economy.
  await fetch(`${adminUrl}/cdn-cgi/handler/scheduled`);
}

describe.skipIf(skipped !== null)('every page of the console', () => {
  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    browser = await launchChromium();
    await seed();
  });
  afterAll(() => browser?.close());

  test.each(
    STAFF_ROLES,
  )('works for %s if the role may see it, and fetches nothing that the role may not', async (role) => {
    const { adminUrl, staffTokens } = browserTarget();
    const permissions = permissionsOf(role);
    const allowed = OPERATIONS.flatMap(({ root, name, permission }) =>
      root === 'query' && permission !== null && permissions.includes(permission) ? [name] : [],
    );
    // One page load: the views follow each other as for a person who uses the navigation.
    const shown = await openConsole(browser, adminUrl, { path: '/graphiql-not', token: staffTokens[role] });
    await shown.page.getByText('There is no such page').waitFor();
    for (const { name, page: path, path: hash, text } of VIEWS) {
      const page = PAGES.find((each) => each.path === path);
      const may = page !== undefined && mayOpen(page, permissions);
      await shown.page.evaluate((to) => location.assign(`#${to}`), hash);
      await shown.page
        .getByText(may ? text : `Your role, ${role}, does not include ${page?.title}.`)
        .first()
        .waitFor();
      const action = ACTIONS[name];
      if (action) {
        const offered = shown.page.getByRole(action.role, { name: action.name, exact: true });
        const isAllowed = action.needs.every((each) => permissions.includes(each));
        await expect.poll(() => offered.count(), { timeout: 15_000 }).toBe(isAllowed ? 1 : 0);
      }
    }
    await shown.page.reload();
    await shown.page.waitForLoadState('networkidle');
    expect(shown.operations.filter((each) => !allowed.includes(each))).toEqual([]);
    expect(shown.faults).toEqual([]);
    await shown.page.context().close();
  });

  test('says politely to a player, a server, a stranger and nobody why a page is closed, and fetches nothing of it', async () => {
    const { adminUrl, playerToken, serverToken, strangerToken } = browserTarget();
    const [player, trace] = ['/players/matrix-player', '/trace?id=case-of-the-matrix'];
    for (const [token, path, text, sent] of [
      [playerToken, player, 'This is a token of a player', []],
      [serverToken, trace, 'This is a token of a server', []],
      [strangerToken, player, 'may not read', ['staffMember']],
      ['', trace, 'The console is for staff.', []],
    ] as const) {
      const shown = await openConsole(browser, adminUrl, { path, token });
      await shown.page.getByText(text).first().waitFor();
      await shown.page.waitForLoadState('networkidle');
      expect(shown.operations).toEqual(sent);
      await shown.page.context().close();
    }
  });

  test.each(
    SHOWN.map((view, at) => ({ ...view, screens: isLongRun ? SCREENS : [SCREENS[at % 2 === 0 ? 0 : 1]] })),
  )('$name: has no serious accessibility problem, moves nothing while it loads and fits a narrow window, in light and dark', async ({
    name,
    path,
    text,
    screens,
  }) => {
    const { adminUrl, staffToken } = browserTarget();
    for (const [theme, width] of screens) {
      const shown = await openConsole(browser, adminUrl, { path, token: staffToken, width, theme });
      await shown.page.getByText(text).first().waitFor();
      await shown.page.waitForLoadState('networkidle');
      // A hundredth of what counts as good (0.1): a scroll bar that appears.
      expect(await layoutShift(shown)).toBeLessThanOrEqual(0.001);
      const details = shown.page.locator('.entry-line');
      if ((await details.count()) > 0) await details.first().click();
      expect(await accessibilityProblems(shown)).toEqual([]);
      expect(await overflow(shown)).toBe(0);
      const file = new URL(`console-${name}-${theme}-${width}.png`, SCREENSHOTS).pathname;
      await shown.page.screenshot({ path: file });
      await shown.page.context().close();
    }
  });

  test('has no serious accessibility problem where somebody signs in, searches, or is about to act', async () => {
    const { adminUrl, staffToken } = browserTarget();
    const out = await openConsole(browser, adminUrl, { path: '/players' });
    await out.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await accessibilityProblems(out)).toEqual([]);
    const shown = await openConsole(browser, adminUrl, { path: '/players/matrix-player', token: staffToken });
    await shown.page.getByRole('button', { name: 'Award', exact: true }).click();
    await shown.page.getByRole('dialog').getByLabel('Reason').waitFor();
    await shown.page.waitForTimeout(300);
    expect(await accessibilityProblems(shown)).toEqual([]);
    await shown.page.keyboard.press('Escape');
    await shown.page.keyboard.press('Control+k');
    await shown.page.getByRole('combobox', { name: 'Search' }).fill('abc');
    await shown.page.waitForTimeout(300);
    expect(await accessibilityProblems(shown)).toEqual([]);
  });

  test('is reached with the keyboard alone: the palette opens a page, a search and a player', async () => {
    const { adminUrl, staffToken } = browserTarget();
    const { page, operations } = await openConsole(browser, adminUrl, {
      path: '/players',
      token: staffToken,
    });
    await page.getByRole('heading', { name: 'Players' }).waitFor();
    const palette = page.getByRole('combobox', { name: 'Search' });
    const hasFocus = () => palette.evaluate((input) => input === document.activeElement);
    await page.keyboard.press('Control+k');
    await expect.poll(hasFocus, { timeout: 15_000 }).toBe(true);
    await page.keyboard.type('trace');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Trace' }).waitFor();
    await palette.waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+k');
    await expect.poll(hasFocus, { timeout: 15_000 }).toBe(true);
    await page.keyboard.type('matrix-player');
    // Typing sends nothing: a search is audited.
    expect(operations.filter((each) => each !== 'alarms')).toEqual(['staffMember']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'matrix-player' }).waitFor();
    // While it closes, the key would still be typed into it.
    await palette.waitFor({ state: 'hidden' });
    await page.keyboard.press('/');
    await palette.waitFor();
    await page.keyboard.press('Escape');
  });

  test('keeps a chosen theme over a reload', async () => {
    const { adminUrl, staffToken } = browserTarget();
    const { page } = await openConsole(browser, adminUrl, { path: '/players', token: staffToken });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole('heading', { name: 'Players' }).waitFor();
    const light = await ground();
    await page.getByRole('button', { name: 'Theme: System' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await expect.poll(ground).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await page.getByRole('button', { name: 'Theme: Dark' }).waitFor();
    expect(await ground()).toBe(dark);
  });
});
