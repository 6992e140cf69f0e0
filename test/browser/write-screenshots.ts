/**
 * `npm run screenshots`: writes the pictures of docs. The example game goes through a lost reply, a reload and the replay; the guides of
 * the console are followed step by step.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { launchChromium } from './chromium.ts';
import { drawEconomistGuide } from './economist-pictures.ts';
import { drawGame } from './game-pictures.ts';
import { drawSupportGuide } from './support-pictures.ts';

const PICTURES = { support: drawSupportGuide, economist: drawEconomistGuide, game: drawGame } as const;

const [only] = process.argv.slice(2);
if (only !== undefined && !(only in PICTURES)) {
  console.error(`npm run screenshots [-- ${Object.keys(PICTURES).join(' | ')}]`);
  process.exit(2);
}
const dir = await mkdtemp(join(tmpdir(), 'onceward-screenshots-'));
const quiet = () => {};
const stack = await startLocalStack({ dir, port: await freePort(), log: quiet, onLine: quiet, play: true });
const browser = await launchChromium();
try {
  for (const [name, draw] of Object.entries(PICTURES)) {
    if (only === undefined || only === name) await draw(browser, new URL(stack.url).origin, stack);
  }
} finally {
  await browser.close();
  await stack.stop();
  await stack.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
}
