// The pictures of docs/guides/economist.md: an economist changes a number, replays it over real claims, publishes it and rolls it back.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { RunningStack } from '../../dev/local-stack.ts';
import { openConsole } from './console-driver.ts';
import { writePicture } from './picture.ts';
import { sendAs } from './send-as.ts';

const TOKEN_SECONDS = 600;
const PLAYERS = 40;
/** A replay leaves out the newest seconds, in which claims may still commit. */
const SETTLED_MS = 15_000;
const DIFFICULTIES = ['normal', 'hard', 'nightmare'] as const;

/** A day of a small game: won encounters, and for most players the daily quest. */
async function playADay(origin: string, token: string): Promise<void> {
  const send = sendAs(origin, token);
  for (let place = 0; place < PLAYERS; place += 1) {
    const playerId = `quest-player-${place + 1}`;
    for (let encounter = 0; encounter <= place % 4; encounter += 1)
      await send('claimReward', {
        type: 'pve_victory',
        key: `encounter-${place}-${encounter}`,
        playerId,
        facts: { difficulty: DIFFICULTIES[(place + encounter) % 3], enemy_level: 5 + place },
      });
    if (place % 5 === 0) continue;
    await send('advanceProgress', {
      playerId,
      key: `evening-of-${playerId}`,
      counters: [{ counter: 'matches_today', by: 3 }],
    });
    await send('claimReward', { type: 'daily_quest', playerId });
  }
}

export async function drawEconomistGuide(
  browser: Browser,
  origin: string,
  { signer }: RunningStack,
): Promise<void> {
  const tokenOf = (kind: 'server' | 'staff', id: string) =>
    signer.signToken({ kind, id, expiresInSeconds: TOKEN_SECONDS });
  await playADay(origin, await tokenOf('server', 'arena-1'));
  await sleep(SETTLED_MS);
  const { page } = await openConsole(browser, origin, {
    path: '/config',
    token: await tokenOf('staff', 'admin-1'),
  });
  await page.getByText('As published.').waitFor();
  await page.getByRole('searchbox', { name: 'Find and change' }).fill('three matches');
  await page.keyboard.press('Enter');
  await page.getByLabel('rewards › lumees').fill('200');
  await page.getByText('1 change: 1 of amounts').waitFor();
  await page.locator('.view-line', { hasText: '"lumees": 200' }).waitFor();
  await writePicture(page, 'guides/economist-change.jpg');

  await page.getByRole('link', { name: 'Changes 1' }).click();
  await page.getByText('daily_quest pays 200 lumees instead of 150.').waitFor();
  await writePicture(page, 'guides/economist-words.jpg');

  await page.getByRole('link', { name: 'Replay' }).click();
  await page.getByLabel('Days back').fill('7');
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.getByRole('heading', { name: /^Claim types/ }).waitFor();
  await writePicture(page, 'guides/economist-replay.jpg');

  await page.getByRole('link', { name: 'Publish' }).click();
  await page.getByLabel('Reason').fill('the daily quest was worth less than one hard encounter');
  await writePicture(page, 'guides/economist-publish.jpg');
  await page.getByRole('button', { name: 'Publish now' }).click();

  const versions = page.locator('.version');
  await versions.first().getByText('the daily quest was worth less').waitFor();
  await versions.nth(1).getByRole('button', { name: 'Roll back…' }).click();
  await page.getByRole('dialog').getByText('daily_quest pays 150 lumees instead of 200.').waitFor();
  await writePicture(page, 'guides/economist-roll-back.jpg');
  await page.context().close();
}
