// The row of the console in docs/systems.md: pages show what the ledger holds, and actions are operations with an actor.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { type Console, openConsole } from './console-driver.ts';
import { sendAs } from './send-as.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();
const PLAYER = 'player-of-the-ledger';
let browser: Browser;

/** What the API answers to staff. */
async function ask<T>(query: string): Promise<T> {
  const { adminUrl, staffToken } = browserTarget();
  const response = await fetch(`${adminUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${staffToken}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

interface Ledger {
  readonly player: { readonly balances: readonly { resource: string; amount: number }[] };
  readonly claims: { readonly edges: readonly { readonly node: { readonly claim: ShownClaim } }[] };
}

interface ShownClaim {
  readonly id: string;
  readonly type: string;
  readonly actorKind: string;
  readonly actorId: string;
}

const ledger = () =>
  ask<Ledger>(`{
    player(id: "${PLAYER}") { balances { resource amount } }
    claims(playerId: "${PLAYER}", first: 100) { edges { node { claim { id type actorKind actorId } } } }
  }`);

/** As the page shows them: with separators, and a minus sign of its own. */
async function shownBalances({ page }: Console): Promise<Record<string, number>> {
  const all = page.getByRole('button', { name: /^Show all/ });
  if (await all.isVisible()) await all.click();
  const rows = page.getByRole('table', { name: 'Balances by resource' }).getByRole('row');
  const texts = await rows.evaluateAll((found) =>
    found.map((row) => [
      row.querySelector('th')?.firstChild?.textContent ?? '',
      row.querySelector('td')?.textContent?.split('/')[0] ?? '',
    ]),
  );
  return Object.fromEntries(
    texts.map(([resource, amount]) => [resource, Number(amount?.replaceAll(',', '').replace('−', '-'))]),
  );
}

const held = ({ player }: Ledger) =>
  Object.fromEntries(player.balances.map(({ resource, amount }) => [resource, amount]));

describe.skipIf(skipped !== null)('the console and the ledger', () => {
  beforeAll(async () => {
    browser = await launchChromium();
    const { adminUrl, serverToken } = browserTarget();
    const send = sendAs(adminUrl, serverToken);
    for (const rank of [1, 4])
      await send('claimReward', {
        type: 'tournament_reward',
        key: `cup-${rank}-of-the-ledger`,
        playerId: PLAYER,
        facts: { rank, participants: 16 },
      });
  });
  afterAll(() => browser?.close());

  const open = () => {
    const { adminUrl, staffToken } = browserTarget();
    return openConsole(browser, adminUrl, { path: `/players/${PLAYER}`, token: staffToken });
  };

  test('E19 shows each balance and each claim of a player as the ledger holds it', async () => {
    const shown = await open();
    await shown.page.getByRole('heading', { name: PLAYER }).waitFor();
    await shown.page.getByText('cup-4-of-the-ledger').first().waitFor();
    const stored = await ledger();
    expect(await shownBalances(shown)).toEqual(held(stored));
    for (const { node } of stored.claims.edges)
      expect(
        await shown.page.getByRole('button', { name: new RegExp(node.claim.type) }).count(),
      ).toBeGreaterThan(0);
    await shown.page.context().close();
  });

  test('E19 makes an action one operation of who is signed in, and shows what it did', async () => {
    const before = await ledger();
    const shown = await open();
    const { page, operations } = shown;
    await page.getByRole('button', { name: 'Award', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Resource').selectOption('lumees');
    await dialog.getByLabel('Amount').fill('7');
    await dialog.getByLabel('Reason').fill('seven for the row');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('cell', { name: '+7', exact: true }).waitFor();
    // A preview moves nothing.
    expect(held(await ledger())).toEqual(held(before));
    await dialog.getByRole('button', { name: 'Award', exact: true }).click();
    // The reason is also the text of its field: only the closed dialog says that the award was answered.
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('seven for the row').first().waitFor();

    const after = await ledger();
    expect(held(after)).toEqual({ ...held(before), lumees: (held(before).lumees ?? 0) + 7 });
    const made = after.claims.edges.map(({ node }) => node.claim);
    expect(made).toHaveLength(before.claims.edges.length + 1);
    expect(made[0]).toMatchObject({ type: 'manual_reward', actorKind: 'STAFF', actorId: 'admin-1' });
    expect(operations.filter((name) => name === 'manualReward')).toHaveLength(1);
    await expect.poll(() => shownBalances(shown), { timeout: 15_000 }).toEqual(held(after));
    await page.context().close();
  });
});
