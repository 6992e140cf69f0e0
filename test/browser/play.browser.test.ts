// The example game in a real browser, over the whole service: what a player sees and presses while the connection fails.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { amountOf, clearFloor, openGame, openTab, type PlayPage, pullCable } from './play-page.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();

interface Claims {
  readonly data: {
    readonly claims: {
      readonly edges: {
        readonly node: { readonly claim: { readonly type: string; readonly actorKind: string } };
      }[];
    };
  };
}

/** The types of the claims that the player made. */
async function claimsOf({ page }: PlayPage, player: string): Promise<string[]> {
  const answer = (await page.evaluate(async (name) => {
    const post = async (url: string, headers: object, body: object) =>
      (
        await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        })
      ).json();
    const { token } = (await post('/play/api/token', {}, { player: name })) as { token: string };
    const query =
      'query ($id: PlayerId!) { claims(playerId: $id, first: 100) { edges { node { claim { type actorKind } } } } }';
    return post('/graphql', { authorization: `Bearer ${token}` }, { query, variables: { id: name } });
  }, player)) as Claims;
  return answer.data.claims.edges.flatMap(({ node: { claim } }) =>
    claim.actorKind === 'PLAYER' ? [claim.type] : [],
  );
}

describe.skipIf(skipped !== null)('the example game', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  const url = () => browserTarget().adminUrl;

  test('pays a claim once whose reply got lost, and shows its replay after a reload', async () => {
    const player = 'unplugged';
    const game = await openGame(browser, { url: url(), player });
    const { page } = game;
    const before = await amountOf(game, 'lumees');
    await pullCable(game, 'no-replies');
    await page.locator('#claim-weekly_chest').click();
    const entry = page.locator('.entry');
    await entry.getByText('reply lost').first().waitFor();
    expect(await entry.locator('.pill').textContent()).toBe('Pending');
    expect(await page.locator('#claim-weekly_chest').textContent()).toBe('In the outbox');
    const key = await entry.getAttribute('data-key');

    await page.reload();
    await entry.getByText('found after a reload').waitFor();
    expect(await entry.getAttribute('data-key')).toBe(key);
    expect(await amountOf(game, 'lumees')).toBe(before);

    await pullCable(game, 'plugged');
    await entry.getByText('Receipt, replayed').waitFor();
    await expect.poll(() => amountOf(game, 'lumees')).toBe(before + 500);
    expect(await page.locator('#status').textContent()).toBe('Nothing waits');
    expect(await claimsOf(game, player)).toEqual(['weekly_chest']);

    // Again after another reload: the outbox is empty, and nothing is sent.
    await page.reload();
    await page.locator('#claim-weekly_chest:disabled').waitFor();
    expect(await claimsOf(game, player)).toEqual(['weekly_chest']);
    expect([game.errors, game.foreignRequests]).toEqual([[], []]);
  });

  test('sends a claim that never left the device, once, after the cable is plugged in', async () => {
    const player = 'offline';
    const game = await openGame(browser, { url: url(), player });
    await pullCable(game, 'no-requests');
    await game.page.locator('#claim-daily_login').click();
    await game.page.locator('.entry').getByText('request lost').first().waitFor();
    expect(await claimsOf(game, player)).toEqual([]);
    await pullCable(game, 'plugged');
    await game.page.locator('.entry .pill', { hasText: /^Receipt$/ }).waitFor();
    expect(await claimsOf(game, player)).toEqual(['daily_login']);
    expect(game.errors).toEqual([]);
  });

  test('pays a cleared floor with the ticket of its game server, then a gift and a summon', async () => {
    const player = 'climber';
    const game = await openGame(browser, { url: url(), player });
    const { page } = game;
    await clearFloor(game);
    await page.locator('.entry', { hasText: 'Floor reward' }).getByText('+125').waitFor();
    await expect.poll(() => amountOf(game, 'floor_tokens')).toBe(1);
    expect(await page.locator('.floor.cleared').count()).toBe(1);

    await openTab(game, 'inbox');
    await page.getByText('A gift from the keeper').waitFor();
    await page.locator('#collect-all').dblclick();
    await page.locator('.entry', { hasText: 'Collect' }).getByText('+120').waitFor();
    await expect.poll(() => amountOf(game, 'auric_coins')).toBe(120);

    await openTab(game, 'shop');
    await page.locator('#buy-starter_pack:enabled').click();
    await expect.poll(() => amountOf(game, 'summon_tokens')).toBe(1);
    await openTab(game, 'summons');
    await page.locator('#buy-summon:enabled').click();
    await page.getByRole('dialog').getByText('A hero answers').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => amountOf(game, 'summon_tokens')).toBe(0);
    expect((await claimsOf(game, player)).toSorted()).toEqual(
      ['ascension_victory', 'starter_pack', 'summon', 'tournament_reward'].toSorted(),
    );
    expect([game.errors, game.foreignRequests]).toEqual([[], []]);
  });

  test('signs in again after a sign-in that failed', async () => {
    const game = await openGame(browser, { url: url(), player: 'late' });
    const { page } = game;
    let refused = 0;
    await page.route('**/play/api/token', (route) => {
      refused += 1;
      return refused === 1 ? route.abort() : route.fallback();
    });
    await page.reload();
    await page.locator('#claim-daily_login:enabled').click();
    await page.locator('.entry .pill', { hasText: /^Receipt$/ }).waitFor();
    expect(refused).toBe(2);
  });

  test('is used with the keyboard alone', async () => {
    const game = await openGame(browser, { url: url(), player: 'keyboard' });
    const { page } = game;
    await page.locator('#begin').focus();
    await page.keyboard.press('Enter');
    await page.locator('#move-guard').focus();
    await page.keyboard.press('Enter');
    await page.getByText(/^It used/).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('move-guard');
    await page.locator('#tab-quests').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('document.activeElement.id')).toBe('tab-shop');
    await page.locator('#buy-starter_pack').waitFor();
    await page.locator('#cable-plugged').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Requests get lost.').waitFor();
  });

  test.each([1280, 390])('fits a window %i pixels wide, and names every control', async (width) => {
    const game = await openGame(browser, { url: url(), player: `width-${width}` }, { width, height: 844 });
    for (const tab of ['quests', 'shop', 'summons', 'inbox'] as const) {
      await openTab(game, tab);
      expect(await game.page.evaluate('document.documentElement.scrollWidth'), tab).toBe(width);
      const tree = await game.page.locator('body').ariaSnapshot();
      expect(tree).not.toMatch(/^\s*- (button|textbox|tab|radio)( \[|:|$)/m);
    }
  });

  test('gives tokens to its own page alone', async () => {
    const ask = (headers: Record<string, string>, method = 'POST') =>
      fetch(`${url()}/play/api/token`, {
        method,
        headers,
        ...(method === 'POST' && { body: JSON.stringify({ player: 'victim' }) }),
      });
    const json = { 'content-type': 'application/json' };
    expect((await ask({ ...json, origin: url() })).status).toBe(200);
    for (const refused of [
      await ask({ ...json, origin: 'https://evil.example' }),
      await ask(json),
      await ask({ 'content-type': 'text/plain', origin: url() }),
      await ask({}, 'GET'),
    ]) {
      expect(refused.status).toBe(403);
      expect(await refused.text()).not.toContain('ey');
    }
  });
});
