// The pictures of docs/guides/support.md: a support agent finds a player, sees why a reward was missing, and repairs it.
import type { Browser } from 'playwright-core';
import type { RunningStack } from '../../dev/local-stack.ts';
import { openConsole } from './console-driver.ts';
import { writePicture } from './picture.ts';
import { sendAs } from './send-as.ts';

const TOKEN_SECONDS = 600;
const PLAYER = 'mira-4207';
const CUP = 'winter-cup-12';

export async function drawSupportGuide(
  browser: Browser,
  origin: string,
  { signer }: RunningStack,
): Promise<void> {
  const tokenOf = (kind: 'server' | 'staff', id: string) =>
    signer.signToken({ kind, id, expiresInSeconds: TOKEN_SECONDS });
  const server = sendAs(origin, await tokenOf('server', 'arena-1'));
  for (const [playerId, rank] of [
    [PLAYER, 4],
    ['mira-4', 3],
    ['miraculix', 1],
  ] as const)
    await server('claimReward', {
      type: 'tournament_reward',
      key: CUP,
      playerId,
      facts: { rank, participants: 16 },
    });

  const token = await tokenOf('staff', 'admin-1');
  const { page } = await openConsole(browser, origin, { path: '/players', token });
  await page.getByRole('textbox').fill('mira');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: PLAYER }).waitFor();
  await writePicture(page, 'guides/support-find.jpg');

  await page.getByRole('link', { name: PLAYER }).click();
  await page.getByRole('heading', { name: PLAYER }).waitFor();
  await page
    .getByRole('button', { name: /tournament_reward/ })
    .first()
    .click();
  await page.getByText('rank = 4', { exact: true }).first().waitFor();
  await page.getByText('= 100 experience on').waitFor();
  await writePicture(page, 'guides/support-why.jpg');

  await page.getByRole('button', { name: 'Award', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Resource').selectOption('auric_coins');
  await dialog.getByLabel('Amount').fill('32');
  await dialog.getByLabel('Reason').fill(`${CUP}: the rank was 3, not 4`);
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByRole('cell', { name: '+32', exact: true }).waitFor();
  await writePicture(page, 'guides/support-award.jpg');

  await dialog.getByRole('button', { name: 'Award', exact: true }).click();
  await page.getByText(`${CUP}: the rank was 3, not 4`).first().waitFor();
  await dialog.waitFor({ state: 'detached' });
  await writePicture(page, 'guides/support-done.jpg');
  await page.context().close();
}
