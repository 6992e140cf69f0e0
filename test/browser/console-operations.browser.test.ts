// Operations in the console: what breakers hold, a game server, an endpoint and an erasure, in a real browser with a running Worker and
// no other origin.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withClient } from '../../cli/connect.ts';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { accessibilityProblems, type Console, openConsole } from './console-driver.ts';
import { sendAs } from './send-as.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();
let browser: Browser;

const openAs = (token: string, path: string, options: object = {}) =>
  openConsole(browser, browserTarget().adminUrl, { path, token, ...options });

const dialogOf = (page: Page) => page.getByRole('dialog');

async function submit(page: Page, button: string, reason: string): Promise<void> {
  await dialogOf(page).getByLabel('Reason').fill(reason);
  await dialogOf(page).getByRole('button', { name: button, exact: true }).click();
}

function expectQuiet({ foreignRequests, errors }: Console): void {
  expect(foreignRequests).toEqual([]);
  expect(errors).toEqual([]);
}

const asOwner = (sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  withClient(browserTarget().ownerDatabaseUrl, async (owner) => (await owner.query(sql, [...values])).rows);

/** The data of an answer, or the code of its fault. */
async function ask(
  token: string,
  query: string,
  variables: object = {},
): Promise<Record<string, never> | string> {
  const response = await fetch(`${browserTarget().adminUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  return errors?.[0].extensions.code ?? data;
}

const BREAKER = 'breaker:attendance';
const ATTENDANCE = { type: 'attendance_bonus', facts: { sessions: 30 } };

/** Claims whose reward a breaker holds. Other tests publish configs meanwhile, which have no breakers. */
async function holdRewards(players: readonly string[]): Promise<void> {
  const { serverToken } = browserTarget();
  await asOwner('SELECT onceward.register_names(4::smallint, $1)', [[BREAKER]]);
  const query = `mutation($input: ClaimRewardInput!) {
    claimReward(input: $input) { ... on Receipt { claim { becamePending } } } }`;
  for (const playerId of players) {
    for (let attempt = 1, isHeld = false; !isHeld; attempt += 1) {
      if (attempt > 10) throw new Error('The breaker holds nothing back');
      await asOwner(
        `INSERT INTO onceward.breakers (config_version, "limit", bound, claim_types, per)
         SELECT version, onceward.number_of(4, $1), 0, ARRAY[onceward.number_of(2, $2)], 1 FROM onceward.balance_configs
         ON CONFLICT DO NOTHING`,
        [BREAKER, ATTENDANCE.type],
      );
      const input = {
        ...ATTENDANCE,
        playerId,
        key: `semester-${attempt}`,
        idempotencyKey: crypto.randomUUID(),
      };
      const data = await ask(serverToken, query, { input });
      isHeld = JSON.stringify(data).includes('"becamePending":true');
    }
  }
}

describe.skipIf(skipped !== null)('operations in the console', () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('an alarm leads to what a breaker holds, of which one player’s is released and the rest is dropped', async () => {
    const players = ['held-player-1', 'held-player-2', 'held-player-3'];
    await holdRewards(players);
    const shown = await openAs(browserTarget().staffTokens.support, '/alarms');
    const { page } = shown;
    const alarm = page.getByRole('article', { name: 'A breaker tripped: attendance' });
    await alarm.getByText('What to do:').waitFor();
    await page.getByRole('link', { name: /^Alarms \d+ open$/ }).waitFor();
    await alarm.getByRole('button', { name: 'I have seen it…' }).click();
    await submit(page, 'I have seen it', 'asking the university');
    await alarm.getByText(/: asking the university$/).waitFor();
    await alarm.getByRole('button', { name: 'I look at it now…' }).waitFor();
    expect(await accessibilityProblems(shown)).toEqual([]);
    await alarm.getByRole('link', { name: 'release or drop what is held back' }).click();
    for (const player of players) await page.getByRole('link', { name: player }).waitFor();

    await page.getByRole('button', { name: 'Release what held-player-1 has of attendance_bonus' }).click();
    await page.waitForTimeout(200);
    expect(await accessibilityProblems(shown)).toEqual([]);
    await submit(page, 'Release', 'the semester was attended');
    await page.getByText('1 reward was paid.').waitFor();
    await page.getByRole('link', { name: 'held-player-1' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Drop all of these…' }).click();
    await dialogOf(page)
      .getByLabel(/^The claims can be made again/)
      .check();
    await submit(page, 'Drop', 'the formula was wrong');
    await page.getByText('2 rewards were dropped, with their claims.').waitFor();
    await page.getByText('Nothing like that is held back.').waitFor();
    const credits = await asOwner(
      `SELECT a.id, coalesce(sum(b.amount), 0)::integer AS credits FROM onceward.actors a
         LEFT JOIN onceward.balances b ON b.player = a.no AND onceward.name_of(1, b.resource) = 'credits'
        WHERE a.id = ANY ($1) GROUP BY a.id ORDER BY a.id`,
      [players],
    );
    expect(credits.map((row) => row.credits)).toEqual([60, 0, 0]);
    expectQuiet(shown);
  });

  test('a game server is registered, disabled at once, and enabled with a second member', async () => {
    const { staffToken, staffTokens, spareServerToken } = browserTarget();
    const reads = () => ask(spareServerToken, '{ player(id: "nobody-of-operations") { id } }');
    const shown = await openAs(staffToken, '/servers');
    const { page } = shown;
    await page.getByRole('button', { name: 'Register a server' }).click();
    await dialogOf(page).getByLabel('Server', { exact: true }).fill('arena-to-disable');
    await dialogOf(page).getByLabel('Operations that it may call').fill('claimRewards');
    await submit(page, 'Register', 'the new arena');
    await dialogOf(page).getByText('cannot get an operation that does not exist: claimRewards').waitFor();
    await dialogOf(page).getByLabel('Operations that it may call').fill('claimReward player');
    await dialogOf(page).getByLabel('Operations in an hour').fill('500');
    await dialogOf(page).getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('0 of 500 operations').waitFor();
    expect(await reads()).toEqual({ player: null });

    await page.getByRole('button', { name: 'Disable arena-to-disable' }).click();
    await page.waitForTimeout(200);
    expect(await accessibilityProblems(shown)).toEqual([]);
    await submit(page, 'Disable now', 'its key leaked');
    await page.getByText(/^by admin-1, .*: its key leaked$/).waitFor();
    expect(await reads()).toBe('FORBIDDEN');

    await page.getByRole('button', { name: 'Enable arena-to-disable' }).click();
    await submit(page, 'Enable', 'it has a new key');
    await page.getByRole('link', { name: /^Proposal \d+ waits$/ }).waitFor();
    expect(await reads()).toBe('FORBIDDEN');
    const second = await openAs(staffTokens.admin, '/approvals');
    const proposal = second.page.getByRole('article', { name: 'Enable the game server arena-to-disable' });
    await proposal.getByText('claimReward, player').waitFor();
    await proposal.getByRole('button', { name: 'Approve…' }).click();
    await submit(second.page, 'Approve', 'the key is out of the set');
    await proposal.getByRole('button', { name: 'Execute…' }).click();
    await submit(second.page, 'Execute', 'it has a new key');
    await second.page.getByText('Enable the game server arena-to-disable: done', { exact: true }).waitFor();
    expect(await reads()).toEqual({ player: null });
    for (const each of [shown, second]) expectQuiet(each);
  });

  test('an endpoint shows its secret once, and gets dead letters and events again', async () => {
    const { staffToken, adminUrl, serverToken } = browserTarget();
    await sendAs(adminUrl, serverToken)('claimReward', {
      playerId: 'player-of-events',
      type: 'tournament_reward',
      key: 'cup-of-events',
      facts: { rank: 1, participants: 16 },
    });
    const shown = await openAs(staffToken, '/endpoints');
    const { page } = shown;
    await page.getByRole('button', { name: 'New endpoint' }).click();
    await dialogOf(page).getByLabel('Address').fill('https://10.0.0.1/events');
    await dialogOf(page).getByLabel('What it is for').fill('warehouse of the tests');
    await submit(page, 'Make it', 'the warehouse');
    await dialogOf(page).getByText('Refused; nothing moved.').waitFor();
    await dialogOf(page).getByLabel('Address').fill('https://events.example/');
    await dialogOf(page).getByRole('button', { name: 'Make it' }).click();
    await dialogOf(page)
      .getByText(/^whsec_/)
      .waitFor();
    await page.waitForTimeout(200);
    expect(await accessibilityProblems(shown)).toEqual([]);
    await dialogOf(page).getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('heading', { name: /^Endpoint \d+: warehouse of the tests/ }).waitFor();
    expect(await page.getByText(/whsec_/).count()).toBe(0);
    await page.getByRole('button', { name: 'Disable…' }).click();
    await submit(page, 'Disable', 'no consumer yet');
    await page.getByRole('button', { name: 'Enable…' }).waitFor();

    const id = Number(/endpoints\/(\d+)/.exec(page.url())?.[1]);
    await asOwner(
      `INSERT INTO onceward.dead_letters (endpoint, transaction, event, player, died_at, number, attempts, last_failure)
       SELECT $1, '3', n, c.player, now(), c.number, 20, 'status 500'
         FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player, generate_series(1, 2) AS n
        WHERE a.id = 'player-of-events' LIMIT 2`,
      [id],
    );
    await page.reload();
    await page
      .getByRole('checkbox', { name: /^Choose evt_/ })
      .first()
      .check();
    await page.getByRole('button', { name: 'Send 1 again…' }).click();
    await submit(page, 'Send again', 'the consumer is repaired');
    await page.getByRole('heading', { name: 'Dead letters 1', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Send all again…' }).click();
    await submit(page, 'Send again', 'the consumer is repaired');
    await page.getByText('None. Each event was accepted').waitFor();

    await page.getByRole('button', { name: 'Replay…' }).click();
    await dialogOf(page).getByLabel('From').fill('1999-01-01T00:00');
    await submit(page, 'Replay', 'the consumer lost data');
    await dialogOf(page).getByText('The outbox no longer has all events from there on.').waitFor();
    await asOwner(
      `INSERT INTO onceward.event_marks (at, below)
       SELECT '2000-01-01', (removed_transaction::text::bigint + 1)::text::xid8 FROM onceward.outbox_state
       ON CONFLICT (at) DO UPDATE SET below = excluded.below`,
    );
    await dialogOf(page).getByLabel('From').fill('2000-01-02T00:00');
    await dialogOf(page).getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByText('events are sent again').waitFor();
    expectQuiet(shown);
  });

  test('a player is exported, and erased only when the ID is typed again; the old ID finds the receipt', async () => {
    const { staffToken, adminUrl, serverToken } = browserTarget();
    const playerId = 'player-to-erase';
    await sendAs(adminUrl, serverToken)('claimReward', {
      playerId,
      type: 'tournament_reward',
      key: 'cup-of-the-erased',
      facts: { rank: 1, participants: 16 },
    });
    const shown = await openAs(staffToken, `/players/${playerId}`);
    const { page } = shown;
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as JSON' }).click();
    const file = JSON.parse(await readFile(await (await download).path(), 'utf8'));
    expect(file).toMatchObject({ format: 'onceward-player-export', playerId });
    expect(JSON.stringify(file.tables)).toContain('cup-of-the-erased');

    await page.getByRole('link', { name: 'Erase…' }).click();
    const dialog = dialogOf(page);
    await dialog.getByLabel('Type the ID again').fill('player-to-eras');
    await submit(page, 'Erase for good', 'request 4711');
    expect(
      await dialog.getByLabel('Type the ID again').evaluate((each: HTMLInputElement) => each.validity.valid),
    ).toBe(false);
    expect(shown.operations).not.toContain('erasePlayer');
    await dialog.getByLabel('Type the ID again').fill(playerId);
    await submit(page, 'Erase for good', `request of ${playerId}`);
    await dialog.getByText('must not contain the ID of the player').waitFor();
    await page.waitForTimeout(200);
    expect(await accessibilityProblems(shown)).toEqual([]);
    await submit(page, 'Erase for good', 'request 4711');
    await page.getByText('nothing finds the player now').waitFor();
    await page
      .getByRole('heading', { name: /^Erasure \d+$/ })
      .first()
      .waitFor();
    expect(page.url()).not.toContain(playerId);

    await page.getByLabel('ID that the player had').fill(playerId);
    await page.getByRole('button', { name: 'Show' }).click();
    await expect.poll(() => page.getByRole('heading', { name: /^Erasure \d+$/ }).count()).toBe(1);
    await page.getByText(/^erased-/).waitFor();
    expect(await ask(staffToken, `{ player(id: "${playerId}") { id } }`)).toEqual({ player: null });
    expectQuiet(shown);
  });
});
